"""SATO: the answer to ENQ in its bidirectional protocols."""

import re

from returnstation.domain.papers import Trouble
from returnstation.printing.status import BadStatus, Dialect, HostStatus

# Job id, status, labels left; some add the name of the job.
_ANSWER = re.compile(rb"\x02..([0-9A-Za-z])(\d{6}).{0,16}\x03", re.DOTALL)
_OFF_LINE, _STOPPED = b"0123", b"4EKQW"
_WAITING = b"ABCD"
# Head, card, tag, battery and the rest have no words of their own.
_ERRORS = {
    b"a": Trouble.BUFFER_FULL,
    b"b": Trouble.HEAD_OPEN,
    b"c": Trouble.OUT_OF_MEDIA,
    b"d": Trouble.OUT_OF_RIBBON,
    # Media, and the sensor that does not find where a label ends.
    b"e": Trouble.WRONG_MEDIA,
    b"f": Trouble.WRONG_MEDIA,
    b"h": Trouble.COVER_OPEN,
    b"j": Trouble.CUTTER,
    b"l": Trouble.CUTTER,
    b"m": Trouble.OUTPUT_FULL,
}


def parse_sbpl(answer: bytes) -> HostStatus:
    """Return what an answer says.

    Raises:
        BadStatus: It is no such answer.
    """
    found = _ANSWER.search(answer)
    if found is None:
        raise BadStatus(answer)
    code, left = found[1], int(found[2])
    if code in _OFF_LINE:
        return HostStatus(Trouble.OFFLINE, left)
    if code in _STOPPED:
        return HostStatus(Trouble.PAUSED, left)
    if code.islower() or code.isdigit():
        return HostStatus(_ERRORS.get(code, Trouble.FAULT), left)
    return HostStatus(None, left or int(code not in _WAITING))


def _is_complete(answer: bytes) -> bool:
    return _ANSWER.search(answer) is not None


SBPL = Dialect(b"\x05", _is_complete, parse_sbpl, is_in_order=False)
