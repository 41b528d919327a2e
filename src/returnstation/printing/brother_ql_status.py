"""Brother QL: 32 bytes after ``ESC i S``, over USB only."""

from returnstation.domain.papers import Trouble
from returnstation.printing.status import BadStatus, Dialect, HostStatus, first_of

_MARK, _LENGTH = b"\x80\x20B", 32
_ERROR_1, _ERROR_2, _PHASE, _NOTE = 8, 9, 19, 22
_COOLING = 0x03


def parse_brother_ql(answer: bytes) -> HostStatus:
    """Return what the last whole status says.

    Raises:
        BadStatus: There is none.
    """
    start = answer.rfind(_MARK, 0, max(len(answer) - _LENGTH + len(_MARK), 0))
    if start < 0:
        raise BadStatus(answer)
    status = answer[start : start + _LENGTH]
    first, second = status[_ERROR_1], status[_ERROR_2]
    trouble = first_of(
        (
            (bool(second & 0x10), Trouble.COVER_OPEN),
            # None, or at its end.
            (bool(first & 0x03), Trouble.OUT_OF_MEDIA),
            (bool(first & 0x04), Trouble.CUTTER),
            # Another roll than the job is for.
            (bool(second & 0x01), Trouble.WRONG_MEDIA),
            (bool(second & 0x40), Trouble.JAMMED),
            (bool(second & 0x0A), Trouble.BUFFER_FULL),
            (bool(first or second), Trouble.FAULT),
            (status[_NOTE] == _COOLING, Trouble.TOO_HOT),
        )
    )
    return HostStatus(trouble, int(status[_PHASE] == 0x01))


def _is_complete(answer: bytes) -> bool:
    return len(answer) >= _LENGTH


BROTHER_QL = Dialect(b"\x1biS", _is_complete, parse_brother_ql, is_in_order=False)
