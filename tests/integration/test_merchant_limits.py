"""How much of the hub a merchant's program gets with one question."""

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select

from merchant_stand import Stand, a_finished_case, a_stand
from returnstation.hub.database import HubDatabase
from returnstation.hub.tables_merchants import OUT


@pytest.fixture(scope="module")
def stand(database: HubDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A hub that was told of one case."""
    with a_stand(database, tmp_path_factory.mktemp("home")) as made:
        made.take(a_finished_case(tmp_path_factory.mktemp("desk")))
        yield made


@pytest.mark.parametrize("limit", ["000000001001", "000000001" + "9" * 30, "1001", "0", "-1"])
def test_no_way_to_write_it_makes_a_page_longer(stand: Stand, limit: str) -> None:
    answer = stand.ask("GET", stand.of(f"items?limit={limit}"))

    assert (answer.status, answer.code) == (400, "limit-wrong")


@pytest.mark.parametrize("limit", ["1000", "00000001"])
def test_a_page_may_have_a_thousand_rows(stand: Stand, limit: str) -> None:
    assert stand.ask("GET", stand.of(f"items?limit={limit}")).status == 200


def test_a_case_with_more_in_it_than_is_read_at_once_is_read(stand: Stand) -> None:
    number = stand.rows("cases")[0]["number"]
    with stand.hub.database.work() as connection:
        wanted = select(OUT).where(OUT.c.kind == "items")
        item = dict(connection.execute(wanted).mappings().one())
        more = [item | {"key": f"more-{n}", "n": -n} for n in range(1, 5001)]
        connection.execute(insert(OUT), more)

    answer = stand.ask("GET", stand.of(f"cases/{number}"))

    assert answer.status == 200
    assert answer.json["case"]["number"] == number
    assert len(answer.json["items"]) == 4999
