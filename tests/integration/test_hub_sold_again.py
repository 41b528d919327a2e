"""What was erased stays so, and only that: an order may be sold again, and taken back again."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from forgetting_stand import NUMBER, a_new_stand, case_of, put, sold
from merchant_stand import STATIONS, Stand, a_finished_case
from returnstation.hub.database import HubDatabase
from returnstation.hub.erasing import Erasing
from returnstation.hub.tables import CLOCK_NOTE
from returnstation.wire.batches import SentFact


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Sequence[SentFact]:
    return a_finished_case(tmp_path_factory.mktemp("desk"), 0)


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    with a_new_stand(database, tmp_path) as made:
        row: dict[str, object] = {"station": STATIONS[0], "branch": 1, "seq": 0, "kind": "read"}
        row |= {"wall_ms": 1, "log_ms": 1, "before_ms": 1, "step_ms": 0, "offset_ms": 0}
        with made.hub.database.work() as connection:
            connection.execute(insert(CLOCK_NOTE), row)
        yield made


@pytest.mark.parametrize(("seconds", "is_kept"), [(-1, True), (0, False)])
def test_a_case_of_what_was_sold_again_stays_when_its_merchant_takes_that_back(
    stand: Stand, log: Sequence[SentFact], seconds: int, *, is_kept: bool
) -> None:
    opened_ms = next(each.hlc >> 16 for each in log if each.type == "case_opened")
    stand.clock.at = datetime.fromtimestamp(opened_ms / 1000 + seconds, UTC)
    Erasing(stand.hub).erase("ds", NUMBER)
    stand.clock.forward(seconds=2)
    put(stand, "orders", sold())
    stand.take(log)

    stand.ask("DELETE", stand.of(f"orders/{NUMBER}"))
    stand.project()

    assert stand.hub.subject_keys.is_forgotten(f"case:{case_of(log)}") is not is_kept
