"""A supervisor looks at inspections, agrees or decides otherwise."""

import csv
from pathlib import Path

import pytest

from builders import SHOES_GTIN, WATCH_GTIN, an_order, euros
from returnstation.app import Station
from returnstation.application.inspections import Filter, ReviewState
from returnstation.application.troubles import Refused
from returnstation.domain.dispositions import Disposition
from returnstation.domain.facts import ItemOverridden, RefundResolved
from returnstation.i18n import load_catalog
from returnstation.storage.audit import verify
from stations import PIN, Worker, a_station

EAN = SHOES_GTIN[1:]


def finish_one(station: Station, parcel: str = "R-77421", product: str = EAN) -> str:
    """Take a parcel to its end as an operator, and return its item's id."""
    worker = Worker(station)
    worker.desk.scan(parcel)
    worker.through(product)
    worker.desk.do("finish")
    worker.desk.do("sign-out")
    station.desk.sign_in("SUPERVISOR", PIN)
    return station.reviews.window(Filter(), 0, 1)[0].item_id


def test_an_item_is_in_the_table_once_it_is_known_where_it_goes(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station, "SUPERVISOR")
        worker.desk.scan("R-77421")
        worker.desk.scan(EAN)
        worker.inspect_as_new()
        before = station.reviews.count(Filter())

        worker.desk.do("accept")
        rows = station.reviews.window(Filter(), 0, 10)

    assert before == 0
    assert [(row.outcome, row.disposition) for row in rows] == [("accept", "restock_new")]


def test_nobody_reviews_without_signing_in(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        for call in (
            lambda: station.reviews.count(Filter()),
            lambda: station.reviews.window(Filter(), 0, 1),
            lambda: station.reviews.history("i"),
            lambda: station.reviews.photo("ab" * 32),
            lambda: station.reviews.approve("i"),
            lambda: list(station.reviews.export(Filter())),
        ):
            with pytest.raises(Refused, match="not-allowed"):
                call()


def test_a_case_finished_with_a_refund_is_overridden_with_a_new_sum(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        item_id = finish_one(station)

        station.reviews.override(item_id, "refuse", "ship_back", " worn outdoors ")

        row = station.reviews.window(Filter(), 0, 1)[0]
        with station.database.look() as work:
            told = work.facts.of(row.case_id)
    overridden = next(r.fact for r in told if isinstance(r.fact, ItemOverridden))
    sums = [r.fact.total for r in told if isinstance(r.fact, RefundResolved)]
    assert overridden.reason == "worn outdoors"
    assert overridden.disposition is Disposition.SHIP_BACK
    assert overridden.based_on
    assert sums == [euros(13390), euros(0)]
    assert row.state is ReviewState.WAITING  # for the money the merchant was told to pay
    assert (row.outcome, row.refund) == ("refuse", euros(0))
    assert verify(tmp_path / "station.db").bad is None


@pytest.mark.parametrize(
    ("outcome", "disposition", "reason", "why"),
    [
        ("refuse", "ship_back", "", "override-needs-reason"),
        ("refuse", "ship_back", " \n", "override-needs-reason"),
        ("perhaps", "ship_back", "r", "disposition-unknown"),
        ("refuse", "the_bin", "r", "disposition-unknown"),
    ],
)
def test_an_override_needs_a_reason_and_codes_that_exist(
    outcome: str, disposition: str, reason: str, why: str, tmp_path: Path
) -> None:
    with a_station(tmp_path) as station:
        item_id = finish_one(station)
        before = station.desk.state().seq

        with pytest.raises(Refused, match=why):
            station.reviews.override(item_id, outcome, disposition, reason)

        assert station.desk.state().seq == before


def test_what_is_approved_waits_no_longer(tmp_path: Path) -> None:
    order = an_order(number="UNKNOWN-LAND", shipments=())
    with a_station(tmp_path, [order]) as station:
        item_id = finish_one(station, "NOBODY-4711", EAN)
        waiting = station.reviews.counts().waiting

        station.reviews.approve(item_id)

        assert waiting == 1
        assert station.reviews.counts().waiting == 0
        assert station.reviews.window(Filter(), 0, 1)[0].state is ReviewState.APPROVED


def test_an_items_history_tells_every_step_in_both_languages(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        item_id = finish_one(station)
        station.reviews.approve(item_id)

        history = station.reviews.history(item_id)

    keys = [entry.text.key for entry in history.entries]
    assert keys[0] == "history.case_opened"
    assert keys[-1] == "history.item_approved"
    assert {"history.item_graded", "history.item_disposed", "history.case_finished"} <= set(keys)
    assert history.customer == "Anna L."
    assert history.claimed is not None
    assert history.reasons
    for language in ("ko", "en"):
        catalog = load_catalog(language)
        for entry in history.entries:
            said = catalog.say(entry.text)
            assert said != entry.text.key
            assert "{" not in said


def test_the_history_names_who_did_it(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        item_id = finish_one(station)
        station.reviews.approve(item_id)

        who = [entry.who for entry in station.reviews.history(item_id).entries]

    assert who[0] == "operator kim"
    assert who[-1] == "supervisor kim"


def test_the_export_has_one_line_per_inspection(tmp_path: Path) -> None:
    orders = [an_order(), an_order(number="DS-2", shipments=())]
    with a_station(tmp_path, orders) as station:
        finish_one(station, "DS-118402")
        station.desk.do("sign-out")
        finish_one(station, "DS-2")

        lines = list(csv.DictReader(station.reviews.export(Filter())))

    assert len(lines) == 2
    assert {line["sku"] for line in lines} == {"HR3-NV-270"}
    assert lines[0]["inspected_at"] > lines[1]["inspected_at"]


def test_an_item_that_is_on_no_order_waits_for_a_supervisor(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        item_id = finish_one(station, "NOBODY-4711", WATCH_GTIN[1:])

        row = station.reviews.history(item_id).row

    assert row.state is ReviewState.WAITING
    assert row.refund is None


def test_agreeing_to_an_undecided_return_takes_it_back_and_pays(tmp_path: Path) -> None:
    undelivered = an_order(shipments=())
    with a_station(tmp_path, [undelivered]) as station:
        item_id = finish_one(station, "DS-118402")
        waiting = station.reviews.window(Filter(), 0, 1)[0]

        station.reviews.approve(item_id)

        row = station.reviews.window(Filter(), 0, 1)[0]
    assert (waiting.outcome, waiting.state) == ("supervisor", ReviewState.WAITING)
    assert (row.outcome, row.state, row.refund) == ("accept", ReviewState.APPROVED, euros(12900))
