"""Lots: many equal units inspected as one item, and single units taken off them."""

from dataclasses import dataclass

from returnstation.application.desk.memory import Ask, Memory
from returnstation.application.desk.writing import write_item
from returnstation.application.recording import Recording
from returnstation.application.troubles import Refused
from returnstation.application.view import Echo, Option, Sound, Step
from returnstation.domain.cases import Item, ItemStage
from returnstation.domain.facts import LotCounted, LotSplit
from returnstation.domain.messages import Say, say

MOST_UNITS = 9999
_BY_KEY = 6
_COUNTABLE = frozenset({ItemStage.QUESTION, ItemStage.DISPOSE})


@dataclass(frozen=True, slots=True)
class Lots:
    """Counts equal units as one item."""

    recording: Recording
    memory: Memory

    def ask(self) -> None:
        """Ask how many equal units there are; of a lot, how many are different.

        Raises:
            Refused: No item is in hand that can be counted.
        """
        item = self._item()
        if item.quantity > 1:
            self._ask_split(item)
            return
        announced = self._announced(item)
        options = [
            Option(str(number), say("ask.lot.units", n=number)) for number in range(2, _BY_KEY + 1)
        ]
        if announced > 1:
            first = Option("1", say("ask.lot.all", n=announced), say("ask.lot.all.help"))
            options.insert(0, first)

        def take(key: str) -> None:
            self.count(announced if key == "1" else int(key))

        self.memory.ask = Ask(
            Step.REASON,
            say("ask.lot"),
            say("ask.lot.help"),
            tuple(options),
            take,
            typed=lambda text: self.count(_units(text)),
        )

    def count(self, quantity: int) -> None:
        """Make the item in hand a lot of so many units.

        Raises:
            Refused: It has a number of its own, or so many units cannot be.
        """
        item = self._item()
        if not 1 <= quantity <= MOST_UNITS:
            raise Refused("lot-size", most=MOST_UNITS)
        if item.serial is not None and quantity > 1:
            raise Refused("lot-serial", serial=item.serial)
        counted = LotCounted(item_id=item.item_id, quantity=quantity)
        write_item(self.recording, self.memory, [counted])
        self._tell(say("echo.lot"), item, quantity)

    def split(self, quantity: int) -> None:
        """Take units off the lot in hand; they are inspected on their own.

        Raises:
            Refused: The lot has not more than so many.
        """
        item = self._item()
        if not 1 <= quantity < item.quantity:
            raise Refused("lot-split", most=item.quantity - 1)
        new = str(self.recording.equipment.new_id())
        fact = LotSplit(item_id=item.item_id, new_item_id=new, quantity=quantity)
        write_item(self.recording, self.memory, [fact])
        self._tell(say("echo.lot-split", n=quantity), item, item.quantity - quantity)

    def _ask_split(self, item: Item) -> None:
        most = min(item.quantity - 1, _BY_KEY)
        options = tuple(
            Option(str(number), say("ask.lot.off", n=number)) for number in range(1, most + 1)
        )
        self.memory.ask = Ask(
            Step.REASON,
            say("ask.lot-split", n=item.quantity),
            say("ask.lot-split.help"),
            options,
            lambda key: self.split(int(key)),
            typed=lambda text: self.split(_units(text)),
        )

    def _item(self) -> Item:
        item = self.memory.item()
        if item.stage not in _COUNTABLE:
            raise Refused("lot-labelled")
        return item

    def _announced(self, item: Item) -> int:
        """Return how many units the item would be with all that are still to come."""
        if item.line_id is None:
            return 0
        case = self.memory.opened().case
        return item.quantity + case.expected(case.line(item.line_id))

    def _tell(self, label: Say, item: Item, quantity: int) -> None:
        at = self.recording.equipment.now()
        detail = say("echo.lot.detail", n=quantity)
        self.memory.echo = Echo("check", label, item.title, detail, at)
        self.memory.sound = Sound.TAP


def _units(text: str) -> int:
    clean = text.strip()
    if not (clean.isascii() and clean.isdigit() and len(clean) <= 5):
        raise Refused("lot-size", most=MOST_UNITS)
    return int(clean)
