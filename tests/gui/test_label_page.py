"""The page of a label whose printer is in trouble: what to do, and where else to print."""

from dataclasses import replace

import pytest

from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import ScriptedDesk
from gui.views import person
from returnstation import datafiles
from returnstation.application.showing.instructions import AT_THE_PRINTER, stuck_instruction
from returnstation.application.view import View
from returnstation.gui.robot import Robot
from returnstation.gui.widgets.label_steps import LabelSteps
from returnstation.gui.widgets.load_steps import ICONS, STEPS, LoadStep
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.option_row import OptionRow
from returnstation.gui.words import SCREEN_LANGUAGES


def _stuck(code: str) -> View:
    view = views.paper_out()
    (job,) = view.waiting
    return replace(view, waiting=(replace(job, trouble=code),), instruction=stuck_instruction(code))


@pytest.mark.parametrize(
    ("code", "steps"),
    [("out_of_media", 3), ("cutter", 3), ("head_open", 1), ("missing_glyph:U+1F600", 0)],
)
def test_what_hands_can_mend_is_drawn_while_the_label_waits(
    code: str, steps: int, open_window: OpenWindow
) -> None:
    window = open_window(ScriptedDesk(_stuck(code)))

    drawn = [step for step in window.findChildren(LoadStep) if step.isVisible()]

    assert len(drawn) == steps
    assert window.findChildren(LabelSteps)[0].isVisible() is (steps == 0)


def test_a_label_that_came_out_needs_no_drawings(open_window: OpenWindow) -> None:
    troubles = views.paper_out().troubles
    window = open_window(ScriptedDesk(replace(views.label(), troubles=troubles)))

    assert not any(step.isVisible() for step in window.findChildren(LoadStep))


@pytest.mark.parametrize("code", list(AT_THE_PRINTER))
@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_what_to_do_at_the_printer_fits_the_screen(
    language: str, code: str, open_window: OpenWindow
) -> None:
    window = open_window(ScriptedDesk(), language=language)

    window._paint(replace(_stuck(code), person=person(language)))

    assert cut_off(window) + outside(window) == []


def test_every_trouble_of_the_hands_has_its_pictures() -> None:
    names = {*AT_THE_PRINTER.values(), *ICONS.values()}

    assert set(STEPS) == set(AT_THE_PRINTER)
    assert {step for steps in STEPS.values() for step in steps} == set(ICONS)
    assert all(datafiles.resource("icons", f"{name}.svg").is_file() for name in names)


def test_the_trouble_is_said_once(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(views.paper_out()))

    assert not any(row.isVisible() for row in window.findChildren(NoticeRow))


def test_a_label_that_waits_can_be_printed_elsewhere_by_touch(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.paper_out())
    window = open_window(desk)

    (row,) = [row for row in window.findChildren(OptionRow) if row.isVisible()]
    row.click()

    assert desk.acts() == [("choose", "1")]


def test_a_label_that_waits_can_be_printed_elsewhere_by_a_digit(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(views.paper_out())

    Robot(open_window(desk)).press("1")

    assert desk.acts() == [("choose", "1")]
