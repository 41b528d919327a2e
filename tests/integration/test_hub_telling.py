"""What merchants see of many cases, and of cases that share a conflict."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from forgetting_stand import NUMBER, a_new_stand, case_of
from merchant_stand import STATIONS, Stand
from returnstation.hub.database import HubDatabase
from returnstation.hub.tables_merchants import OUT
from returnstation.wire.batches import SentFact

MORE_THAN_PARAMETERS = 65_536
"""Of one statement on PostgreSQL."""


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    with a_new_stand(database, tmp_path) as made:
        yield made


def tell(stand: Stand, *case_ids: str) -> None:
    with stand.hub.database.work() as connection:
        stand.desk.telling.tell(connection, set(case_ids))


def seen(stand: Stand) -> list[tuple[object, ...]]:
    with stand.hub.database.look() as connection:
        return [tuple(row) for row in connection.execute(select(OUT).order_by(OUT.c.n))]


def test_of_two_cases_in_one_conflict_each_keeps_its_other_conflicts(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    stand.take(logs[0], STATIONS[0])
    stand.take(logs[1], STATIONS[1])
    stand.ask("DELETE", stand.of(f"orders/{NUMBER}"))
    stand.project()
    kinds = [row["kind"] for row in stand.rows("conflicts")]
    assert sorted(kinds) == ["double_inspection", "order_changed", "order_changed"]
    before = seen(stand)

    for log in logs:
        tell(stand, case_of(log))

    assert seen(stand) == before


def test_however_many_cases_are_dated_anew_their_merchants_are_told(
    stand: Stand, logs: Sequence[Sequence[SentFact]]
) -> None:
    stand.take(logs[0])
    before = seen(stand)

    tell(stand, case_of(logs[0]), *(f"case-{n}" for n in range(MORE_THAN_PARAMETERS)))

    assert seen(stand) == before
