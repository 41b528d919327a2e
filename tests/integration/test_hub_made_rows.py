"""What stations' caches make of records lies at the hub, sealed, and goes with its record."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete, insert, select, update

from builders import an_rma
from forgetting_stand import NAME, NUMBER, ORDER, RMA, SHARD, a_new_stand, put, sold
from merchant_stand import Stand
from returnstation.cli.hub_process import MAKING
from returnstation.domain.orders import Order
from returnstation.hub.database import HubDatabase
from returnstation.hub.erasing import Erasing
from returnstation.hub.made_rows import NOTHING, Making, carry_making
from returnstation.hub.making_old import MADE, OldMaking
from returnstation.hub.records import page
from returnstation.hub.sealing_old import OldSealing
from returnstation.hub.tables import RECORD_MADE
from returnstation.storage.made_rows import MADE_FORMAT, made_row
from returnstation.wire.feeds import LARGEST_PAGE, START, Row


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    """A hub that makes rows, with an order and its announced return."""
    carry_making(database.engine, MAKING)
    database.keep_about(MADE, "")
    with a_new_stand(database, tmp_path) as made:
        yield made


def rows(stand: Stand) -> dict[str, Row]:
    with stand.hub.database.look() as connection:
        some = page(connection, SHARD, START, 100, "g").rows
    return {row.key: row for row in some if row.kind in {"order", "rma"}}


def lying_made(stand: Stand) -> dict[str, bytes]:
    with stand.hub.database.look() as connection:
        wanted = select(RECORD_MADE.c.key, RECORD_MADE.c.made)
        return {row.key: bytes(row.made) for row in connection.execute(wanted)}


def made_rows(stand: Stand) -> dict[str, bytes]:
    return {key: row.made for key, row in rows(stand).items()}


def made_here() -> dict[str, bytes]:
    sent = {ORDER: ("order", sold()), RMA: ("rma", an_rma())}
    return {key: made_row(kind, msgspec.json.encode(one)) for key, (kind, one) in sent.items()}


def test_what_is_made_of_them_lies_sealed_and_goes_down_with_them(stand: Stand) -> None:
    words = [NAME.casefold().encode(), b"berlin"]

    assert made_rows(stand) == made_here()
    assert set(lying_made(stand)) == {ORDER, RMA}
    for made in lying_made(stand).values():
        assert not [word for word in words if word in made]
    with stand.hub.database.look() as connection:
        assert page(connection, SHARD, START, 100, "g").made_format == MADE_FORMAT


def test_what_was_made_of_an_erased_order_is_gone(stand: Stand) -> None:
    before = lying_made(stand)
    Erasing(stand.hub).erase("ds", NUMBER)
    assert lying_made(stand) == {}

    with stand.hub.database.work() as connection:  # as a copy from before would bring it back
        for key, made in before.items():
            row = {"shard": SHARD, "kind": "order", "key": key, "n": rows(stand)[key].n}
            connection.execute(insert(RECORD_MADE), row | {"format": MADE_FORMAT, "made": made})
    assert set(made_rows(stand).values()) == {b""}


def test_what_was_made_of_a_record_before_it_changed_does_not_go_down(stand: Stand) -> None:
    changed = an_rma(tracking="1Z999")
    carry_making(stand.hub.database.engine, NOTHING)
    put(stand, "rmas", changed)
    assert made_rows(stand) == {ORDER: b"", RMA: b""}
    carry_making(stand.hub.database.engine, MAKING)

    assert made_rows(stand) == made_here() | {RMA: b""}
    put(stand, "rmas", an_rma())
    with stand.hub.database.work() as connection:  # as a process of an older program does
        connection.execute(update(RECORD_MADE).values(n=RECORD_MADE.c.n - 1))
    assert made_rows(stand) == {ORDER: b"", RMA: b""}


def test_rows_from_before_are_made_in_steps_and_no_feed_moves(stand: Stand) -> None:
    database, older = stand.hub.database, Making(MADE_FORMAT - 1, lambda *_: b"another")
    with database.work() as connection:
        connection.execute(update(RECORD_MADE).where(RECORD_MADE.c.key == RMA).values(format=1))
        connection.execute(delete(RECORD_MADE).where(RECORD_MADE.c.key == ORDER))
    last = stand.hub.feeds.last_for("ICN3")
    making, sealing = OldMaking(stand.hub, at_once=1), OldSealing(stand.hub)
    making.step()
    assert made_rows(stand) == {ORDER: b"", RMA: b""}  # some may not be sealed

    for _ in range(3):
        sealing.records()
    for steps in range(1, 4):
        making.step()
        assert sum(map(bool, made_rows(stand).values())) == min(steps, 2)

    assert made_rows(stand) == made_here()
    assert stand.hub.feeds.last_for("ICN3") == last
    carry_making(database.engine, older)
    for _ in range(3):
        making.step()
    assert made_rows(stand) == {ORDER: b"another", RMA: b"another"}
    carry_making(database.engine, MAKING)


def test_a_record_that_is_large_anyway_goes_down_without_what_was_made(stand: Stand) -> None:
    assert all(made_rows(stand).values())
    large = bytes(LARGEST_PAGE // 2)
    with stand.hub.database.work() as connection:
        connection.execute(update(RECORD_MADE).where(RECORD_MADE.c.key == ORDER).values(made=large))

    found, after, is_last = dict[str, Row](), START, False
    with stand.hub.database.look() as connection:
        while not is_last:
            some = page(connection, SHARD, after, 100, "g")
            found |= {row.key: row for row in some.rows}
            after, is_last = some.cursor, some.is_last

    assert found[ORDER].made == b""
    assert found[RMA].made
    assert msgspec.json.decode(found[ORDER].body, type=Order) == sold()
