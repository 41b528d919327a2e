"""Digits to touch beside a question that wants a number: two rows, so that answers fit below."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from returnstation.gui.widgets.pin_pad import ERASE, PinKey

POINT, MINUS = ".", "-"
_COMMA = ","
_ROWS = (("1", "2", "3", "4", "5", ERASE, MINUS), ("6", "7", "8", "9", "0", POINT))


class NumberPad(QWidget):
    """Digits, the signs a number may have, and one key back.

    Signals:
        pressed: A key was touched: a digit, a sign or ``ERASE``.
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        self._keys: dict[str, PinKey] = {}
        for row, keys in enumerate(_ROWS):
            for place, key in enumerate(keys):
                grid.addWidget(self._made(key), row, place)
                grid.setColumnStretch(place, 1)
        # A reader has one decimal sign: both share a place.
        grid.addWidget(self._made(_COMMA), 1, _ROWS[1].index(POINT))

    def put(self, signs: str, point: str) -> None:
        """Show the signs that may be touched, the decimal sign as the reader writes it."""
        for sign in (POINT, _COMMA):
            self._keys[sign].setVisible(POINT in signs and sign == point)
        self._keys[MINUS].setVisible(MINUS in signs)
        self._grid.setColumnStretch(_ROWS[0].index(MINUS), int(MINUS in signs))

    def _made(self, key: str) -> PinKey:
        button = self._keys[key] = PinKey(key)
        button.clicked.connect(lambda: self.pressed.emit(key))
        return button
