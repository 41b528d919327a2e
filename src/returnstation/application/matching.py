"""Find the order of a blind parcel: rank what may be it, and look again when orders come."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from returnstation.application.equipment import Equipment
from returnstation.application.opening import Found, Opening, one_kind
from returnstation.application.ports import Work
from returnstation.application.recording import OpenCase, Recording
from returnstation.application.rows import CaseRow
from returnstation.domain.barcodes import Kind, UnreadableBarcode, canonical, parse_barcode
from returnstation.domain.candidates import Candidate, Clue, ClueKind, Suspect, rank, weigh
from returnstation.domain.cases import Case, CaseState
from returnstation.domain.clues import MOST_COUNTED, clues_of, grams_of
from returnstation.domain.facts import OrderFound
from returnstation.domain.likeness import folded
from returnstation.domain.orders import Order

MOST_COMPARED = 150
_MOST_ENDINGS = 20
_MOST_BLIND = 500
_MOST_ENDED = 100
_MOST_DESCRIBED = 40
_KINDS = {
    Kind.GTIN: ClueKind.PRODUCT,
    Kind.SKU: ClueKind.PRODUCT,
    Kind.SERIAL: ClueKind.SERIAL,
    Kind.IMEI: ClueKind.SERIAL,
}


@dataclass(frozen=True, slots=True)
class Matching:
    """Suggests orders for parcels; a person decides."""

    equipment: Equipment

    def clues(self, work: Work, case: Case) -> tuple[Clue, ...]:
        """Return everything known of a parcel that orders can be compared by."""
        products = [item.gtin or item.sku for item in case.items.values()]
        serials = [item.serial for item in case.items.values()]
        day = self.equipment.day_in(case.opened.jurisdiction, case.opened_at)
        clues = [
            *self.typed(work, case),
            *(Clue(ClueKind.PRODUCT, product) for product in products if product),
            *(Clue(ClueKind.SERIAL, serial) for serial in serials if serial),
            *self._scanned(case),
            Clue(ClueKind.DATE, day.isoformat()),
        ]
        return tuple(dict.fromkeys(clues))

    def typed(self, work: Work, case: Case) -> tuple[Clue, ...]:
        """Return what people typed about a parcel; what may name somebody is not in its facts."""
        kept = work.cases.clue_values(case.case_id) if case.clues else {}
        values = [(noted.kind, noted.value or kept.get(noted.fact_id)) for noted in case.clues]
        return tuple(Clue(ClueKind(kind), value) for kind, value in values if value)

    def read(self, text: str) -> tuple[Clue, ...]:
        """Return what a typed text tells of a parcel."""
        catalogue = self.equipment.catalogue
        return clues_of(text, lambda field, words: catalogue.count(field, words, MOST_COUNTED))

    def candidates(self, clues: Sequence[Clue], limit: int) -> Sequence[Candidate]:
        """Return the orders that agree best, best first; none without a clue of substance."""
        orders: dict[tuple[str, str], Order] = {}
        for order in (*self._exact(clues), *self._resembling(clues), *self._described(clues)):
            orders.setdefault((order.merchant_id, order.number), order)
        kinds = {clue.kind for clue in clues}
        return rank(clues, (self._suspect(order, kinds) for order in orders.values()))[:limit]

    def weighed(self, found: Iterable[Found], clues: Sequence[Clue]) -> Sequence[Candidate]:
        """Hold clues against these orders, best first."""
        catalogue, kinds = self.equipment.catalogue, {clue.kind for clue in clues}
        orders = [catalogue.order(one.merchant_id, one.order_number) for one in found]
        return rank(clues, (self._suspect(order, kinds) for order in orders if order is not None))

    def others(self, case: Case, code: str) -> tuple[Found, ...]:
        """Return other orders of the case's customer that have a product, by SKU or GTIN."""
        opened, catalogue = case.opened, self.equipment.catalogue
        if opened.merchant_id is None or not opened.orders:
            return ()
        own = catalogue.order(opened.merchant_id, opened.orders[0])
        if own is None:
            return ()
        buyer = own.customer
        product = Clue(ClueKind.PRODUCT, code)
        clues = [Clue(ClueKind.NAME, buyer.name), product]
        clues += [Clue(ClueKind.POSTCODE, buyer.postcode)] if buyer.postcode else []
        clues += [Clue(ClueKind.PHONE, buyer.phone)] if buyer.phone else []
        alike = [weigh((product,), Suspect(order)) for order in self._resembling(clues)]
        orders = [one.order for one in alike if one.agreeing and _is_same_buyer(own, one.order)]
        found = Opening(self.equipment, Recording(self.equipment)).of_orders(orders)
        return tuple(one for one in found if one.order_number not in opened.orders)

    def exact(self, case: Case) -> tuple[Found, ...]:
        """Return the orders that codes of a parcel, or serials in it, lead to by now."""
        serials = (item.serial for item in case.items.values())
        keys = (*case.opened.keys, *(canonical(serial) for serial in serials if serial))
        known = set(case.opened.orders)
        found = Opening(self.equipment, Recording(self.equipment)).found(keys)
        return tuple(one for one in found if one.order_number not in known)

    def proven(self, case: Case, found: Iterable[Found]) -> tuple[Clue, ...]:
        """Return the codes of a parcel that are an order's own, as clues."""
        keys = set(case.opened.keys)
        clues = []
        for one in found:
            order = self.equipment.catalogue.order(one.merchant_id, one.order_number)
            codes = [] if order is None else self._codes(order)
            clues += [Clue(ClueKind.CODE, code) for code in codes if canonical(code) in keys]
        return tuple(dict.fromkeys(clues))

    def _codes(self, order: Order) -> list[str]:
        rmas = self.equipment.catalogue.rmas_of(order.merchant_id, order.number)
        codes = [code for rma in rmas for code in (rma.tracking, rma.number) if code]
        codes += [code for sent in order.shipments for code in (sent.tracking, sent.sscc) if code]
        return [*codes, order.number]

    def _scanned(self, case: Case) -> Iterator[Clue]:
        """Yield what the code on the parcel says beside its number."""
        try:
            barcode = self.equipment.barcodes.again(parse_barcode(case.opened.scanned))
        except UnreadableBarcode:
            return
        grams = grams_of(barcode)
        if grams is not None:
            yield Clue(ClueKind.WEIGHT, str(grams))
        for found in barcode.candidates:
            kind = _KINDS.get(found.kind)
            # A number of thirteen digits may be a product's or a parcel's: only proof counts.
            if kind is not None and found.is_sure:
                yield Clue(kind, found.value)
        for carrier in dict.fromkeys(f.carrier for f in barcode.candidates if f.carrier):
            yield Clue(ClueKind.CARRIER, carrier)

    def _exact(self, clues: Sequence[Clue]) -> Iterable[Order]:
        catalogue = self.equipment.catalogue
        opening = Opening(self.equipment, Recording(self.equipment))
        for clue in clues:
            key = canonical(clue.value)
            if clue.kind is ClueKind.SERIAL:
                hits = catalogue.find([key])
            elif clue.kind is ClueKind.CODE and len(key) >= 4:
                hits = catalogue.ending(key, _MOST_ENDINGS)
            else:
                continue
            for one in opening.of_hits(hits):
                order = catalogue.order(one.merchant_id, one.order_number)
                if order is not None:
                    yield order

    def _resembling(self, clues: Sequence[Clue]) -> Iterable[Order]:
        return self.equipment.catalogue.resembling(clues, MOST_COMPARED)

    def _described(self, clues: Sequence[Clue]) -> Iterable[Order]:
        """Return orders with the words somebody saw, and with the name, if there are such."""
        words = [clue.value for clue in clues if clue.kind is ClueKind.WORDS]
        if not words:
            return ()
        names = [clue.value for clue in clues if clue.kind in {ClueKind.NAME, ClueKind.CITY}]
        catalogue = self.equipment.catalogue
        both = catalogue.remembered(" ".join((*names, *words)), _MOST_DESCRIBED) if names else ()
        return both or catalogue.remembered(" ".join(words), _MOST_DESCRIBED)

    def _suspect(self, order: Order, kinds: set[ClueKind]) -> Suspect:
        catalogue = self.equipment.catalogue
        needs_rmas = ClueKind.CODE in kinds
        rmas = tuple(catalogue.rmas_of(order.merchant_id, order.number)) if needs_rmas else ()
        weights = {}
        for line in order.lines if ClueKind.WEIGHT in kinds else ():
            product = catalogue.product(order.merchant_id, line.sku)
            if product is not None and product.weight_g is not None:
                weights[line.sku] = product.weight_g
        return Suspect(order, rmas, weights)


