"""Orders, returns and products as they are looked up at the desk."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pysqlite3 import dbapi2

from builders import (
    SHOES_GTIN,
    a_line,
    a_merchant,
    a_product,
    an_order,
    an_rma,
)
from returnstation.application.rows import Hit
from returnstation.application.troubles import Trouble
from returnstation.domain.barcodes import canonical
from returnstation.domain.orders import Shipment
from returnstation.storage.cache import CACHE_FORMAT, CacheDatabase
from returnstation.storage.feeding import Feeding
from returnstation.storage.filling import Filling
from stations import Worker, a_station


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CacheDatabase]:
    with closing(CacheDatabase(tmp_path / "cache-1.db")) as cache:
        filling = Filling(cache)
        filling.merchants([a_merchant()])
        filling.products([a_product()])
        filling.orders(
            [
                an_order(
                    lines=(a_line(serials=("SN-0001",)),),
                    shipments=(Shipment(tracking="RR473124829DE", sscc="006141411234567890"),),
                )
            ]
        )
        filling.rmas([an_rma()])
        yield cache


@pytest.mark.parametrize(
    ("code", "hit"),
    [
        ("DS-118402", Hit("order", "ds", "DS-118402")),
        ("RR 4731 2482 9DE", Hit("tracking", "ds", "DS-118402")),
        ("006141411234567890", Hit("sscc", "ds", "DS-118402")),
        ("sn0001", Hit("serial", "ds", "DS-118402")),
        ("r-77421", Hit("rma", "ds", "R-77421")),
        ("689204177735", Hit("rma_tracking", "ds", "R-77421")),
    ],
)
def test_every_code_of_a_parcel_leads_to_its_record(
    code: str, hit: Hit, cache: CacheDatabase
) -> None:
    assert list(cache.find([canonical(code)])) == [hit]


def test_codes_nobody_knows_lead_nowhere(cache: CacheDatabase) -> None:
    assert list(cache.find([])) == []
    assert list(cache.find(["NOBODY", ""])) == []


def test_records_come_back_as_they_were_kept(cache: CacheDatabase) -> None:
    assert cache.rma("ds", "R-77421") == an_rma()
    assert cache.merchant("ds") == a_merchant()
    assert cache.product("ds", "HR3-NV-270") == a_product()
    assert cache.order("other", "DS-118402") is None
    assert cache.rma("ds", "R-0") is None


def test_a_product_is_found_by_gtin_and_by_sku(cache: CacheDatabase) -> None:
    assert list(cache.products(SHOES_GTIN)) == [a_product()]
    assert list(cache.products("hr3 nv 270")) == [a_product()]
    assert list(cache.products("nothing")) == []


def test_the_newest_return_of_an_order_comes_first(cache: CacheDatabase) -> None:
    later = an_rma(number="R-2", requested_on=date(2026, 11, 20))
    Filling(cache).rmas([later])

    assert [rma.number for rma in cache.rmas_of("ds", "DS-118402")] == ["R-2", "R-77421"]


@pytest.mark.parametrize(("ending", "kinds"), [("8402", ["order"]), ("77735", ["rma_tracking"])])
def test_the_end_of_a_code_is_enough_to_suggest(
    ending: str, kinds: list[str], cache: CacheDatabase
) -> None:
    assert [hit.kind for hit in cache.ending(ending, 6)] == kinds
    assert list(cache.ending(ending + "0", 6)) == []
    assert list(cache.ending("", 6)) == []


def test_no_more_is_suggested_than_asked_for(cache: CacheDatabase) -> None:
    Filling(cache).orders([an_order(number=f"A{n}-5555", shipments=()) for n in range(9)])

    assert len(cache.ending("5555", 6)) == 6
    assert len(cache.ending("5555", 20)) == 9


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(text=st.text(min_size=1, max_size=10) | st.sampled_from(["1234\U0010ffff", "1234\ud7ff"]))
def test_any_ending_may_be_asked_for(text: str, cache: CacheDatabase) -> None:
    key = canonical(text)

    found = cache.ending(key, 6)

    assert all(isinstance(hit, Hit) for hit in found)


def test_suggestions_are_a_range_of_an_index_not_a_walk(cache: CacheDatabase) -> None:
    with closing(dbapi2.connect(str(cache.path))) as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT kind FROM identifier WHERE reversed >= 'a' AND reversed < 'b'"
        ).fetchall()

    assert "SEARCH" in plan[0][3]
    assert "identifier_reversed" in plan[0][3]


def test_what_an_import_brings_meanwhile_is_found_by_the_next_look(cache: CacheDatabase) -> None:
    before = list(cache.find(["NEW1"]))
    with closing(CacheDatabase(cache.path)) as importer:
        Filling(importer).orders([an_order(number="NEW-1", shipments=())])

    assert before == []
    assert [hit.number for hit in cache.find(["NEW1"])] == ["NEW-1"]


def test_a_cache_from_before_conflicts_keeps_its_orders_and_hears_of_them_anew(
    tmp_path: Path,
) -> None:
    path = tmp_path / "cache-1.db"
    with closing(CacheDatabase(path)) as cache:
        Filling(cache).orders([an_order()])
    with closing(dbapi2.connect(str(path))) as connection:
        connection.execute("DROP TABLE conflict")
        connection.execute("INSERT INTO feed_cursor VALUES ('site:ICN3', 'g', 7, 7)")
        connection.execute("INSERT INTO feed_cursor VALUES ('merchant:ds', 'g', 9, 9)")
        connection.execute("PRAGMA user_version = 4")
        connection.commit()

    with closing(CacheDatabase(path)) as cache:
        assert cache.order("ds", "DS-118402") == an_order()
        assert cache.conflicts() == []
        assert set(Feeding(cache).cursors()) == {"merchant:ds"}


def test_a_cache_of_another_format_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "cache-1.db"
    CacheDatabase(path).close()
    with closing(dbapi2.connect(str(path))) as connection:
        connection.execute(f"PRAGMA user_version = {CACHE_FORMAT + 1}")
    before = path.read_bytes()

    with pytest.raises(Trouble, match="cache-other-format"):
        CacheDatabase(path)

    assert path.read_bytes() == before


def test_a_damaged_cache_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cache-1.db"
    path.write_bytes(b"garbage!" * 1000)

    with pytest.raises(Trouble, match="database-damaged"):
        CacheDatabase(path)


def test_a_cache_is_replaced_whole_and_facts_stay(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        Worker(station).desk.scan("R-77421")
        station.database.keep_setting("cache_generation", "2")
        with closing(CacheDatabase(tmp_path / "cache-2.db")) as fresh:
            Filling(fresh).orders([an_order(number="DS-2", shipments=())])
        with station.database.look() as work:
            head = work.facts.head()
    (tmp_path / "cache-1.db").unlink()

    with a_station(tmp_path, [an_order(number="DS-2", shipments=())]) as station:
        view = Worker(station).desk.state()

        assert station.cache.path.name == "cache-2.db"
        assert list(station.cache.find(["R77421"])) == []
        assert view.case is not None
        assert view.seq > head


def test_another_file_is_news_for_whoever_waits_for_orders(
    cache: CacheDatabase, tmp_path: Path
) -> None:
    stamps = [cache.stamp()]
    for generation in (2, 3):
        with closing(CacheDatabase(tmp_path / f"cache-{generation}.db")):
            pass
        cache.switch(tmp_path / f"cache-{generation}.db")
        stamps.append(cache.stamp())

    assert len(set(stamps)) == len(stamps)
    assert cache.stamp() == stamps[-1]
