"""Digits to touch, for hands in gloves: of a PIN, of an amount."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import line
from returnstation.gui.widgets.texts import Text
from returnstation.gui.widgets.touch import Touchable

ERASE = "back"
ENTER = "check"
_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", ERASE, "0", ENTER)


class PinKey(Touchable):
    """A key with a digit or sign, or with the icon of what it does."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        sign = Text(role="figure-big") if len(key) == 1 else Icon(name=key, size=32)
        if isinstance(sign, Text):
            sign.put(key)
        self.hold(line(1, sign, 1))
        self.setAccessibleName(key)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)


class PinPad(QWidget):
    """Twelve keys.

    Signals:
        pressed: A key was touched: a digit, ``ERASE`` or ``ENTER``.
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for place, key in enumerate(_KEYS):
            button = PinKey(key)
            button.clicked.connect(lambda _=False, key=key: self.pressed.emit(key))
            grid.addWidget(button, place // 3, place % 3)


_AMOUNT_ROWS = (("1", "2", "3", ERASE), ("4", "5", "6", "."), ("7", "8", "9", "%"))


class AmountPad(QWidget):
    """Digits, the signs an amount may have, and one key back.

    Signals:
        pressed: A key was touched: a digit, a sign or ``ERASE``.
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        self._keys: dict[str, PinKey] = {}
        for row, keys in enumerate(_AMOUNT_ROWS):
            for place, key in enumerate(keys):
                grid.addWidget(self._made(key), row, place)
        grid.addWidget(self._made("0"), len(_AMOUNT_ROWS), 0, 1, 3)

    def put(self, signs: str) -> None:
        """Show the signs that may be touched beside the digits."""
        for sign in ".%":
            self._keys[sign].setVisible(sign in signs)

    def _made(self, key: str) -> PinKey:
        button = self._keys[key] = PinKey(key)
        button.clicked.connect(lambda: self.pressed.emit(key))
        return button
