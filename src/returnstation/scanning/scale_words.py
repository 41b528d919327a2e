"""What scales say over a serial line, in the protocols most of them speak.

- ``sma``: Scale Manufacturers Association SCP-0499, level 1; asked by LF W CR.
- ``sics``: Mettler Toledo MT-SICS, level 0; asked by SI CR LF.
- ``toledo``: Toledo continuous output, 17 bytes or 18 with a check sum, sent unasked.
- ``8217``: Toledo 8217 and most checkout scales; asked by W CR, the unit is not told.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

LONGEST = 256
"""Bytes kept while no reading is whole; what scales send is far shorter."""

_GRAMS: Mapping[str, Fraction] = {
    "g": Fraction(1),
    "kg": Fraction(1000),
    "t": Fraction(1_000_000),
    # International pound of 1959, and a sixteenth of it.
    "lb": Fraction("453.59237"),
    "oz": Fraction("28.349523125"),
}


class Protocol(StrEnum):
    """What a scale speaks."""

    SMA = "sma"
    SICS = "sics"
    TOLEDO = "toledo"
    TOLEDO_8217 = "8217"


@dataclass(frozen=True, slots=True)
class Weight:
    """One reading.

    Attributes:
        grams: Rounded; None where the scale says that it cannot weigh now.
        is_stable: It does not move any more.
    """

    grams: int | None
    is_stable: bool


QUESTIONS: Mapping[Protocol, bytes] = {
    Protocol.SMA: b"\nW\r",
    Protocol.SICS: b"SI\r\n",
    Protocol.TOLEDO: b"",
    Protocol.TOLEDO_8217: b"W\r",
}
"""What is sent to get a reading; empty where the scale sends by itself."""

_SMA = re.compile(rb"\n([ZOUEIT ])[1-9]([GNTgn])([M ]).([- .0-9]{10})([A-Za-z ]{3})\r")
_SICS = re.compile(rb"S (?:([SD]) +(-?[0-9]+(?:\.[0-9]+)?) *([A-Za-z]+)|([I+-]))\r\n")
_TOLEDO = re.compile(rb"\x02(.)(.)(.)([ 0-9]{6})([ 0-9]{6})\r", re.DOTALL)
_8217 = re.compile(rb"\x02(?: *([0-9]+(?:\.[0-9]+)?)[A-Za-z]{0,2}|\?(.))\r", re.DOTALL)


@dataclass(slots=True)
class Readings:
    r"""Cuts bytes into readings, wherever the reads happen to end.

    >>> scale = Readings(Protocol.SICS)
    >>> list(scale.feed(b"S S     100.2")), list(scale.feed(b"5 g\r\n"))
    ([], [Weight(grams=100, is_stable=True)])

    Attributes:
        unit: Of scales that do not tell theirs.
    """

    protocol: Protocol
    unit: str = "kg"
    _rest: bytes = field(default=b"", init=False)

    def feed(self, content: bytes) -> Iterator[Weight]:
        """Take what came; yield the readings it completes."""
        pattern, read = _READERS[self.protocol]
        rest = self._rest + content
        end = 0
        for found in pattern.finditer(rest):
            end = found.end()
            yield read(found, self.unit)
        self._rest = rest[end:][-LONGEST:]


def _read_sma(found: re.Match[bytes], _unit: str) -> Weight:
    status, _, motion, digits, unit = found.groups()
    is_wrong = status in b"OUEIT"
    return Weight(None if is_wrong else _grams(digits, unit), motion == b" ")


def _read_sics(found: re.Match[bytes], _unit: str) -> Weight:
    motion, digits, unit, trouble = found.groups()
    if trouble is not None:
        return Weight(None, is_stable=False)
    return Weight(_grams(digits, unit), motion == b"S")


def _read_toledo(found: re.Match[bytes], _unit: str) -> Weight:
    a, b, c = (found[place][0] & 0x7F for place in (1, 2, 3))
    unit = {0: b"kg" if b & 0x10 else b"lb", 1: b"g", 2: b"t", 3: b"oz"}.get(c & 0x07, b"?")
    grams = _grams(found[4], unit)
    if b & 0x04 or grams is None:
        return Weight(None, is_stable=False)
    # The place of the point: 2 is none, more are decimals, fewer are noughts that are not sent.
    exact = _exact(found[4], unit) * Fraction(10) ** (2 - (a & 0x07))
    return Weight(round(-exact if b & 0x02 else exact), not b & 0x08)


def _read_8217(found: re.Match[bytes], unit: str) -> Weight:
    digits, status = found.groups()
    if status is not None:
        return Weight(None, is_stable=False)
    return Weight(_grams(digits, unit.encode()), is_stable=True)


def _grams(digits: bytes, unit: bytes) -> int | None:
    try:
        return round(_exact(digits, unit))
    except (KeyError, ValueError):
        return None


def _exact(digits: bytes, unit: bytes) -> Fraction:
    text = digits.decode("ascii").replace(" ", "")
    return Fraction(text) * _GRAMS[unit.decode("ascii").strip().lower()]


_Read = Callable[[re.Match[bytes], str], Weight]
_READERS: Mapping[Protocol, tuple[re.Pattern[bytes], _Read]] = {
    Protocol.SMA: (_SMA, _read_sma),
    Protocol.SICS: (_SICS, _read_sics),
    Protocol.TOLEDO: (_TOLEDO, _read_toledo),
    Protocol.TOLEDO_8217: (_8217, _read_8217),
}
