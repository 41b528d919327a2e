"""The way out of an item: disposition, label, scan back, container."""

from dataclasses import dataclass, replace

from returnstation.application.desk.memory import Ask, Memory, ask_reason
from returnstation.application.recording import Recording, ToPrint
from returnstation.application.troubles import Refused
from returnstation.application.view import Echo, Option, Sound, Step
from returnstation.domain.cases import Case, Item, ItemStage
from returnstation.domain.containers import Container, ContainerState
from returnstation.domain.dispositions import WITHOUT_GOODS, Disposition
from returnstation.domain.facts import ItemDisposed, ItemPut, LabelScannedBack
from returnstation.domain.lpn import Lpn
from returnstation.domain.messages import say
from returnstation.domain.papers import ItemLabel
from returnstation.domain.proposals import Choice, Proposal, propose

WORSE_REASONS = (
    "customer_wish",
    "not_seen_by_questions",
    "no_room",
    "merchant_instruction",
    "safety",
    "other",
)
REPRINT_REASONS = ("did_not_come_out", "damaged", "unreadable", "lost")
OTHER_KEY = "9"
_SHOWN = 7


@dataclass(frozen=True, slots=True)
class Exits:
    """What a worker does once an item is graded."""

    recording: Recording
    memory: Memory

    def proposal(self, case: Case, item: Item) -> Proposal:
        """Return where the item should go and what else is open."""
        equipment = self.recording.equipment
        merchant_id = case.opened.merchant_id
        product = None
        if merchant_id is not None and item.sku is not None:
            product = equipment.catalogue.product(merchant_id, item.sku)
        elif item.gtin is not None:
            found = equipment.catalogue.products(item.gtin)
            product = found[0] if len(found) == 1 else None
        verdict = case.verdicts.get(item.line_id or "")
        eligible = None if verdict is None else verdict.eligible
        return propose(item, product, eligible, equipment.economics)

    def accept(self) -> None:
        """Take the proposal."""
        item = self.memory.item(ItemStage.DISPOSE)
        chosen = self.proposal(self.memory.opened().case, item).chosen
        self._dispose(item, chosen, chosen.disposition, None)

    def choose(self, disposition: Disposition, reason: str | None = None) -> None:
        """Take another disposition than proposed; without a reason one is asked first.

        Raises:
            Refused: A gate or the grade locks it.
        """
        item = self.memory.item(ItemStage.DISPOSE)
        proposal = self.proposal(self.memory.opened().case, item)
        if disposition is proposal.chosen.disposition:
            self.accept()
            return
        choice = next(
            (c for c in proposal.choices if c.disposition is disposition),
            Choice(disposition, None),
        )
        if choice.locked is not None:
            raise Refused("disposition-locked", why=choice.locked)
        if disposition in WITHOUT_GOODS:
            raise Refused("disposition-without-goods")
        proposed = proposal.chosen.disposition
        if reason is not None and reason not in WORSE_REASONS:
            raise Refused("no-such-option")
        if reason is not None:
            self._dispose(item, choice, proposed, reason)
            return
        self.memory.ask = ask_reason(
            say("ask.worse", disposition=say(f"disposition.{disposition.value}")),
            "worse",
            WORSE_REASONS,
            lambda code: self._dispose(item, choice, proposed, code),
        )

    def ask_other(self) -> None:
        """Offer the dispositions that have no digit of their own."""
        item = self.memory.item(ItemStage.DISPOSE)
        choices = rest(self.proposal(self.memory.opened().case, item))
        if not choices:
            raise Refused("no-such-option", key=OTHER_KEY)
        self.memory.ask = Ask(
            Step.CHOOSE,
            say("ask.other"),
            say("ask.other.help"),
            tuple(
                Option(str(number), say(f"disposition.{choice.disposition.value}"))
                for number, choice in enumerate(choices[:9], start=1)
            ),
            lambda key: self.choose(choices[int(key) - 1].disposition),
        )

    def carries(self, lpn: str) -> bool:
        """Tell whether a licence plate is one of this site's or of an item in this case."""
        prefix = f"{self.recording.equipment.settings.prefix}-"
        return lpn.startswith(prefix) or any(
            item.lpn == lpn for item in self.memory.opened().case.items.values()
        )

    def scan_back(self, lpn: str) -> None:
        """Prove that the label is on the item in hand.

        Raises:
            Refused: It is another item's label.
        """
        item = self._labelled(lpn)
        with self.recording.equipment.work() as work:
            fact = LabelScannedBack(item_id=item.item_id, lpn=lpn)
            after = self.recording.act(work, self.memory.opened(), self.memory.user_id, [fact])
            work.jobs.settle(lpn)
            work.commit()
        self.memory.open = after
        self.memory.aside.discard(item.item_id)
        self._echo("check", "echo.label-read", lpn)
        self.memory.sound = Sound.TAP

    def put(self, code: str) -> None:
        """Put the item in hand into a container.

        Raises:
            Refused: The container is not known, of another disposition, or full.
        """
        item = self.memory.item(ItemStage.PUT)
        with self.recording.equipment.work() as work:
            containers = {c.code: c for c in work.containers.all()}
            container = containers.get(code)
            if container is None:
                raise Refused("container-unknown", code=code)
            if container.disposition is not item.disposition:
                raise Refused("container-wrong", code=code, place=_place(containers, item))
            if not container.has_room:
                raise Refused("container-full", code=code)
            fact = ItemPut(item_id=item.item_id, container=code)
            after = self.recording.act(work, self.memory.opened(), self.memory.user_id, [fact])
            work.containers.put(_filled(container))
            work.commit()
        self.memory.open = after
        self._echo("check", "echo.put", code)
        self.memory.sound = Sound.TAP

    def later(self) -> None:
        """Leave the labelled item for later, e.g. while the printer has no paper."""
        item = self.memory.item()
        if item.stage not in {ItemStage.SCAN_BACK, ItemStage.PUT}:
            raise Refused("no-label")
        self.memory.aside.add(item.item_id)

    def ask_reprint(self) -> None:
        """Ask why the label in hand is to be printed again."""
        item = self.memory.item()
        if item.lpn is None:
            raise Refused("no-label")
        self.memory.ask = ask_reason(say("ask.reprint"), "reprint", REPRINT_REASONS, self.reprint)

    def reprint(self, reason: str) -> None:
        """Print the same licence plate again, marked as a reprint."""
        if reason not in REPRINT_REASONS:
            raise Refused("no-such-option")
        item = self.memory.item()
        if item.lpn is None or item.disposition is None:
            raise Refused("no-label")
        label = replace(self.label(self.memory.opened().case, item), is_reprint=True)
        with self.recording.equipment.work() as work:
            after = self.recording.act(
                work,
                self.memory.opened(),
                self.memory.user_id,
                [],
                [self._to_print(label, item, reason)],
            )
            work.commit()
        self.memory.open = after
        self._echo("printer", "echo.reprint", item.lpn)

    def label(self, case: Case, item: Item) -> ItemLabel:
        """Return the label of an item that was disposed of."""
        settings = self.recording.equipment.settings
        grade = item.grade
        return ItemLabel(
            lpn=item.lpn or "",
            disposition="" if item.disposition is None else item.disposition.value,
            title=item.title,
            merchant=case.opened.merchant or "",
            sku=item.sku or "",
            case_number=case.number,
            printed_at=self.recording.equipment.now().astimezone(settings.zone),
            functional=None if grade is None else f"F{grade.functional}",
            cosmetic=None if grade is None else f"C{grade.cosmetic}",
            gtin=item.gtin,
            serial=item.serial,
            destination=item.container,
            is_training=settings.is_training,
        )

    def _dispose(
        self, item: Item, choice: Choice, proposed: Disposition, reason: str | None
    ) -> None:
        before = self.memory.opened()
        settings = self.recording.equipment.settings
        with self.recording.equipment.work() as work:
            lpn = str(Lpn(settings.prefix, work.next_number("lpn")))
            target = _target(tuple(work.containers.all()), choice.disposition)
            disposed = ItemDisposed(
                item_id=item.item_id,
                disposition=choice.disposition,
                proposed=proposed,
                lpn=lpn,
                reason=reason,
                net=None if choice.sum is None else choice.sum.net,
                container=None if target is None else target.code,
            )
            labelled = replace(
                item,
                lpn=lpn,
                disposition=choice.disposition,
                container=disposed.container,
            )
            label = self._to_print(self.label(before.case, labelled), labelled, None)
            after = self.recording.act(work, before, self.memory.user_id, [disposed], [label])
            work.commit()
        self.memory.open = after
        self._echo("printer", "echo.label-queued", lpn)
        self.memory.sound = Sound.PRINTED

    def _to_print(self, label: ItemLabel, item: Item, reason: str | None) -> ToPrint:
        settings = self.recording.equipment.settings
        return ToPrint(
            paper=label,
            language=self.memory.language or settings.language,
            printer=settings.label_printer,
            item_id=item.item_id,
            lpn=label.lpn,
            reason=reason,
        )

    def _labelled(self, lpn: str) -> Item:
        case = self.memory.opened().case
        item = self.memory.in_hand
        if item is not None and item.lpn == lpn and item.stage is ItemStage.SCAN_BACK:
            return item
        other = next((i for i in case.items.values() if i.lpn == lpn), None)
        if other is None or item is not None or other.stage is not ItemStage.SCAN_BACK:
            raise Refused("label-of-other-item", lpn=lpn)
        return other

    def _echo(self, kind: str, key: str, code: str) -> None:
        self.memory.echo = Echo(kind, say(key), code, None, self.recording.equipment.now())


def alternatives(proposal: Proposal) -> dict[str, Choice]:
    """Return what else may be chosen by a digit, best first; ``OTHER_KEY`` leads to the rest."""
    return {str(n): choice for n, choice in enumerate(_open(proposal)[:_SHOWN], start=2)}


def rest(proposal: Proposal) -> tuple[Choice, ...]:
    """Return the open choices that have no digit of their own."""
    return _open(proposal)[_SHOWN:]


def _open(proposal: Proposal) -> tuple[Choice, ...]:
    return tuple(
        choice
        for choice in proposal.choices
        if choice.locked is None and choice.disposition is not proposal.chosen.disposition
    )


def _target(containers: tuple[Container, ...], disposition: Disposition) -> Container | None:
    fitting = [c for c in containers if c.disposition is disposition and c.has_room]
    return fitting[0] if fitting else None


def _place(containers: dict[str, Container], item: Item) -> int:
    return next((c.place for c in containers.values() if c.disposition is item.disposition), 0)


def _filled(container: Container) -> Container:
    filled = container.filled + 1
    is_full = filled >= container.capacity
    state = ContainerState.FULL if is_full else ContainerState.IN_USE
    return replace(container, filled=filled, state=state)
