"""The end of a parcel: simulate the refund, print the receipt, finish; or take an act back."""

from dataclasses import dataclass
from datetime import date

from returnstation.application.desk.memory import Memory
from returnstation.application.opening import first_seen
from returnstation.application.recording import Recording, ToPrint
from returnstation.application.troubles import Refused
from returnstation.application.view import Echo, Sound
from returnstation.domain.cases import Case
from returnstation.domain.facts import (
    CaseFinished,
    CaseHeld,
    CaseOpened,
    CaseResumed,
    Corrected,
    Fact,
    ItemDisposed,
    ItemPut,
    LineJudged,
    OrderAttached,
    OrderFound,
    PaperQueued,
    Recorded,
    RefundResolved,
    ResolvedLine,
    type_name,
)
from returnstation.domain.messages import Say, say
from returnstation.domain.papers import Outcome, Receipt, ReceiptLine, Term
from returnstation.domain.refunds import ACCEPTED, REFUSED, WITHOUT_MONEY, resolve

_PAPER_OUTCOMES = {ACCEPTED: Outcome.ACCEPTED, REFUSED: Outcome.REFUSED}
# Opening, holding and resuming are not taken back: a wrong case is cancelled instead.
_NOT_UNDONE = (CaseOpened, CaseHeld, CaseResumed, CaseFinished, Corrected, OrderFound)


@dataclass(frozen=True, slots=True)
class Finishing:
    """Ends cases and takes acts back."""

    recording: Recording
    memory: Memory

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
        at = self.recording.equipment.now()
        finished = CaseFinished(seconds=first_seen(case.opened_at, at))
        # Nobody knows what a blind parcel cost, nor whom to tell.
        facts: list[Fact] = [finished] if case.is_blind else [refund, finished]
        papers = [] if case.is_blind else [self._receipt(case, refund)]
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
                    work.containers.take_out(recorded.fact.container)
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

    def _receipt(self, case: Case, refund: RefundResolved) -> ToPrint:
        settings = self.recording.equipment.settings
        now = self.recording.equipment.now()
        opened = case.opened
        catalogue = self.recording.equipment.catalogue
        merchant = None if opened.merchant_id is None else catalogue.merchant(opened.merchant_id)
        first = opened.orders[0]
        order = None if merchant is None else catalogue.order(merchant.merchant_id, first)
        accepted = [line for line in refund.lines if line.outcome == ACCEPTED]
        paid = [line for line in accepted if line.method not in WITHOUT_MONEY]
        receipt = Receipt(
            case_number=case.number,
            merchant=opened.merchant or "",
            country=opened.jurisdiction or "",
            received_on=self.recording.equipment.day_in(opened.jurisdiction, case.opened_at),
            issued_at=now.astimezone(settings.zone),
            lines=tuple(_receipt_line(case, line) for line in refund.lines),
            rma=opened.rma,
            order_number=", ".join(opened.orders),
            customer=None if order is None else order.customer.short_name,
            shipping_refund=refund.shipping or None,
            refund_total=refund.total if paid else None,
            refund_due_on=_due_on(case, refund),
            refund_method=accepted[0].method if accepted else None,
            feedback_url=None if merchant is None else merchant.feedback_url,
            is_training=settings.is_training,
        )
        return ToPrint(receipt, opened.language, settings.receipt_printer)


TERMS_TOLD = frozenset(
    {
        "return_cost_consumer",
        "return_cost_merchant",
        "return_cost_untold",
        "merchant_pays_return",
        "diminished_value_may_be_kept",
        "refund_may_wait_for_goods",
        "late_refund_interest",
    }
)
"""Reasons printed below the deciding one; their words exist in every receipt language."""


def last_act(told: tuple[Recorded, ...]) -> tuple[Recorded, ...]:
    """Return the facts of the newest act that still counts and may be taken back."""
    void = {i for r in told if isinstance(r.fact, Corrected) for i in r.fact.fact_ids}
    valid = [r for r in told if r.fact_id not in void and not isinstance(r.fact, Corrected)]
    if not valid:
        return ()
    last = tuple(r for r in valid if r.at == valid[-1].at)
    return () if any(isinstance(r.fact, _NOT_UNDONE) for r in last) else last


def because_of(case: Case, line_id: str) -> tuple[Say, str]:
    """Return why a line was decided as it was, and the clause."""
    verdict = case.verdicts.get(line_id)
    deciding = None if verdict is None else verdict.deciding
    if deciding is None:
        return say("papers.receipt.outcome.review"), ""
    return deciding.say(), deciding.source


def _receipt_line(case: Case, resolved: ResolvedLine) -> ReceiptLine:
    line = case.line(resolved.line_id)
    because, clause = because_of(case, resolved.line_id)
    is_paid = resolved.outcome == ACCEPTED and resolved.method not in WITHOUT_MONEY
    return ReceiptLine(
        title=line.title,
        sku=line.sku,
        quantity=len(case.items_of(line.line_id)),
        outcome=_PAPER_OUTCOMES.get(resolved.outcome, Outcome.REVIEW),
        because=because,
        clause=clause or None,
        refund=resolved.amount if is_paid else None,
        deductions=tuple(
            (say(f"papers.deduction.{kind}"), amount) for kind, amount in resolved.deductions
        ),
        gtin=line.gtin,
        terms=_terms_told(case, line.line_id) if resolved.outcome == ACCEPTED else (),
    )


def _terms_told(case: Case, line_id: str) -> tuple[Term, ...]:
    """Return what the customer must know of the settlement, beside sum and day."""
    verdict = case.verdicts.get(line_id)
    reasons = () if verdict is None else verdict.reasons
    return tuple((r.say(), r.source) for r in reasons if r.code in TERMS_TOLD)


def _due_on(case: Case, refund: RefundResolved) -> date | None:
    days = [
        case.verdicts[line.line_id].refund_due_on
        for line in refund.lines
        if line.outcome == ACCEPTED and line.line_id in case.verdicts
    ]
    return min((day for day in days if day is not None), default=None)


def _name(act: tuple[Recorded, ...]) -> str:
    """Return what an act was, by its first fact."""
    told = next((r.fact for r in act if not isinstance(r.fact, LineJudged)), act[0].fact)
    return type_name(type(told))
