"""Of all codes on a parcel, choose those that say which parcel it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from returnstation.domain.barcodes.products import RESTRICTED
from returnstation.domain.barcodes.values import Barcode, Identifier, Kind


class PassedOver(StrEnum):
    """Why a code was not used."""

    ROUTING = "routing"
    """It says where the parcel goes."""
    SAME = "same"
    """It says the same as another code."""
    WEAKER = "weaker"
    """Another code says more, or more surely."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The codes that are best, and the others with the reason.

    Attributes:
        best: One code means: take it. Several mean that a person must choose; none is better
            than another. None at all: only routing codes, or no codes.
    """

    best: tuple[Barcode, ...] = ()
    others: tuple[tuple[Barcode, PassedOver], ...] = ()

    def in_order(self) -> tuple[Barcode, ...]:
        """Return the codes that may be looked up, the best first."""
        weaker = (barcode for barcode, why in self.others if why is PassedOver.WEAKER)
        return (*self.best, *weaker)


_RANKS: Mapping[Kind, int] = {
    Kind.COMMAND: 0, Kind.BADGE: 0, Kind.CONTAINER: 0, Kind.LPN: 0,
    Kind.RMA: 1,
    Kind.TRACKING: 2,
    Kind.SSCC: 3, Kind.SHIPMENT: 3,
    Kind.ORDER: 4,
    Kind.GTIN: 5, Kind.SKU: 5, Kind.IMEI: 5, Kind.SERIAL: 5, Kind.FOREIGN_LPN: 5, Kind.PART: 5,
    Kind.ROUTING: 8,
}  # fmt: skip
_GUESS = 6
_OTHER = 7
# These say what they are by their form, without a check digit.
_NEED_NO_PROOF = frozenset(
    {Kind.CONTAINER, Kind.LPN, Kind.RMA, Kind.ORDER, Kind.GTIN, Kind.SKU, Kind.IMEI,
     Kind.FOREIGN_LPN}
)  # fmt: skip
_PARCELS = frozenset({Kind.TRACKING, Kind.SSCC, Kind.SHIPMENT})


def best_of(codes: Sequence[Barcode]) -> Choice:
    """Choose from all codes of a picture or label.

    Our licence plate goes before an RMA, that before a carrier's proven number, SSCC, order
    number and product; guesses come last.
    """
    routing = {place for place, code in enumerate(codes) if _is_routing(code)}
    # A Leitcode is a product number too, unless its parcel's Identcode stands beside it.
    others = [code for place, code in enumerate(codes) if place not in routing]
    if any(each.kind in _PARCELS for code in others for each in code.candidates):
        routing |= {place for place, code in enumerate(codes) if _may_be_routing(code)}
    ranked = [
        (_rank(code), place, code) for place, code in enumerate(codes) if place not in routing
    ]
    lowest = min((rank for rank, _, _ in ranked), default=0)
    best: dict[tuple[Kind, str], Barcode] = {}
    passed: list[tuple[Barcode, PassedOver]] = []
    for rank, _, code in ranked:
        key = _meaning(code)
        if rank > lowest:
            passed.append((code, PassedOver.WEAKER))
        elif key in best:
            passed.append((code, PassedOver.SAME))
        else:
            best[key] = code
    passed += [(codes[place], PassedOver.ROUTING) for place in sorted(routing)]
    return Choice(tuple(best.values()), tuple(passed))


def _is_routing(code: Barcode) -> bool:
    return code.best.kind is Kind.ROUTING


def _may_be_routing(code: Barcode) -> bool:
    return code.first(Kind.ROUTING) is not None and not any(
        each.is_sure and each.kind is not Kind.ROUTING for each in code.candidates
    )


def _rank(code: Barcode) -> int:
    return min(_ranks(code))


def _meaning(code: Barcode) -> tuple[Kind, str]:
    told = min(_told(code), key=lambda each: _rank_of(each, code))
    return told.kind, told.value


def _ranks(code: Barcode) -> Iterator[int]:
    return (_rank_of(each, code) for each in _told(code))


def _told(code: Barcode) -> tuple[Identifier, ...]:
    """Return what a code surely says, else its likeliest meaning."""
    return tuple(each for each in code.candidates if each.is_sure) or (code.best,)


def _rank_of(meaning: Identifier, code: Barcode) -> int:
    if meaning.kind is Kind.GTIN and code.says("circulation") == RESTRICTED:
        return _GUESS
    if meaning.is_sure or meaning.kind in _NEED_NO_PROOF:
        return _RANKS.get(meaning.kind, _OTHER)
    return _OTHER if meaning.kind is Kind.TEXT else _GUESS
