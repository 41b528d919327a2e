"""Which order a parcel may belong to, by partial evidence: it suggests, a person decides.

A candidate's score is the weight of the clues that agree, of the weight of all clues given, in
percent. What differs takes nothing away, but ranks a candidate below one of the same score about
which less is known: so one with more agreeing clues never stands below one with fewer of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

from returnstation.domain.barcodes import canonical
from returnstation.domain.likeness import SAME, best_likeness, folded, is_same_name, words_of
from returnstation.domain.orders import Order, Rma


class ClueKind(StrEnum):
    """What a clue tells about."""

    SERIAL = "serial"  # of a product that lay in the parcel
    CODE = "code"  # tracking, RMA or order number, perhaps only its end
    PRODUCT = "product"  # SKU or GTIN of a product that lay in the parcel
    NAME = "name"  # of the sender
    PHONE = "phone"  # its last digits
    POSTCODE = "postcode"
    WORDS = "words"  # colour, size, words of a title
    CITY = "city"
    WEIGHT = "weight"  # grams
    DATE = "date"  # the day the parcel was received
    CARRIER = "carrier"


WEIGHTS: Mapping[ClueKind, int] = {
    # How many orders of a merchant share it decides what it is worth: a serial is one unit's own,
    # four digits of a phone one in ten thousand, a carrier one in five.
    ClueKind.SERIAL: 60,
    ClueKind.CODE: 40,
    ClueKind.PRODUCT: 30,
    ClueKind.NAME: 30,
    ClueKind.PHONE: 26,
    ClueKind.POSTCODE: 20,
    ClueKind.WORDS: 12,
    ClueKind.CITY: 8,
    ClueKind.WEIGHT: 6,
    ClueKind.DATE: 5,
    ClueKind.CARRIER: 3,
}

EXACT = frozenset({ClueKind.SERIAL, ClueKind.CODE})
"""Kinds that name one parcel or unit; beside them another name may be a gift's recipient."""

_SHORTEST_END = 4
_SHORTEST_FRAGMENT = 3
_PACKAGING_G = 350
_TOLERANCE = 0.15
_LATEST_DAYS = 90
_HARDLY = 0.5


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing known of a parcel."""

    kind: ClueKind
    value: str


class Agreement(StrEnum):
    """What an order says to a clue."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sign:
    """A clue held against an order.

    Attributes:
        degree: How well it agrees, 0 to 1.
        known: What the order says; empty when it says nothing.
    """

    clue: Clue
    agreement: Agreement
    degree: float = 0.0
    known: str = ""


