"""What may not be done, what is taken back, and what a restart finds."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from builders import SHOES_GTIN, an_order
from returnstation.application.troubles import Refused, Trouble
from returnstation.application.view import Step
from returnstation.domain.dispositions import Disposition
from returnstation.domain.messages import Say
from returnstation.storage.tables import FACT
from stations import Clock, Worker, a_station, code

EAN = SHOES_GTIN[1:]


def test_nobody_works_before_signing_in(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        view = station.desk.scan("R-77421")

    assert code(view) == "sign-in-first"
    assert view.case is None


def test_a_wrong_pin_asks_for_the_badge_again(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        wrong = station.desk.sign_in("OPERATOR", "0000")
        right = station.desk.sign_in("OPERATOR", "1234")

    assert code(wrong) == "pin-wrong"
    assert wrong.step is Step.LOCKED
    assert right.step is Step.READY


def test_five_wrong_pins_shut_the_badge(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        fourth = [station.desk.sign_in("OPERATOR", "0000") for _ in range(4)][-1]
        open_still = station.desk.scan("RSB:OPERATOR")
        station.desk.typed("0000")
        shut = station.desk.scan("RSB:OPERATOR")

    assert code(fourth) == "pin-wrong"
    assert open_still.step is Step.PIN
    assert code(shut) == "badge-shut"


@pytest.mark.parametrize(("seconds", "step"), [(590, Step.MATCHED), (620, Step.LOCKED)])
def test_a_desk_left_alone_locks_after_ten_minutes(
    seconds: int, step: Step, tmp_path: Path
) -> None:
    clock = Clock()
    with a_station(tmp_path, clock=clock) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")

        clock.at = clock.at.replace(minute=32 + seconds // 60, second=seconds % 60)
        view = worker.desk.state()

    assert view.step is step


def test_after_the_lock_the_open_case_is_back(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.desk.do("sign-out")

        view = worker.desk.sign_in("OPERATOR", "1234")

    assert view.step is Step.MATCHED


def test_after_a_restart_the_item_is_where_the_last_confirmed_step_left_it(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.desk.scan(EAN)
        worker.inspect_as_new()
        before = worker.desk.do("accept")
    with a_station(tmp_path) as station:
        after = station.desk.sign_in("OPERATOR", "1234")

    assert before.label is not None
    assert after.label is not None
    assert after.label.lpn == before.label.lpn


def test_undo_takes_back_one_act_at_a_time(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        scanned = worker.desk.scan(EAN)
        worker.desk.choose("1")

        unanswered = worker.desk.do("undo")
        unscanned = worker.desk.do("undo")
        nothing_left = worker.desk.do("undo")

    assert unanswered.question == scanned.question
    assert unscanned.step is Step.MATCHED
    assert code(nothing_left) == "nothing-to-undo"


def test_undoing_a_disposition_takes_the_waiting_label_back(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.desk.scan(EAN)
        worker.inspect_as_new()
        labelled = worker.desk.do("accept")

        undone = worker.desk.do("undo")

    assert len(labelled.waiting) == 1
    assert undone.step is Step.DISPOSE
    assert undone.waiting == ()


def test_another_items_label_is_refused(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.desk.scan(EAN)
        worker.inspect_as_new()
        worker.desk.do("accept")

        view = worker.desk.scan("ICN3-0000099")

    assert code(view) == "label-of-other-item"


def test_a_tote_of_another_disposition_is_refused(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.desk.scan(EAN)
        worker.inspect_as_new()
        view = worker.desk.do("accept")
        assert view.label is not None
        worker.desk.scan(view.label.lpn)
        wrong = next(tote for tote in view.label.containers if not tote.is_target)

        refused = worker.desk.scan(f"RST:{wrong.code}")

    assert code(refused) == "container-wrong"


def test_a_full_tote_takes_nothing_more(tmp_path: Path) -> None:
    orders = [an_order(number=f"DS-{n}", shipments=()) for n in range(3)]
    with a_station(tmp_path, orders) as station:
        worker = Worker(station)
        for order in orders[:2]:
            worker.desk.scan(order.number)
            worker.through(EAN)
            worker.desk.do("finish")
        worker.desk.scan(orders[2].number)
        worker.desk.scan(EAN)
        worker.inspect_as_new()
        view = worker.desk.do("accept")
        assert view.label is not None
        worker.desk.scan(view.label.lpn)

        # Without a delivery day nobody can decide, so all three are quarantined.
        full = worker.desk.scan("RST:T-5")

    assert code(full) == "container-full"


def test_a_worse_disposition_is_kept_only_with_a_reason(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.desk.scan(EAN)
        before = worker.inspect_as_new()

        asked = worker.desk.choose("2")
        left = worker.desk.do("back")
        worker.desk.choose("2")
        done = worker.desk.choose("1")

    assert asked.step is Step.REASON
    assert asked.seq == before.seq
    assert left.step is Step.DISPOSE
    assert done.step is Step.LABEL


def test_the_next_parcels_scan_puts_the_open_case_on_hold(tmp_path: Path) -> None:
    with a_station(tmp_path, [an_order(), an_order(number="DS-2", shipments=())]) as station:
        worker = Worker(station)
        first = worker.desk.scan("DS-118402")
        worker.desk.scan(EAN)

        second = worker.desk.scan("DS-2")
        worker.desk.hold("later")
        idle = worker.desk.state().idle

    assert first.case is not None
    assert second.case is not None
    assert second.case.case_id != first.case.case_id
    assert idle is not None
    assert idle.held_total == 2


def test_a_case_with_an_item_in_a_tote_cannot_be_cancelled(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.through(EAN)

        view = worker.desk.cancel("opened_by_mistake")

    assert code(view) == "cancel-has-items"


def test_a_cancelled_parcel_can_be_opened_anew(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        first = worker.desk.scan("R-77421")
        worker.desk.cancel("opened_by_mistake")

        second = worker.desk.scan("R-77421")

    assert first.case is not None
    assert second.case is not None
    assert second.case.number != first.case.number


def test_a_finished_parcel_is_not_opened_twice(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("689204177735")
        worker.through(EAN)
        worker.desk.do("finish")

        view = worker.desk.scan("689204177735")

    assert code(view) == "parcel-finished"


def test_an_operator_may_not_see_or_override_inspections(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        Worker(station)

        with pytest.raises(Refused, match="not-allowed"):
            station.reviews.counts()
        with pytest.raises(Refused, match="not-allowed"):
            station.reviews.override("item", "accepted", "donate", "because")


@settings(max_examples=25)
@given(scans=st.lists(st.text(max_size=60) | st.sampled_from([EAN, "R-77421", "RS:1", "RS:UNDO"])))
def test_no_scan_can_crash_the_desk(
    scans: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with a_station(tmp_path_factory.mktemp("home")) as station:
        worker = Worker(station)
        for scan in scans[:12]:
            worker.desk.scan(scan)

        view = worker.desk.state()

    assert view.person is not None


def test_undo_takes_back_one_act_even_when_the_clock_was_set_back(tmp_path: Path) -> None:
    clock = Clock()
    with a_station(tmp_path, clock=clock) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        clock.at = clock.at.replace(year=2020)
        scanned = worker.desk.scan(EAN)
        worker.desk.choose("1")

        view = worker.desk.do("undo")

    assert view.question == scanned.question


def test_a_person_finds_their_language_and_theme_again(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.do("language-en")
        worker.desk.do("theme-dark")
        worker.desk.do("sign-out")

        view = worker.desk.sign_in("OPERATOR", "1234")

    assert view.person is not None
    assert (view.person.language, view.person.theme) == ("en", "dark")


@pytest.mark.parametrize("act", ["blind", "held"])
def test_an_open_case_is_never_left_behind(act: str, tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        before = worker.desk.scan("R-77421")

        view = worker.desk.do(act)

    assert code(view) == "parcel-open"
    assert view.case == before.case


def test_a_question_is_answered_before_anything_else_is_done(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.desk.do("hold")

        view = worker.desk.scan("RS:FINISH")

    assert code(view) == "answer-first"
    assert view.step is Step.REASON


def test_a_label_of_this_site_that_no_item_carries_opens_no_case(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        view = Worker(station).desk.scan("ICN3-0000077")

    assert code(view) == "label-unknown"
    assert view.case is None


def test_a_desk_is_open_once(tmp_path: Path) -> None:
    with a_station(tmp_path) as station, a_station(tmp_path) as second:
        Worker(station)

        with pytest.raises(Trouble, match="desk-in-use"):
            _ = second.desk


def test_every_disposition_with_goods_can_be_reached_from_the_screen(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.desk.scan(EAN)
        proposal = worker.inspect_as_new().proposal
        others = worker.desk.choose("9").options
        reason = worker.desk.choose("1")

    assert proposal is not None
    shown = {alternative.disposition for alternative in proposal.alternatives}
    offered = {option.title.key for option in others if isinstance(option.title, Say)}
    reached = shown | {key.removeprefix("disposition.") for key in offered}
    assert {each.value for each in Disposition} - reached == {"missing", "keep_it"}
    assert reason.step is Step.REASON


def test_a_name_typed_suggests_orders_but_opens_none(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        view = Worker(station).desk.typed("lehmann berl")

    assert view.step is Step.CHOOSE
    assert len(view.options) == 2
    assert view.case is None


@pytest.mark.parametrize("name", ["lehmann berl", "Lehmann-Nobody"])
def test_a_name_that_was_typed_is_in_no_fact(name: str, tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        desk = Worker(station).desk
        view = desk.typed(name)
        if view.step is Step.CHOOSE:
            view = desk.choose("1")
        with station.database.look() as work:
            bodies = list(work.connection.scalars(select(FACT.c.body)))

    assert view.case is not None
    assert bodies
    assert not [body for body in bodies if b"LEHMANN" in body.upper()]


def test_a_code_that_was_typed_is_kept_though_nobody_knows_it(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        view = Worker(station).desk.typed("zzq-99")
        with station.database.look() as work:
            bodies = list(work.connection.scalars(select(FACT.c.body)))

    assert view.case is not None
    assert [body for body in bodies if b'"scanned":"zzq-99"' in body]
