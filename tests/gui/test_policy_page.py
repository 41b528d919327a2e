"""The rule book by keys: two countries, what to choose, articles, what to look at again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QListWidget

from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import NowTasks, ScriptedDesk, SlowTasks, open_book
from gui.views import person
from returnstation.application.desk.memory import Memory
from returnstation.application.policy_book import Due, PolicyBook
from returnstation.application.ports import User
from returnstation.application.showing.acts import acts_for
from returnstation.application.view import Act
from returnstation.domain.messages import say
from returnstation.gui.forms import child
from returnstation.gui.policy_choosing import AskedChoice, LandChoice
from returnstation.gui.policy_lists import RightPane
from returnstation.gui.policy_page import PolicyPage
from returnstation.gui.policy_sheet import AnswerRow, LandHead, PolicySheet, SheetArea
from returnstation.gui.policy_text import as_html, unmarked
from returnstation.gui.robot import Robot
from returnstation.gui.widgets.act_bar import ActBar
from returnstation.gui.widgets.texts import Text
from returnstation.gui.window import StationWindow
from returnstation.gui.words import SCREEN_LANGUAGES, without_joiners

LATER = date(2028, 1, 1)


def _open(open_window: OpenWindow, language: str = "ko", **parts: object) -> StationWindow:
    act = Act(1, "F11", say("act.show-policy"), "show-policy")
    view = replace(views.ready(), acts=(act,), person=person(language))
    parts.setdefault("tasks", NowTasks())
    window = open_window(ScriptedDesk(view), language=language, **parts)
    window.act_by_key("F11")
    QApplication.processEvents()
    return window


def _press(window: StationWindow, *keys: str) -> None:
    for key in keys:
        window.act_by_key(key)
        QApplication.processEvents()


def _texts(window: StationWindow) -> list[str]:
    shown = (text for text in window.findChildren(Text) if text.isVisible())
    return [without_joiners(text.accessibleName()) for text in shown]


def _codes(window: StationWindow) -> list[str]:
    return [child(head, Text).text() for head in window.findChildren(LandHead)]


def _acts(window: StationWindow) -> set[str]:
    return {act.key for act in child(window, ActBar)._acts.values()}


@pytest.mark.parametrize(("role", "offered"), [("operator", 0), ("supervisor", 1), ("admin", 1)])
def test_the_rules_are_offered_to_those_who_answer_for_the_desk(role: str, offered: int) -> None:
    user = User(
        user_id="u", name="n", role=role, badge="b", pin_hash="h", language="ko", theme="light"
    )
    memory = Memory(datetime(2026, 11, 24, tzinfo=UTC), user=user)

    found = [act for act in acts_for(memory) if act.do == "show-policy"]

    assert len(found) == offered


def test_no_two_acts_of_the_ready_screen_share_a_slot_or_a_key() -> None:
    user = User(
        user_id="u", name="n", role="admin", badge="b", pin_hash="h", language="ko", theme="light"
    )
    acts = acts_for(Memory(datetime(2026, 11, 24, tzinfo=UTC), user=user))

    slots = [act.slot for act in acts if act.slot]
    assert len(set(slots)) == len(slots)
    assert len({act.key for act in acts}) == len(acts)


def test_two_countries_stand_side_by_side_with_their_sources(open_window: OpenWindow) -> None:
    window = _open(open_window)

    shown = _texts(window)

    assert _codes(window) == ["KR", "DE"]
    assert "단순 변심은 대한민국 7일, 독일 14일" in shown
    assert "온라인 구매, 소비자 · 2026년 11월 24일에 유효한 규정" in shown
    assert "7일, 상품을 받은 다음 날부터 셉니다." in shown
    assert "BGB §§ 355(2), 356" in shown
    assert "값 16개 모두 확신 높음" in shown
    assert any("달빛스포츠 약관: 10 %" in text for text in shown)


def test_the_columns_are_of_one_width(open_window: OpenWindow) -> None:
    window = _open(open_window)

    left, right = window.findChildren(LandHead)

    assert abs(left.width() - right.width()) <= 1


def test_arrows_go_from_one_country_to_the_other(open_window: OpenWindow) -> None:
    window = _open(open_window)
    area = child(window, SheetArea)

    QTest.keyClick(area, Qt.Key.Key_Right)
    QTest.keyClick(area, Qt.Key.Key_Right)
    right = [head.property("state") for head in window.findChildren(LandHead)]
    QTest.keyClick(area, Qt.Key.Key_Left)
    left = [head.property("state") for head in window.findChildren(LandHead)]

    assert right == ["", "chosen"]
    assert left == ["chosen", ""]


def test_a_touched_country_is_the_one_in_hand(open_window: OpenWindow) -> None:
    window = _open(open_window)
    head = window.findChildren(LandHead)[1]

    QTest.mouseClick(head, Qt.MouseButton.LeftButton)

    assert head.property("state") == "chosen"


@pytest.mark.parametrize("typed", ["jp", "일본", "日本"])
def test_a_country_is_found_by_code_and_by_any_of_its_names(
    typed: str, open_window: OpenWindow
) -> None:
    window = _open(open_window)
    _press(window, "F4")
    search = child(child(window, LandChoice), QLineEdit)

    search.setText(typed)
    search.textEdited.emit(typed)
    _press(window, "Enter")

    assert _codes(window) == ["JP", "DE"]
    assert "일본" in _texts(window)


def test_the_country_in_hand_is_the_one_that_changes(open_window: OpenWindow) -> None:
    window = _open(open_window)
    QTest.keyClick(child(window, SheetArea), Qt.Key.Key_Right)
    _press(window, "F4")

    Robot(window).type("gb")
    _press(window, "Enter")

    assert _codes(window) == ["KR", "GB"]


def test_arrows_move_in_the_list_of_countries(open_window: OpenWindow) -> None:
    window = _open(open_window)
    _press(window, "F4")
    choice = child(window, LandChoice)
    before = child(choice, QListWidget).currentRow()

    QTest.keyClick(child(choice, QLineEdit), Qt.Key.Key_Down)

    assert choice.current() != "KR"
    assert child(choice, QListWidget).currentRow() == before + 1


def test_a_country_nobody_knows_changes_nothing(open_window: OpenWindow) -> None:
    window = _open(open_window)
    _press(window, "F4")

    Robot(window).type("zzzz")
    _press(window, "Enter")
    still_choosing = "맞는 나라가 없습니다." in _texts(window)
    _press(window, "Esc")

    assert still_choosing
    assert _codes(window) == ["KR", "DE"]


def test_another_day_shows_the_rules_of_that_day(open_window: OpenWindow) -> None:
    window = _open(open_window)
    _press(window, "F5")

    child(child(window, AskedChoice), QLineEdit).setText("2014-06-12")
    _press(window, "Enter")

    assert any("2014년 6월 12일" in text for text in _texts(window))
    assert any("독일 권리 없음" in text for text in _texts(window))


def test_a_day_that_is_none_is_said_in_place(open_window: OpenWindow) -> None:
    window = _open(open_window)
    _press(window, "F5")

    child(child(window, AskedChoice), QLineEdit).setText("2026-02-30")
    _press(window, "Enter")

    assert "날짜를 2026-11-24처럼 적으세요." in _texts(window)


def test_channel_and_merchant_are_chosen_with_the_day(open_window: OpenWindow) -> None:
    window = _open(open_window)
    _press(window, "F5")
    channel, shop = child(window, AskedChoice).findChildren(QComboBox)

    channel.setCurrentIndex(2)
    shop.setCurrentIndex(shop.findText("판매자 약관 없이 법만"))
    _press(window, "Enter")

    shown = _texts(window)
    assert "단순 변심은 대한민국 14일, 독일 14일" in shown
    assert "판매자 약관 없이 법만" in shown
    assert any(text.startswith("방문 판매") for text in shown)


def test_articles_are_those_of_the_country_in_hand(open_window: OpenWindow) -> None:
    window = _open(open_window)
    QTest.keyClick(child(window, SheetArea), Qt.Key.Key_Right)

    _press(window, "F1")

    shown = _texts(window)
    assert any(text.startswith("독일 규정") for text in shown)
    assert "EU-DE-WD" in shown
    assert any("2014년 6월 13일부터" in text for text in shown)


def test_a_touched_answer_shows_its_whole_rule(open_window: OpenWindow) -> None:
    window = _open(open_window)
    row = window.findChildren(AnswerRow)[6]

    QTest.mouseClick(row.cells[1], Qt.MouseButton.LeftButton)
    QApplication.processEvents()

    panes = [pane for pane in window.findChildren(RightPane) if pane.isVisible()]
    first = next(pane for pane in panes if not pane.visibleRegion().isEmpty())
    assert first.rule == "EU-DE-GT"


def test_what_is_unsure_and_what_is_old_is_listed(open_window: OpenWindow) -> None:
    window = _open(
        open_window, now=lambda: datetime(LATER.year, LATER.month, LATER.day, 9, tzinfo=UTC)
    )

    _press(window, "F6")

    shown = _texts(window)
    assert any(text.startswith("다시 볼 규정") for text in shown)
    assert any(text.startswith("12개월 넘게 대조하지 않음") for text in shown)


def test_nothing_to_look_at_again_is_said(open_window: OpenWindow) -> None:
    class Fresh(PolicyBook):
        def to_check(self, day: date) -> Sequence[Due]:
            return ()

    book = open_book()
    window = _open(open_window, open_book=lambda: Fresh(book.pack, book.site))

    _press(window, "F6")

    assert "다시 볼 규정이 없습니다." in _texts(window)


@pytest.mark.parametrize("key", ["F1", "F4", "F5", "F6"])
def test_escape_goes_back_to_the_sheet_first_and_then_leaves(
    key: str, open_window: OpenWindow
) -> None:
    window = _open(open_window)
    page = child(window, PolicyPage)

    _press(window, key)
    behind = child(window, PolicySheet).isVisible()
    _press(window, "Esc")
    back = child(window, PolicySheet).isVisible()
    _press(window, "Esc")

    assert (behind, back, page.isVisible()) == (False, True, False)


@pytest.mark.parametrize("key", ["F1", "F4", "F5", "F6"])
def test_a_scan_wins_over_every_part_of_the_page(key: str, open_window: OpenWindow) -> None:
    window = _open(open_window)
    _press(window, key)

    Robot(window).scan("RR473124829DE")
    QApplication.processEvents()

    desk = window._parts.desk
    assert isinstance(desk, ScriptedDesk)
    assert ("scan", "RR473124829DE") in desk.acts()
    assert not child(window, PolicyPage).isVisible()


def test_until_the_book_answers_there_is_only_the_way_back(open_window: OpenWindow) -> None:
    tasks = SlowTasks()
    window = _open(open_window, tasks=tasks)
    tasks.work_on()  # the desk's first view
    _press(window, "F11")

    before = _acts(window)
    while tasks.waiting:
        tasks.work_on()

    assert before == {"Esc"}
    assert _acts(window) == {"Esc", "F1", "F4", "F5", "F6", "F7"}


def test_a_book_that_cannot_be_read_is_said_in_place(open_window: OpenWindow) -> None:
    def broken() -> PolicyBook:
        raise OSError("disk")

    window = _open(open_window, open_book=broken)

    assert "보여 줄 수 없습니다. disk" in _texts(window)


def test_a_draft_is_tried_only_where_there_is_a_page_for_it() -> None:
    page = PolicyPage(open_book, NowTasks(), lambda: views.NOW, "show-draft")
    wanted: list[str] = []
    page.act_wanted.connect(wanted.append)
    page.start()

    page.act("draft")

    assert wanted == ["show-draft"]
    assert "F7" in {act.key for act in page.acts()}


def test_marks_become_runs_and_nothing_else_does() -> None:
    assert as_html("**7 < 8** & ~~10 %~~ *") == "<b>7 &lt; 8</b> &amp; <s>10 %</s> *"
    assert unmarked("**7** ~~10 %~~") == "7 10 %"


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
@pytest.mark.parametrize("keys", [(), ("F1",), ("F4",), ("F5",), ("F6",)], ids="".join)
def test_every_part_fits_in_every_language(
    keys: tuple[str, ...], language: str, open_window: OpenWindow
) -> None:
    window = _open(open_window, language)

    _press(window, *keys)

    assert cut_off(window) + outside(window) == []


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_the_answers_of_the_two_countries_at_home_need_no_scrolling(
    language: str, open_window: OpenWindow
) -> None:
    window = _open(open_window, language)

    assert child(window, SheetArea).verticalScrollBar().maximum() == 0


def _every_land(window: StationWindow) -> list[str]:
    return [land.code for land in window._parts.open_book().lands()]


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_every_countrys_answers_fit(language: str, open_window: OpenWindow) -> None:
    window = _open(open_window, language)
    book, sheet = open_book(), child(window, PolicySheet)
    faults: dict[str, list[str]] = {}

    codes = _every_land(window)
    for one, other in zip(codes[::7], codes[3::7], strict=False):
        asked = child(window, PolicyPage)._shown
        assert asked is not None
        pair = tuple(book.sheet(code, asked.asked) for code in (one, other))
        sheet.put(pair, window.look.words)
        faults[f"{one} {other}"] = cut_off(sheet)

    assert {pair: found for pair, found in faults.items() if found} == {}
