from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import EarPlayer, NowTasks, ScriptedDesk, SlowTasks, drawing
from gui.views import person
from returnstation.application.view import Act, Sound, Trouble, View
from returnstation.crashes import BugReports
from returnstation.domain.messages import say
from returnstation.domain.papers import ItemLabel
from returnstation.domain.papers import Trouble as PrinterTrouble
from returnstation.gui.forms import child
from returnstation.gui.robot import Robot
from returnstation.gui.widgets.comparison import Comparison
from returnstation.gui.widgets.instruction_bar import InstructionBar, ScanEcho
from returnstation.gui.widgets.option_row import OptionRow
from returnstation.gui.widgets.status_strip import StatusStrip
from returnstation.gui.widgets.texts import Text
from returnstation.gui.window import StationWindow
from returnstation.gui.words import SCREEN_LANGUAGES


def _says(window: StationWindow) -> str:
    return child(window, InstructionBar).accessibleName()


def _echo(window: StationWindow) -> str:
    return child(window, ScanEcho).accessibleName()


def _texts(window: StationWindow) -> list[str]:
    return [w.accessibleName() for w in window.findChildren(QLabel) if w.isVisible()]


def test_a_scan_goes_to_the_desk_and_its_answer_is_painted(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.ready())
    window = open_window(desk)
    desk.view = views.matched()

    Robot(window).scan("RR473124829DE")

    assert desk.acts() == [("scan", "RR473124829DE")]
    assert _says(window).startswith("첫 번째 상품을 스캔하세요")
    assert "달빛 페이스 2 GPS 시계, 블랙" in _texts(window)


def test_a_digit_chooses_what_carries_it(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.question())
    window = open_window(desk)

    Robot(window).press("2")

    assert desk.acts() == [("choose", "2")]


def test_a_digit_that_nothing_carries_does_nothing(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.question())
    robot = Robot(open_window(desk))

    robot.send_key("9")
    robot.wait(0.15)

    assert desk.acts() == []


def test_a_digit_chooses_an_open_disposition_but_no_locked_one(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.dispose())
    robot = Robot(open_window(desk))

    robot.send_key("6")
    robot.wait(0.15)
    robot.press("4")

    assert desk.acts() == [("choose", "4")]


