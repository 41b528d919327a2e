"""A cache loaded at once answers like one that was filled piece by piece."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from returnstation.application.troubles import Trouble
from returnstation.cli.bench.sales import RMA_EVERY, Sales, parcel_codes
from returnstation.domain.barcodes import canonical
from returnstation.domain.candidates import Clue, ClueKind
from returnstation.domain.orders import Order, Rma
from returnstation.storage.cache import CacheDatabase
from returnstation.storage.filling import Filling
from returnstation.storage.loading import loading, rows_of

SALES = Sales.any_day()
ORDERS = [SALES.order(index) for index in range(60)]
RMAS = [SALES.rma(index) for index in range(0, 60, RMA_EVERY)]


def load(cache: CacheDatabase, orders: list[Order], rmas: list[Rma]) -> None:
    with loading(cache) as load:
        load.put(rows_of(list(enumerate(orders, start=1)), list(enumerate(rmas, start=1))))


def answers(cache: CacheDatabase) -> list[object]:
    asked: list[object] = []
    for place, order in enumerate(ORDERS):
        name = order.customer.name
        asked += [cache.find([canonical(code)]) for code in parcel_codes(place)]
        asked += [cache.ending(canonical(order.number)[-3:], 5)]
        asked += [cache.beginning(canonical(order.number)[:4], 5), cache.search(name, 5)]
        asked += [cache.resembling([Clue(ClueKind.NAME, name)], 5)]
        asked += [cache.rmas_of(order.merchant_id, order.number)]
    return asked


def test_a_loaded_cache_answers_like_a_filled_one(tmp_path: Path) -> None:
    with (
        closing(CacheDatabase(tmp_path / "cache-1.db")) as loaded,
        closing(CacheDatabase(tmp_path / "cache-2.db")) as filled,
    ):
        load(loaded, ORDERS, RMAS)
        Filling(filled).orders(ORDERS)
        Filling(filled).rmas(RMAS)

        assert answers(loaded) == answers(filled)


def test_a_loaded_cache_can_be_filled_on(tmp_path: Path) -> None:
    with closing(CacheDatabase(tmp_path / "cache-1.db")) as cache:
        load(cache, ORDERS[:-1], RMAS)
        filled = Filling(cache).orders(ORDERS)

        assert (filled.new, filled.same) == (1, len(ORDERS) - 1)
        assert len(cache.find([canonical(ORDERS[-1].number)])) == 1


def test_only_an_empty_cache_is_loaded(tmp_path: Path) -> None:
    with closing(CacheDatabase(tmp_path / "cache-1.db")) as cache:
        load(cache, ORDERS, RMAS)

        with pytest.raises(ValueError, match="has orders"):
            load(cache, ORDERS, RMAS)


def break_off(cache: CacheDatabase) -> None:
    with loading(cache) as begun:
        begun.put(rows_of([(1, ORDERS[0])], []))
        begun.put(rows_of([(1, ORDERS[0])], []))


def test_a_cache_whose_loading_broke_off_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "cache-1.db"
    with closing(CacheDatabase(path)) as cache, pytest.raises(IntegrityError):
        break_off(cache)

    with pytest.raises(Trouble) as trouble:
        CacheDatabase(path)

    assert trouble.value.code == "cache-other-format"


def test_whole_words_come_before_words_that_only_begin_so(tmp_path: Path) -> None:
    anna, smith = ORDERS[0], ORDERS[1]
    with closing(CacheDatabase(tmp_path / "cache-1.db")) as cache:
        filling = Filling(cache)
        for order, name in ((anna, "Anna Smit"), (smith, "Anna Smithson")):
            filling.orders([renamed(order, name)])

        found = [order.customer.name for order in cache.remembered("anna smit", 8)]

    assert found == ["Anna Smit", "Anna Smithson"]


def renamed(order: Order, name: str) -> Order:
    return replace(order, customer=replace(order.customer, name=name))
