"""The supervisor's page says how far each kind of hint can be trusted."""

from dataclasses import replace

import pytest

from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import MemoryReviews, NowTasks, ScriptedDesk
from gui.test_screens import _picture
from returnstation.application.inspections import Counts, Precision
from returnstation.application.view import Act
from returnstation.domain.hints import HintKind
from returnstation.domain.messages import say
from returnstation.gui.widgets.texts import Text
from returnstation.gui.window import StationWindow
from returnstation.gui.words import SCREEN_LANGUAGES

EVERY = tuple(Precision(kind.value, 3, 12) for kind in HintKind)


class TrustedReviews(MemoryReviews):
    """Reviews that know how often hints were right."""

    hints: tuple[Precision, ...] = ()

    def counts(self) -> Counts:
        return replace(super().counts(), hints=self.hints)


def opened(
    open_window: OpenWindow, hints: tuple[Precision, ...], language: str = "en"
) -> StationWindow:
    reviews = TrustedReviews(20)
    reviews.hints = hints
    act = Act(6, "F9", say("window.back"), "show-review")
    desk = ScriptedDesk(replace(views.ready(), acts=(act,), person=None))
    window = open_window(desk, reviews=reviews, tasks=NowTasks(), language=language)
    window.resize(1280, 800)
    window.act_by_key("F9")
    return window


def told(window: StationWindow) -> Text:
    label = window.findChild(Text, "hints_label")
    assert label is not None
    return label


def test_nothing_is_said_before_any_hint_was_settled(open_window: OpenWindow) -> None:
    assert not told(opened(open_window, ())).isVisible()


def test_right_ones_are_told_of_those_settled(open_window: OpenWindow) -> None:
    label = told(opened(open_window, (Precision("weight_differs", 1, 4),)))

    assert label.isVisible()
    assert label.text() == "Hints that were right: The weight differs 1/4"


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_every_kind_has_room(language: str, open_window: OpenWindow) -> None:
    window = opened(open_window, EVERY, language)
    _picture(window, f"review-hints-{language}-1280")

    assert cut_off(window) + outside(window) == []
