"""TSC: one byte of flags after ``ESC ! ?``, at any time."""

from returnstation.domain.papers import Trouble
from returnstation.printing.status import BadStatus, Dialect, HostStatus, first_of

_HEAD, _JAM, _PAPER, _RIBBON, _PAUSE, _PRINTING, _COVER, _OTHER = (1 << bit for bit in range(8))


def parse_tspl(answer: bytes) -> HostStatus:
    """Return what the byte says; another error is one only the printer can name.

    Raises:
        BadStatus: It is not one byte.
    """
    if len(answer) != 1:
        raise BadStatus(answer)
    flags = answer[0]
    trouble = first_of(
        (
            (bool(flags & _HEAD), Trouble.HEAD_OPEN),
            (bool(flags & _COVER), Trouble.COVER_OPEN),
            (bool(flags & _PAPER), Trouble.OUT_OF_MEDIA),
            (bool(flags & _RIBBON), Trouble.OUT_OF_RIBBON),
            (bool(flags & _JAM), Trouble.JAMMED),
            (bool(flags & _OTHER), Trouble.FAULT),
            (bool(flags & _PAUSE), Trouble.PAUSED),
        )
    )
    return HostStatus(trouble, int(bool(flags & _PRINTING)))


TSPL = Dialect(b"\x1b!?", bool, parse_tspl, is_in_order=False)
