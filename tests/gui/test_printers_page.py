"""The printers' page: how they are, and what is set by touch."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QPushButton

from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import MemoryPrinters, ScriptedDesk, SlowTasks
from gui.views import person
from returnstation.domain.papers import PaperKind, Trouble
from returnstation.gui.forms import child
from returnstation.gui.printer_rows import JobLine, PrinterLine, StepsOf
from returnstation.gui.printers_page import PrintersPage
from returnstation.gui.widgets.instruction_bar import InstructionBar
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.option_row import OptionRow
from returnstation.gui.widgets.status_strip import StatusStrip
from returnstation.gui.window import StationWindow
from returnstation.gui.words import SCREEN_LANGUAGES, without_joiners

PICTURES = Path(__file__).parents[2] / "test-output" / "screens"


@pytest.fixture
def printers() -> MemoryPrinters:
    return MemoryPrinters()


def opened(
    open_window: OpenWindow, printers: MemoryPrinters, language: str = "en"
) -> StationWindow:
    view = replace(views.ready(), person=person(language))
    window = open_window(ScriptedDesk(view), language=language, printers=printers)
    child(window, StatusStrip).touched.emit("printers")
    return window


def page(window: StationWindow) -> PrintersPage:
    return child(window, PrintersPage)


def said(window: StationWindow) -> str:
    notices = [row for row in page(window).findChildren(NoticeRow) if row.isVisible()]
    return notices[0].accessibleName() if notices else ""


def button(window: StationWindow, text: str) -> QPushButton:
    buttons = [b for b in page(window).findChildren(QPushButton) if b.isVisible()]
    return next(b for b in buttons if without_joiners(b.text()) == text)


def test_touching_the_printer_in_the_strip_shows_all_of_them(
    open_window: OpenWindow, printers: MemoryPrinters
) -> None:
    window = opened(open_window, printers)

    lines = [line for line in page(window).findChildren(PrinterLine) if line.isVisible()]

    assert [line.accessibleName() for line in lines] == [
        "desk-3: Out of labels 2 labels waiting",
        "desk-2: Printer ready",
    ]
    # The one in trouble is shown first.
    assert [line.isChecked() for line in lines] == [True, False]


def test_a_paper_is_given_to_a_printer_by_touch(
    open_window: OpenWindow, printers: MemoryPrinters
) -> None:
    window = opened(open_window, printers)

    window.act_by_key("F3")
    button(window, "Tote label").click()

    assert printers.asked == [("assign", PaperKind.CONTAINER_LABEL, "desk-3")]
    assert said(window) == "Kept."


def test_offset_and_darkness_are_moved_in_steps(
    open_window: OpenWindow, printers: MemoryPrinters
) -> None:
    window = opened(open_window, printers)
    across, along, dark = page(window).findChildren(StepsOf)

    for steps, step in ((across, 1), (across, 1), (along, -1), (dark, 1)):
        steps.moved.emit(step)

    assert printers.asked[-1] == ("calibrate", "desk-3", (1.0, -0.5), 16)


def test_an_offset_does_not_leave_the_label(
    open_window: OpenWindow, printers: MemoryPrinters
) -> None:
    window = opened(open_window, printers)

    for _ in range(30):
        page(window).findChildren(StepsOf)[0].moved.emit(1)

    assert printers.asked[-1] == ("calibrate", "desk-3", (10.0, 0.0), 15)


def test_one_key_changes_to_another_printer_and_takes_what_waits_along(
    open_window: OpenWindow, printers: MemoryPrinters
) -> None:
    window = opened(open_window, printers)

    window.act_by_key("F9")

    assert printers.asked == [("change", "desk-3", "desk-2")]
    assert said(window) == "Now printing on desk-2; 2 papers moved."


def test_a_test_page_is_printed_in_the_language_of_the_screen(
    open_window: OpenWindow, printers: MemoryPrinters
) -> None:
    window = opened(open_window, printers, "de")

    window.act_by_key("F4")

    assert printers.asked == [("test", "desk-3", "de")]


def test_what_waits_can_be_taken_back_and_what_may_have_come_out_is_asked(
    open_window: OpenWindow, printers: MemoryPrinters
) -> None:
    window = opened(open_window, printers)
    waiting, lost = page(window).findChildren(JobLine)

    for job in (waiting, lost):
        for each in job.findChildren(QPushButton):
            if each.isVisible():
                each.click()

    assert printers.asked == [("cancel", "j1"), ("settle", "j2", "1"), ("settle", "j2", "2")]


def test_a_printer_that_was_found_is_added_by_its_digit_and_only_if_it_is_known_what_it_is(
    open_window: OpenWindow, printers: MemoryPrinters
) -> None:
    window = opened(open_window, printers)
    window.act_by_key("F2")
    rows = [row for row in page(window).findChildren(OptionRow) if row.isVisible()]
    assert [row.isEnabled() for row in rows] == [True, False, False]

    for key in ("2", "3", "9", "1"):
        window.press(key)

    assert printers.asked == [("add", "tcp://192.168.10.40:9100")]
    assert said(window) == "desk-2 was added."


def test_looking_for_printers_keeps_nobody_waiting(
    open_window: OpenWindow, printers: MemoryPrinters
) -> None:
    slow = SlowTasks()
    view = replace(views.ready(), person=person("en"))
    window = open_window(ScriptedDesk(view), language="en", printers=printers, long_tasks=slow)
    child(window, StatusStrip).touched.emit("printers")

    window.act_by_key("F2")

    assert "Looking for printers" in child(window, InstructionBar).accessibleName()
    slow.work_on()
    assert "Touch the one to add" in child(window, InstructionBar).accessibleName()


def test_a_worker_in_the_middle_of_a_parcel_may_look_but_not_change(
    open_window: OpenWindow, printers: MemoryPrinters
) -> None:
    window = open_window(
        ScriptedDesk(replace(views.matched(), person=person("en"))),
        language="en",
        printers=printers,
    )
    child(window, StatusStrip).touched.emit("printers")

    for key in ("F2", "F3", "F9"):
        window.act_by_key(key)
    button(window, "→").click()

    assert printers.asked == []
    assert "supervisors" in child(window, InstructionBar).accessibleName()


def test_what_cannot_be_kept_is_said(open_window: OpenWindow) -> None:
    class Full(MemoryPrinters):
        def assign(self, kind: PaperKind, name: str) -> None:
            raise OSError("No space left on device")

    window = opened(open_window, Full())

    window.act_by_key("F3")
    button(window, "Tote label").click()

    assert said(window).startswith("That was not kept.")


@pytest.mark.parametrize("size", [QSize(1280, 800), QSize(1920, 1080)], ids=["small", "large"])
@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_the_page_fits_every_language_and_size(
    language: str, size: QSize, open_window: OpenWindow, printers: MemoryPrinters
) -> None:
    window = opened(open_window, printers, language)
    window.resize(size)
    for state in ("trouble", "well", "papers", "found"):
        if state == "well":
            page(window).findChildren(PrinterLine)[1].click()
        if state == "papers":
            window.act_by_key("F3")
        if state == "found":
            window.act_by_key("Esc")
            window.act_by_key("F2")
        QApplication.processEvents()
        PICTURES.mkdir(parents=True, exist_ok=True)
        window.grab().save(str(PICTURES / f"printers-{state}-{language}-{size.width()}.png"))

        assert cut_off(window) + outside(window) == []


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_has_a_picture_on_the_page(
    trouble: Trouble, open_window: OpenWindow, printers: MemoryPrinters
) -> None:
    job = replace(printers.shown[0].jobs[0], trouble=f"{trouble}:U+1F600")
    printers.shown[0] = replace(printers.shown[0], jobs=(job,))

    window = opened(open_window, printers, "ko")

    assert cut_off(window) + outside(window) == []
