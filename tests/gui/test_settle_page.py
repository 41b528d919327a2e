"""The settlement: what every amount is made of, to where it goes, and a key for something else."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtTest import QTest

from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import ScriptedDesk
from gui.test_screens import _picture, _show, _spoken
from returnstation.gui.widgets.settle_rows import ChangeButton
from returnstation.gui.widgets.texts import Text


@pytest.mark.parametrize("language", ["ko", "en", "ja", "de"])
def test_terms_tenders_tax_and_approval_are_whole(language: str, open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(), language=language)
    window.resize(QSize(1280, 800))

    _show(window, _spoken(views.settle(), language))
    _picture(window, f"settle-{language}-1280")

    assert cut_off(window) + outside(window) == []
    for name in ("tenders_label", "taxes_label", "approval_label", "settlement_label"):
        label = window.findChild(Text, name)
        assert label is not None
        assert label.isVisible()
        assert label.text()


def test_touching_change_asks_for_that_line(open_window: OpenWindow) -> None:
    desk = ScriptedDesk()
    window = open_window(desk)
    _show(window, views.settle())

    button = next(b for b in window.findChildren(ChangeButton) if b.isVisible())
    button.click()
    QTest.qWait(50)

    assert ("choose", "1") in desk.acts()
