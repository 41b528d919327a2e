"""Zebra: ``~HS``, and ``~HQES`` when that stays silent because of what is wrong."""

import re

from returnstation.domain.papers import Trouble
from returnstation.printing.status import BadStatus, Dialect, HostStatus, first_of

# Three lines, each between STX and ETX.
_FRAME = re.compile(rb"\x02([^\x02\x03]*)\x03")
_FRAMES = 3
# Flag, then eight hexadecimal digits twice; the second group tells of all that is known.
_ERRORS = re.compile(rb"ERRORS:\s+([01])\s+[0-9A-F]{8}\s+([0-9A-F]{8})\b")
_WARNINGS = re.compile(rb"WARNINGS:\s+[01]\s+[0-9A-F]{8}\s+[0-9A-F]{8}\b")


def parse_hs(answer: bytes) -> HostStatus:
    """Return what a host status says.

    Raises:
        BadStatus: It is no host status.
    """
    lines = [frame.decode("ascii", "replace").split(",") for frame in _FRAME.findall(answer)]
    try:
        first, second = lines[0], lines[1]
        trouble = first_of(
            (
                (first[1] == "1", Trouble.OUT_OF_MEDIA),
                (second[2] == "1", Trouble.HEAD_OPEN),
                (second[3] == "1", Trouble.OUT_OF_RIBBON),
                (first[11] == "1", Trouble.TOO_HOT),
                (first[2] == "1", Trouble.PAUSED),
                (first[5] == "1", Trouble.BUFFER_FULL),
            )
        )
        return HostStatus(trouble, int(first[4]) + int(second[8]))
    except (IndexError, ValueError) as odd:
        raise BadStatus(answer) from odd


def parse_hqes(answer: bytes) -> HostStatus:
    """Return what a host query of errors says.

    Raises:
        BadStatus: It is no such answer.
    """
    found = _ERRORS.search(answer)
    if found is None:
        raise BadStatus(answer)
    flags = int(found[2], 16)
    trouble = first_of(
        (
            (bool(flags & 0x1), Trouble.OUT_OF_MEDIA),
            (bool(flags & 0x2), Trouble.OUT_OF_RIBBON),
            (bool(flags & 0x4), Trouble.HEAD_OPEN),
            (bool(flags & 0x8), Trouble.CUTTER),
            # Head and motor.
            (bool(flags & 0x30), Trouble.TOO_HOT),
            # Receipt printers: feed, presenter, retract.
            (bool(flags & 0x2F000), Trouble.JAMMED),
            # No black mark is found.
            (bool(flags & 0xC0000), Trouble.WRONG_MEDIA),
            (bool(flags & 0x10000), Trouble.PAUSED),
            (found[1] == b"1", Trouble.FAULT),
        )
    )
    return HostStatus(trouble, 0 if trouble else 1)


def _has_all_frames(answer: bytes) -> bool:
    return len(_FRAME.findall(answer)) >= _FRAMES


def _has_warnings(answer: bytes) -> bool:
    return _WARNINGS.search(answer) is not None


_HQES = Dialect(b"~HQES", _has_warnings, parse_hqes, is_in_order=False)
HS = Dialect(b"~HS", _has_all_frames, parse_hs, is_in_order=True, instead=_HQES)
