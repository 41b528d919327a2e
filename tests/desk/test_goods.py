"""Totes and pallets, later ways out and work: by scan, on a free desk."""

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from builders import SHOES_GTIN, a_merchant, a_product
from returnstation.app import Station
from returnstation.application.goods import SHIPPED, Goods
from returnstation.application.proposing import Proposing
from returnstation.application.recording import Recording
from returnstation.application.troubles import Refused
from returnstation.application.view import Step, View
from returnstation.cli.main import main
from returnstation.domain.cases import Custody, Item
from returnstation.domain.containers import Container, ContainerState
from returnstation.domain.facts import ItemLeft, ItemRedisposed, WorkStepDone
from returnstation.domain.messages import Say, say
from returnstation.domain.papers import PalletLabel
from returnstation.settings import PrinterSettings
from returnstation.storage.filling import Filling
from stations import Worker, a_station, code

EAN = SHOES_GTIN[1:]
PALLET = "00088012340000000017"


def finished(station: Station) -> tuple[Worker, str]:
    """Take one pair of shoes through and finish; return its licence plate."""
    worker = Worker(station)
    worker.desk.scan("R-77421")
    worker.desk.scan(EAN)
    worker.inspect_as_new()
    view = worker.desk.do("accept")
    assert view.label is not None
    lpn = view.label.lpn
    worker.label(view)
    worker.desk.do("finish")
    return worker, lpn


def offered(view: View) -> list[str]:
    return [option.title.key for option in view.options if isinstance(option.title, Say)]


def key_of(view: View, name: str) -> str:
    return view.options[offered(view).index(name)].key


def pick(worker: Worker, view: View, name: str) -> View:
    return worker.desk.choose(key_of(view, name))


def item_of(station: Station, lpn: str) -> Item:
    with station.database.look() as work:
        item_id = work.cases.with_lpn(lpn)
        assert item_id is not None
        case = Recording(station.equipment).load(work, work.cases.by_item(item_id)).case
    return case.items[item_id]


def tote(station: Station, name: str) -> Container:
    with station.database.look() as work:
        found = work.containers.find(name)
    assert found is not None
    return found


def facts_of(station: Station, lpn: str, kind: type) -> list[object]:
    with station.database.look() as work:
        item_id = work.cases.with_lpn(lpn)
        assert item_id is not None
        told = work.facts.of(work.cases.by_item(item_id))
    return [recorded.fact for recorded in told if isinstance(recorded.fact, kind)]


