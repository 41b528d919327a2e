"""The end of a parcel: simulate the refund, print the receipt, finish; or take an act back."""

from dataclasses import dataclass

from returnstation.application.desk.memory import Memory
from returnstation.application.desk.pay_asks import PayAsks
from returnstation.application.desk.paying import Paying
from returnstation.application.desk.receipts import Receipts
from returnstation.application.opening import first_seen
from returnstation.application.recording import Recording
from returnstation.application.troubles import Refused
from returnstation.application.view import Echo, Sound
from returnstation.domain.facts import (
    CaseFinished,
    CaseHeld,
    CaseOpened,
    CaseResumed,
    Corrected,
    Fact,
    ItemDisposed,
    ItemLeft,
    ItemPut,
    LineJudged,
    OrderAttached,
    OrderFound,
    OverpaymentSeen,
    PaperQueued,
    Recorded,
    RefundApproved,
    RefundInstructed,
    RefundReported,
    type_name,
)
from returnstation.domain.messages import say
from returnstation.domain.pay import told_to_pay
from returnstation.domain.refunds import resolve

# Opening, holding and resuming are not taken back: a wrong case is cancelled instead. Nor is
# what the merchant's system was told: it may have paid.
_NOT_UNDONE = (
    CaseOpened,
    CaseHeld,
    CaseResumed,
    CaseFinished,
    Corrected,
    ItemLeft,
    OrderFound,
    OverpaymentSeen,
    RefundApproved,
    RefundInstructed,
    RefundReported,
)


@dataclass(frozen=True, slots=True)
class Finishing:
    """Ends cases and takes acts back."""

    recording: Recording
    memory: Memory

    @property
    def paying(self) -> Paying:
        """What the buyer gets for each line, chosen before the case ends."""
        return Paying(self.recording, self.memory)

    @property
    def asking(self) -> PayAsks:
        """What is asked before it is chosen."""
        return PayAsks(self.paying)

    def settle(self) -> None:
        """Show the refund before everything announced has come.

        Raises:
            Refused: What is still to be done.
        """
        self.check()
        self.memory.settling = True

    def finish(self) -> None:
        """Record the refund, queue the customer's receipt and end the case.

        Raises:
            Refused: An item is in hand, or nothing was received and nothing is missing.
        """
        before = self.memory.opened()
        case = before.case
        self.check()
        with self.recording.equipment.look() as work:
            refund = resolve(case, work.cases.settled_elsewhere(case))
        limits, user = self.recording.equipment.settings.limits, self.memory.user
        pays = told_to_pay(case, refund, limits, "" if user is None else user.role)
        at = self.recording.equipment.now()
        finished = CaseFinished(seconds=first_seen(case.opened_at, at))
        # Nobody knows what a blind parcel cost, nor whom to tell.
        facts: list[Fact] = [finished] if case.is_blind else [refund, *pays, finished]
        receipts = Receipts(self.recording.equipment)
        papers = [] if case.is_blind else [receipts.of(case, refund)]
        with self.recording.equipment.work() as work:
            done = self.recording.act(work, before, self.memory.user_id, facts, papers)
            work.commit()
        detail = say("echo.done.detail", n=len(done.case.items))
        self.memory.echo = Echo("check", say("echo.done"), case.number, detail, at)
        self.memory.sound = Sound.DONE
        self.memory.leave_case()

    def check(self) -> None:
        """Refuse when the case cannot be settled yet.

        Raises:
            Refused: What is still to be done.
        """
        case = self.memory.opened().case
        if self.memory.in_hand is not None:
            raise Refused("item-in-hand", product=self.memory.in_hand.title)
        if self.memory.aside:
            self.memory.aside = set()
            raise Refused("items-aside")
        if not case.items and not case.missing:
            raise Refused("nothing-received")
        if any(case.expected(line) for line in case.opened.lines):
            raise Refused("lines-waiting")

    def undo(self) -> None:
        """Take back the last act on the open case, by a correcting fact.

        Raises:
            Refused: There is nothing that can be taken back.
        """
        before = self.memory.opened()
        last = last_act(before.told)
        if not last:
            raise Refused("nothing-to-undo")
        corrected = Corrected(
            fact_ids=tuple(recorded.fact_id for recorded in last),
            declaration="did_not_occur",
            why="undo",
        )
        with self.recording.equipment.work() as work:
            after = self.recording.act(work, before, self.memory.user_id, [corrected])
            for recorded in last:
                if isinstance(recorded.fact, PaperQueued):
                    work.jobs.cancel(recorded.fact.job_id)
                if isinstance(recorded.fact, ItemPut):
                    units = before.case.items[recorded.fact.item_id].quantity
                    work.containers.take_out(recorded.fact.container, units)
                if isinstance(recorded.fact, OrderAttached):
                    gone = set(recorded.fact.opened.keys) - set(after.case.opened.keys)
                    work.cases.forget_codes(after.case.case_id, gone)
            work.commit()
        self.memory.open = after
        at = self.recording.equipment.now()
        self.memory.question_at = at
        void = any(isinstance(recorded.fact, ItemDisposed) for recorded in last)
        detail = say("echo.undone.label") if void else None
        what = say(f"undo.{_name(last)}")
        self.memory.echo = Echo(
            "check", say("echo.undone", what=what), before.case.number, detail, at
        )


def last_act(told: tuple[Recorded, ...]) -> tuple[Recorded, ...]:
    """Return the facts of the newest act that still counts and may be taken back."""
    void = {i for r in told if isinstance(r.fact, Corrected) for i in r.fact.fact_ids}
    valid = [r for r in told if r.fact_id not in void and not isinstance(r.fact, Corrected)]
    if not valid:
        return ()
    last = tuple(r for r in valid if r.at == valid[-1].at)
    return () if any(isinstance(r.fact, _NOT_UNDONE) for r in last) else last


def _name(act: tuple[Recorded, ...]) -> str:
    """Return what an act was, by its first fact."""
    told = next((r.fact for r in act if not isinstance(r.fact, LineJudged)), act[0].fact)
    return type_name(type(told))
