"""A parcel is scanned: find what it is, resume its case, or open one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from returnstation.application.equipment import Equipment
from returnstation.application.judging import Judging
from returnstation.application.numbers import next_case_number
from returnstation.application.ports import Work
from returnstation.application.recording import OpenCase, Recording
from returnstation.application.rows import Hit, KnownCase
from returnstation.application.troubles import Refused
from returnstation.domain.barcodes import Barcode, canonical
from returnstation.domain.cases import Case
from returnstation.domain.facts import CaseLine, CaseOpened, Fact, OrderAttached
from returnstation.domain.matching import landed_on
from returnstation.domain.orders import Order, Rma, Shipment
from returnstation.domain.pay.sold import line_money, paid_by, stored_rate

PARCEL_KINDS = frozenset({"rma_tracking", "tracking", "sscc"})
"""Codes that belong to one parcel; an RMA or order number may stand on several."""

OUTBOUND_KINDS = PARCEL_KINDS - {"rma_tracking"}

_SHORTEST_ENDING = 4
_SHORTEST_WORD = 2  # many Korean names have two syllables after the family name
_MOST_CANDIDATES = 6


@dataclass(frozen=True, slots=True)
class Found:
    """One thing a parcel may be: an order, with the announced return if there is one."""

    merchant_id: str
    order_number: str
    rma: str | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """Everything a scan may lead to.

    Attributes:
        known: Cases that already carry one of the codes.
        found: The orders; several with ``is_one_parcel`` lie in the same parcel.
        is_guess: Only the end of a code agrees, or words do, so a person must confirm.
        by_words: What was typed is mostly somebody's name: no fact may keep it.
        is_outbound: It carries the label under which it was sent to the customer.
    """

    scanned: str
    keys: tuple[str, ...]
    known: tuple[KnownCase, ...] = ()
    found: tuple[Found, ...] = ()
    is_one_parcel: bool = False
    is_parcel_code: bool = False
    is_guess: bool = False
    by_words: bool = False
    is_outbound: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """Finds parcels and opens their cases."""

    equipment: Equipment
    recording: Recording

    def look_up(self, work: Work, barcode: Barcode) -> Parcel:
        """Return what a scan leads to, by exact codes only."""
        keys = self._keys(barcode)
        hits = self.equipment.catalogue.find(keys)
        return Parcel(
            scanned=barcode.text,
            keys=keys,
            known=tuple(work.cases.with_code(keys)),
            found=self.of_hits(hits),
            is_one_parcel=all(hit.kind in PARCEL_KINDS for hit in hits),
            is_parcel_code=any(hit.kind in PARCEL_KINDS for hit in hits),
            is_outbound=bool(hits) and all(hit.kind in OUTBOUND_KINDS for hit in hits),
        )

    def suggest(self, barcode: Barcode) -> Parcel:
        """Return orders with a code that ends with what was typed, else with these words in it.

        A person must confirm.
        """
        keys = self._keys(barcode)
        key = canonical(barcode.text)
        catalogue = self.equipment.catalogue
        hits: Sequence[Hit] = ()
        if len(key) >= _SHORTEST_ENDING:
            hits = catalogue.ending(key, _MOST_CANDIDATES)
        by_words = not hits
        if by_words and len(key) >= _SHORTEST_WORD:
            hits = catalogue.search(barcode.text, _MOST_CANDIDATES)
        found = self.of_hits(hits)
        return Parcel(barcode.text, keys, found=found, is_guess=True, by_words=by_words)

    def found(self, keys: Sequence[str]) -> tuple[Found, ...]:
        """Return the orders that canonical codes lead to."""
        return self.of_hits(self.equipment.catalogue.find(keys))

    def of_orders(self, orders: Sequence[Order]) -> tuple[Found, ...]:
        """Return orders as something to open; with the return announced, if there is just one."""
        return self.of_hits([Hit("order", order.merchant_id, order.number) for order in orders])

    def open(self, parcel: Parcel, found: Sequence[Found], user: str | None) -> OpenCase:
        """Open a case for a parcel; with nothing found, a blind one."""
        at = self.equipment.now()
        orders = [pair for pair in map(self._order, found) if pair is not None]
        with self.equipment.work() as work:
            number = next_case_number(work, self.equipment.settings)
            before = {
                order.number: work.cases.received(order.merchant_id, order.number)
                for order, _ in orders
            }
            opened = self._opened(parcel, number, orders, before)
            facts: list[Fact] = [opened]
            judging = Judging(self.equipment)
            for order, rma in orders:
                facts += judging.lines(order, rma, opened.lines, at)
            case = self.recording.open(work, str(self.equipment.new_id()), user, facts)
            work.commit()
        return case

    def may_be_undelivered(self, parcel: Parcel) -> bool:
        """Tell whether a parcel came back under its outbound label, and nobody says it arrived."""
        if not parcel.is_outbound or any(found.rma is not None for found in parcel.found):
            return False
        orders = [pair[0] for pair in map(self._order, parcel.found) if pair is not None]
        sent = [sent for order in orders for sent in order.shipments if _carries(sent, parcel.keys)]
        return bool(sent) and all(shipment.delivered_on is None for shipment in sent)

    def attach(self, work: Work, before: OpenCase, found: Sequence[Found]) -> list[Fact]:
        """Return the facts that make orders part of an open case; what is in hand lands on them.

        Raises:
            Refused: ``orders-apart``: another merchant, currency or law than the case has.
        """
        case = before.case
        orders = [pair for pair in map(self._order, found) if pair is not None]
        if not orders or not _fits(case, [order for order, _ in orders]):
            raise Refused("orders-apart")
        received = {
            order.number: work.cases.received(order.merchant_id, order.number)
            for order, _ in orders
        }
        parcel = Parcel(case.opened.scanned, case.opened.keys)
        fresh = self._opened(parcel, case.number, orders, received)
        opened = fresh if case.is_blind else _together(case.opened, fresh)
        after, landed = landed_on(replace(case, opened=opened))
        attached = OrderAttached(opened=opened, orders=fresh.orders, landed=landed)
        judging = Judging(self.equipment)
        facts: list[Fact] = [attached]
        for order, rma in orders:
            facts += judging.lines(order, rma, fresh.lines, case.opened_at, after)
        return facts

    def _keys(self, barcode: Barcode) -> tuple[str, ...]:
        # Whoever took the scan need not know carriers: their numbers are looked for here.
        return keys_of(self.equipment.barcodes.again(barcode))

    def _order(self, found: Found) -> tuple[Order, Rma | None] | None:
        catalogue = self.equipment.catalogue
        order = catalogue.order(found.merchant_id, found.order_number)
        rma = None if found.rma is None else catalogue.rma(found.merchant_id, found.rma)
        return None if order is None else (order, rma)

    def of_hits(self, hits: Sequence[Hit]) -> tuple[Found, ...]:
        """Return the orders behind the hits; an announced return goes before its bare order."""
        catalogue = self.equipment.catalogue
        found: dict[tuple[str, str], Found] = {}
        for hit in sorted(hits, key=lambda hit: not hit.kind.startswith("rma")):
            if hit.kind.startswith("rma"):
                rma = catalogue.rma(hit.merchant_id, hit.number)
            else:
                announced = catalogue.rmas_of(hit.merchant_id, hit.number)
                rma = announced[0] if len(announced) == 1 else None
            order_number = hit.number if rma is None else rma.order_number
            key = (hit.merchant_id, order_number)
            number = None if rma is None else rma.number
            found.setdefault(key, Found(hit.merchant_id, order_number, number))
        return tuple(found.values())

    def _opened(
        self,
        parcel: Parcel,
        number: str,
        orders: Sequence[tuple[Order, Rma | None]],
        before: Mapping[str, Mapping[str, int]],
    ) -> CaseOpened:
        codes = () if parcel.by_words else parcel.keys
        keys = tuple(dict.fromkeys((*codes, canonical(number))))
        if not orders:
            scanned = number if parcel.by_words else parcel.scanned
            return CaseOpened(number=number, scanned=scanned, keys=keys)
        order, rma = orders[0]
        merchant = self.equipment.catalogue.merchant(order.merchant_id)
        return CaseOpened(
            number=number,
            scanned=order.number if parcel.by_words else parcel.scanned,
            keys=tuple(dict.fromkeys((*keys, *_codes(orders)))),
            merchant_id=order.merchant_id,
            merchant=None if merchant is None else merchant.name,
            orders=tuple(each.number for each, _ in orders),
            rma=None if rma is None else rma.number,
            jurisdiction=order.customer.jurisdiction,
            language=order.customer.language,
            buyer=order.customer.buyer,
            currency=order.currency,
            payment=order.payment,
            shipping=order.shipping if len(orders) == 1 else None,
            lines=tuple(
                line
                for each, announced in orders
                for line in _lines(each, announced, before[each.number])
            ),
            paid_by=paid_by([each for each, _ in orders]),
            rate=stored_rate(order),
            label_cost=None if rma is None else rma.label_cost,
            postage=None if rma is None else rma.postage,
            refunds_duties=merchant is not None and merchant.refunds_duties,
            wants=None if rma is None else rma.wants,
        )


def one_kind(orders: Sequence[Order]) -> bool:
    """Tell whether one case can hold all orders: one merchant, one currency, one law."""
    return len({_kind(order) for order in orders}) == 1


def _fits(case: Case, orders: Sequence[Order]) -> bool:
    opened = case.opened
    own = (opened.merchant_id, opened.currency, opened.jurisdiction)
    return one_kind(orders) and (case.is_blind or own == _kind(orders[0]))


def _kind(order: Order) -> tuple[str | None, str | None, str | None]:
    return order.merchant_id, order.currency, order.customer.jurisdiction


def keys_of(barcode: Barcode) -> tuple[str, ...]:
    """Return the codes under which a scan may be known."""
    values = [barcode.text, *(found.value for found in barcode.candidates)]
    keys = [canonical(value) for value in values]
    return tuple(dict.fromkeys(key for key in keys if key))


def first_seen(opened_at: datetime, at: datetime) -> int:
    """Return whole seconds from one moment to another, never negative."""
    return max(0, round((at - opened_at).total_seconds()))


def _together(old: CaseOpened, new: CaseOpened) -> CaseOpened:
    """Return a case's opening with the orders of both; delivery is refunded for one order only."""
    known = {line.line_id for line in old.lines}
    return replace(
        old,
        keys=tuple(dict.fromkeys((*old.keys, *new.keys))),
        orders=tuple(dict.fromkeys((*old.orders, *new.orders))),
        shipping=None,
        paid_by=tuple(dict.fromkeys((*old.paid_by, *new.paid_by))),
        lines=(*old.lines, *(line for line in new.lines if line.line_id not in known)),
    )


