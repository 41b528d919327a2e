"""Supervisors look at inspections, approve, override and export; operators may not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from returnstation.application.csv_lines import csv_line
from returnstation.application.desk.memory import Memory
from returnstation.application.equipment import Equipment
from returnstation.application.inspections import (
    Choices,
    Counts,
    Filter,
    History,
    HistoryEntry,
    InspectionRow,
    Photo,
    Precision,
)
from returnstation.application.ports import User
from returnstation.application.recording import OpenCase, Recording
from returnstation.application.showing.cases import deadline, shown_case
from returnstation.application.troubles import Refused
from returnstation.application.view import Outcome
from returnstation.domain.checklists import GENERAL
from returnstation.domain.dispositions import Disposition
from returnstation.domain.facts import (
    AnswerGiven,
    CaseHeld,
    DeviceWiped,
    Fact,
    FactStated,
    ItemAdded,
    ItemApproved,
    ItemDisposed,
    ItemGraded,
    ItemOverridden,
    ItemPut,
    LineJudged,
    LineMissing,
    NoteAdded,
    OverpaymentSeen,
    PostageStated,
    Recorded,
    RefundApproved,
    RefundInstructed,
    RefundReported,
    RefundResolved,
    ResolutionChosen,
    ValueAssessed,
    type_name,
)
from returnstation.domain.hints import HintKind
from returnstation.domain.messages import Say, Value, say
from returnstation.domain.pay import overpaid, told_to_pay
from returnstation.domain.refunds import ACCEPTED, REFUSED, REVIEW, outcome_of, resolve

MAY_REVIEW = frozenset({"supervisor", "admin"})
_DECIDED: Mapping[str, str] = {
    Outcome.ACCEPT: ACCEPTED,
    Outcome.REFUSE: REFUSED,
    Outcome.SUPERVISOR: REVIEW,
}

COLUMNS = (
    "inspected_at",
    "case",
    "lpn",
    "merchant",
    "country",
    "sku",
    "product",
    "outcome",
    "functional",
    "cosmetic",
    "disposition",
    "refund",
    "currency",
    "refund_due_on",
    "review",
    "item_id",
    "merchant_grade",
    "quantity",
)
"""Head line of the CSV export; columns are only ever added at the end."""


class Inspections(Protocol):
    """Where inspected items are looked up."""

    def counts(self, today: datetime) -> Counts:
        """Return the numbers on the tabs."""

    def choices(self) -> Choices:
        """Return the merchants and countries that occur."""

    def count(self, wanted: Filter) -> int:
        """Return how many rows the filter lets through."""

    def window(self, wanted: Filter, start: int, length: int) -> Sequence[InspectionRow]:
        """Return ``length`` rows from ``start``."""

    def rows(self, wanted: Filter) -> Iterator[InspectionRow]:
        """Return every row, few in memory at a time."""

    def item(self, item_id: str) -> InspectionRow:
        """Return one row."""


@dataclass(frozen=True, slots=True)
class Reviewing:
    """The supervisor's page.

    Args:
        equipment: Of the station.
        memory: Of the desk: who is signed in.
        inspections: The table.
    """

    equipment: Equipment
    memory: Memory
    inspections: Inspections

    def counts(self) -> Counts:
        """Return the numbers on the tabs."""
        self._supervisor()
        with self.equipment.look() as work:
            settled = [(kind.value, *work.cases.precision(kind)) for kind in HintKind]
        hints = tuple(Precision(*one) for one in settled if one[2])
        return replace(self.inspections.counts(self.equipment.today()), hints=hints)

    def choices(self) -> Choices:
        """Return the merchants and countries that occur."""
        self._supervisor()
        return self.inspections.choices()

    def count(self, wanted: Filter) -> int:
        """Return how many rows the filter lets through."""
        self._supervisor()
        return self.inspections.count(wanted)

    def window(self, wanted: Filter, start: int, length: int) -> Sequence[InspectionRow]:
        """Return ``length`` rows from ``start``."""
        self._supervisor()
        return self.inspections.window(wanted, start, length)

    def history(self, item_id: str) -> History:
        """Return everything about one item."""
        self._supervisor()
        row = self.inspections.item(item_id)
        with self.equipment.look() as work:
            opened = Recording(self.equipment).load(work, row.case_id)
            names = {user.user_id: user.name for user in work.people.all()}
        case = opened.case
        item = case.items[item_id]
        order = None
        if case.opened.merchant_id is not None and case.opened.orders:
            order = self.equipment.catalogue.order(case.opened.merchant_id, case.opened.orders[0])
        shown = shown_case(self.equipment, case, order, None)
        line = next((line for line in shown.lines if line.line_id == item.line_id), None)
        reason = None if item.line_id is None else case.line(item.line_id).reason
        today = self.equipment.day_in(case.opened.jurisdiction, self.equipment.now())
        return History(
            row=row,
            customer="" if order is None else order.customer.short_name,
            claimed=None if reason is None else say(f"reason.{reason.value}"),
            deadline=deadline(row.refund_due_on, today),
            entries=self._entries(opened, item_id, names),
            photos=tuple(Photo(p.digest, say("photo.taken")) for p in item.photos),
            reasons=() if line is None else line.reasons,
            notes=(*item.notes, *case.notes),
        )

    def photo(self, digest: str) -> bytes:
        """Return a stored photo, of the size pages show, as JPEG bytes."""
        self._supervisor()
        return self.equipment.photos.thumbnail(digest)

    def approve(self, item_id: str) -> None:
        """Record that the signed-in supervisor agrees; what was undecided is taken back by it."""
        user = self._supervisor()

        def approved(opened: OpenCase) -> Fact:
            item = opened.case.items[item_id]
            verdict = opened.case.verdicts.get(item.line_id or "")
            is_open = outcome_of(item, verdict) == REVIEW
            return ItemApproved(item_id=item_id, outcome=ACCEPTED if is_open else None)

        self._record(item_id, user, approved)

    def override(self, item_id: str, outcome: str, disposition: str, reason: str) -> None:
        """Record another outcome and disposition.

        Raises:
            Refused: No reason, or codes that do not exist.
        """
        user = self._supervisor()
        if not reason.strip():
            raise Refused("override-needs-reason")
        decided = _DECIDED.get(outcome)
        if decided is None or disposition not in set(Disposition):
            raise Refused("disposition-unknown")

        def overridden(case: OpenCase) -> Fact:
            seen = (r.fact_id for r in case.told if _about(r.fact, item_id))
            return ItemOverridden(
                item_id=item_id,
                outcome=decided,
                disposition=Disposition(disposition),
                reason=reason.strip(),
                based_on=tuple(seen),
            )

        self._record(item_id, user, overridden)

    def export(self, wanted: Filter) -> Iterator[str]:
        """Return the rows as lines of CSV, the head line first."""
        self._supervisor()
        yield from csv_lines(self.inspections.rows(wanted))

    def _record(self, item_id: str, user: User, fact: Callable[[OpenCase], Fact]) -> None:
        recording = Recording(self.equipment)
        with self.equipment.work() as work:
            before = recording.load(work, work.cases.by_item(item_id))
            seen = overpaid(before.case)
            more = () if seen is None else (seen,)
            after = recording.act(work, before, user.user_id, [fact(before), *more])
            settled = after.case.refund
            elsewhere = work.cases.settled_elsewhere(after.case)
            refund = None if settled is None else resolve(after.case, elsewhere)
            if refund is not None:
                # A settled case gets a new sum; what is more than was told is told now.
                pays = told_to_pay(after.case, refund, self.equipment.settings.limits, user.role)
                facts = [*([refund] if refund != settled else []), *pays]
                if facts:
                    recording.act(work, after, user.user_id, facts)
            work.commit()

    def _supervisor(self) -> User:
        user = self.memory.user
        if user is None or user.role not in MAY_REVIEW:
            raise Refused("not-allowed")
        return user

    def _entries(
        self, opened: OpenCase, item_id: str, names: Mapping[str, str]
    ) -> tuple[HistoryEntry, ...]:
        zone = self.equipment.settings.zone
        return tuple(
            HistoryEntry(
                recorded.at.astimezone(zone),
                names.get(recorded.user or "", ""),
                _told(recorded, self.equipment, opened),
            )
            for recorded in opened.told
            if _about(recorded.fact, item_id)
        )


def csv_lines(rows: Iterator[InspectionRow]) -> Iterator[str]:
    """Return rows as CSV lines; texts that a spreadsheet would run as a formula are quoted."""
    yield csv_line(COLUMNS)
    for row in rows:
        yield csv_line(
            (
                row.inspected_at.isoformat(timespec="seconds"),
                row.number,
                row.lpn,
                row.merchant,
                row.country,
                row.sku,
                row.product,
                row.outcome.value,
                row.functional,
                row.cosmetic,
                row.disposition,
                "" if row.refund is None else row.refund.decimal(),
                "" if row.refund is None else row.refund.currency,
                "" if row.refund_due_on is None else row.refund_due_on.isoformat(),
                row.state.value,
                row.item_id,
                row.merchant_grade,
                str(row.quantity),
            )
        )


def _about(fact: Fact, item_id: str) -> bool:
    """Tell whether a fact belongs in an item's history: its own, and those of the whole case."""
    about = getattr(fact, "item_id", None)
    return about == item_id or (about is None and not isinstance(fact, _OF_LINES))


