import pytest
from pytestqt.qtbot import QtBot

from returnstation.application.view import ContainerView
from returnstation.gui.widgets.tote_map import ToteMap, TotePlace
from returnstation.gui.words import Words
from returnstation.i18n import load_catalog


@pytest.mark.parametrize(("target", "first"), [(1, 1), (6, 1), (7, 7), (12, 7)])
def test_the_six_places_around_the_target_are_shown(target: int, first: int, qtbot: QtBot) -> None:
    totes = tuple(
        ContainerView(place, f"T-{place}", "restock_new", 0, 40, place == target)
        for place in range(12, 0, -1)
    )
    shown = ToteMap()
    qtbot.addWidget(shown)

    shown.put(totes, Words(load_catalog("en")))

    names = [place.accessibleName() for place in shown.findChildren(TotePlace)]
    assert [int(name.partition(":")[0]) for name in names] == list(range(first, first + 6))
