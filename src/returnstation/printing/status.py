"""What a ZPL printer says about itself when asked with ``~HS``."""

import re
from dataclasses import dataclass

from returnstation.domain.papers import Trouble

REQUEST = b"~HS"
# Three lines, each between STX and ETX.
_FRAME = re.compile(rb"\x02([^\x02\x03]*)\x03")
FRAMES = 3


class BadStatus(ValueError):
    """An answer is no host status; the message is the answer."""


@dataclass(frozen=True, slots=True)
class HostStatus:
    """How the printer is.

    Attributes:
        trouble: What keeps it from printing, None when nothing does.
        waiting: Formats in its buffer and labels still to print.
    """

    trouble: Trouble | None
    waiting: int


def is_complete(answer: bytes) -> bool:
    """Tell whether all lines have come."""
    return len(_FRAME.findall(answer)) >= FRAMES


def parse_status(answer: bytes) -> HostStatus:
    """Return what an answer says.

    Raises:
        BadStatus: It is no host status.
    """
    lines = [frame.decode("ascii", "replace").split(",") for frame in _FRAME.findall(answer)]
    try:
        first, second = lines[0], lines[1]
        flags = (
            (first[1], Trouble.OUT_OF_MEDIA),
            (second[2], Trouble.HEAD_OPEN),
            (second[3], Trouble.OUT_OF_RIBBON),
            (first[11], Trouble.TOO_HOT),
            (first[2], Trouble.PAUSED),
        )
        waiting = int(first[4]) + int(second[8])
    except (IndexError, ValueError) as odd:
        raise BadStatus(repr(answer[:120])) from odd
    return HostStatus(next((trouble for flag, trouble in flags if flag == "1"), None), waiting)
