"""ESC/POS: ``DLE EOT`` says how the printer is, at once; ``GS r`` answers in its turn.

An answer in its turn means that all that was sent before has been printed.
"""

from returnstation.domain.papers import Trouble
from returnstation.printing.status import BadStatus, Dialect, HostStatus, first_of

_REQUEST = b"".join(b"\x10\x04" + bytes([number]) for number in range(1, 5)) + b"\x1dr\x01"
# Fixed bits tell the two kinds of answer apart: 0xx1xx10, and 0xx0xxxx.
_AT_ONCE, _AT_ONCE_MASK = 0x12, 0x93
_IN_TURN, _IN_TURN_MASK = 0x00, 0x90
_ANSWERS = 4


def parse_dle_eot(answer: bytes) -> HostStatus:
    """Return what the answers say.

    A picture may hold the bytes of a request, so there may be more; the last four are ours.

    Raises:
        BadStatus: There are not four.
    """
    at_once = _at_once(answer)
    if len(at_once) < _ANSWERS or len(at_once) + len(_in_turn(answer)) < len(answer):
        raise BadStatus(answer)
    printer, off_line, error, paper = at_once[-_ANSWERS:]
    trouble = first_of(
        (
            (bool(paper & 0x60 or off_line & 0x20), Trouble.OUT_OF_MEDIA),
            (bool(off_line & 0x04), Trouble.COVER_OPEN),
            (bool(error & 0x08), Trouble.CUTTER),
            # What only switching off helps.
            (bool(error & 0x20), Trouble.FAULT),
            # Recovers by itself: the head is too hot.
            (bool(error & 0x40), Trouble.TOO_HOT),
            (bool(off_line & 0x40), Trouble.FAULT),
            (bool(printer & 0x08), Trouble.OFFLINE),
        )
    )
    return HostStatus(trouble, 0 if _in_turn(answer) else 1)


def _at_once(answer: bytes) -> bytes:
    return bytes(each for each in answer if each & _AT_ONCE_MASK == _AT_ONCE)


def _in_turn(answer: bytes) -> bytes:
    return bytes(each for each in answer if each & _IN_TURN_MASK == _IN_TURN)


def _is_complete(answer: bytes) -> bool:
    return len(_at_once(answer)) >= _ANSWERS and bool(_in_turn(answer))


DLE_EOT = Dialect(_REQUEST, _is_complete, parse_dle_eot, is_in_order=True)
