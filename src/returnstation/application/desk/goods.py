"""Scans of totes, pallets and labelled items on a free desk: full, away, elsewhere, worked on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from returnstation.application.desk.exits import Exits
from returnstation.application.desk.memory import Ask, Memory, ask_reason
from returnstation.application.goods import HANDED_OVER, SHIPPED, Goods
from returnstation.application.recording import OpenCase, Recording
from returnstation.application.reviewing import MAY_REVIEW
from returnstation.application.troubles import Refused
from returnstation.application.view import Echo, Option, Sound, Step
from returnstation.domain.barcodes import Barcode, Kind
from returnstation.domain.cases import CaseState, Custody, Item, Review
from returnstation.domain.containers import Container, ContainerState, room_for
from returnstation.domain.dispositions import Disposition
from returnstation.domain.facts import Fact, ItemPut, ItemRedisposed, WorkStepDone
from returnstation.domain.messages import Say, say
from returnstation.domain.proposals import Choice
from returnstation.domain.work import StepOutcome, WorkOrder, order_for

REDISPOSE_REASONS = (
    "quota_used_up",
    "buyer_found",
    "recounted",
    "damaged_here",
    "merchant_instruction",
    "safety",
    "other",
)
_WORK_ENDED = {True: "work_done", False: "work_failed"}
_MOST = 9


@dataclass(frozen=True, slots=True)
class GoodsDesk:
    """What a worker does with goods that are through with inspection."""

    recording: Recording
    memory: Memory
    exits: Exits

    def take(self, barcode: Barcode) -> bool:
        """Take a container's code, or the label of a finished item; tell whether it was one."""
        code = barcode.first(Kind.CONTAINER) or barcode.first(Kind.SSCC)
        with self.recording.equipment.look() as work:
            container = None if code is None else work.containers.find(code.value)
        if container is not None:
            self._ask_container(container)
            return True
        if barcode.first(Kind.CONTAINER) is not None:
            raise Refused("container-unknown", code=barcode.candidates[0].value)
        lpn = barcode.first(Kind.LPN)
        found = None if lpn is None else self._finished(lpn.value)
        if found is None:
            return False
        self._ask_item(*found)
        return True

    @property
    def goods(self) -> Goods:
        """Containers, for who is signed in."""
        return Goods(self.recording, self.memory.user_id, self.memory.language)

    def ask_pallet(self) -> None:
        """Ask what a new pallet is for, then bring it into use."""
        with self.recording.equipment.look() as work:
            uses = dict.fromkeys(c.disposition for c in work.containers.all())
        self._offer(
            say("ask.pallet"),
            [
                (Option("", say(f"disposition.{use.value}")), partial(self._start_pallet, use))
                for use in uses
            ],
        )

    def _start_pallet(self, disposition: Disposition) -> None:
        self._done("echo.pallet", self.goods.start_pallet(disposition).code)

    def _ask_container(self, container: Container) -> None:
        code, state = container.code, container.state
        acts = {
            "close": (state is ContainerState.IN_USE, self._close),
            "reopen": (state is ContainerState.FULL and container.on is None, self._reopen),
            "hand-over": (self._may_go(container), self._hand_over),
            "ship": (self._may_go(container), self._ship),
            "stack": (self._may_stand(container), self._ask_pallet_for),
            "label": (True, self._print_label),
            "take-back": (state is ContainerState.SHIPPED, self._take_back),
        }
        offered = [
            (
                Option("", say(f"container.{name}"), say(f"container.{name}.help")),
                partial(act, code),
            )
            for name, (is_open, act) in acts.items()
            if is_open and not (name == "take-back" and container.is_pallet)
        ]
        text = say(
            "ask.container",
            code=code,
            disposition=say(f"disposition.{container.disposition.value}"),
            state=say(f"container.state.{state.value}"),
            n=container.filled,
        )
        self._offer(text, offered)

    def _may_go(self, container: Container) -> bool:
        if container.state is ContainerState.SHIPPED or container.on is not None:
            return False
        return container.filled > 0 or container.is_pallet

    def _may_stand(self, container: Container) -> bool:
        is_here = container.state in {ContainerState.IN_USE, ContainerState.FULL}
        return is_here and container.on is None and not container.is_pallet

    def _close(self, code: str) -> None:
        self.goods.mark(code, ContainerState.FULL)
        self._done("echo.container-closed", code)

    def _print_label(self, code: str) -> None:
        self.goods.print_label(code)
        self._echo("echo.container-label", code)
        self.memory.sound = Sound.PRINTED

    def _reopen(self, code: str) -> None:
        self.goods.mark(code, ContainerState.IN_USE)
        self._done("echo.container-open", code)

    def _take_back(self, code: str) -> None:
        self.goods.take_back(code)
        self._done("echo.container-back", code)

    def _ship(self, code: str) -> None:
        self._done("echo.container-shipped", code, say("echo.load", n=self._leave(code, SHIPPED)))

    def _hand_over(self, code: str) -> None:
        load = self._leave(code, HANDED_OVER)
        self._done("echo.container-handed-over", code, say("echo.load", n=load))

    def _leave(self, code: str, how: str) -> str:
        return self.goods.leave(code, how)

    def _ask_pallet_for(self, code: str) -> None:
        def stack(barcode: Barcode) -> None:
            found = barcode.first(Kind.SSCC) or barcode.first(Kind.CONTAINER)
            if found is None:
                raise Refused("not-a-pallet", code=barcode.candidates[0].value)
            self._done("echo.stacked", self.goods.stack(code, found.value).code)

        def begin() -> None:
            with self.recording.equipment.look() as work:
                standing = work.containers.find(code)
            if standing is not None:
                pallet = self.goods.start_pallet(standing.disposition)
                self._done("echo.pallet", self.goods.stack(code, pallet.code).code)

        new = Option("", say("goods.new-pallet"), say("goods.new-pallet.help"))
        self._await(say("ask.stack", code=code), stack, (new, begin))

    def _finished(self, lpn: str) -> tuple[OpenCase, Item] | None:
        """Return the item with a licence plate, when its case is finished."""
        with self.recording.equipment.look() as work:
            item_id = work.cases.with_lpn(lpn)
            if item_id is None:
                return None
            case = self.recording.load(work, work.cases.by_item(item_id))
        item = case.case.items[item_id]
        return (case, item) if case.case.state is CaseState.FINISHED else None

    def _ask_item(self, case: OpenCase, item: Item) -> None:
        if item.custody is Custody.LEFT:
            raise Refused("item-left", lpn=item.lpn or "", number=case.case.number)
        order, disposition = self._work(item), item.disposition
        step = None if order is None else order.next_step(item.work)
        acts: list[tuple[Option, Callable[[], None]]] = []
        if order is not None and step is not None:
            acts.append(
                (
                    Option("", say("goods.work"), say(f"work.step.{step}")),
                    partial(self._ask_step, case, item, order, step),
                )
            )
        elsewhere = partial(self._ask_elsewhere, case, item)
        acts.append((Option("", say("goods.elsewhere"), say("goods.elsewhere.help")), elsewhere))
        acts.append((Option("", say("goods.put")), partial(self._ask_put, case, item)))
        acts.append((Option("", say("goods.label")), partial(self._label, case, item)))
        text = say(
            "ask.goods",
            lpn=item.lpn or "",
            product=item.title,
            disposition=say("goods.undecided" if disposition is None else _named(disposition)),
        )
        self._offer(text, acts)

    def _work(self, item: Item) -> WorkOrder | None:
        if item.disposition is None:
            return None
        orders = self.recording.equipment.work_orders
        return order_for(orders, item.disposition, item.category)

    def _ask_step(self, case: OpenCase, item: Item, order: WorkOrder, step: str) -> None:
        self._offer(
            say("ask.work", step=say(f"work.step.{step}"), product=item.title),
            [
                (
                    Option("", say(f"work.{outcome.value}")),
                    partial(self._worked, case, item, order, (step, outcome)),
                )
                for outcome in StepOutcome
            ],
        )

    def _worked(
        self, case: OpenCase, item: Item, order: WorkOrder, tried: tuple[str, StepOutcome]
    ) -> None:
        step, outcome = tried
        done = WorkStepDone(item_id=item.item_id, step=step, outcome=outcome.value)
        work = {**item.work, step: outcome.value}
        goes = order.result(work)
        if goes is not None:
            goes = self._as_gates_leave(case, item, goes)
            reason = _WORK_ENDED[StepOutcome.FAILED not in work.values()]
            self._redispose(case, item, Choice(goes, None), reason, done)
            return
        after = self._record(case, [done])
        worked = after.case.items[item.item_id]
        following = order.next_step(worked.work)
        if following is not None:
            self._ask_step(after, worked, order, following)

    def _as_gates_leave(self, case: OpenCase, item: Item, goes: Disposition) -> Disposition:
        """Return where an item goes after work: no work opens a gate."""
        gates = self.exits.proposal(case.case, item).gates
        is_shut = any(goes in gate.shuts or goes in gate.needs_code for gate in gates)
        return Disposition.QUARANTINE if is_shut else goes

    def _ask_elsewhere(self, case: OpenCase, item: Item) -> None:
        """Offer the ways out the gates leave open.

        Raises:
            Refused: A supervisor decided about it, and this is none.
        """
        user = self.memory.user
        if item.review is Review.OVERRIDDEN and (user is None or user.role not in MAY_REVIEW):
            raise Refused("not-allowed")
        choices = [
            choice
            for choice in self.exits.proposal(case.case, item).choices
            if choice.locked is None
            and not choice.needs_code  # its ground is asked at the inspection only
            and choice.disposition is not item.disposition
        ]
        self._offer(
            say("ask.elsewhere", product=item.title),
            [
                (
                    Option("", say(_named(choice.disposition))),
                    partial(self._ask_why, case, item, choice),
                )
                for choice in choices
            ],
        )

    def _ask_why(self, case: OpenCase, item: Item, choice: Choice) -> None:
        self.memory.ask = ask_reason(
            say("ask.redispose", disposition=say(_named(choice.disposition))),
            "redispose",
            REDISPOSE_REASONS,
            lambda reason: self._redispose(case, item, choice, reason),
        )

    def _redispose(
        self, case: OpenCase, item: Item, choice: Choice, reason: str, *first: Fact
    ) -> None:
        if item.disposition is None:
            raise Refused("no-item")
        with self.recording.equipment.work() as work:
            target = room_for(work.containers.all(), choice.disposition)
            changed = ItemRedisposed(
                item_id=item.item_id,
                before=item.disposition,
                disposition=choice.disposition,
                reason=reason,
                net=None if choice.sum is None else choice.sum.net,
                container=None if target is None else target.code,
            )
            if item.custody is Custody.IN_CONTAINER and item.container is not None:
                work.containers.take_out(item.container, item.quantity)
            labelled = replace(
                item, disposition=choice.disposition, container=changed.container, work={}
            )
            label = self.exits.reprinted(case.case, labelled, "redisposed")
            papers = [label, *self.exits.following(case.case, labelled)]
            after = self.recording.act(work, case, self.memory.user_id, [*first, changed], papers)
            work.commit()
        self._echo("echo.redisposed", item.lpn or "")
        self._ask_put(after, after.case.items[item.item_id])

    def _ask_put(self, case: OpenCase, item: Item) -> None:
        def put(barcode: Barcode) -> None:
            found = barcode.first(Kind.CONTAINER) or barcode.first(Kind.SSCC)
            if found is None:
                raise Refused("container-first", place=0)
            self._put(case, item, found.value)

        where = "ask.put" if item.container is None else "ask.put.into"
        disposition = "" if item.disposition is None else say(_named(item.disposition))
        self._await(
            say(where, lpn=item.lpn or "", disposition=disposition, code=item.container or ""), put
        )

    def _put(self, case: OpenCase, item: Item, code: str) -> None:
        with self.recording.equipment.work() as work:
            container = self.exits.container_for(work, item, code)
            if item.custody is Custody.IN_CONTAINER and item.container is not None:
                work.containers.take_out(item.container, item.quantity)
                container = work.containers.find(container.code) or container
            fact = ItemPut(item_id=item.item_id, container=container.code)
            self.recording.act(work, case, self.memory.user_id, [fact])
            work.containers.put(container.with_units(item.quantity))
            work.commit()
        self._done("echo.put", container.code)

    def _label(self, case: OpenCase, item: Item) -> None:
        with self.recording.equipment.work() as work:
            label = self.exits.reprinted(case.case, item, "unreadable")
            self.recording.act(work, case, self.memory.user_id, [], [label])
            work.commit()
        self._done("echo.reprint", item.lpn or "")

    def _record(self, case: OpenCase, facts: list[Fact]) -> OpenCase:
        with self.recording.equipment.work() as work:
            after = self.recording.act(work, case, self.memory.user_id, facts)
            work.commit()
        self.memory.sound = Sound.TAP
        return after

    def _offer(
        self,
        text: Say,
        acts: Sequence[tuple[Option, Callable[[], None]]],
        scanned: Callable[[Barcode], None] | None = None,
    ) -> None:
        """Ask which of some acts is wanted; one that needs no scan may also be left undone."""
        if scanned is None:
            nothing = Option("", say("goods.nothing"))
            acts = [*acts[: _MOST - 1], (nothing, lambda: None)]
        keyed = {str(number): act for number, act in enumerate(acts, start=1)}
        self.memory.ask = Ask(
            Step.CHOOSE,
            text,
            say("ask.goods.help") if scanned is None else say(f"{text.key}.help"),
            tuple(replace(option, key=key) for key, (option, _) in keyed.items()),
            lambda key: keyed[key][1](),
            scanned=scanned,
        )

    def _await(
        self,
        text: Say,
        scanned: Callable[[Barcode], None],
        *instead: tuple[Option, Callable[[], None]],
    ) -> None:
        """Wait for the scan of a container; it may be left for later, too."""
        later = Option("", say("goods.later"), say("goods.later.help"))
        self._offer(text, [*instead, (later, lambda: None)], scanned)

    def _done(self, key: str, code: str, detail: Say | None = None) -> None:
        self._echo(key, code, detail)
        self.memory.sound = Sound.TAP

    def _echo(self, key: str, code: str, detail: Say | None = None) -> None:
        at = self.recording.equipment.now()
        self.memory.echo = Echo("check", say(key), code, detail, at)


def _named(disposition: Disposition) -> str:
    return f"disposition.{disposition.value}"