def _carries(sent: Shipment, keys: Sequence[str]) -> bool:
    return any(canonical(code) in keys for code in (sent.tracking, sent.sscc) if code)


def _codes(orders: Sequence[tuple[Order, Rma | None]]) -> list[str]:
    numbers = [order.number for order, _ in orders]
    numbers += [rma.number for _, rma in orders if rma is not None]
    numbers += [rma.tracking for _, rma in orders if rma is not None and rma.tracking]
    return [canonical(number) for number in numbers]


def _lines(order: Order, rma: Rma | None, before: Mapping[str, int]) -> list[CaseLine]:
    """Return the lines of an order with the units that may still come back."""
    paid, money = order.paid_shares(), line_money(order)
    lines = []
    for line in order.lines:
        announced = None if rma is None else rma.line_for(line.sku)
        line_id = f"{order.number}/{line.number}"
        left = max(0, line.quantity - before.get(line_id, 0))
        quantity = left if announced is None else min(announced.quantity, left)
        lines.append(
            CaseLine(
                line_id=line_id,
                order_number=order.number,
                number=line.number,
                sku=line.sku,
                title=line.title,
                quantity=quantity,
                sold=line.quantity,
                paid=paid[line.number].share(Fraction(quantity, line.quantity)),
                gtin=line.gtin,
                category=line.category,
                legal=line.legal,
                rma=None if rma is None else rma.number,
                reason=None if announced is None else announced.reason,
                is_announced=announced is not None,
                is_gift=line.is_gift,
                serials=line.serials,
                **money[line.number],
            )
        )
    return sorted(lines, key=lambda line: not line.is_announced)
