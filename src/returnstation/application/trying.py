"""Try a draft, or a law of the future, on past returns before it binds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from returnstation.application.equipment import Equipment
from returnstation.application.policy_ports import (
    Draft,
    DraftFolder,
    JudgedLine,
    PastLines,
    PolicyTexts,
    UnreadablePolicy,
)
from returnstation.domain.policy import PolicySet, Sale
from returnstation.domain.replays import Change, PastReturn, Replay, Rules


@dataclass(frozen=True, slots=True)
class Period:
    """Local days at the site, both inclusive, in which a parcel was opened."""

    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried.

    Attributes:
        draft: Name of a draft; None for the policies in force.
        law_on: Judge by the law of this day; None for the law of each contract's own day.
    """

    draft: str | None = None
    law_on: date | None = None


@dataclass(slots=True)
class TrialReport:
    """What a trial found.

    Attributes:
        cases: Cases looked at.
        unreadable: Lines that could not be asked again.
        why: What was wrong with the first of them.
    """

    replay: Replay = field(default_factory=Replay)
    cases: int = 0
    unreadable: int = 0
    why: str = ""


COLUMNS = (
    *("case", "line", "judged_on", "country", "merchant", "paid", "currency"),
    *("answer_before", "answer_after", "refund_before", "refund_after"),
    *("rule_before", "rule_after", "because_before", "because_after"),
    *("payer_before", "payer_after", "last_day_before", "last_day_after"),
    *("refund_by_before", "refund_by_after"),
)
"""Head of the table of changed returns; an empty refund waits for a person."""


def cells(change: Change) -> tuple[str, ...]:
    """Return a change as a row of that table."""
    past, answers = change.past, (change.before, change.after)
    decisions = tuple(answer.decision for answer in answers)
    pairs = (
        tuple(decision.eligible.value for decision in decisions),
        tuple("" if answer.refund is None else answer.refund.decimal() for answer in answers),
        tuple(decision.decided_by or "" for decision in decisions),
        tuple("" if answer.because is None else answer.because.code for answer in answers),
        tuple(decision.return_shipping_payer or "" for decision in decisions),
        tuple(str(decision.last_day or "") for decision in decisions),
        tuple(str(decision.refund_due_on or "") for decision in decisions),
    )
    head = (past.number, past.line_id, past.judged_on.isoformat(), past.sale.jurisdiction)
    money = (past.merchant_id, past.paid.decimal(), past.paid.currency)
    return (*head, *money, *(text for pair in pairs for text in pair))


class Stopped(Exception):
    """The person who started a trial ended it."""


@dataclass(frozen=True, slots=True)
class Trying:
    """Tries drafts on this station's past returns."""

    equipment: Equipment
    past: PastLines
    texts: PolicyTexts
    drafts: DraftFolder

    def trials(self) -> Sequence[Trial]:
        """Return what can be tried: the drafts, and each day on which a known law begins."""
        today = self.equipment.today().date()
        begins = {
            terms.since
            for right in self.equipment.pack.rights()
            for terms in right.versions
            if terms.since > today
        }
        named = [Trial(draft=name) for name in self.drafts.names()]
        return (*named, *(Trial(law_on=day) for day in sorted(begins)))

    def size(self, period: Period) -> int:
        """Return how many cases a period has."""
        return self.past.count(*self._moments(period))

    def run(
        self,
        trial: Trial,
        period: Period,
        told: Callable[[int, Change | None], None] = lambda _cases, _change: None,
    ) -> TrialReport:
        """Ask all returns of a period again.

        Args:
            trial: What is tried.
            period: Which cases.
            told: Called after each return with the number of cases so far, and what changes; to
                end the trial it raises ``Stopped``.

        Raises:
            UnreadablePolicy: The draft is not what it must be.
        """
        draft = None if trial.draft is None else self.drafts.load(trial.draft)
        now = Rules(self.equipment.pack, self._with_policy({}))
        then = self._rules(draft, trial.law_on)
        report = TrialReport()
        for lines in self.past.cases(*self._moments(period)):
            report.cases += 1
            for past in self._readable(lines, report):
                told(report.cases, report.replay.put(past, now, then))
        return report

    def _rules(self, draft: Draft | None, law_on: date | None) -> Rules:
        if draft is None:
            return Rules(self.equipment.pack, self._with_policy({}), law_on)
        return Rules(draft.pack, self._with_policy(draft.policies), law_on)

    def _with_policy(self, changed: Mapping[str, PolicySet]) -> Callable[[str, Sale], Sale]:
        def put(merchant_id: str, sale: Sale) -> Sale:
            policy = changed.get(merchant_id)
            if policy is None:
                terms = self.equipment.terms.of(merchant_id)
                policy = None if terms is None else terms.policy
            return replace(sale, merchant_policy=policy)

        return put

    def _readable(self, lines: Sequence[JudgedLine], report: TrialReport) -> Iterator[PastReturn]:
        for line in lines:
            try:
                sale = self.texts.sale(line.facts)
            except UnreadablePolicy as error:
                report.unreadable += 1
                report.why = report.why or f"{line.number}: {error}"
                continue
            yield PastReturn(
                number=line.number,
                line_id=line.line.line_id,
                merchant_id=line.merchant_id,
                judged_on=line.judged_at.date(),
                sale=sale,
                paid=line.line.paid,
                answered=line.verdict.eligible,
            )

    def _moments(self, period: Period) -> tuple[datetime, datetime]:
        zone = self.equipment.settings.zone
        after = period.until + timedelta(days=1)
        return (
            datetime.combine(period.since, time.min, zone),
            datetime.combine(after, time.min, zone),
        )
