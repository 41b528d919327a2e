"""What the desk says fits the bars it is said in."""

import re
from dataclasses import replace

import pytest

from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off
from gui.stands import ScriptedDesk
from gui.views import person
from returnstation.application.view import Act, Instruction, Tone
from returnstation.domain.messages import Say
from returnstation.gui.forms import child
from returnstation.gui.widgets.act_bar import ActBar
from returnstation.gui.widgets.instruction_bar import InstructionBar
from returnstation.gui.words import SCREEN_LANGUAGES
from returnstation.i18n import load_catalog

_NOT_ON_SCREEN = ("refused.import-", "refused.user-")
ITS_VALUES = re.compile(r"{(\w+)}")


def _messages(language: str, *topics: str) -> list[Say]:
    """Return the messages of these topics, each value a short code."""
    found = load_catalog(language).messages
    return [
        Say(key, dict.fromkeys(ITS_VALUES.findall(str(text)), "R-77421"))
        for (form, key), text in found.items()
        if form is None and key.startswith(topics) and not key.endswith(".help")
        if not key.startswith(_NOT_ON_SCREEN)
    ]


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_every_act_fits_its_slot(language: str, open_window: OpenWindow) -> None:
    desk = ScriptedDesk(replace(views.ready(), person=person(language)))
    window = open_window(desk)
    bar = child(window, ActBar)
    names = _messages(language, "act.")

    faults = []
    for name in names:
        bar.put((Act(2, "F4", name, "do"), Act(7, "Enter", name, "do")), window.look.words)
        faults += cut_off(bar)

    assert names
    assert faults == []


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_every_instruction_fits_its_line(language: str, open_window: OpenWindow) -> None:
    desk = ScriptedDesk(replace(views.matched(), person=person(language)))
    window = open_window(desk)
    bar = child(window, InstructionBar)

    faults = []
    for text in _messages(language, "do.", "ask.", "refused.", "check."):
        bar.put(Instruction(Tone.NEXT, "scan", text), "normal", window.look.words)
        faults += [f"{text.key}: {cut}" for cut in cut_off(bar)]

    assert faults == []
