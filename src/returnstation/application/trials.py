"""Trials of drafts as the window runs them: by supervisors, with rows to look at."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from returnstation.application.desk.memory import Memory
from returnstation.application.troubles import Refused
from returnstation.application.trying import Offer, Period, Trial, TrialReport, Trying
from returnstation.domain.policy import Eligible
from returnstation.domain.replays import Aspect, Change, Replay

MOST_OF_A_KIND = 50
"""A table nobody reads to the end needs no more; the file has all."""

_MAY = frozenset({"supervisor", "admin"})

Kind: TypeAlias = tuple[Eligible, Eligible] | Aspect
"""The answers before and after, or what else of an answer changes."""

Told: TypeAlias = Callable[[int, Change | None], None]
"""Called after each return with the number of cases so far, and what changes."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What can be tried here.

    Attributes:
        folder: Where drafts are put.
    """

    offers: tuple[Offer, ...]
    folder: str


class Trials(Protocol):
    """Trials, as the window needs them; each may raise ``Refused``: ``not-allowed``."""

    def bench(self) -> Bench:
        """Return what can be tried."""

    def size(self, period: Period) -> int:
        """Return how many cases a period has."""

    def run(self, trial: Trial, period: Period, told: Told) -> TrialReport:
        """Ask all returns of a period again; ``told`` may raise ``Stopped``.

        Raises:
            UnreadablePolicy: The draft is not what it must be.
        """


@dataclass(frozen=True, slots=True)
class SupervisedTrials:
    """Trials for whoever is signed in at the desk, if it is a supervisor.

    Attributes:
        memory: Of the desk: who is signed in.
        folder: Where drafts are put.
    """

    trying: Trying
    memory: Memory
    folder: str

    def bench(self) -> Bench:
        """Return what can be tried."""
        self._check()
        return Bench(tuple(self.trying.offers()), self.folder)

    def size(self, period: Period) -> int:
        """Return how many cases a period has."""
        self._check()
        return self.trying.size(period)

    def run(self, trial: Trial, period: Period, told: Told) -> TrialReport:
        """Ask all returns of a period again."""
        self._check()
        return self.trying.run(trial, period, told)

    def _check(self) -> None:
        user = self.memory.user
        if user is None or user.role not in _MAY:
            raise Refused("not-allowed")


def kinds_of(change: Change) -> Sequence[Kind]:
    """Return what a change is counted as: another answer, and what else is not as it was."""
    others: list[Kind] = [aspect for aspect in Aspect if aspect in change.aspects - {Aspect.ANSWER}]
    return [change.kind, *others] if Aspect.ANSWER in change.aspects else others


def kinds_in(found: Replay) -> dict[Kind, int]:
    """Return how many returns change in each way, ways in a fixed order."""
    ranks = list(Eligible)
    pairs = sorted(found.answers, key=lambda pair: [ranks.index(answer) for answer in pair])
    answers: dict[Kind, int] = {
        pair: found.answers[pair] for pair in pairs if pair[0] is not pair[1]
    }
    aspects = [aspect for aspect in Aspect if aspect is not Aspect.ANSWER]
    return answers | {aspect: found.aspects[aspect] for aspect in aspects if found.aspects[aspect]}


@dataclass(slots=True)
class Examples:
    """The first changes of every kind, in the order in which they were found."""

    changes: list[Change] = field(default_factory=list)
    _kept: Counter[Kind] = field(default_factory=Counter)

    def put(self, change: Change) -> None:
        """Keep a change if one of its kinds has not enough yet."""
        kinds = kinds_of(change)
        if any(self._kept[kind] < MOST_OF_A_KIND for kind in kinds):
            self._kept.update(kinds)
            self.changes.append(change)

    def of(self, kind: Kind | None) -> list[Change]:
        """Return the changes of a kind, or all that were kept; the gravest come first."""
        chosen = (each for each in self.changes if kind is None or kind in kinds_of(each))
        return sorted(chosen, key=_gravity)


def _gravity(change: Change) -> tuple[bool, ...]:
    return tuple(aspect not in change.aspects for aspect in (Aspect.ANSWER, Aspect.MONEY))
