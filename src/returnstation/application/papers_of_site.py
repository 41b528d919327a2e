"""The papers of the site itself: manifest of a load, badge of a worker, report of a shift."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import TypeAlias

from returnstation.application.goods import Goods
from returnstation.application.ports import Work
from returnstation.application.recording import Recording
from returnstation.application.troubles import Refused
from returnstation.domain.facts import (
    CaseCancelled,
    CaseFinished,
    CaseHeld,
    CaseOpened,
    Corrected,
    Fact,
    ItemDisposed,
    ItemOverridden,
    LineMissing,
    LoadLeft,
    PaperQueued,
    Recorded,
    RefundResolved,
)
from returnstation.domain.manifests import ManifestLine
from returnstation.domain.messages import say
from returnstation.domain.money import total
from returnstation.domain.papers import (
    Badge,
    Manifest,
    ManifestItem,
    ShiftReport,
    Tally,
    WorkerFigures,
)

Between: TypeAlias = Callable[[datetime, datetime, Sequence[type]], Iterable[Recorded]]
"""Return what was recorded from one moment until before another, of some types, oldest first."""

READ = (
    CaseCancelled,
    CaseFinished,
    CaseHeld,
    CaseOpened,
    Corrected,
    ItemDisposed,
    ItemOverridden,
    LineMissing,
    PaperQueued,
    RefundResolved,
)
"""What a shift report is made of."""


@dataclass(frozen=True, slots=True)
class SitePapers:
    """Draws up papers of the site."""

    recording: Recording

    def manifest(self, load: str) -> Manifest:
        """Return what left with a load.

        Raises:
            Refused: No load has this number.
        """
        equipment = self.recording.equipment
        lines = Goods(self.recording, None).manifest_of_load(load)
        with equipment.look() as work:
            left = self._left(work, load, lines)
        values = [line.ext_retail for line in lines if line.ext_retail is not None]
        currencies = sorted({value.currency for value in values})
        return Manifest(
            load=load,
            site=equipment.settings.site,
            printed_at=equipment.now().astimezone(equipment.settings.zone),
            lines=tuple(map(_manifest_item, lines)),
            units=sum(line.quantity for line in lines),
            totals=tuple(total([v for v in values if v.currency == c], c) for c in currencies),
            unvalued=sum(line.quantity for line in lines if line.ext_retail is None),
            to=None if left is None else _to(left.fact),
            left_at=None if left is None else left.at.astimezone(equipment.settings.zone),
            is_training=equipment.settings.is_training,
        )

    def badge(self, user_id: str) -> Badge:
        """Return a worker's badge.

        Raises:
            Refused: There is no such worker, or the badge is shut.
        """
        equipment = self.recording.equipment
        with equipment.look() as work:
            people = {user.user_id: user for user in work.people.all() if user.is_active}
        user = people.get(user_id)
        if user is None:
            raise Refused("user-unknown", user=user_id)
        site = equipment.settings.site
        return Badge(code=user.badge, name=user.name, role=user.role, site=site)

    def shift(self, day: date | None, between: Between) -> ShiftReport:
        """Return the report of a day at the site; None for today."""
        equipment, settings = self.recording.equipment, self.recording.equipment.settings
        begun = equipment.today() if day is None else _start(day, equipment.today())
        ended = begun + timedelta(days=1)
        told = _valid(list(between(begun, ended, READ)))
        with equipment.look() as work:
            names = {user.user_id: user.name for user in work.people.all()}
        done = [each.fact.seconds for each in told if isinstance(each.fact, CaseFinished)]
        disposed = [each.fact for each in told if isinstance(each.fact, ItemDisposed)]
        uses = Counter(fact.disposition for fact in disposed)
        return ShiftReport(
            site=settings.site,
            desk=settings.desk,
            day=begun.date(),
            printed_at=equipment.now().astimezone(settings.zone),
            cases=len(done),
            items=len(disposed),
            seconds=_median(done),
            outcomes=_outcomes(told),
            dispositions=tuple(
                Tally(say(f"disposition.{use.value}"), count) for use, count in uses.most_common()
            ),
            people=tuple(_people(told, names)),
            exceptions=tuple(_exceptions(told)),
            is_training=settings.is_training,
        )

    def _left(self, work: Work, load: str, lines: Sequence[ManifestLine]) -> Recorded | None:
        """Return how a load left: recorded with its pallet, or the one container it was."""
        subjects = dict.fromkeys(code for line in lines for code in (line.pallet, line.container))
        for subject in filter(None, subjects):
            for recorded in work.facts.of(subject):
                if isinstance(recorded.fact, LoadLeft) and recorded.fact.load == load:
                    return recorded
        return None


def _to(fact: Fact) -> str | None:
    return fact.to if isinstance(fact, LoadLeft) else None


def _manifest_item(line: ManifestLine) -> ManifestItem:
    grades = [grade for grade in (line.functional, line.cosmetic) if grade]
    return ManifestItem(
        lpn=line.lpn,
        gtin=line.gtin,
        title=line.description,
        grade=" / ".join(grades),
        quantity=line.quantity,
        value=line.ext_retail,
    )


def _start(day: date, like: datetime) -> datetime:
    return like.replace(year=day.year, month=day.month, day=day.day)


def _valid(told: Sequence[Recorded]) -> list[Recorded]:
    """Return what was not taken back, with the corrections themselves."""
    void = {i for each in told if isinstance(each.fact, Corrected) for i in each.fact.fact_ids}
    return [each for each in told if each.fact_id not in void]


def _median(seconds: Sequence[int]) -> int | None:
    return round(median(seconds)) if seconds else None


def _outcomes(told: Sequence[Recorded]) -> tuple[Tally, ...]:
    refunds = [each.fact for each in told if isinstance(each.fact, RefundResolved)]
    found = Counter(line.outcome for refund in refunds for line in refund.lines)
    return tuple(
        Tally(say(f"papers.receipt.outcome.{outcome}"), count)
        for outcome, count in found.most_common()
    )


def _people(told: Sequence[Recorded], names: Mapping[str, str]) -> Iterator[WorkerFigures]:
    by_user: dict[str, list[Fact]] = {}
    for each in told:
        if each.user is not None and isinstance(each.fact, CaseFinished | ItemDisposed):
            by_user.setdefault(each.user, []).append(each.fact)
    for user, facts in sorted(by_user.items(), key=lambda pair: names.get(pair[0], pair[0])):
        seconds = [fact.seconds for fact in facts if isinstance(fact, CaseFinished)]
        items = len(facts) - len(seconds)
        name = names.get(user, user)
        yield WorkerFigures(name=name, cases=len(seconds), items=items, seconds=_median(seconds))


def _exceptions(told: Sequence[Recorded]) -> Iterator[Tally]:
    for key, is_one in _EXCEPTIONS.items():
        count = sum(1 for each in told if is_one(each.fact))
        if count:
            yield Tally(say(key), count)


_EXCEPTIONS: Mapping[str, Callable[[Fact], bool]] = {
    "slip.exception.held": lambda fact: isinstance(fact, CaseHeld),
    "slip.exception.cancelled": lambda fact: isinstance(fact, CaseCancelled),
    "slip.exception.blind": lambda fact: isinstance(fact, CaseOpened) and not fact.lines,
    "slip.exception.missing": lambda fact: isinstance(fact, LineMissing),
    "slip.exception.other": lambda fact: (
        isinstance(fact, ItemDisposed) and fact.disposition is not fact.proposed
    ),
    "slip.exception.overridden": lambda fact: isinstance(fact, ItemOverridden),
    "slip.exception.corrected": lambda fact: isinstance(fact, Corrected),
    "slip.exception.reprinted": lambda fact: (
        isinstance(fact, PaperQueued) and fact.reason is not None
    ),
}
