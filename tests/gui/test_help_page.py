"""The command sheet is asked for on the page that explains commands."""

from dataclasses import replace

import pytest

from gui import views
from gui.conftest import OpenWindow
from gui.stands import ScriptedDesk
from returnstation.gui.help_page import HelpPage
from returnstation.gui.widgets.texts import Text

TOLD = {
    ("ko", True): "명령표를 프린터로 보냈습니다.",
    ("ko", False): "명령표를 인쇄할 수 없습니다.",
    ("en", True): "The command sheet is on its way to the printer.",
    ("en", False): "The command sheet cannot be printed.",
}


@pytest.mark.parametrize(("language", "is_printed"), TOLD)
def test_whether_the_command_sheet_comes_is_said(
    open_window: OpenWindow, language: str, *, is_printed: bool
) -> None:
    def to_printer(_language: str) -> None:
        if not is_printed:
            raise OSError("no room")

    view = replace(views.ready(), person=views.person(language, "light"))
    window = open_window(ScriptedDesk(view), print_command_sheet=to_printer)
    window.do("show-help")

    window.act_by_key("F6")

    (page,) = window.findChildren(HelpPage)
    told = TOLD[language, is_printed]
    (note,) = (each for each in page.findChildren(Text) if each.accessibleName() == told)
    assert note.property("tone") == ("ink2" if is_printed else "warn")
