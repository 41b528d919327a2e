"""Parcels nobody knows the order of: clues, candidates, orders attached and taken off again."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from builders import AT, SHOES_GTIN, WATCH_GTIN, a_line, an_order, an_rma, euros
from returnstation.application.explaining import Explaining
from returnstation.application.inspections import Filter, ReviewState
from returnstation.application.matching import Rematching
from returnstation.application.recording import Recording
from returnstation.application.troubles import Refused
from returnstation.application.view import LineView, Step, View
from returnstation.domain.dispositions import Disposition
from returnstation.domain.messages import Say
from returnstation.domain.orders import Customer, Order, Shipment
from returnstation.policydata.texts import KeptTexts
from returnstation.storage.filling import Filling
from returnstation.storage.past import PastLines
from stations import PIN, Worker, a_station, code

EAN = SHOES_GTIN[1:]
UNKNOWN = "994455667788"


def orders() -> list[Order]:
    anna = an_order()
    kim = an_order(
        number="DS-200001",
        customer=Customer(
            name="김하늘",
            jurisdiction="KR",
            language="ko",
            postcode="06236",
            city="서울",
            phone="010-1234-7735",
        ),
        lines=(a_line(), a_line(number=2, sku="DP2-BK", gtin=WATCH_GTIN, title="달빛 페이스 2")),
        shipments=(Shipment(tracking="600000000001", delivered_on=date(2026, 11, 10)),),
    )
    park = replace(
        kim,
        number="DS-200002",
        customer=replace(kim.customer, name="박서준", phone="010-9999-0000"),
        lines=(a_line(sku="OTHER", gtin=None, title="텀블러"),),
        shipments=(Shipment(tracking="600000000002", delivered_on=date(2026, 11, 10)),),
    )
    return [anna, kim, park]


def first_order(view: View) -> object:
    title = view.options[0].title
    return title.values["number"] if isinstance(title, Say) else title


def shown_lines(view: View) -> list[str]:
    assert view.case is not None
    return [line.state for line in view.case.lines]


def test_scanned_product_and_typed_name_rank_the_right_order_first(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        view = desk.typed("김하눌")  # one letter is wrong

    assert view.step is Step.CHOOSE
    assert first_order(view) == "DS-200001"
    assert view.options[-1].title == Say("ask.find.none")


def test_a_typed_clue_is_never_written_into_a_fact(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        desk.typed("김하늘")
        desk.choose("1")
        assert desk.memory.open is not None
        told = desk.memory.open.told

    assert "김하늘" not in repr(told)


def clues_shown(view: View) -> dict[str, object]:
    assert view.case is not None
    said = {entry.label.key: entry.value for entry in view.case.facts}
    return {key: value for key, value in said.items() if key.startswith("clue.")}


def plain(text: str) -> Say:
    return Say("find.plain", {"text": text})


def test_typed_clues_survive_a_restart(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        desk.typed("Wolfgang Zzyzx")
        desk.typed("1.1 kg")
    with a_station(tmp_path, orders()) as station:
        view = Worker(station).desk.state()

    assert clues_shown(view) == {
        "clue.name": plain("Wolfgang Zzyzx"),
        "clue.weight": Say("find.grams", {"n": 1100}),
    }


def test_a_typed_clue_is_taken_back_with_one_key(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        desk.typed("Wolfgang Zzyzx")
        view = desk.do("undo")

    assert clues_shown(view) == {}


def test_a_second_name_corrects_the_first_and_words_join(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        desk.typed("Wolfgang Zzyzx")
        desk.typed("Adele Zzyzx")
        desk.typed("텀블러")
        view = desk.do("back")
        shown = clues_shown(view)
        desk.typed("260")
        view = desk.do("back")

    assert shown == {"clue.name": plain("Adele Zzyzx"), "clue.words": plain("텀블러")}
    assert clues_shown(view)["clue.words"] == plain("텀블러 260")


def test_names_typed_about_a_parcel_are_forgotten_when_its_case_ends(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        desk.typed("Wolfgang Zzyzx")
        assert desk.memory.open is not None
        case_id = desk.memory.open.case.case_id
        with station.database.look() as work:
            before = work.cases.clue_values(case_id)
        desk.cancel("opened_by_mistake")
        with station.database.look() as work:
            after = work.cases.clue_values(case_id)

    assert list(before.values()) == ["Wolfgang Zzyzx"]
    assert after == {}


def test_city_and_product_words_lead_to_the_order(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        view = desk.typed("서울, 텀블러")
        evidence = [sign.kind for sign in view.options[0].evidence]

    assert first_order(view) == "DS-200002"
    assert evidence[:2] == ["check", "check"]
    assert set(clues_shown(view)) == {"clue.city", "clue.words"}


def test_the_weight_on_a_parcels_own_label_is_a_clue(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan("]C100106141412345678908\x1d3302000115")
        (row,) = station.blind.part(0, 8).rows

    assert Say("find.grams", {"n": 1150}) in [entry.value for entry in row.clues]


def signs(view: View) -> list[tuple[str, str]]:
    return [(sign.kind, sign.text.key) for sign in view.options[0].evidence]


def test_a_name_typed_at_the_ready_desk_is_shown_as_what_agrees(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        view = desk.typed("김하늘")

    assert view.step is Step.CHOOSE
    assert first_order(view) == "DS-200001"
    assert signs(view) == [("check", "evidence.name")]


def test_the_end_of_a_number_typed_at_the_ready_desk_is_shown_as_a_code(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        view = desk.typed("000002")

    assert first_order(view) == "DS-200002"
    assert signs(view) == [("check", "evidence.code")]


def test_initial_consonants_typed_at_the_ready_desk_still_offer_the_order(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        view = desk.typed("ㄱㅎㄴ")

    assert first_order(view) == "DS-200001"


def test_what_was_typed_before_is_no_evidence_at_the_ready_desk(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        desk.typed("06236")
        desk.do("back")
        desk.hold("later")
        view = desk.typed("박서준")

    assert first_order(view) == "DS-200002"
    assert signs(view) == [("check", "evidence.name")]


def finished_blind(worker: Worker) -> str:
    view = worker.desk.scan(UNKNOWN)
    worker.through(EAN)
    worker.desk.do("settle")
    worker.desk.do("finish")
    assert view.case is not None
    return view.case.case_id


def test_the_order_of_a_finished_parcel_is_suggested_and_changes_nothing(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        worker = Worker(station)
        case_id = finished_blind(worker)
        before = station.blind.part(0, 8).rows
        Filling(station.cache).rmas([an_rma(order_number="DS-200001", tracking=UNKNOWN)])
        worker.desk.state()
        (row,) = station.blind.part(0, 8).rows
        with station.database.look() as work:
            case = Recording(station.equipment).load(work, case_id).case

    assert before == ()
    assert (row.case_id, row.is_finished) == (case_id, True)
    assert row.state == Say("blind.found-late", {"number": "DS-200001"})
    assert case.is_blind
    assert case.refund is None


def test_only_a_supervisor_attaches_an_order_to_a_finished_parcel(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        worker = Worker(station)
        case_id = finished_blind(worker)
        Filling(station.cache).rmas([an_rma(order_number="DS-200001", tracking=UNKNOWN)])
        worker.desk.state()
        with pytest.raises(Refused, match="not-allowed"):
            station.blind.attach(case_id)
        worker.desk.do("sign-out")
        station.desk.sign_in("SUPERVISOR", PIN)
        station.blind.attach(case_id)
        with station.database.look() as work:
            case = Recording(station.equipment).load(work, case_id).case

    assert case.opened.orders == ("DS-200001",)
    assert [item.line_id for item in case.items.values()] == ["DS-200001/1"]
    assert case.refund is not None


def test_an_order_that_has_not_come_cannot_be_attached(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        worker = Worker(station, "SUPERVISOR")
        case_id = finished_blind(worker)
        with pytest.raises(Refused, match="no-candidates"):
            station.blind.attach(case_id)


def warnings(view: View) -> list[str]:
    assert view.case is not None
    return [warning.key for warning in view.case.warnings]


def test_a_gift_sent_back_by_its_receiver_is_matched_and_said(tmp_path: Path) -> None:
    first, kim, park = orders()
    gift = replace(kim, lines=(a_line(is_gift=True),))
    with a_station(tmp_path, [first, gift, park]) as station:
        worker = Worker(station)
        desk = worker.desk
        desk.scan(UNKNOWN)
        worker.through(EAN)
        desk.typed("06236")
        desk.do("back")
        asked = desk.typed("이수진")
        said = [sign.text.key for sign in asked.options[0].evidence]
        view = desk.choose("1")
        assert desk.memory.open is not None
        case = desk.memory.open.case

    assert first_order(asked) == "DS-200001"
    assert "evidence.gift" in said
    assert "finding.gift" in warnings(view)
    assert case.is_gift


def test_a_gift_whose_parcel_is_known_is_said_at_once(tmp_path: Path) -> None:
    gift = an_order(lines=(a_line(is_gift=True),))
    with a_station(tmp_path, [gift]) as station:
        view = Worker(station).desk.scan("DS-118402")

    assert "finding.gift" in warnings(view)


def test_clues_of_one_parcel_are_not_shown_with_the_next(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        desk.typed("김하늘")
        desk.do("back")
        desk.hold("later")
        view = desk.scan("111122223333")

    assert clues_shown(view) == {}


def test_choosing_an_order_attaches_it_and_items_land_on_their_lines(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        worker = Worker(station)
        desk = worker.desk
        desk.scan(UNKNOWN)
        worker.through(EAN)
        desk.typed("김하늘")
        view = desk.choose("1")

    assert view.case is not None
    assert not view.case.is_blind
    assert shown_lines(view) == ["done", "waiting"]
    assert view.case.country == "KR"


def test_none_of_these_leaves_the_parcel_blind(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        asked = desk.typed("김하늘")
        view = desk.choose(asked.options[-1].key)

    assert view.case is not None
    assert view.case.is_blind


def test_attaching_is_taken_back_with_one_key(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        worker = Worker(station)
        desk = worker.desk
        desk.scan(UNKNOWN)
        worker.through(EAN)
        desk.typed("김하늘")
        desk.choose("1")
        view = desk.do("undo")
        assert view.case is not None
        is_blind, lines = view.case.is_blind, shown_lines(view)
        desk.do("hold")
        desk.choose("1")
        other = desk.scan("DS-200001")

    assert is_blind
    assert lines == ["done"]
    assert other.case is not None
    assert other.case.number != view.case.number


def test_an_attached_order_is_still_there_after_a_restart(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        desk.typed("7735")
        desk.choose("1")
    with a_station(tmp_path, orders()) as station:
        view = Worker(station).desk.state()

    assert view.case is not None
    assert len(view.case.lines) == 2
    assert view.step is Step.MATCHED


def test_a_parcel_about_which_nothing_is_known_asks_for_a_clue(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        view = desk.do("find-order")

    assert code(view) == "no-clues"


def test_a_clue_that_fits_nobody_is_kept_and_said(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        view = desk.typed("Wolfgang Zzyzx")

    assert code(view) == "no-candidates"
    assert view.case is not None
    assert [entry.value for entry in view.case.facts][-1] == Say(
        "find.plain", {"text": "Wolfgang Zzyzx"}
    )


def test_an_order_number_found_inside_a_blind_parcel_is_asked_about(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        blind = desk.scan(UNKNOWN)
        asked = desk.scan("DS-200001")
        attached = desk.choose("1")

    assert asked.step is Step.CHOOSE
    assert blind.case is not None
    assert attached.case is not None
    assert attached.case.number == blind.case.number


def test_an_order_number_may_be_the_next_parcels(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        blind = desk.scan(UNKNOWN)
        desk.scan("DS-200001")
        other = desk.choose("2")

    assert blind.case is not None
    assert other.case is not None
    assert other.case.number != blind.case.number


def test_the_tracking_number_of_another_parcel_opens_it_at_once(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        view = desk.scan("600000000002")

    assert view.step is Step.MATCHED
    assert view.case is not None
    assert not view.case.is_blind


def test_an_order_that_comes_later_is_found_and_confirmed_by_scanning(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        desk.hold("later")
        Filling(station.cache).rmas([an_rma(tracking=UNKNOWN)])
        idle = desk.state().idle
        asked = desk.scan(UNKNOWN)
        attached = desk.choose("1")

    assert idle is not None
    assert [(row.is_answered, row.why.key) for row in idle.held] == [(True, "hold.order_found")]
    assert asked.step is Step.CHOOSE
    assert attached.case is not None
    assert [line.state for line in attached.case.lines] == ["waiting"]


def test_nothing_is_attached_before_a_person_confirms(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        desk.hold("later")
        Filling(station.cache).rmas([an_rma(tracking=UNKNOWN)])
        marked = Rematching(Recording(station.equipment)).run()
        again = Rematching(Recording(station.equipment)).run()
        with station.database.look() as work:
            (row,), _ = work.cases.blind(5)

    assert (marked, again) == (1, 0)
    assert row.is_found
    assert row.merchant == ""


def test_a_code_that_leads_to_two_orders_marks_nothing(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        desk.hold("later")
        Filling(station.cache).rmas(
            [
                an_rma(tracking=UNKNOWN),
                an_rma(number="R-9", order_number="DS-200001", tracking=UNKNOWN),
            ]
        )
        idle = desk.state().idle

    assert idle is not None
    assert [row.is_answered for row in idle.held] == [False]


def test_found_parcels_stand_before_older_ones(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        for parcel in ("111122223333", UNKNOWN):
            desk.scan(parcel)
            desk.hold("later")
        Filling(station.cache).rmas([an_rma(tracking=UNKNOWN)])
        desk.state()
        rows = station.blind.part(0, 8).rows

    assert [(row.scanned, row.is_found) for row in rows] == [
        (UNKNOWN, True),
        ("111122223333", False),
    ]


def test_a_note_on_a_waiting_parcel_stays_with_it(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        desk.hold("later")
        (row,) = station.blind.part(0, 8).rows
        station.blind.note(row.case_id, "고객에게 전화함")
        (after,) = station.blind.part(0, 8).rows

    assert after.notes == ("고객에게 전화함",)


def test_a_blind_parcel_that_got_its_order_is_settled_like_any_other(tmp_path: Path) -> None:
    with a_station(
        tmp_path, [replace(orders()[1], lines=(a_line(unit_price=euros(5000)),))]
    ) as station:
        worker = Worker(station)
        worker.desk.scan(UNKNOWN)
        worker.desk.typed("06236")
        worker.desk.choose("1")
        worker.through(EAN)
        worker.desk.do("settle")
        view = worker.desk.do("finish")

    assert view.step is Step.READY
    assert code(view) is None


def undelivered() -> Order:
    return an_order(shipments=(Shipment(tracking="RR473124829DE"),))


def test_a_parcel_back_under_its_outbound_label_is_asked_about(tmp_path: Path) -> None:
    with a_station(tmp_path, [undelivered()]) as station:
        worker = Worker(station)
        asked = worker.desk.scan("RR473124829DE")
        told = worker.desk.choose("2")
        worker.through(EAN)
        worker.desk.do("settle")
        view = worker.desk.state()

    assert asked.instruction.text == Say("ask.undelivered")
    assert told.case is not None
    assert Say("undelivered.refused") in told.case.warnings
    assert view.settle is not None
    assert [line.outcome.value for line in view.settle.lines] == ["supervisor"]


def line_of(view: View) -> LineView:
    assert view.case is not None
    return view.case.lines[0]


def test_what_was_never_delivered_is_no_withdrawal_and_runs_no_deadline(tmp_path: Path) -> None:
    with a_station(tmp_path, [undelivered()]) as station:
        desk = Worker(station).desk
        desk.scan("RR473124829DE")
        view = desk.choose("1")

    line = line_of(view)
    assert line.outcome.value == "supervisor"
    assert line.ground == Say("ground.undeliverable")
    assert line.because == Say("law.never_delivered")
    assert (line.deadline, line.needs) == (None, ())
    assert view.case is not None
    assert view.case.refund_due is None


def test_goods_nobody_took_go_on_without_waiting_for_the_refund(tmp_path: Path) -> None:
    with a_station(tmp_path, [undelivered()]) as station:
        worker = Worker(station)
        desk = worker.desk
        desk.scan("RR473124829DE")
        desk.choose("1")
        desk.scan(EAN)
        view = desk.grade(6, 9)

    assert view.proposal is not None
    assert view.proposal.disposition != Disposition.QUARANTINE


def test_taking_back_that_nobody_took_it_brings_the_law_back(tmp_path: Path) -> None:
    with a_station(tmp_path, [undelivered()]) as station:
        desk = Worker(station).desk
        desk.scan("RR473124829DE")
        desk.choose("1")
        view = desk.do("undo")

    assert line_of(view).ground != Say("ground.undeliverable")
    assert view.case is not None
    assert view.case.warnings == ()


def test_a_supervisor_decides_what_is_paid_for_what_nobody_took(tmp_path: Path) -> None:
    with a_station(tmp_path, [undelivered()]) as station:
        worker = Worker(station)
        worker.desk.scan("RR473124829DE")
        worker.desk.choose("1")
        worker.through(EAN)
        settled = worker.desk.do("settle").settle
        worker.desk.do("finish")
        worker.desk.do("sign-out")
        station.desk.sign_in("SUPERVISOR", PIN)
        (row,) = station.reviews.window(Filter(), 0, 5)

    assert settled is not None
    assert settled.total == euros(0)
    assert (row.outcome, row.state) == ("supervisor", ReviewState.WAITING)


def test_a_customer_who_reuses_the_label_returns_as_usual(tmp_path: Path) -> None:
    with a_station(tmp_path, [undelivered()]) as station:
        desk = Worker(station).desk
        desk.scan("RR473124829DE")
        view = desk.choose("4")

    assert view.step is Step.MATCHED
    assert view.case is not None
    assert view.case.warnings == ()


def test_a_delivered_parcel_under_its_outbound_label_is_not_asked_about(tmp_path: Path) -> None:
    with a_station(tmp_path, [an_order()]) as station:
        view = Worker(station).desk.scan("RR473124829DE")

    assert view.step is Step.MATCHED


def test_a_product_of_the_customers_other_order_brings_that_order_along(tmp_path: Path) -> None:
    other = an_order(
        number="DS-118403",
        lines=(a_line(sku="DP2-BK", gtin=WATCH_GTIN, title="달빛 페이스 2"),),
        shipments=(),
    )
    with a_station(tmp_path, [an_order(), other]) as station:
        desk = Worker(station).desk
        desk.scan("DS-118402")
        asked = desk.scan(WATCH_GTIN[1:])
        offered = [o.key for o in asked.options if getattr(o.title, "key", "") == "ask.wrong.order"]
        view = desk.choose(offered[0])

    assert view.step is Step.QUESTION
    assert view.case is not None
    assert len(view.case.lines) == 2


def test_a_namesakes_order_is_not_offered(tmp_path: Path) -> None:
    other = an_order(
        number="DS-118403",
        customer=replace(an_order().customer, postcode="80331"),
        lines=(a_line(sku="DP2-BK", gtin=WATCH_GTIN, title="달빛 페이스 2"),),
        shipments=(),
    )
    with a_station(tmp_path, [an_order(), other]) as station:
        desk = Worker(station).desk
        desk.scan("DS-118402")
        asked = desk.scan(WATCH_GTIN[1:])

    assert "ask.wrong.order" not in [getattr(option.title, "key", "") for option in asked.options]


def test_a_unit_that_came_back_before_names_its_case(tmp_path: Path) -> None:
    order = an_order(lines=(a_line(serials=("SN-0001",), quantity=2),))
    with a_station(tmp_path, [order]) as station:
        worker = Worker(station)
        first = worker.desk.scan("DS-118402")
        worker.through("SN-0001")
        worker.desk.do("settle")
        worker.desk.do("finish")
        worker.desk.scan("DS-118402")
        view = worker.desk.scan("SN-0001")

    assert first.case is not None
    assert view.case is not None
    (warning,) = [w for w in view.case.warnings if w.key == "finding.came_back_in"]
    assert warning.values["cases"] == first.case.number


def test_attached_lines_are_replayed_and_explained_like_others(tmp_path: Path) -> None:
    with a_station(tmp_path, orders()) as station:
        desk = Worker(station).desk
        view = desk.scan(UNKNOWN)
        assert view.case is not None
        desk.typed("김하늘")
        desk.choose("1")
        desk.do("undo")
        desk.typed("박서준")
        desk.choose("1")
        lines = [
            judged.line.order_number
            for case in PastLines(station.database).cases(
                AT - timedelta(days=1), AT + timedelta(days=1)
            )
            for judged in case
        ]
        explained = Explaining(station.equipment, KeptTexts()).case(view.case.number)

    assert lines == ["DS-200002"]
    assert {verdict.line.order_number for verdict in explained.verdicts} == {
        "DS-200001",
        "DS-200002",
    }