@dataclass(frozen=True, slots=True)
class Suspect:
    """An order with what else is known of it.

    Attributes:
        rmas: The returns announced for it.
        weights: Grams of one unit by SKU, as far as known.
    """

    order: Order
    rmas: tuple[Rma, ...] = ()
    weights: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that a parcel may belong to, with score (0 to 100) and reasons."""

    suspect: Suspect
    score: int
    signs: tuple[Sign, ...]

    @property
    def order(self) -> Order:
        """The order."""
        return self.suspect.order

    @property
    def agreeing(self) -> tuple[Sign, ...]:
        """The signs that speak for it."""
        return tuple(sign for sign in self.signs if sign.agreement is Agreement.AGREES)

    @property
    def differing(self) -> tuple[Sign, ...]:
        """The signs that speak against it."""
        return tuple(sign for sign in self.signs if sign.agreement is Agreement.DIFFERS)

    @property
    def may_be_gift(self) -> bool:
        """The name does not agree, but the order was a gift, or a code or serial is its own.

        Then the sender need not be the buyer.
        """
        names = [sign for sign in self.signs if sign.clue.kind is ClueKind.NAME]
        is_other = bool(names) and not any(sign.degree for sign in names)
        is_proven = any(sign.clue.kind in EXACT for sign in self.agreeing)
        return is_other and (is_proven or (self.order.is_gift and bool(self.agreeing)))


def weigh(clues: Sequence[Clue], suspect: Suspect) -> Candidate:
    """Hold all clues against an order."""
    signs = tuple(_COMPARE[clue.kind](clue, suspect) for clue in clues)
    whole = sum(WEIGHTS[clue.kind] for clue in clues)
    found = sum(WEIGHTS[sign.clue.kind] * sign.degree for sign in signs)
    return Candidate(suspect, round(100 * found / whole) if whole else 0, signs)


def rank(clues: Sequence[Clue], suspects: Iterable[Suspect]) -> list[Candidate]:
    """Return the orders that agree with at least one clue of substance, best first.

    Carrier and day alone fit thousands of orders, and suggest none.
    """
    weighed = [weigh(clues, suspect) for suspect in suspects]
    likely = [c for c in weighed if any(sign.clue.kind not in _FAINT for sign in c.agreeing)]
    return sorted(likely, key=_place)


_FAINT = frozenset({ClueKind.CARRIER, ClueKind.DATE, ClueKind.WEIGHT, ClueKind.CITY})


def _place(candidate: Candidate) -> tuple[float, int, int, str]:
    against = sum(WEIGHTS[sign.clue.kind] for sign in candidate.differing)
    exact = sum(WEIGHTS[sign.clue.kind] * sign.degree for sign in candidate.signs)
    newest = -candidate.order.ordered_on.toordinal()
    return (-exact, against, newest, candidate.order.number)


def _sign(clue: Clue, degree: float, known: str) -> Sign:
    if not known:
        return Sign(clue, Agreement.UNKNOWN)
    if degree <= 0:
        return Sign(clue, Agreement.DIFFERS, 0.0, known)
    return Sign(clue, Agreement.AGREES, degree, known)


def _code(clue: Clue, suspect: Suspect) -> Sign:
    order = suspect.order
    codes = [sent.tracking for sent in order.shipments]
    codes += [sent.sscc for sent in order.shipments if sent.sscc]
    codes += [code for rma in suspect.rmas for code in (rma.tracking, rma.number) if code]
    codes.append(order.number)
    wanted = canonical(clue.value)
    ends = [code for code in codes if _ends(canonical(code), wanted)]
    return _sign(clue, float(bool(ends)), (ends or codes)[0])


def _ends(code: str, wanted: str) -> bool:
    if code == wanted:
        return True
    return len(wanted) >= _SHORTEST_END and code.endswith(wanted)


def _serial(clue: Clue, suspect: Suspect) -> Sign:
    serials = [serial for line in suspect.order.lines for serial in line.serials]
    wanted = canonical(clue.value)
    found = [serial for serial in serials if canonical(serial) == wanted]
    return _sign(clue, float(bool(found)), (found or serials or [""])[0])


def _product(clue: Clue, suspect: Suspect) -> Sign:
    wanted = canonical(clue.value)
    lines = suspect.order.lines
    found = [line for line in lines if wanted in {canonical(line.sku), line.gtin}]
    titles = ", ".join(line.title for line in (found or lines)[:2])
    return _sign(clue, float(bool(found)), titles)


def _name(clue: Clue, suspect: Suspect) -> Sign:
    name = suspect.order.customer.name
    degree = best_likeness(clue.value, name)
    if suspect.order.is_gift and not is_same_name(degree, name):
        # Whoever got a gift has a name of their own: it speaks neither for nor against.
        return Sign(clue, Agreement.UNKNOWN)
    return _sign(clue, degree if is_same_name(degree, name) else 0.0, name)


def _phone(clue: Clue, suspect: Suspect) -> Sign:
    given, known = _digits(clue.value), _digits(suspect.order.customer.phone or "")
    length = min(len(given), len(known), 8)
    is_same = length >= _SHORTEST_END and given[-length:] == known[-length:]
    return _sign(clue, float(is_same), known[-_SHORTEST_END:])


def _postcode(clue: Clue, suspect: Suspect) -> Sign:
    given, shown = canonical(clue.value), suspect.order.customer.postcode or ""
    known = canonical(shown)
    if given == known:
        return _sign(clue, 1.0, shown)
    is_part = len(given) >= _SHORTEST_FRAGMENT and known.startswith(given)
    is_slip = len(given) == len(known) > 3 and Levenshtein.distance(given, known) == 1
    return _sign(clue, _HARDLY if is_part or is_slip else 0.0, shown)


def _words(clue: Clue, suspect: Suspect) -> Sign:
    wanted = words_of(clue.value)
    best, title = 0.0, suspect.order.lines[0].title if suspect.order.lines else ""
    for line in suspect.order.lines:
        known = set(words_of(f"{line.title} {line.sku}"))
        share = sum(word in known for word in wanted) / len(wanted) if wanted else 0.0
        if share > best:
            best, title = share, line.title
    return _sign(clue, best if best >= _HARDLY else 0.0, title)


def _city(clue: Clue, suspect: Suspect) -> Sign:
    city = suspect.order.customer.city or ""
    degree = best_likeness(clue.value, city) if city else 0.0
    return _sign(clue, degree if degree >= SAME else 0.0, city)


def _weight(clue: Clue, suspect: Suspect) -> Sign:
    """Compare grams with the whole order and with each of its units, packed."""
    units = [(suspect.weights.get(line.sku), line.quantity) for line in suspect.order.lines]
    if not units or any(grams is None for grams, _ in units):
        return Sign(clue, Agreement.UNKNOWN)
    known = [(grams or 0, count) for grams, count in units]
    whole = sum(grams * count for grams, count in known)
    fits = any(_is_near(int(clue.value), grams) for grams in (whole, *(g for g, _ in known)))
    return _sign(clue, float(fits), f"{whole} g")


def _is_near(parcel: int, goods: int) -> bool:
    return (1 - _TOLERANCE) * goods <= parcel <= (1 + _TOLERANCE) * goods + _PACKAGING_G


def _date(clue: Clue, suspect: Suspect) -> Sign:
    """A return comes after its delivery, and rarely long after it."""
    delivered = suspect.order.delivered_on
    if not delivered:
        return Sign(clue, Agreement.UNKNOWN)
    days = (date.fromisoformat(clue.value) - delivered[0]).days
    degree = 1 - days / _LATEST_DAYS if 0 <= days < _LATEST_DAYS else 0.0
    return _sign(clue, degree, delivered[-1].isoformat())


def _carrier(clue: Clue, suspect: Suspect) -> Sign:
    carriers = [folded(sent.carrier) for sent in suspect.order.shipments if sent.carrier]
    return _sign(clue, float(folded(clue.value) in carriers), (carriers or [""])[0])


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


_COMPARE: Mapping[ClueKind, Callable[[Clue, Suspect], Sign]] = {
    ClueKind.SERIAL: _serial,
    ClueKind.CODE: _code,
    ClueKind.PRODUCT: _product,
    ClueKind.NAME: _name,
    ClueKind.PHONE: _phone,
    ClueKind.POSTCODE: _postcode,
    ClueKind.WORDS: _words,
    ClueKind.CITY: _city,
    ClueKind.WEIGHT: _weight,
    ClueKind.DATE: _date,
    ClueKind.CARRIER: _carrier,
}
