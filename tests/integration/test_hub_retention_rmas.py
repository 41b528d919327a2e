"""Announced returns that no order takes with it go by their own days, and not a moment before."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, update

from builders import an_rma
from forgetting_stand import NUMBER, RMA, put, sold
from merchant_stand import Stand, a_finished_case, column
from retention_stand import (
    DAYS,
    a_retaining_stand,
    a_settled_case,
    aged,
    change,
    ended,
    go,
    opened_conflict,
    sure,
    unheard,
    unpaid,
    untold,
)
from returnstation.domain.barcodes import canonical
from returnstation.hub.database import HubDatabase
from returnstation.hub.erasing import Erasing
from returnstation.hub.retention import DAY_MS
from returnstation.hub.retention_settings import keep
from returnstation.hub.tables import CASE, CASE_LINK, CONFLICT, RECORD
from returnstation.wire.batches import SentFact

BOUNDARY = pytest.mark.parametrize(("more_ms", "is_gone"), [(0, False), (1, True)])
TRACKING = "RR999888777DE"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Sequence[SentFact]:
    return a_finished_case(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    """A hub that keeps orders for some days, and has an old announced return without one."""
    with a_retaining_stand(database, tmp_path) as made:
        keep(made.hub.database, "", {"orders": DAYS})
        made.ask("DELETE", made.of(f"orders/{NUMBER}"))
        change(made, aged(RMA, 1))
        yield made


def is_here(stand: Stand, key: str = RMA) -> bool:
    return column(stand, RECORD.c.is_deleted, RECORD.c.key == key, RECORD.c.kind == "rma") == [
        False
    ]


def named(stand: Stand, order_number: str) -> None:
    """Have the announced return be changed, long ago, to name another order."""
    put(stand, "rmas", an_rma(order_number=order_number, tracking=TRACKING))
    change(stand, aged(RMA, 1))


@BOUNDARY
@pytest.mark.parametrize("order_number", [NUMBER, "NEVER-CAME"])
def test_an_announced_return_without_its_order_goes_the_moment_its_days_are_over(
    stand: Stand, order_number: str, more_ms: int, *, is_gone: bool
) -> None:
    named(stand, order_number)
    change(stand, aged(RMA, stand.hub.now_ms() - DAYS * DAY_MS - more_ms))

    assert go(stand) == is_gone

    assert is_here(stand) is not is_gone
    assert stand.hub.subject_keys.is_forgotten(f"order:ds/{order_number}") is is_gone
    assert [each.why for each in Erasing(stand.hub).all()] == ["retention"] * is_gone


def test_one_whose_order_is_here_goes_with_it_only(stand: Stand) -> None:
    put(stand, "orders", sold())

    assert go(stand) == 0
    assert is_here(stand)


def test_none_goes_as_long_as_another_of_the_same_order_is_young(stand: Stand) -> None:
    put(stand, "rmas", an_rma(number="R-2"))
    assert go(stand) == 0
    change(stand, aged("ds\x1fR-2", 1))
    assert go(stand) == 2


@pytest.mark.parametrize("code", [an_rma().number, TRACKING])
def test_one_stays_as_long_as_a_parcel_that_nobody_knew_has_its_code(
    stand: Stand, code: str
) -> None:
    named(stand, "NEVER-CAME")
    blind: dict[str, object] = {"case_id": "x", "station": "s", "merchant_id": "", "number": "C-1"}
    blind |= {"order_number": "", "state": "held", "opened_ms": 1, "corrected_ms": 1}
    blind |= {"ended_ms": None, "changed_ms": 1, "body": b"{}"}
    topic = f"code:{canonical(code)}"
    change(
        stand,
        lambda c: c.execute(insert(CASE), blind),
        lambda c: c.execute(insert(CASE_LINK), {"case_id": "x", "topic": topic}),
    )

    assert go(stand) == 0
    change(stand, ended(stand.hub.now_ms() - DAYS * DAY_MS))
    assert go(stand) == 0
    change(stand, ended(1))
    assert go(stand) == 1


@pytest.mark.parametrize("order_number", [NUMBER, "NEVER-CAME"])
@pytest.mark.parametrize("doubt", [ended(None), opened_conflict, unpaid, unheard, untold])
def test_none_goes_of_which_somebody_has_to_decide_or_to_pay(
    stand: Stand,
    log: Sequence[SentFact],
    order_number: str,
    doubt: Callable[[Connection], object],
) -> None:
    a_case_of_its_order(stand, log)
    named(stand, order_number)
    change(stand, doubt)

    assert go(stand) == 0
    assert is_here(stand)


def test_one_goes_once_all_was_decided_and_paid(stand: Stand, log: Sequence[SentFact]) -> None:
    a_case_of_its_order(stand, log)
    named(stand, "NEVER-CAME")

    assert go(stand) == 1
    assert not is_here(stand)


def a_case_of_its_order(stand: Stand, log: Sequence[SentFact]) -> None:
    """Have a case of the order end long ago, with all decided and paid, and the order be gone."""
    put(stand, "orders", sold())
    a_settled_case(stand, log)
    stand.ask("DELETE", stand.of(f"orders/{NUMBER}"))
    stand.project()
    change(stand, ended(1), sure, lambda c: c.execute(delete(CONFLICT)))


def test_a_pass_goes_through_many_in_small_steps(stand: Stand) -> None:
    rmas = [an_rma(number=f"R-{n}", order_number=f"N-{n // 2}") for n in range(7)]
    put(stand, "rmas", *rmas)
    change(stand, lambda c: c.execute(update(RECORD).values(changed_ms=1)))

    assert go(stand, at_once=2) == 8
