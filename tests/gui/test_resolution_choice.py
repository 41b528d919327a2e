"""What a line may get, asked at a real desk: whole in every language, locked with the reason."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize

from builders import SHOES_GTIN, a_line, an_order, an_rma, euros
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import ScriptedDesk
from gui.test_screens import _picture, _show, _spoken
from returnstation.gui.words import SCREEN_LANGUAGES
from stations import Worker, a_station


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_the_choice_and_the_settlement_are_whole(
    language: str, open_window: OpenWindow, tmp_path: Path
) -> None:
    order = an_order(lines=(a_line(discount=euros(900), tax_rate="19"),))
    with a_station(tmp_path, [order], [an_rma()]) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        settled = worker.through(SHOES_GTIN[1:])
        asked = worker.desk.choose("1")
    window = open_window(ScriptedDesk(), language=language)
    window.resize(QSize(1280, 800))
    faults: dict[str, list[str]] = {}

    for name, view in (("settled", settled), ("resolution", asked)):
        _show(window, _spoken(replace(view, waiting=()), language))
        _picture(window, f"{name}-{language}-1280")
        faults[name] = cut_off(window) + outside(window)

    assert [option.key for option in asked.options if option.locked] == ["4", "5"]
    assert faults == {"settled": [], "resolution": []}
