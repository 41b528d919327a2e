"""Hints on the item in hand: shown once, cleared or confirmed with one key."""

from dataclasses import dataclass
from datetime import timedelta

from returnstation.application.desk.memory import Ask, Memory
from returnstation.application.ports import Work
from returnstation.application.recording import Recording
from returnstation.application.view import Option, Sound, Step, Tone
from returnstation.domain.cases import Case, Item, ItemStage
from returnstation.domain.facts import HintSettled, ItemWeighed
from returnstation.domain.hints import Evidence, Hint, HintKind, hints
from returnstation.domain.messages import say
from returnstation.domain.orders import Product

_WRONG, _RIGHT = "1", "2"
_YEAR = timedelta(days=365)
_MOST_ORDERS = 40


@dataclass(frozen=True, slots=True)
class Doubts:
    """Looks at a graded item before it is decided where it goes."""

    recording: Recording
    memory: Memory

    def raise_next(self) -> None:
        """Ask about the next hint on the item in hand, if there is one."""
        item = self.memory.in_hand
        if self.memory.ask is not None or item is None or item.stage is not ItemStage.DISPOSE:
            return
        self._weigh(item)
        with self.recording.equipment.look() as work:
            found = hints(item, self._evidence(work, item))
            hint = next((h for h in found if self._mark(item, h) not in self.memory.passed), None)
            right, total = (0, 0) if hint is None else work.cases.precision(hint.kind)
        if hint is not None:
            self._ask(item, hint, right, total)

    def _mark(self, item: Item, hint: Hint) -> tuple[str, str]:
        return item.item_id, hint.kind.value

    def _ask(self, item: Item, hint: Hint, right: int, total: int) -> None:
        kind = hint.kind.value
        # Whoever goes back instead of answering is not asked again.
        self.memory.passed.add(self._mark(item, hint))

        def settle(key: str) -> None:
            is_right = key == _RIGHT
            self._record(HintSettled(item_id=item.item_id, kind=kind, is_right=is_right))

        self.memory.ask = Ask(
            Step.CHOOSE,
            hint.text,
            say("hint.precision", right=right, n=total) if total else say("hint.first"),
            (
                Option(_WRONG, say(f"hint.{kind}.no"), say("hint.no.help")),
                Option(_RIGHT, say(f"hint.{kind}.yes"), say("hint.yes.help")),
            ),
            settle,
            Tone.QUESTION,
        )
        self.memory.sound = Sound.TAP

    def _weigh(self, item: Item) -> None:
        """Remember what the scale says of an item; it is recorded with the next act on it."""
        if item.grams is not None or item.item_id in self.memory.weighed:
            return
        grams = self.recording.equipment.weigh()
        if grams is None:
            return
        product = self._product(item)
        unit = None if product is None else product.weight_g
        self.memory.weighed[item.item_id] = ItemWeighed(
            item_id=item.item_id,
            grams=grams,
            expected=None if unit is None else unit * item.quantity,
        )

    def _evidence(self, work: Work, item: Item) -> Evidence:
        case = self.memory.opened().case
        line = None if item.line_id is None else case.line(item.line_id)
        product, weighed = self._product(item), self.memory.weighed.get(item.item_id)
        is_told = any(HintKind.OFTEN.value in other.hints for other in case.items.values())
        return Evidence(
            reason=None if line is None else line.reason,
            product_g=None if product is None else product.weight_g,
            measured_g=item.grams if weighed is None else weighed.grams,
            tolerance_percent=self.recording.equipment.settings.weight_tolerance,
            others=None if is_told else self._others(work, case),
        )

    def _others(self, work: Work, case: Case) -> int | None:
        """Return how many other parcels the customer sent within a year; None if unknown."""
        equipment, opened = self.recording.equipment, case.opened
        if opened.merchant_id is None or not opened.orders:
            return None
        order = equipment.catalogue.order(opened.merchant_id, opened.orders[0])
        known = None if order is None else order.customer.email or order.customer.phone
        if not known:
            return None
        found = equipment.catalogue.search(known, _MOST_ORDERS)
        orders = {hit.number for hit in found if hit.merchant_id == opened.merchant_id}
        since = equipment.now() - _YEAR
        return work.cases.parcels_of(opened.merchant_id, orders, since) - 1

    def _product(self, item: Item) -> Product | None:
        merchant_id = self.memory.opened().case.opened.merchant_id
        if merchant_id is None or item.sku is None:
            return None
        return self.recording.equipment.catalogue.product(merchant_id, item.sku)

    def _record(self, settled: HintSettled) -> None:
        before = self.memory.opened()
        with self.recording.equipment.work() as work:
            facts = [settled, *self.memory.weighing(settled.item_id)]
            after = self.recording.act(work, before, self.memory.user_id, facts)
            work.commit()
        self.memory.open = after
