"""One box for anything: parcels and orders by whatever somebody remembers of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from returnstation.application.equipment import Equipment
from returnstation.application.ports import Work
from returnstation.application.recording import Recording
from returnstation.application.rows import Hit, KnownCase
from returnstation.domain.barcodes import canonical
from returnstation.domain.candidates import Clue, ClueKind
from returnstation.domain.clues import LONGEST
from returnstation.domain.likeness import best_likeness, words_of
from returnstation.domain.messages import Say, say
from returnstation.domain.orders import Order

ROWS = 8
"""As many as a finger can tell apart on the smallest screen."""

_LOOKED_AT = 24
_SHORTEST_CODE = 3
_ALIKE = 0.6
_SERIES_DIGITS = 6


@dataclass(frozen=True, slots=True)
class FoundRow:
    """Something that was found.

    Attributes:
        code: What to scan, as it were, to open it.
        kind: ``case`` or ``order``: an icon.
        number: Of the case or order, as people write it.
        who: Buyer in short, and place.
        what: Merchant, day and goods.
        state: What became of it: its case, or that it was announced.
    """

    code: str
    kind: str
    number: str
    who: str
    what: Say
    state: Say | None = None


class Search(Protocol):
    """The search page, as the window needs it; a call may take milliseconds of disk."""

    def find(self, text: str) -> Sequence[FoundRow]:
        """Return what is alike, best first."""


@dataclass(frozen=True, slots=True)
class StationSearch:
    """Searches this station's cases, orders and announced returns."""

    equipment: Equipment

    def find(self, text: str) -> Sequence[FoundRow]:
        """Return what is alike, best first; whatever is typed, it is only words."""
        # Half of a pair of UTF-16, as a broken paste leaves it, is no character.
        wanted = text[:LONGEST].encode(errors="ignore").decode().strip()
        key = canonical(wanted)
        if not key:
            return ()
        with self.equipment.look() as work:
            rows = [self._case(work, known) for known in self._cases(work, wanted, key)]
            for order in self._orders(wanted, key):
                if len(rows) >= ROWS:
                    break
                rows.append(self._order(work, order))
        return tuple(rows[:ROWS])

    def _cases(self, work: Work, text: str, key: str) -> Sequence[KnownCase]:
        codes = [key]
        if key.isdecimal() and len(key) <= _SERIES_DIGITS:
            prefix = self.equipment.settings.prefix
            codes.append(canonical(f"{prefix}-C{key:0>{_SERIES_DIGITS}}"))
        found = {known.case_id: known for known in work.cases.with_code(codes)}
        item_id = work.cases.with_lpn(text.upper())
        if item_id is not None:
            case_id = work.cases.by_item(item_id)
            case = Recording(self.equipment).load(work, case_id).case
            found[case.case_id] = KnownCase(case.case_id, case.number, case.state)
        return list(found.values())[:ROWS]

    def _orders(self, text: str, key: str) -> Iterator[Order]:
        """Yield orders: by a code, then by words, then by what is only alike."""
        seen: set[tuple[str, str]] = set()
        for order in chain(self._by_code(key), self._by_words(text)):
            if (order.merchant_id, order.number) not in seen:
                seen.add((order.merchant_id, order.number))
                yield order
        if not seen:
            yield from self._alike(text)

    def _by_code(self, key: str) -> Iterator[Order]:
        catalogue = self.equipment.catalogue
        hits = [*catalogue.find([key])]
        if len(key) >= _SHORTEST_CODE:
            hits += catalogue.beginning(key, ROWS)
            hits += catalogue.ending(key, ROWS)
        yield from self._of(hits)

    def _by_words(self, text: str) -> Iterator[Order]:
        found = self.equipment.catalogue.remembered(text, _LOOKED_AT)
        yield from sorted(found, key=lambda order: -_fit(text, order))

    def _alike(self, text: str) -> Iterator[Order]:
        """Yield orders of buyers whose names are spelt a little differently."""
        clues = (Clue(ClueKind.NAME, text),)
        orders = self.equipment.catalogue.resembling(clues, _LOOKED_AT)
        likely = [(best_likeness(text, order.customer.name), order) for order in orders]
        likely = [(degree, order) for degree, order in likely if degree >= _ALIKE]
        yield from (order for _, order in sorted(likely, key=lambda one: -one[0]))

    def _of(self, hits: Sequence[Hit]) -> Iterator[Order]:
        catalogue = self.equipment.catalogue
        for hit in hits:
            number = hit.number
            if hit.kind.startswith("rma"):
                rma = catalogue.rma(hit.merchant_id, hit.number)
                number = "" if rma is None else rma.order_number
            order = catalogue.order(hit.merchant_id, number)
            if order is not None:
                yield order

    def _case(self, work: Work, known: KnownCase) -> FoundRow:
        opened = Recording(self.equipment).load(work, known.case_id).case.opened
        order = None
        if opened.merchant_id and opened.orders:
            order = self.equipment.catalogue.order(opened.merchant_id, opened.orders[0])
        state = say(f"search.case.{known.state.value}")
        if order is None:
            what = say("search.blind", scanned=opened.scanned)
            return FoundRow(known.number, "case", known.number, "", what, state)
        return FoundRow(known.number, "case", known.number, _who(order), self._what(order), state)

    def _order(self, work: Work, order: Order) -> FoundRow:
        known = work.cases.with_code([canonical(order.number)])
        announced = self.equipment.catalogue.rmas_of(order.merchant_id, order.number)
        state = None
        if known:
            state = say("search.in_case", number=known[0].number)
        elif announced:
            state = say("search.announced", number=announced[0].number)
        return FoundRow(order.number, "order", order.number, _who(order), self._what(order), state)

    def _what(self, order: Order) -> Say:
        merchant = self.equipment.catalogue.merchant(order.merchant_id)
        name = order.merchant_id if merchant is None else merchant.name
        goods = ", ".join(line.title for line in order.lines[:2])
        return say("search.what", merchant=name, day=order.ordered_on, goods=goods)


def _who(order: Order) -> str:
    buyer = order.customer
    place = " ".join(part for part in (buyer.postcode, buyer.city) if part)
    return ", ".join(part for part in (buyer.short_name, place) if part)


def _fit(text: str, order: Order) -> float:
    """Return how many of the words typed an order has as whole words, not as beginnings."""
    buyer = order.customer
    goods = " ".join(line.title for line in order.lines)
    whole = set(words_of(f"{buyer.name} {buyer.city or ''} {buyer.postcode or ''} {goods}"))
    wanted = words_of(text)
    return sum(word in whole for word in wanted) / len(wanted) if wanted else 0.0
