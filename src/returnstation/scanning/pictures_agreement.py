"""Decide which readings to believe when several looks were taken."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import hypot
from typing import TypeAlias

from returnstation.domain.barcodes import BarcodeReader, Kind, UnreadableBarcode
from returnstation.scanning.pictures_readers import PictureCode, Reader, is_product_code

IsKnown: TypeAlias = Callable[[str], bool]
"""Tells whether a GTIN of 14 digits stands in the product table."""

_PROVEN_KINDS = frozenset({Kind.TRACKING, Kind.SSCC, Kind.LPN})
_SHORT = "UPC-E"
_OUTVOTED = 3
"""How many times as often one reading was seen as the other."""
_RIM = 6  # zbar's boxes of bars are often a line high


def nothing_is_known(_gtin: str) -> bool:
    """Know no product."""
    return False


@dataclass(frozen=True, slots=True)
class Trust:
    """What the station knows that makes a reading certain.

    Attributes:
        is_known: A product in the table is believed at first sight.
        barcodes: Knows the carriers' numbers, whose own check digits settle a disagreement.
    """

    is_known: IsKnown = nothing_is_known
    barcodes: BarcodeReader = field(default_factory=BarcodeReader)

    def proves(self, code: PictureCode) -> bool:
        """Tell whether a carrier's or our own check digit stands for a reading."""
        try:
            meaning = self.barcodes.read(code.scan_text).best
        except UnreadableBarcode:
            return False
        return meaning.is_sure and meaning.kind in _PROVEN_KINDS


NO_TRUST = Trust()


@dataclass(slots=True)
class Readings:
    """What was read at one picture, or at a few frames of the same scene.

    One in a hundred product codes is misread with a right check digit. The same mistake on other
    dots or by another reader is not seen, so that they count when they were read twice, or when
    the product is known. A UPC-E, which is half as long, needs both readers. DataBar, seen in coarse
    print and noise, and PDF417, corrected to another text where much is lost, count when seen twice.
    """

    trust: Trust = NO_TRUST
    _codes: dict[str, PictureCode] = field(default_factory=dict)
    _looks: dict[str, set[tuple[object, Reader]]] = field(default_factory=dict)

    def add(self, codes: Iterable[PictureCode], look: object) -> None:
        """Take what a look gave; ``look`` says which look, or which frame, it was."""
        for code in codes:
            self._looks.setdefault(code.text, set()).add((look, code.reader))
            self._codes[code.text] = _better(self._codes.get(code.text), code)

    def drop(self, text: str) -> None:
        """Forget a code."""
        self._codes.pop(text, None)
        self._looks.pop(text, None)

    @property
    def codes(self) -> tuple[PictureCode, ...]:
        """All that was read, believed or not."""
        return tuple(self._codes.values())

    def agreed(self) -> tuple[PictureCode, ...]:
        """Return what can be believed."""
        return tuple(
            code
            for code in self._codes.values()
            if not self._is_beaten(code) and self.is_certain(code)
        )

    def is_certain(self, code: PictureCode) -> bool:
        """Tell whether a code needs no other look."""
        if not code.is_doubtful or len(self._votes(code)) > 1:
            return True
        return self.trust.is_known(code.text.zfill(14)) or self.trust.proves(code)

    def _votes(self, code: PictureCode) -> set[object]:
        looks = self._looks[code.text]
        # Six digits are soon seen in the bars of another code, and again at the next look.
        return {reader for _, reader in looks} if code.format == _SHORT else set(looks)

    @property
    def disagree(self) -> bool:
        """Whether two readings of one place contradict each other."""
        return any(self._is_beaten(code) for code in self._codes.values())

    def _is_beaten(self, code: PictureCode) -> bool:
        """Tell whether another reading of the same place stands against a code."""
        rivals = [
            other
            for other in self._codes.values()
            if _are_rivals(code, other) and not self._outvotes(code, other)
        ]
        return bool(rivals) and (not self.trust.proves(code) or any(map(self.trust.proves, rivals)))

    def _outvotes(self, code: PictureCode, other: PictureCode) -> bool:
        """Tell whether both readers saw a product code, and another in its place was a slip."""
        votes, slips = self._votes(code), self._votes(other)
        readers = {reader for _, reader in self._looks[code.text]}
        is_product = is_product_code(code) and is_product_code(other)
        return is_product and len(readers) > 1 and len(votes) >= _OUTVOTED * len(slips)


def _better(known: PictureCode | None, code: PictureCode) -> PictureCode:
    """Return the reading that says more: with identifier, with add-on."""
    if known is None or (known.reader is Reader.ZBAR and code.reader is Reader.ZXING):
        return code if known is None else replace(code, add_on=code.add_on or known.add_on)
    return known if known.add_on or not code.add_on else code


def _are_rivals(one: PictureCode, other: PictureCode) -> bool:
    if one.text == other.text:
        return False
    return _lies_in(middle(one), other) or _lies_in(middle(other), one)


def middle(code: PictureCode) -> tuple[float, float]:
    """Return the middle of a code."""
    return (
        sum(x for x, _ in code.box) / len(code.box),
        sum(y for _, y in code.box) / len(code.box),
    )


def _lies_in(point: tuple[float, float], code: PictureCode) -> bool:
    """Tell whether a point lies within the corners of a code, or by a rim beside them."""
    xs, ys = [x for x, _ in code.box], [y for _, y in code.box]
    near = (
        min(xs) - _RIM <= point[0] <= max(xs) + _RIM
        and min(ys) - _RIM <= point[1] <= max(ys) + _RIM
    )
    if not near or is_product_code(code):
        # Bars are higher than the rows of them that were read, and other rows are misread.
        return near
    # Mirrored codes have their corners the other way round.
    beside = [_beside(point, *edge) for edge in pairwise((*code.box, code.box[0]))]
    return min(beside) >= -_RIM or max(beside) <= _RIM


def _beside(
    point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> float:
    """Return how far a point lies to the right of an edge."""
    along, down = end[0] - start[0], end[1] - start[1]
    across = along * (point[1] - start[1]) - down * (point[0] - start[0])
    return across / max(hypot(along, down), 1.0)