def test_a_tote_scanned_on_a_free_desk_offers_what_can_be_done_with_it(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker, _ = finished(station)
        view = worker.desk.scan("RST:T-1")

    assert view.step is Step.CHOOSE
    assert offered(view) == [
        "container.close",
        "container.hand-over",
        "container.ship",
        "container.stack",
        "container.label",
        "goods.nothing",
    ]


def test_an_empty_tote_offers_nothing_to_ship(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        view = Worker(station).desk.scan("RST:T-1")

    assert offered(view) == ["container.label", "goods.nothing"]


def test_a_closed_tote_takes_nothing_until_it_is_opened_again(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker, _ = finished(station)
        pick(worker, worker.desk.scan("RST:T-1"), "container.close")
        closed = tote(station, "T-1")
        pick(worker, worker.desk.scan("RST:T-1"), "container.reopen")
        opened = tote(station, "T-1")

    assert not closed.has_room
    assert opened.has_room


def test_what_is_shipped_has_left_for_good_and_the_tote_is_away(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker, lpn = finished(station)
        pick(worker, worker.desk.scan("RST:T-1"), "container.ship")
        again = worker.desk.scan(lpn)
        left = facts_of(station, lpn, ItemLeft)

        assert item_of(station, lpn).custody is Custody.LEFT
        assert tote(station, "T-1").state is ContainerState.SHIPPED

    assert code(again) == "item-left"
    assert [fact.how for fact in left if isinstance(fact, ItemLeft)] == ["shipped"]


def test_a_tote_that_came_back_empty_is_used_again(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker, _ = finished(station)
        pick(worker, worker.desk.scan("RST:T-1"), "container.ship")
        pick(worker, worker.desk.scan("RST:T-1"), "container.take-back")
        back = tote(station, "T-1")

    assert (back.state, back.filled) == (ContainerState.EMPTY, 0)


def test_goods_handed_over_leave_the_tote_empty_at_once(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker, lpn = finished(station)
        pick(worker, worker.desk.scan("RST:T-1"), "container.hand-over")

        assert item_of(station, lpn).custody is Custody.LEFT
        assert tote(station, "T-1").state is ContainerState.EMPTY


def test_a_pallet_takes_totes_of_its_own_disposition_only(tmp_path: Path) -> None:
    with a_station(tmp_path, gs1_prefix="8801234") as station:
        worker, _ = finished(station)
        view = worker.desk.do("pallet")
        pick(worker, view, "disposition.restock_open_box")
        pick(worker, worker.desk.scan("RST:T-1"), "container.stack")
        wrong = worker.desk.scan(PALLET)

    assert code(wrong) == "pallet-wrong"
    assert wrong.step is Step.CHOOSE


def test_shipping_a_pallet_ships_what_stands_on_it(tmp_path: Path) -> None:
    with a_station(tmp_path, gs1_prefix="8801234") as station:
        worker, lpn = finished(station)
        pick(worker, worker.desk.do("pallet"), "disposition.restock_new")
        pick(worker, worker.desk.scan("RST:T-1"), "container.stack")
        worker.desk.scan(PALLET)
        alone = worker.desk.scan("RST:T-1")
        worker.desk.choose(alone.options[-1].key)
        pick(worker, worker.desk.scan(PALLET), "container.ship")

        assert item_of(station, lpn).custody is Custody.LEFT
        assert tote(station, "T-1").state is ContainerState.SHIPPED
        assert tote(station, PALLET[2:]).state is ContainerState.SHIPPED
    assert offered(alone) == ["container.label", "goods.nothing"]


def test_a_pallet_needs_the_sites_gs1_prefix(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        view = pick(worker, worker.desk.do("pallet"), "disposition.liquidate")

    assert code(view) == "gs1-prefix-missing"


@pytest.mark.parametrize(("first", "said"), [(99_999_999, None), (100_000_000, "gs1-prefix-full")])
def test_a_pallet_says_when_the_prefix_has_no_room_for_its_number(
    tmp_path: Path, first: int, said: str | None
) -> None:
    with a_station(tmp_path, gs1_prefix="880123456", numbers=(first, first + 9)) as station:
        worker = Worker(station)
        view = pick(worker, worker.desk.do("pallet"), "disposition.liquidate")

    assert code(view) == said


def test_another_way_out_is_a_fact_of_its_own_and_keeps_the_licence_plate(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker, lpn = finished(station)
        view = pick(worker, worker.desk.scan(lpn), "goods.elsewhere")
        view = pick(worker, view, "disposition.liquidate")
        worker.desk.choose(key_of(view, "redispose.buyer_found"))
        waiting = worker.desk.scan("RST:T-1")
        worker.desk.scan("RST:T-4")
        item = item_of(station, lpn)
        changed = facts_of(station, lpn, ItemRedisposed)

        assert tote(station, "T-1").filled == 0
        assert tote(station, "T-4").filled == 1

    assert code(waiting) == "container-wrong"
    assert (item.lpn, item.disposition, item.container) == (lpn, "liquidate", "T-4")
    assert item.custody is Custody.IN_CONTAINER
    assert [fact.before for fact in changed if isinstance(fact, ItemRedisposed)] == ["restock_new"]


@pytest.mark.parametrize(
    ("answers", "goes", "reason"),
    [
        (["work.done", "work.done", "work.not_needed", "work.done"], "restock_open_box", "done"),
        (["work.done", "work.failed"], "liquidate", "failed"),
    ],
)
def test_work_ends_in_the_next_way_out(
    answers: list[str], goes: str, reason: str, tmp_path: Path
) -> None:
    with a_station(tmp_path) as station:
        worker, lpn = finished(station)
        view = pick(worker, worker.desk.scan(lpn), "goods.elsewhere")
        view = pick(worker, view, "disposition.rework")
        worker.desk.choose(key_of(view, "redispose.other"))
        worker.desk.scan("RST:T-3")
        view = pick(worker, worker.desk.scan(lpn), "goods.work")
        for answer in answers:
            view = pick(worker, view, answer)
        item = item_of(station, lpn)
        steps = facts_of(station, lpn, WorkStepDone)

    assert offered(view)[0] == "goods.later"
    assert (item.disposition, item.reason) == (goes, f"work_{reason}")
    assert len(steps) == len(answers)


def test_work_goes_on_where_it_was_left(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker, lpn = finished(station)
        view = pick(worker, worker.desk.scan(lpn), "goods.elsewhere")
        view = pick(worker, view, "disposition.rework")
        worker.desk.choose(key_of(view, "redispose.other"))
        worker.desk.scan("RST:T-3")
        view = pick(worker, worker.desk.scan(lpn), "goods.work")
        pick(worker, view, "work.done")
    with a_station(tmp_path) as station:
        again = Worker(station).desk.scan(lpn)

    assert again.options[offered(again).index("goods.work")].detail == say("work.step.press")


@pytest.mark.parametrize(("last", "problem"), [(3, None), (2, "numbers-used-up")])
def test_a_desk_gives_no_number_beyond_its_range(
    last: int, problem: str | None, tmp_path: Path
) -> None:
    with a_station(tmp_path, numbers=(2, last)) as station:
        worker = Worker(station)
        worker.desk.do("blind")
        worker.desk.do("cancel")
        worker.desk.choose("1")
        view = worker.desk.do("blind")

    assert code(view) == problem


def test_the_manifest_grows_with_each_put_and_stays_what_it_was_when_it_left(
    tmp_path: Path,
) -> None:
    with a_station(tmp_path) as station:
        goods = Goods(Recording(station.equipment), None)
        before = goods.manifest("T-1")
        worker, lpn = finished(station)
        inside = goods.manifest("T-1")
        load = goods.leave("T-1", "shipped")
        gone = goods.manifest_of_load(load)
        worker.desk.scan("RST:T-1")
        left_over = goods.manifest("T-1")

    assert (list(before), list(left_over)) == ([], [])
    assert [line.lpn for line in inside] == [lpn]
    assert list(gone) == list(inside)
    assert (inside[0].condition, inside[0].quantity) == ("New", 1)


def test_no_load_leaves_with_an_unknown_number(tmp_path: Path) -> None:
    with a_station(tmp_path) as station, pytest.raises(Refused, match="load-unknown"):
        Goods(Recording(station.equipment), None).manifest_of_load("ICN3-L000001")


def test_a_tote_is_set_on_a_pallet_begun_on_the_spot(tmp_path: Path) -> None:
    with a_station(tmp_path, gs1_prefix="8801234") as station:
        worker, _ = finished(station)
        view = pick(worker, worker.desk.scan("RST:T-1"), "container.stack")
        pick(worker, view, "goods.new-pallet")

        assert tote(station, "T-1").on == PALLET[2:]
        assert tote(station, PALLET[2:]).disposition == "restock_new"


def test_a_pallet_is_found_by_its_typed_sscc(tmp_path: Path) -> None:
    with a_station(tmp_path, gs1_prefix="8801234") as station:
        worker, _ = finished(station)
        pick(worker, worker.desk.scan("RST:T-1"), "container.stack")
        worker.desk.choose("1")
        view = worker.desk.typed(PALLET[2:])

    assert "container.ship" in offered(view)


ROLL_OF_LARGE_LABELS = {
    "labels": PrinterSettings("zebra-zd421-203", "label-50x30", "folder:printed/labels"),
    "pallets": PrinterSettings("zebra-zd421-203", "label-4x6", "folder:printed/pallets"),
}


def test_a_tote_s_label_is_printed_from_its_scan(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        view = pick(worker, worker.desk.scan("RST:T-1"), "container.label")
        waiting = view.waiting
        station.finish_printing()
        printed = list((tmp_path / "printed" / "labels").iterdir())

    assert [job.printer for job in waiting] == ["labels"]
    assert [file.stem.rpartition("-")[2] for file in printed] == ["container_label"]


def test_a_pallet_begun_prints_its_label_where_there_is_paper_for_it(tmp_path: Path) -> None:
    with a_station(tmp_path, gs1_prefix="8801234", printers=ROLL_OF_LARGE_LABELS) as station:
        worker = Worker(station)
        view = pick(worker, worker.desk.do("pallet"), "disposition.liquidate")
        waiting = view.waiting
        station.finish_printing()
        printed = list((tmp_path / "printed" / "pallets").iterdir())

    assert [job.printer for job in waiting] == ["pallets"]
    assert len(printed) == 1


def test_a_pallet_is_begun_without_a_label_where_no_paper_fits(tmp_path: Path) -> None:
    with a_station(tmp_path, gs1_prefix="8801234") as station:
        worker = Worker(station)
        begun = pick(worker, worker.desk.do("pallet"), "disposition.liquidate")
        asked = pick(worker, worker.desk.scan(PALLET), "container.label")

    assert begun.waiting == ()
    assert begun.problem is None
    assert code(asked) == "no-printer-for-label"


def test_a_pallet_of_one_product_says_it_on_its_label_and_then_its_load(tmp_path: Path) -> None:
    with a_station(tmp_path, gs1_prefix="8801234", printers=ROLL_OF_LARGE_LABELS) as station:
        worker, _ = finished(station)
        pick(worker, worker.desk.do("pallet"), "disposition.restock_new")
        goods = Goods(Recording(station.equipment), None)
        empty = goods.label(PALLET[2:])
        goods.stack("T-1", PALLET[2:])
        full = goods.label(PALLET[2:], gross_g=24_000)
        load = goods.leave(PALLET[2:], SHIPPED, "Outlet Busan")
        gone = goods.label(PALLET[2:])

    assert isinstance(empty, PalletLabel)
    assert (empty.gtin, empty.count, empty.load) == (None, None, None)
    assert isinstance(full, PalletLabel)
    assert (full.gtin, full.count, full.gross_g) == (SHOES_GTIN, 1, 24_000)
    assert isinstance(gone, PalletLabel)
    assert (gone.load, gone.to) == (load, "Outlet Busan")


def test_a_label_is_drawn_into_a_file_from_the_command_line(tmp_path: Path) -> None:
    with a_station(tmp_path / "home"):
        pass
    out = tmp_path / "label.png"

    assert (
        main(["--home", str(tmp_path / "home"), "containers", "label", "T-1", "--out", str(out)])
        == 0
    )

    assert {read.text for read in zxingcpp.read_barcodes(Image.open(out))} == {"RST:T-1"}


def test_work_opens_no_gate(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker, lpn = finished(station)
        view = pick(worker, worker.desk.scan(lpn), "goods.elsewhere")
        view = pick(worker, view, "disposition.rework")
        worker.desk.choose(key_of(view, "redispose.other"))
        worker.desk.scan("RST:T-3")
        Filling(station.cache).products([a_product(flags=("recalled",))])
        view = pick(worker, worker.desk.scan(lpn), "goods.work")
        for _ in range(4):
            view = pick(worker, view, "work.done")

        assert item_of(station, lpn).disposition == "quarantine"


def test_what_needs_a_ground_is_not_offered_without_one(tmp_path: Path) -> None:
    gates = tmp_path / "gates"
    gates.mkdir()
    (gates / "site.toml").write_text(
        'site_country = "KR"\n[merchant.ds]\nsize = "large"\n', encoding="utf-8"
    )
    with a_station(tmp_path) as station:
        Filling(station.cache).merchants([a_merchant(country="DE")])
        worker, lpn = finished(station)
        item = item_of(station, lpn)
        recording = Recording(station.equipment)
        with station.database.look() as work:
            opened = recording.load(work, work.cases.by_item(item.item_id))
        needing = {
            f"disposition.{choice.disposition.value}"
            for choice in Proposing(station.equipment).proposal(opened.case, item).choices
            if choice.needs_code and choice.locked is None
        }
        view = pick(worker, worker.desk.scan(lpn), "goods.elsewhere")

    assert needing
    assert not needing & set(offered(view))
