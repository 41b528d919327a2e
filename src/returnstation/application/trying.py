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
from returnstation.domain.policy import Pack, PolicySet, Sale
from returnstation.domain.policy.terms import Terms
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


@dataclass(frozen=True, slots=True)
class Beginning:
    """A right, or new terms of one, that begins on a day."""

    region: str
    rule: str
    title: str


_Version = tuple[Beginning, date]


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be tried, and what it changes.

    Attributes:
        files: What a draft holds, by their names within it.
        begins: What begins on the day of a law of the future.
    """

    trial: Trial
    files: tuple[str, ...] = ()
    begins: tuple[Beginning, ...] = ()


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

    def offers(self) -> Sequence[Offer]:
        """Return what can be tried: drafts, and each day on which a law of theirs or ours begins.

        A draft that cannot be read is offered as well: whoever tries it is told why.
        """
        return tuple(offer for name in (*self.drafts.names(), None) for offer in self._offers(name))

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

    def _offers(self, name: str | None) -> Iterator[Offer]:
        pack = self.equipment.pack
        if name is None:
            yield from self._beginnings(None, pack, {})
            return
        files = tuple(self.drafts.files(name))
        yield Offer(Trial(name), files)
        try:
            draft = self.drafts.load(name)
        except UnreadablePolicy:
            return
        yield from self._beginnings(name, draft.pack, _terms(pack))

    def _beginnings(
        self, name: str | None, pack: Pack, known: Mapping[_Version, Terms]
    ) -> Iterator[Offer]:
        """Yield the days to come on which something of a pack begins that is not known yet."""
        today = self.equipment.today().date()
        days: dict[date, list[Beginning]] = {}
        for version, terms in _terms(pack).items():
            if terms.since > today and known.get(version) != terms:
                days.setdefault(terms.since, []).append(version[0])
        for day, begins in sorted(days.items()):
            yield Offer(Trial(name, day), begins=tuple(begins))

    def _rules(self, draft: Draft | None, law_on: date | None) -> Rules:
        if draft is None:
            return Rules(self.equipment.pack, self._with_policy({}), law_on)
        return Rules(draft.pack, self._with_policy(draft.policies), law_on)

    def _with_policy(self, changed: Mapping[str, PolicySet]) -> Callable[[str, Sale], Sale]:
        known: dict[str, PolicySet | None] = dict(changed)

        def put(merchant_id: str, sale: Sale) -> Sale:
            if merchant_id not in known:
                terms = self.equipment.terms.of(merchant_id)
                known[merchant_id] = None if terms is None else terms.policy
            return replace(sale, merchant_policy=known[merchant_id])

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


def _terms(pack: Pack) -> dict[_Version, Terms]:
    return {
        (Beginning(right.region, right.rule, right.title), terms.since): terms
        for right in pack.rights()
        for terms in right.versions
    }
