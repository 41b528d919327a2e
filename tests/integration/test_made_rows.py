"""A cache that takes rows as a hub made them is the cache that makes them itself."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from builders import a_line, an_order, an_rma
from merchant_stand import a_stand
from returnstation.application.troubles import Trouble
from returnstation.cli import hub_process
from returnstation.domain.orders import Order, Rma, Shipment
from returnstation.hub import records
from returnstation.hub.database import HubDatabase
from returnstation.hub.made_rows import carry_making
from returnstation.storage.cache import CacheDatabase
from returnstation.storage.cache_tables import FEED_CURSOR, IDENTIFIER, ORDER, RMA
from returnstation.storage.feeding import Feeding
from returnstation.storage.made_rows import MADE_FORMAT, made_row
from returnstation.storage.snapshots import build_snapshot, unpack_snapshot
from returnstation.wire.feeds import LARGEST_PAGE, START, Cursor, Page, Row, key_of
from returnstation.wire.packing import packed, unpacked

_TABLES = (ORDER, RMA, IDENTIFIER, FEED_CURSOR)
_WORDS = ("order_text", "order_clue")


class Put(NamedTuple):
    """A record as it is from now on; without one it is gone."""

    kind: str
    number: str
    record: Order | Rma | None


@contextmanager
def a_cache() -> Iterator[CacheDatabase]:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(CacheDatabase(Path(folder) / "cache-1.db")) as cache,
    ):
        yield cache


def dumped(cache: CacheDatabase) -> Mapping[str, Sequence[Any]]:
    """Everything in the tables, and every word of the indexes."""
    found: dict[str, Sequence[Any]] = {}
    with cache.writing() as connection:
        for table in _TABLES:
            found[table.name] = sorted(map(tuple, connection.execute(select(table))))
        for name in _WORDS:
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, {name}, instance)"
            )
            found[name] = sorted(
                (term, doc, col or "", offset or 0)
                for term, doc, col, offset in connection.exec_driver_sql("SELECT * FROM words")
            )
            connection.exec_driver_sql("DROP TABLE temp.words")
    return found


def known_by(cache: CacheDatabase) -> set[tuple[Any, ...]]:
    """Return the same by merchants' numbers, whatever the rows' numbers are."""
    dump = dumped(cache)
    orders = {row[0]: row[1:] for row in dump["sale_order"]}
    rmas = {row[0]: row[1:] for row in dump["rma"]}
    found = {("order", *row) for row in orders.values()} | {("rma", *row) for row in rmas.values()}
    for key, kind, target, backwards in dump["identifier"]:
        owner = rmas if kind.startswith("rma") else orders
        found.add((kind, key, backwards, owner[target][1]))
    for table in _WORDS:
        found |= {(table, term, orders[doc][1], *rest) for term, doc, *rest in dump[table]}
    return found


def row_of(n: int, put: Put, *, is_made: bool) -> Row:
    body = b"" if put.record is None else msgspec.json.encode(put.record)
    made = made_row(put.kind, body) if is_made else b""
    return Row(put.kind, key_of("ds", put.number), n, put.record is None, body, made)


def a_row(key: str, body: bytes, made: bytes = b"") -> Row:
    return Row(kind="order", key=key, n=2, is_deleted=False, body=body, made=made)


def page_of(rows: Sequence[Row], made_format: int = MADE_FORMAT) -> Page:
    page = Page(
        generation="g",
        shard="merchant:ds",
        rows=tuple(rows),
        n=len(rows),
        mark=7,
        is_last=True,
        made_format=made_format,
    )
    return unpacked(packed(page), Page, LARGEST_PAGE)


def fed(cache: CacheDatabase, puts: Sequence[Put], *, is_made: bool) -> None:
    rows = [row_of(n, put, is_made=is_made) for n, put in enumerate(puts, 1)]
    Feeding(cache).apply(page_of(rows))


NUMBERS = st.sampled_from(["A-1", "A-2", "ä/3"])
CODES = st.sampled_from(["RR473124829DE", "1Z 999", "serial-7", ""])
NAMES = st.sampled_from(["Anna Lehmann", "김하늘", "José  d'Ávila", "田中 花子", "·"])
GOODS = st.sampled_from([("러너 3", "HR3"), ("Blue Jacket", "J-1")])


@st.composite
def orders(draw: st.DrawFn) -> Put:
    number = draw(NUMBERS)
    title, sku = draw(GOODS)
    serials = (draw(CODES),)
    order = an_order(
        number=number,
        lines=(a_line(title=title, sku=sku, serials=serials),),
        shipments=(Shipment(tracking=draw(CODES), sscc=draw(CODES) or None),),
    )
    order = replace(order, customer=replace(order.customer, name=draw(NAMES), phone=draw(CODES)))
    return Put("order", number, draw(st.sampled_from([order, order, order, None])))


@st.composite
def rmas(draw: st.DrawFn) -> Put:
    number = draw(NUMBERS)
    rma = an_rma(number=number, order_number=draw(NUMBERS), tracking=draw(CODES))
    return Put("rma", number, draw(st.sampled_from([rma, rma, rma, None])))


PAGES = st.lists(st.lists(st.one_of(orders(), rmas()), max_size=6), max_size=5)


@settings(max_examples=40)
@given(PAGES)
def test_what_came_made_is_what_is_made_here(pages: list[list[Put]]) -> None:
    with a_cache() as taken, a_cache() as own, a_cache() as afresh:
        # A hub sends each record once in a page, as it was last.
        once = [list({(put.kind, put.number): put for put in page}.values()) for page in pages]
        for page in once:
            fed(taken, page, is_made=True)
            fed(own, page, is_made=False)
            assert dumped(taken) == dumped(own)

        last = {(put.kind, put.number): put for page in once for put in page}
        fed(afresh, [put for put in last.values() if put.record is not None], is_made=False)
        assert known_by(taken) == known_by(afresh)


def broken(made: bytes, place: int, byte: int) -> bytes:
    place %= len(made)
    return made[:place] + bytes([byte]) + made[place + 1 :]


NONSENSE = st.one_of(
    st.binary(max_size=40),
    st.integers(0, 400).map(lambda n: made_row("order", msgspec.json.encode(an_order()))[:n]),
    st.builds(
        broken,
        st.just(made_row("order", msgspec.json.encode(an_order()))),
        st.integers(0, 400),
        st.integers(0, 255),
    ),
)


@pytest.fixture(scope="module")
def used() -> Iterator[CacheDatabase]:
    with a_cache() as cache:
        yield cache


@settings(max_examples=60)
@given(NONSENSE, st.binary(max_size=4))
def test_nonsense_in_place_of_what_was_made_never_leaves_half_a_page(
    used: CacheDatabase, nonsense: bytes, body: bytes
) -> None:
    order, other = an_order(), Put("order", "B-1", an_order(number="B-1"))
    good = row_of(1, other, is_made=True)
    key = key_of("ds", order.number)
    fed(used, [Put("order", "B-1", None), Put("order", order.number, None)], is_made=True)
    before = dumped(used)
    with pytest.raises(Trouble, match="feed-unreadable"):
        Feeding(used).apply(page_of([good, a_row(key, body, nonsense[:9])]))
    assert dumped(used) == before

    Feeding(used).apply(page_of([good, a_row(key, msgspec.json.encode(order), nonsense)]))

    dump = dumped(used)
    assert [row[2] for row in dump["sale_order"]] == ["B-1", order.number]
    assert {row[2] for row in dump["identifier"]} == {1, 2}


@pytest.mark.parametrize(
    "made",
    [
        b"",
        b"\xc1",
        b"\x99" + b"\xa2\xff\xfe" * 9,
        made_row("order", msgspec.json.encode(an_order(number="OTHER"))),
        made_row("rma", msgspec.json.encode(an_rma())),
        msgspec.msgpack.encode(["ds", "DS-118402", "", "", "", "", "", "", ["order"]]),
    ],
)
def test_what_is_not_of_the_record_is_made_here(made: bytes) -> None:
    order = Put("order", an_order().number, an_order())
    with a_cache() as cache, a_cache() as own:
        row = msgspec.structs.replace(row_of(1, order, is_made=False), made=made)
        Feeding(cache).apply(page_of([row]))
        fed(own, [order], is_made=False)

        assert dumped(cache) == dumped(own)


def test_what_was_made_for_another_cache_is_made_here() -> None:
    order = Put("order", an_order().number, an_order())
    other = made_row("order", msgspec.json.encode(an_order(lines=(a_line(title="Other"),))))
    row = msgspec.structs.replace(row_of(1, order, is_made=False), made=other)
    with a_cache() as cache, a_cache() as own:
        Feeding(cache).apply(page_of([row], MADE_FORMAT + 1))
        fed(own, [order], is_made=False)

        assert dumped(cache) == dumped(own)


def test_a_body_another_program_wrote_is_kept_as_this_one_writes_it() -> None:
    order = an_order()
    body = msgspec.json.format(msgspec.json.encode(order), indent=2)
    row = a_row(key_of("ds", order.number), body)
    made = msgspec.structs.replace(row, made=made_row("order", body))
    with a_cache() as taken, a_cache() as own:
        Feeding(taken).apply(page_of([made]))
        Feeding(own).apply(page_of([row]))

        assert dumped(taken) == dumped(own)
        assert dumped(own)["sale_order"][0][3] == msgspec.json.encode(order)


@pytest.mark.parametrize("kind", ["order", "rma", "product"])
def test_of_what_cannot_be_read_nothing_is_made(kind: str) -> None:
    assert made_row(kind, b"{}") == made_row(kind, b'{"number":"\xff"}') == b""


def test_a_snapshot_of_rows_that_were_made_is_that_of_those_that_were_not(tmp_path: Path) -> None:
    puts = [Put("order", "A-1", an_order(number="A-1")), Put("rma", "R-1", an_rma(number="R-1"))]
    dumps = []
    for is_made in (True, False):
        target = tmp_path / f"{is_made}.zst"
        rows = [row_of(n, put, is_made=is_made) for n, put in enumerate(puts, 1)]
        told = build_snapshot(target, rows, "g", {"merchant:ds": Cursor(2, 7)})
        unpack_snapshot(target, told, target.with_suffix(".db"))
        with closing(CacheDatabase(target.with_suffix(".db"))) as cache:
            dumps.append(dumped(cache))
    assert dumps[0] == dumps[1]
    assert len(dumps[0]["sale_order"]) == len(dumps[0]["rma"]) == 1


class OldRow(msgspec.Struct, frozen=True, array_like=True):
    """As stations and hubs from before have it."""

    kind: str
    key: str
    n: int
    is_deleted: bool
    body: bytes


class OldPage(msgspec.Struct, frozen=True, kw_only=True):
    generation: str
    shard: str
    rows: tuple[OldRow, ...]
    n: int
    mark: int
    is_last: bool


def test_stations_and_hubs_from_before_are_understood() -> None:
    row = row_of(1, Put("order", "A-1", an_order(number="A-1")), is_made=True)
    old = OldPage(
        generation="g",
        shard="s",
        rows=(OldRow(kind="order", key=row.key, n=1, is_deleted=False, body=row.body),),
        n=1,
        mark=7,
        is_last=True,
    )

    sent = packed(page_of([row]))
    assert unpacked(sent, OldPage, LARGEST_PAGE).rows == old.rows
    came = unpacked(packed(old), Page, LARGEST_PAGE)
    assert came.rows == (msgspec.structs.replace(row, made=b""),)
    assert came.made_format == 0


def test_a_served_hub_makes_rows_of_what_merchants_send(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETURNSTATION_HUB_HOME", str(tmp_path))
    monkeypatch.setenv("RETURNSTATION_HUB_DATABASE", "")
    order = an_order()
    with (
        closing(HubDatabase(f"sqlite:///{tmp_path}/hub.db", "hub-a")) as database,
        a_stand(database, tmp_path) as stand,
    ):
        stand.app = hub_process.application()
        assert stand.ask("PUT", stand.of("orders"), order).status == 200

        carry_making(database.engine, hub_process.MAKING)
        with database.look() as connection:
            page = records.page(connection, "merchant:ds", START, 10, "g")

    (row,) = [row for row in page.rows if row.kind == "order"]
    assert row.made == made_row("order", msgspec.json.encode(order))
    assert page.made_format == MADE_FORMAT
