"""The question page: numbers by touch, and the product as it was sold beside what came back."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from gui import views
from gui.conftest import OpenWindow
from gui.stands import ScriptedDesk
from returnstation.gui.forms import child
from returnstation.gui.widgets.number_pad import NumberPad
from returnstation.gui.widgets.pin_pad import PinKey
from returnstation.gui.widgets.sold_picture import SoldPicture
from returnstation.gui.window import StationWindow

GLOVE = 46  # 12 mm at 96 dpi


def keys(window: StationWindow) -> dict[str, PinKey]:
    found = child(window, NumberPad, "number_pad").findChildren(PinKey)
    return {key.accessibleName(): key for key in found if key.isVisible()}


def touch(window: StationWindow, signs: list[str]) -> None:
    for sign in signs:
        QTest.mouseClick(keys(window)[sign], Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(("language", "point"), [("de", ","), ("ko", "."), ("en", ".")])
def test_a_measure_is_touched_with_the_readers_decimal_sign(
    language: str, point: str, open_window: OpenWindow
) -> None:
    desk = ScriptedDesk(view=replace(views.measure(), person=views.person(language)))
    window = open_window(desk, language=language)

    touch(window, ["2", point, "8", "5", "back"])

    assert child(window, QLineEdit, "value_edit").text() == f"2{point}8"
    assert ({",", "."} & set(keys(window))) == {point}


def test_keys_of_the_pad_are_large_enough_for_gloves(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(view=views.measure()))
    window.resize(QSize(1280, 800))

    assert all(min(key.width(), key.height()) >= GLOVE for key in keys(window).values())


def test_a_question_to_choose_has_no_pad(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(view=views.question()))

    assert keys(window) == {}


def test_the_product_as_sold_stands_beside_what_came_back(open_window: OpenWindow) -> None:
    out = BytesIO()
    Image.new("RGB", (40, 30), "#336699").save(out, "PNG")
    view = views.measure()
    window = open_window(ScriptedDesk(view=view), product_picture={"shoe.png": out.getvalue()}.get)

    shown = child(window, SoldPicture, "sold_picture").isVisible()
    desk = window._parts.desk
    assert isinstance(desk, ScriptedDesk)
    desk.view = replace(view, product_picture="other.png")
    window.scan("code")

    assert shown
    assert not child(window, SoldPicture, "sold_picture").isVisible()
