"""Photos of goods and parcels: what they are bound to, what demands them, what they cannot break."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from builders import SHOES_GTIN
from returnstation.app import Station
from returnstation.application.blind import BlindRow
from returnstation.application.view import Step, View
from returnstation.domain.cases import Item
from returnstation.domain.checklists import Answer, Checklist, ChecklistBook, Question
from returnstation.domain.facts import PhotoTaken, PhotoWaived
from stations import PIN, a_station

EAN = SHOES_GTIN[1:]
ASKED = Question(
    "state",
    "check.general.state",
    (
        Answer("1", "check.general.state.broken", 2, 2, "damaged", needs_photo=True),
        Answer("2", "check.general.state.fine"),
    ),
)

FALSE_HINT = "1"
"""Damage nobody mentioned is asked about once."""


def a_photo(grey: int = 120) -> bytes:
    out = BytesIO()
    Image.new("RGB", (800, 600), (grey, grey, grey)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with a_station(tmp_path) as opened:
        checklist = Checklist("general", ("general",), (ASKED,))
        known = ChecklistBook((checklist,))
        # Every product is asked one question, whose bad answer needs a photo.
        opened.equipment = replace(opened.equipment, checklists=known)
        yield opened


def at_question(station: Station, badge: str = "OPERATOR") -> View:
    station.desk.sign_in(badge, PIN)
    station.desk.scan("R-77421")
    return station.desk.scan(EAN)


def in_hand(station: Station) -> Item:
    case = station.desk.memory.opened().case
    return next(iter(case.items.values()))


def waived(station: Station) -> list[PhotoWaived]:
    told = station.desk.memory.opened().told
    return [each.fact for each in told if isinstance(each.fact, PhotoWaived)]


def code_of(view: View) -> str | None:
    return None if view.problem is None else view.problem.code


def in_queue(station: Station) -> BlindRow:
    return station.blind.part(0, 1).rows[0]


def test_a_photo_is_bound_to_the_item_and_the_question(station: Station) -> None:
    at_question(station)

    station.desk.photo(a_photo())

    (photo,) = in_hand(station).photos
    assert (photo.item_id, photo.question) == (in_hand(station).item_id, "state")
    assert station.equipment.photos.read(photo.digest).startswith(b"\xff\xd8")


def test_the_last_photo_is_taken_back_alone(station: Station) -> None:
    at_question(station)
    station.desk.photo(a_photo(1))
    station.desk.photo(a_photo(2))

    station.desk.do("undo")

    assert len(in_hand(station).photos) == 1


def test_an_answer_that_needs_a_photo_asks_for_it(station: Station) -> None:
    at_question(station)

    asked = station.desk.answer("1")

    assert asked.step is Step.REASON
    assert asked.instruction.text.key == "ask.photo"
    assert "show-photo" in {act.do for act in asked.acts}
    assert in_hand(station).answers == {}


def test_the_photo_it_asked_for_gives_the_answer(station: Station) -> None:
    at_question(station)
    station.desk.answer("1")

    station.desk.photo(a_photo())
    graded = station.desk.choose(FALSE_HINT)

    (photo,) = in_hand(station).photos
    assert graded.step is Step.DISPOSE
    assert in_hand(station).answers == {"state": "1"}
    assert (photo.question, photo.finding) == ("state", "damaged")


def test_the_answer_goes_back_with_its_photo(station: Station) -> None:
    at_question(station)
    station.desk.answer("1")
    station.desk.photo(a_photo())
    station.desk.do("back")

    again = station.desk.do("undo")

    assert again.step is Step.QUESTION
    assert (in_hand(station).answers, in_hand(station).photos) == ({}, ())


def test_photos_taken_before_the_answer_prove_it(station: Station) -> None:
    at_question(station)
    station.desk.photo(a_photo(1))
    station.desk.photo(a_photo(2))

    station.desk.answer("1")
    graded = station.desk.choose(FALSE_HINT)

    assert graded.step is Step.DISPOSE
    assert [photo.question for photo in in_hand(station).photos] == ["state", "state"]


def test_a_good_answer_needs_no_photo(station: Station) -> None:
    at_question(station)

    assert station.desk.answer("2").step is Step.DISPOSE


def test_a_desk_without_a_camera_says_so_and_it_is_recorded(station: Station) -> None:
    at_question(station)
    station.desk.answer("1")

    station.desk.choose("1")
    graded = station.desk.choose(FALSE_HINT)

    assert graded.step is Step.DISPOSE
    (fact,) = waived(station)
    assert (fact.question, fact.answer, fact.why) == ("state", "1", "no_camera")


def test_only_a_supervisor_may_leave_a_photo_out(station: Station) -> None:
    at_question(station)
    asked = station.desk.answer("1")

    refused = station.desk.choose("2")

    assert asked.options[1].locked is not None
    assert code_of(refused) == "no-such-option"
    assert waived(station) == []


def test_a_supervisor_leaves_a_photo_out_and_it_is_recorded(station: Station) -> None:
    at_question(station, "SUPERVISOR")
    station.desk.answer("1")

    station.desk.choose("2")

    assert [fact.why for fact in waived(station)] == ["supervisor"]


def test_who_goes_back_has_answered_nothing(station: Station) -> None:
    at_question(station)
    station.desk.answer("1")

    again = station.desk.do("undo")

    assert (again.step, in_hand(station).answers) == (Step.QUESTION, {})


def test_what_is_no_picture_changes_nothing_and_leaves_the_question_open(station: Station) -> None:
    at_question(station)
    station.desk.answer("1")

    refused = station.desk.photo(b"no picture")

    assert code_of(refused) == "photo-unreadable"
    assert (refused.step, in_hand(station).photos) == (Step.REASON, ())


def test_a_folder_that_takes_no_photo_refuses_the_act_and_keeps_the_item(station: Station) -> None:
    at_question(station)
    (station.home / "photos").write_text("a file stands in the way")

    refused = station.desk.photo(a_photo())

    assert code_of(refused) == "photos-unwritable"
    assert (refused.step, in_hand(station).photos) == (Step.QUESTION, ())


def test_a_blind_parcel_has_photos_of_its_label_and_of_what_is_inside(station: Station) -> None:
    station.desk.sign_in("OPERATOR", PIN)
    opened = station.desk.do("blind")

    labelled = station.desk.photo(a_photo(1))
    station.desk.photo(a_photo(2))

    names = [act.name.key for view in (opened, labelled) for act in view.acts if act.key == "F7"]
    assert names == ["act.photo-label", "act.photo-contents"]
    assert [photo.label.key for photo in in_queue(station).photos] == [
        "photo.label",
        "photo.contents",
    ]


def test_a_photo_of_a_parcel_is_taken_back(station: Station) -> None:
    station.desk.sign_in("OPERATOR", PIN)
    station.desk.do("blind")
    station.desk.photo(a_photo())

    station.desk.do("undo")

    assert in_queue(station).photos == ()


def test_pages_are_given_a_small_picture(station: Station) -> None:
    station.desk.sign_in("OPERATOR", PIN)
    station.desk.do("blind")
    station.desk.photo(a_photo())
    (photo,) = in_queue(station).photos

    shown = Image.open(BytesIO(station.blind.photo(photo.digest or "")))

    assert shown.size == (640, 480)


def test_without_a_parcel_there_is_nothing_to_photograph(station: Station) -> None:
    station.desk.sign_in("OPERATOR", PIN)

    assert code_of(station.desk.photo(a_photo())) == "no-parcel"


def test_facts_of_older_stations_are_still_photos() -> None:
    assert PhotoTaken(item_id="i", digest="ab", question=None).shows is None
