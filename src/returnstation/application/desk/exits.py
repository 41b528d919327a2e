"""The way out of an item: disposition, label, scan back, container."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from returnstation.application.desk.memory import Ask, Memory, ask_reason
from returnstation.application.numbers import next_lpn
from returnstation.application.papers_of_items import ItemPapers
from returnstation.application.ports import Work
from returnstation.application.proposing import Proposing
from returnstation.application.recording import Recording, ToPrint
from returnstation.application.troubles import Refused
from returnstation.application.view import Echo, Option, Sound, Step
from returnstation.domain.cases import Case, Item, ItemStage
from returnstation.domain.containers import Container, ContainerState, room_for
from returnstation.domain.dispositions import WITHOUT_GOODS, Disposition
from returnstation.domain.facts import DeviceWiped, ItemDisposed, ItemPut, LabelScannedBack
from returnstation.domain.gates import Test
from returnstation.domain.messages import say
from returnstation.domain.papers import ItemLabel, PaperKind
from returnstation.domain.proposals import Choice, Proposal

WORSE_REASONS = (
    "customer_wish",
    "not_seen_by_questions",
    "no_room",
    "merchant_instruction",
    "safety",
    "other",
)
WIPE_METHODS = ("clear", "purge", "destroy")
"""NIST SP 800-88: by software, by the device's own erasure, by destroying the medium."""
REPRINT_REASONS = ("did_not_come_out", "damaged", "unreadable", "lost")
OTHER_KEY = "9"
_SHOWN = 7


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person chose, and why it differs from the proposal if it does."""

    choice: Choice
    proposed: Disposition
    reason: str | None = None
    derogation: str | None = None


@dataclass(frozen=True, slots=True)
class Exits:
    """What a worker does once an item is graded."""

    recording: Recording
    memory: Memory

    def proposal(self, case: Case, item: Item) -> Proposal:
        """Return where the item should go and what else is open."""
        return Proposing(self.recording.equipment).proposal(case, item)

    def accept(self) -> None:
        """Take the proposal."""
        item = self.memory.item(ItemStage.DISPOSE)
        chosen = self.proposal(self.memory.opened().case, item).chosen
        self._decide(item, Decided(chosen, chosen.disposition))

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
        if disposition in WITHOUT_GOODS:
            raise Refused("disposition-without-goods")
        choice = proposal.choice(disposition)
        if choice.locked is not None and not (choice.to_supervisor and self._is_supervisor):
            raise Refused("disposition-locked", why=choice.locked)
        proposed = proposal.chosen.disposition
        if reason is not None and reason not in WORSE_REASONS:
            raise Refused("no-such-option")
        if reason is not None:
            self._decide(item, Decided(choice, proposed, reason))
            return
        self.memory.ask = ask_reason(
            say("ask.worse", disposition=say(f"disposition.{disposition.value}")),
            "worse",
            WORSE_REASONS,
            lambda code: self._decide(item, Decided(choice, proposed, code)),
        )

    def choose_key(self, key: str) -> None:
        """Take the alternative a digit stands for.

        Raises:
            Refused: There is none, or it is locked.
        """
        item = self.memory.item(ItemStage.DISPOSE)
        choice = alternatives(self.proposal(self.memory.opened().case, item)).get(key)
        if choice is None:
            raise Refused("no-such-option", key=key)
        self.choose(choice.disposition)

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

    def ask_wipe(self) -> None:
        """Ask how the data on the item in hand were made unreadable.

        Raises:
            Refused: Nothing is to be wiped.
        """
        item = self.memory.item(ItemStage.DISPOSE)
        proposal = self.proposal(self.memory.opened().case, item)
        if not wants_wiping(proposal):
            raise Refused("nothing-to-wipe")
        self.memory.ask = ask_reason(say("ask.wipe"), "wipe", WIPE_METHODS, self.wipe)

    def wipe(self, method: str) -> None:
        """Record that the data on the item in hand were made unreadable."""
        item = self.memory.item(ItemStage.DISPOSE)
        with self.recording.equipment.work() as work:
            fact = DeviceWiped(item_id=item.item_id, method=method)
            after = self.recording.act(work, self.memory.opened(), self.memory.user_id, [fact])
            work.commit()
        self.memory.open = after
        self._echo("wipe", "echo.wiped", item.title)
        self.memory.sound = Sound.TAP

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
            container = self.container_for(work, item, code)
            fact = ItemPut(item_id=item.item_id, container=container.code)
            after = self.recording.act(work, self.memory.opened(), self.memory.user_id, [fact])
            work.containers.put(container.with_units(item.quantity))
            work.commit()
        self.memory.open = after
        self._echo("check", "echo.put", code)
        self.memory.sound = Sound.TAP

    def container_for(self, work: Work, item: Item, code: str) -> Container:
        """Return the container an item may be put into.

        Raises:
            Refused: It is not here, of another disposition, or has no room.
        """
        container = work.containers.find(code)
        if container is None or container.state is ContainerState.SHIPPED:
            raise Refused("container-unknown", code=code)
        if container.disposition is not item.disposition:
            place = _place(work.containers.all(), item)
            raise Refused("container-wrong", code=code, place=place)
        if not container.has_room:
            raise Refused("container-full", code=code)
        return container

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
        again = self.reprinted(self.memory.opened().case, item, reason)
        with self.recording.equipment.work() as work:
            work.jobs.replace(item.lpn)
            after = self.recording.act(
                work,
                self.memory.opened(),
                self.memory.user_id,
                [],
                [again],
            )
            work.commit()
        self.memory.open = after
        self._echo("printer", "echo.reprint", item.lpn)

    def reprinted(self, case: Case, item: Item, reason: str) -> ToPrint:
        """Return another label of the same licence plate, marked as such."""
        label = replace(self.label(case, item), is_reprint=True)
        return self._to_print(label, item, reason)

    def following(self, case: Case, item: Item) -> tuple[ToPrint, ...]:
        """Return what is printed beside the label because of where an item goes."""
        language = self.memory.language or self.recording.equipment.settings.language
        return ItemPapers(self.recording.equipment).following(case, item, language)

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
            quantity=item.quantity,
            is_training=settings.is_training,
        )

    @property
    def _is_supervisor(self) -> bool:
        user = self.memory.user
        return user is not None and user.role in {"supervisor", "admin"}

    def _decide(self, item: Item, decided: Decided) -> None:
        """Dispose of an item, after asking for the code that some dispositions need."""
        if not decided.choice.needs_code:
            self._dispose(item, decided)
            return
        groups = self.recording.equipment.gates.ban.derogations
        names = tuple(groups)

        def ask_code(name: str) -> None:
            self.memory.ask = ask_reason(
                say("ask.derogation"),
                "derogation",
                groups[name],
                lambda code: self._dispose(item, replace(decided, derogation=code)),
            )

        self.memory.ask = ask_reason(say("ask.derogation"), "grounds", names, ask_code)

    def _dispose(self, item: Item, decided: Decided) -> None:
        choice = decided.choice
        before = self.memory.opened()
        settings = self.recording.equipment.settings
        with self.recording.equipment.work() as work:
            lpn = next_lpn(work, settings)
            target = room_for(work.containers.all(), choice.disposition)
            disposed = ItemDisposed(
                item_id=item.item_id,
                disposition=choice.disposition,
                proposed=decided.proposed,
                lpn=lpn,
                reason=decided.reason,
                net=None if choice.sum is None else choice.sum.net,
                container=None if target is None else target.code,
                derogation=decided.derogation,
                category=item.category,
                weight_g=choice.weight_g,
            )
            labelled = replace(
                item,
                lpn=lpn,
                disposition=choice.disposition,
                container=disposed.container,
            )
            label = self._to_print(self.label(before.case, labelled), labelled, None)
            papers = [label, *self.following(before.case, labelled)]
            facts = [*self.memory.weighing(item.item_id), disposed]
            after = self.recording.act(work, before, self.memory.user_id, facts, papers)
            work.commit()
        self.memory.open = after
        self._echo("printer", "echo.label-queued", lpn)
        self.memory.sound = Sound.PRINTED

    def _to_print(self, label: ItemLabel, item: Item, reason: str | None) -> ToPrint:
        equipment = self.recording.equipment
        settings = equipment.settings
        return ToPrint(
            paper=label,
            language=self.memory.language or settings.language,
            printer=equipment.printer_for(PaperKind.ITEM_LABEL) or settings.label_printer,
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


def wants_wiping(proposal: Proposal) -> bool:
    """Tell whether an item waits for its data to be wiped."""
    return any(gate.test is Test.WIPE and gate.state == "locked" for gate in proposal.gates)


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


def _place(containers: Sequence[Container], item: Item) -> int:
    return next((c.place for c in containers if c.disposition is item.disposition), 0)
