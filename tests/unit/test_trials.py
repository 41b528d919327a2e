"""Changes are counted by kind, and enough of every kind is kept to look at."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from returnstation.application.trials import (
    MOST_OF_A_KIND,
    Examples,
    Kind,
    kinds_in,
    kinds_of,
)
from returnstation.application.trying import Period, Trial
from returnstation.domain.replays import Aspect, Change, Replay
from trials_stand import MemoryTrials

ALWAYS = Period(date(2020, 1, 1), date(2026, 11, 24))


def tried(size: int) -> tuple[Replay, list[Change]]:
    changes: list[Change] = []

    def told(_cases: int, change: Change | None) -> None:
        changes.extend([] if change is None else [change])

    report = MemoryTrials(size).run(Trial("d"), ALWAYS, told)
    return report.replay, changes


def kept(changes: list[Change]) -> Examples:
    examples = Examples()
    for change in changes:
        examples.put(change)
    return examples


def test_counts_by_kind_are_those_of_the_single_changes() -> None:
    found, changes = tried(400)

    counted = Counter(kind for change in changes for kind in kinds_of(change))

    assert kinds_in(found) == counted


def test_answers_come_before_what_else_changes() -> None:
    found, _ = tried(400)

    kinds = list(kinds_in(found))

    assert [isinstance(kind, Aspect) for kind in kinds] == sorted(
        isinstance(kind, Aspect) for kind in kinds
    )


def test_every_kind_has_as_many_examples_as_there_are_or_as_are_kept() -> None:
    found, changes = tried(400)
    examples = kept(changes)

    shown = {kind: len(examples.of(kind)) for kind in kinds_in(found)}

    assert all(
        n >= min(count, MOST_OF_A_KIND)
        for n, count in zip(shown.values(), kinds_in(found).values(), strict=True)
    )


def test_a_rare_kind_is_kept_although_a_common_one_has_enough() -> None:
    _, changes = tried(400)
    common = next(change for change in changes if change.aspects == {Aspect.LAST_DAY})
    rare = replace(common, aspects=frozenset({Aspect.LAST_DAY, Aspect.REFUND_DAY}))

    examples = kept([common] * (MOST_OF_A_KIND + 5) + [rare])

    assert len(examples.changes) == MOST_OF_A_KIND + 1
    assert examples.of(Aspect.REFUND_DAY) == [rare]


@pytest.mark.parametrize("kind", [None, Aspect.LAST_DAY])
def test_other_answers_stand_first_then_other_sums(kind: Kind | None) -> None:
    _, changes = tried(40)

    shown = kept(changes).of(kind)

    ranks = [(Aspect.ANSWER not in c.aspects, Aspect.MONEY not in c.aspects) for c in shown]
    assert ranks == sorted(ranks)