def _told(recorded: Recorded, equipment: Equipment, opened: OpenCase) -> Say:
    fact = recorded.fact
    key = f"history.{type_name(type(fact))}"
    if isinstance(fact, AnswerGiven):
        return say(key, **_answer(fact, equipment, opened))
    values = _VALUES.get(type(fact))
    return say(key) if values is None else say(key, **values(fact))


_OF_LINES = (LineJudged, LineMissing)
_VALUES: Mapping[type, Callable[[Any], dict[str, Value]]] = {
    ItemAdded: lambda fact: {"finding": say(f"finding.{fact.finding}")},
    NoteAdded: lambda fact: {"text": fact.text},
    FactStated: lambda fact: {
        "fact": say(f"need.{fact.name}"),
        "answer": say("ask.fact.1" if fact.value else "ask.fact.2"),
    },
    ItemGraded: lambda fact: {"grade": str(fact.grade)},
    DeviceWiped: lambda fact: {"method": say(f"wipe.{fact.method}")},
    ItemDisposed: lambda fact: {"disposition": say(f"disposition.{fact.disposition.value}")},
    ItemOverridden: lambda fact: {
        "disposition": say(f"disposition.{fact.disposition.value}"),
        "reason": fact.reason,
    },
    ItemPut: lambda fact: {"container": fact.container},
    RefundResolved: lambda fact: {"amount": fact.total},
    ResolutionChosen: lambda fact: {"method": say(f"method.{fact.method}")},
    ValueAssessed: lambda fact: {"amount": fact.amount},
    PostageStated: lambda fact: {"amount": fact.amount},
    OverpaymentSeen: lambda fact: {"told": fact.told, "due": fact.due},
    RefundApproved: lambda fact: {"amount": fact.total},
    RefundInstructed: lambda fact: {"amount": fact.total},
    RefundReported: lambda fact: {"state": say(f"refund.state.{fact.state}")},
    CaseHeld: lambda fact: {"why": say(f"hold.{fact.why}")},
}
"""What the history's message names, by type of fact."""


def _answer(fact: AnswerGiven, equipment: Equipment, opened: OpenCase) -> dict[str, Value]:
    item = opened.case.items.get(fact.item_id)
    book = equipment.checklists
    name, version = (GENERAL, None) if item is None else (item.checklist, item.checklist_hash)
    checklist = book.version(name, version)
    for question in checklist.questions:
        if question.question_id == fact.question:
            keys = {answer.key: answer.text for answer in question.answers}
            given = keys.get(fact.answer)
            return {
                "question": say(question.text),
                "answer": fact.answer if given is None else say(given),
            }
    return {"question": fact.question, "answer": fact.answer}