def test_a_chosen_answer_stays_filled_before_the_next_question(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    desk = ScriptedDesk(views.question(3))
    window = open_window(desk)
    desk.view = views.question(4)

    window.press("1")

    first = next(row for row in window.findChildren(OptionRow) if row.isVisible())
    assert first.property("state") == "chosen"
    qtbot.waitUntil(lambda: first.property("state") == "normal")


def test_a_scan_does_not_wait_for_the_filled_answer(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.question())
    window = open_window(desk)
    window.press("1")
    desk.view = views.label()

    window._calls.scan("next")
    QApplication.processEvents()
    Robot(window).wait(0.2)

    assert _says(window).startswith("라벨을 붙이고")


def test_enter_does_the_main_act_and_a_function_key_its_own(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.dispose())
    robot = Robot(open_window(desk))

    robot.press("Enter")
    robot.press("F3")

    assert desk.acts() == [("do", "accept"), ("do", "hold")]


def test_enter_does_nothing_when_the_main_act_is_a_scan(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.matched())
    robot = Robot(open_window(desk))

    robot.send_key("Enter")
    robot.wait(0.05)

    assert desk.acts() == []


def test_an_act_that_cannot_be_done_says_why(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.ready())
    window = open_window(desk)

    window.act_by_key("Esc")

    assert desk.acts() == []
    assert "되돌릴 것이 없습니다" in _texts(window)


def test_two_scans_wait_in_order_and_a_third_is_refused_aloud(open_window: OpenWindow) -> None:
    desk, tasks, ear = ScriptedDesk(views.ready()), SlowTasks(), EarPlayer()
    window = open_window(desk, tasks=tasks, player=ear)
    tasks.work_on()

    for code in ("first", "second", "third", "fourth"):
        window.scan(code)
    refused = _echo(window)
    while tasks.waiting:
        tasks.work_on()

    assert [asked for _, asked in desk.acts()] == ["first", "second", "third"]
    assert "fourth" in refused
    assert ear.heard == [Sound.SCAN_REFUSED]


def test_a_slow_desk_says_that_it_is_looking(open_window: OpenWindow, qtbot: QtBot) -> None:
    tasks = SlowTasks()
    window = open_window(ScriptedDesk(views.ready()), tasks=tasks)
    tasks.work_on()

    window.scan("8801234567893")
    assert "찾는 중" not in _echo(window)

    qtbot.waitUntil(lambda: "찾는 중" in _echo(window))


def test_an_act_pressed_twice_is_done_once(open_window: OpenWindow) -> None:
    desk, tasks = ScriptedDesk(views.dispose()), SlowTasks()
    window = open_window(desk, tasks=tasks)
    tasks.work_on()

    window.act_by_key("Enter")
    window.act_by_key("Enter")
    while tasks.waiting:
        tasks.work_on()

    assert desk.acts() == [("do", "accept")]


def test_a_sound_is_heard_once(open_window: OpenWindow) -> None:
    ear = EarPlayer()
    window = open_window(ScriptedDesk(views.matched()), player=ear)

    window.scan("RR473124829DE")
    window._tick()
    window._tick()

    assert ear.heard == [Sound.REFUSE]


def test_what_changes_by_itself_is_shown_within_a_second(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.ready())
    window = open_window(desk)

    desk.view = replace(views.ready(), troubles=(_printer("out_of_media"),))
    window._tick()

    assert "라벨 용지 없음" in _texts(window)


def test_a_printers_trouble_says_what_to_do_and_what_is_safe(open_window: OpenWindow) -> None:
    view, stuck = views.ready(), views.paper_out()
    view = replace(view, waiting=stuck.waiting * 2, troubles=stuck.troubles)
    window = open_window(ScriptedDesk(view), language="en")
    window._paint(replace(window._parts.desk.state(), person=person("en")))

    said = "Load a new roll and close the lid. Printing goes on by itself. 2 wait, safely kept."
    assert any(text.startswith(said) for text in _texts(window))
    assert "Out of labels" in [
        text.text() for text in child(window, StatusStrip).findChildren(Text)
    ]


@pytest.mark.parametrize("code", list(PrinterTrouble))
@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_every_trouble_of_a_printer_fits_strip_and_notice(
    language: str, code: PrinterTrouble, open_window: OpenWindow
) -> None:
    window = open_window(ScriptedDesk(), language=language)
    view = replace(views.ready(), person=person(language), troubles=(_printer(code),))

    window._paint(view)

    assert cut_off(window) + outside(window) == []
    assert f"window.printer.{code}" not in _texts(window)


def test_a_trouble_without_words_of_its_own_is_said_by_the_desk(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(views.ready()), language="en")
    trouble = Trouble("disk-full", say("trouble.disk-full"), say("trouble.disk-full.help"))

    window._paint(replace(views.ready(), person=person("en"), troubles=(trouble,)))

    assert "The disk is full" in _texts(window)
    assert "The last scan was not kept. Free space, then scan again." in _texts(window)


def test_a_wrong_product_stands_beside_the_order(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(views.wrong_item()))

    comparison = child(window, Comparison)
    texts = [text.accessibleName() for text in comparison.findChildren(QLabel) if text.isVisible()]
    assert "하늘 러너 2, 화이트, 270 mm" in texts
    assert views.RUNNER in texts


def test_other_questions_about_a_parcel_compare_nothing(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(views.reason()))

    assert not child(window, Comparison).isVisible()


def _printer(code: str) -> Trouble:
    return Trouble(f"printer-{code}", say(f"papers.trouble.{code}", detail="U+1F600"))


def test_an_unchanged_state_is_not_painted_again(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(views.ready()))
    painted: list[object] = []
    window.painted.connect(painted.append)

    window._tick()

    assert painted == []


def test_a_bug_in_what_qt_calls_leaves_a_report(qtbot: QtBot, tmp_path: Path) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    button.clicked.connect(lambda: next(iter(())))

    with qtbot.capture_exceptions() as told, BugReports(tmp_path):
        button.click()

    (report,) = (tmp_path / "crashes").iterdir()
    assert "StopIteration" in report.read_text(encoding="utf-8")
    assert [kind for kind, _, _ in told] == [StopIteration]


@pytest.mark.bugs
def test_a_crash_says_what_is_safe_and_the_next_scan_goes_on(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.ready())
    window = open_window(desk)
    crashes: list[Exception] = []
    window.crashed.connect(crashes.append)

    desk.error = KeyError("no such thing")
    window.scan("8801234567893")
    said = _says(window)
    desk.error = None
    desk.view = views.matched()
    window.scan("8801234567893")

    assert [type(error) for error in crashes] == [KeyError]
    assert "저장되어 있습니다" in said
    assert _says(window).startswith("첫 번째 상품을 스캔하세요")


def test_language_and_theme_come_with_the_person(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.locked())
    window = open_window(desk)

    desk.view = replace(views.ready(), person=person("de", "dark"))
    window.scan("badge")

    assert _says(window).startswith("Paket scannen")
    assert "Gesetzliche Fristen" in [w.text() for w in window.findChildren(QLabel)]
    assert "#18222C" in window.styleSheet()


def test_a_scan_closes_what_lies_in_front(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.matched())
    window = open_window(desk)
    window.act_by_key("F1")
    in_front = _says(window)

    Robot(window).scan("8801234567893")

    assert in_front.startswith("근거를 확인하세요")
    assert _says(window).startswith("첫 번째 상품을 스캔하세요")


def test_escape_goes_back_without_asking_the_desk(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.matched())
    robot = Robot(window := open_window(desk))
    robot.send_key("F1")

    robot.send_key("Esc")

    assert desk.acts() == []
    assert _says(window).startswith("첫 번째 상품을 스캔하세요")


def test_a_typed_code_goes_to_the_desk(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.ready())
    robot = Robot(open_window(desk))
    robot.send_key("F2")

    robot.type("R-77421")
    robot.press("Enter")

    assert desk.acts() == [("typed", "R-77421")]


def test_a_scan_while_typing_is_a_scan_and_leaves_the_field(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.ready())
    robot = Robot(window := open_window(desk))
    robot.send_key("F2")
    robot.type("R-77")
    desk.view = views.matched()

    robot.scan("RR473124829DE")

    assert desk.acts() == [("scan", "RR473124829DE")]
    assert [e.text() for e in window.findChildren(QLineEdit) if "RR4" in e.text()] == []


def test_a_pin_is_typed_with_keys(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.pin())
    robot = Robot(open_window(desk))

    robot.type("2468")
    robot.press("Enter")

    assert desk.acts() == [("typed", "2468")]


def test_a_remark_is_kept_with_enter(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.question())
    robot = Robot(window := open_window(desk))
    field = next(edit for edit in window.findChildren(QLineEdit) if edit.isVisible())
    field.setFocus()

    robot.type("no box")
    robot.press("Enter")

    assert desk.acts() == [("note", "no box")]


def test_a_dropped_picture_of_a_parcel_is_read(open_window: OpenWindow, tmp_path: Path) -> None:
    desk = ScriptedDesk(views.ready())
    window = open_window(desk)
    file = tmp_path / "label.png"
    file.write_bytes(drawing("label"))

    _drop(window, file)

    assert desk.acts() == [("picture", file.read_bytes())]


def test_a_dropped_picture_of_an_item_is_its_photo(open_window: OpenWindow, tmp_path: Path) -> None:
    desk = ScriptedDesk(views.question())
    window = open_window(desk)
    file = tmp_path / "sole.png"
    file.write_bytes(drawing("sole"))

    _drop(window, file)

    assert desk.acts() == [("photo", file.read_bytes())]


def test_a_pasted_picture_is_read_as_png(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.ready())
    window = open_window(desk)
    QGuiApplication.clipboard().setImage(QImage.fromData(drawing("label")))

    window.paste()

    (what, content), *_ = desk.acts()
    assert what == "picture"
    assert isinstance(content, bytes)
    assert content.startswith(b"\x89PNG")


def test_wide_windows_write_larger_and_small_ones_say_so(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(views.ready()))

    window.resize(QSize(1920, 1080))
    large = window.look.scale
    window.resize(QSize(1152, 720))

    assert large == 1.125
    assert window.look.scale == 0.9
    assert any("1280 × 800" in text for text in _texts(window))


def test_painting_again_makes_no_new_widgets(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.matched())
    window = open_window(desk)
    window.scan("first")
    before = len(window.findChildren(QWidget))

    for code in ("second", "third"):
        window.scan(code)

    assert len(window.findChildren(QWidget)) == before


def test_pages_are_made_in_quiet_moments(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(views.ready()))

    while window._pages.warm_next(window.look.words):
        pass
    made = len(window._pages._made)
    window.scan("RR473124829DE")

    assert made == 11
    assert len(window._pages._made) == made


def test_a_rehearsal_asks_for_nothing_and_leaves_nothing_behind(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.ready())
    drawn: list[object] = []

    def draw(label: ItemLabel) -> bytes:
        drawn.append(label)
        return b""

    window = open_window(desk, render_label=draw)
    while window._pages.warm_next(window.look.words):
        pass

    for view in (views.matched(), views.question(), views.dispose(), views.settle()):
        desk.view = view
        window.scan("code")
        assert "ABCDEF" not in " ".join(_texts(window))
    assert drawn == []


def test_another_look_is_rehearsed_again(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(views.ready()))
    while window._pages.warm_next(window.look.words):
        pass

    window._paint(replace(views.ready(), person=person("de", "dark")))

    assert window._pages.warm_next(window.look.words)


def test_every_act_and_answer_has_a_name_for_a_screen_reader(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(views.question()))

    nameless = [
        type(widget).__name__
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]

    assert nameless == []


@pytest.mark.parametrize("make", [views.question, views.dispose])
def test_a_chosen_file_is_the_photo_of_the_item_in_hand(
    make: Callable[[], View], open_window: OpenWindow, tmp_path: Path
) -> None:
    act = Act(5, "F7", say("act.show-photo"), "show-photo")
    desk = ScriptedDesk(replace(make(), acts=(act,)))
    window = open_window(desk)
    file = tmp_path / "sole.png"
    file.write_bytes(drawing("sole"))

    window.act_by_key("F7")
    window.act_by_key("F2")
    dialog = child(window, QFileDialog)
    dialog.fileSelected.emit(str(file))
    dialog.close()

    assert desk.acts() == [("photo", file.read_bytes())]


def test_a_scan_into_the_file_dialog_closes_it(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk = ScriptedDesk(views.ready())
    window = open_window(desk)
    window.act_by_key("F2")
    window.act_by_key("F7")
    dialog = child(window, QFileDialog)
    qtbot.waitUntil(lambda: QApplication.focusWindow() is dialog.windowHandle())
    desk.view = views.matched()

    Robot(window, dialog).scan("RR473124829DE")

    assert not dialog.isVisible()
    assert desk.acts() == [("scan", "RR473124829DE")]


def _drop(window: StationWindow, file: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def test_a_device_that_needs_hands_rings_again_until_somebody_comes(
    open_window: OpenWindow,
) -> None:
    ear = EarPlayer()
    desk = ScriptedDesk(views.ready())
    window = open_window(desk, player=ear)
    desk.view = views.paper_out()
    window.scan("R-77421")

    window._bell._timer.timeout.emit()
    rings = window._bell._timer.isActive()
    desk.view = views.label()
    window.scan("R-77421")

    assert ear.heard == [Sound.DEVICE, Sound.DEVICE, Sound.PRINTED]
    assert rings
    assert not window._bell._timer.isActive()


def test_touching_the_status_strip_says_what_is_unsent(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(views.paper_out()))

    child(window, StatusStrip).touched.emit("unsent")

    assert any("12" in text for text in _texts(window))


def test_a_scan_through_another_keyboard_is_taken_when_it_can_mean_one_thing_only(
    open_window: OpenWindow,
) -> None:
    desk = ScriptedDesk(views.ready())
    window = open_window(desk, heard=lambda text: (text.replace("ß", "-"),), tasks=NowTasks())
    window.hear("RMAß77421")

    assert ("scan", "RMA-77421") in desk.acts()


def test_a_scan_that_another_keyboard_made_ambiguous_is_refused_aloud(
    open_window: OpenWindow,
) -> None:
    desk, player = ScriptedDesk(views.ready()), EarPlayer()
    window = open_window(desk, heard=lambda text: ("a", text), player=player, tasks=NowTasks())
    window.hear("ㅁ")

    assert desk.acts() == []
    assert player.heard[-1] is Sound.SCAN_REFUSED