@dataclass(frozen=True, slots=True)
class Rematching:
    """Looks for the orders of blind parcels again, and marks those that are found.

    Nothing is attached: a person confirms it when the parcel is on a desk again, and a supervisor
    where it is finished.
    """

    recording: Recording

    def run(self) -> int:
        """Mark every parcel not on a desk whose codes lead to just one order; return how many."""
        with self.recording.equipment.look() as work:
            rows, _ = work.cases.blind(_MOST_BLIND)
            ended = work.cases.ended_blind(_MOST_ENDED)
        return sum(self._mark(row) for row in (*filter(_is_waiting, rows), *ended))

    def _mark(self, row: CaseRow) -> bool:
        matching = Matching(self.recording.equipment)
        with self.recording.equipment.look() as work:
            found = matching.exact(self.recording.load(work, row.case_id).case)
        if len(found) != 1:
            return False
        mark = OrderFound(
            merchant_id=found[0].merchant_id,
            order_number=found[0].order_number,
            rma=found[0].rma,
        )
        with self.recording.equipment.work() as work:
            # A desk may have taken it up, or another import have marked it, a moment ago.
            before = self.recording.load(work, row.case_id)
            if not _may_be_marked(before):
                return False
            self.recording.act(work, before, None, [mark])
            work.commit()
        return True


def _is_same_buyer(one: Order, other: Order) -> bool:
    """Tell whether two orders are one person's, and may lie in one case.

    A name alone is shared by too many: place, phone or mail must agree as well.
    """
    if not one_kind([one, other]) or folded(one.customer.name) != folded(other.customer.name):
        return False
    mine, theirs = one.customer, other.customer
    pairs = (
        (mine.postcode, theirs.postcode),
        (mine.phone, theirs.phone),
        (mine.email, theirs.email),
    )
    return any(left is not None and left == right for left, right in pairs)


def _is_waiting(row: CaseRow) -> bool:
    return row.state is CaseState.HELD and not row.is_found


def _may_be_marked(opened: OpenCase) -> bool:
    case = opened.case
    is_away = case.state in {CaseState.HELD, CaseState.FINISHED}
    return is_away and case.is_blind and case.found is None
