"""Imports add and change; importing again changes nothing."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from builders import a_line, a_merchant, a_product, an_order, an_rma, euros
from returnstation.domain.orders import Order, ReturnLine, Shipment
from returnstation.storage.cache import CacheDatabase
from returnstation.storage.filling import Filled, Filling


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CacheDatabase]:
    with closing(CacheDatabase(tmp_path / "cache-1.db")) as cache:
        yield cache


def kept(cache: CacheDatabase, number: str = "DS-118402") -> Order:
    order = cache.order("ds", number)
    assert order is not None
    return order


def test_importing_again_changes_nothing(cache: CacheDatabase) -> None:
    filling = Filling(cache)
    first = (
        filling.orders([an_order()]),
        filling.rmas([an_rma()]),
        filling.products([a_product()]),
        filling.merchants([a_merchant()]),
    )
    again = (
        filling.orders([an_order()]),
        filling.rmas([an_rma()]),
        filling.products([a_product()]),
        filling.merchants([a_merchant()]),
    )

    assert first == (Filled(new=1),) * 4
    assert again == (Filled(same=1),) * 4
    assert len(cache.find(["DS118402"])) == 1


def test_lines_that_arrive_in_pieces_make_one_order(cache: CacheDatabase) -> None:
    filling = Filling(cache)
    one, two, three = (a_line(number=n, sku=f"S{n}") for n in (1, 2, 3))

    together = filling.orders([an_order(lines=(three,)), an_order(lines=(one,))])
    later = filling.orders([an_order(lines=(two,))])

    assert (together, later) == (Filled(new=1), Filled(changed=1))
    assert kept(cache).lines == (one, two, three)


def test_shipments_that_arrive_in_pieces_are_all_kept(cache: CacheDatabase) -> None:
    filling = Filling(cache)
    sent = [Shipment(tracking=f"T{n}T{n}T{n}T{n}") for n in (1, 2)]

    for shipment in sent:
        filling.orders([an_order(shipments=(shipment,))])

    assert kept(cache).shipments == tuple(sent)
    assert len(cache.find(["T1T1T1T1"])) == len(cache.find(["T2T2T2T2"])) == 1


def test_a_newer_line_or_shipment_replaces_the_older(cache: CacheDatabase) -> None:
    filling = Filling(cache)
    filling.orders([an_order()])
    delivered = Shipment(tracking="RR473124829DE", delivered_on=date(2026, 11, 9))

    changed = filling.orders(
        [an_order(lines=(a_line(unit_price=euros(1)),), shipments=(delivered,))]
    )

    assert changed == Filled(changed=1)
    assert kept(cache).lines[0].unit_price == euros(1)
    assert kept(cache).shipments == (delivered,)


def test_nothing_is_removed_by_an_import(cache: CacheDatabase) -> None:
    filling = Filling(cache)
    filling.orders([an_order()])

    filling.orders([an_order(lines=(), shipments=())])

    assert kept(cache).lines == an_order().lines
    assert len(cache.find(["RR473124829DE"])) == 1


def test_one_number_of_two_merchants_is_two_orders(cache: CacheDatabase) -> None:
    Filling(cache).orders([an_order(), an_order(merchant_id="other")])

    assert {hit.merchant_id for hit in cache.find(["DS118402"])} == {"ds", "other"}


def test_a_return_announced_twice_in_one_batch_is_kept_once(cache: CacheDatabase) -> None:
    newer = an_rma(lines=(ReturnLine(sku="A"), ReturnLine(sku="B")))

    filled = Filling(cache).rmas([an_rma(), newer])

    assert filled == Filled(new=1)
    assert cache.rma("ds", "R-77421") == newer


def test_a_product_named_twice_in_one_batch_is_kept_once(cache: CacheDatabase) -> None:
    newer = a_product(title="하늘 러너 3.1")

    filled = Filling(cache).products([a_product(), newer])

    assert filled == Filled(new=1)
    assert cache.product("ds", newer.sku) == newer


def test_more_orders_than_one_statement_takes_are_merged(cache: CacheDatabase) -> None:
    filling = Filling(cache)
    orders = [an_order(number=f"N{n}", shipments=()) for n in range(1203)]
    filling.orders(orders[:700])

    filled = filling.orders(orders)

    assert filled == Filled(new=503, same=700)
    assert filling.orders([]) == Filled()


def test_a_call_that_fails_keeps_nothing_of_it(cache: CacheDatabase) -> None:
    broken = an_order(number="BROKEN", customer=object())

    with pytest.raises(TypeError):
        Filling(cache).orders([an_order(number="GOOD"), broken])

    assert cache.order("ds", "GOOD") is None
    assert list(cache.find(["GOOD"])) == []
