"""Licence-plate numbers: a site prefix, a hyphen and a running number, ``ICN3-0011842``."""

import re
from dataclasses import dataclass

_PREFIX = re.compile(r"[A-Z0-9]{2,6}\Z")
_WRITTEN = re.compile(r"([A-Z0-9]{2,6})-([0-9]{7,9})\Z")

LAST_NUMBER = 999_999_999


class BadLpn(ValueError):
    """A text or number makes no licence plate; the message is what was given."""


@dataclass(frozen=True, slots=True)
class Lpn:
    """One licence plate.

    >>> str(Lpn("ICN3", 11842))
    'ICN3-0011842'

    Attributes:
        prefix: Two to six capital letters and digits that name the site.
        number: Running number within the prefix, from 1.
    """

    prefix: str
    number: int

    def __post_init__(self) -> None:
        if not _PREFIX.match(self.prefix) or not 0 < self.number <= LAST_NUMBER:
            raise BadLpn(f"{self.prefix}-{self.number}")

    def __str__(self) -> str:
        return f"{self.prefix}-{self.number:07d}"


def parse_lpn(text: str) -> Lpn:
    """Return the licence plate written in ``text``, in any case and with spaces around it.

    >>> parse_lpn("icn3-0011842")
    Lpn(prefix='ICN3', number=11842)

    Raises:
        BadLpn: The text is no licence plate.
    """
    written = _WRITTEN.match(text.strip().upper())
    # More digits than the number needs would make two texts of one plate.
    if not written or (len(written[2]) > 7 and written[2].startswith("0")):
        raise BadLpn(text)
    return Lpn(written[1], int(written[2]))
