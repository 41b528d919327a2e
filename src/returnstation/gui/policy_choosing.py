"""Choosing what a sheet shows: a country, or day, channel and merchant."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QWidget

from returnstation.application.policy_book import Asked, Land, Shop
from returnstation.domain.policy import Channel
from returnstation.gui.policy_text import land_name
from returnstation.gui.widgets.choice import Choice
from returnstation.gui.widgets.layouts import column, frame, line
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.texts import Text
from returnstation.gui.words import Words

CHANNELS = (Channel.ONLINE, Channel.IN_STORE, Channel.OFF_PREMISES_HOME)
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
_FOUND_BY = Qt.ItemDataRole.UserRole + 1


class SearchEdit(QLineEdit):
    """A field whose arrows move in the list below it.

    Signals:
        moved: So many rows down, or up when negative.
    """

    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rows = _MOVES.get(Qt.Key(event.key()))
        if rows is None:
            super().keyPressEvent(event)
        else:
            self.moved.emit(rows)


class LandChoice(QFrame):
    """A searchable list of countries.

    Signals:
        chosen: A country was touched; carries its code.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = SearchEdit()
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._none = Text(role="empty")
        layout = column(self._search, self._list, self._none, spacing=8, margins=(16, 12, 16, 12))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.setProperty("role", "pane")
        self._search.textEdited.connect(self._filter)
        self._search.moved.connect(self._move)
        self._list.itemClicked.connect(lambda item: self.chosen.emit(_code(item)))

    def put(self, lands: Sequence[Land], words: Words) -> None:
        """Offer these countries by their names in this language."""
        offer = words.catalog.text("policy.country.search")
        self._search.setPlaceholderText(offer)
        self._search.setAccessibleName(offer)
        self._none.put(words.catalog.text("policy.country.none"))
        named = sorted(lands, key=lambda land: land_name(land, words).casefold())
        with QSignalBlocker(self._list):
            self._list.clear()
            for land in named:
                name = land_name(land, words)
                item = QListWidgetItem(f"{land.code}   {name}")
                item.setData(Qt.ItemDataRole.UserRole, land.code)
                # Whoever does not know the reader's word for a country may know its own.
                item.setData(_FOUND_BY, f"{land.code} {name} {land.name}".casefold())
                self._list.addItem(item)

    def start(self, code: str) -> None:
        """Begin anew, at this country."""
        self._search.clear()
        self._filter("")
        self._go_to([item for item in self._items() if _code(item) == code])
        self._search.setFocus()

    def current(self) -> str | None:
        """Return the country the bar stands on; None when none is found."""
        chosen = self._list.selectedItems()
        return _code(chosen[0]) if chosen else None

    def _filter(self, text: str) -> None:
        wanted = text.strip().casefold()
        found = []
        for item in self._items():
            item.setHidden(wanted not in item.data(_FOUND_BY))
            found += [] if item.isHidden() else [item]
        exact = [item for item in found if _code(item).casefold() == wanted]
        self._go_to(exact or found)
        self._list.setVisible(bool(found))
        self._none.setVisible(not found)

    def _move(self, rows: int) -> None:
        shown = [item for item in self._items() if not item.isHidden()]
        here = self._list.currentItem()
        if shown:
            place = shown.index(here) + rows if here in shown else 0
            self._list.setCurrentItem(shown[min(max(place, 0), len(shown) - 1)])

    def _go_to(self, found: list[QListWidgetItem]) -> None:
        self._list.clearSelection()
        if found:
            self._list.setCurrentItem(found[0])

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]


class AskedChoice(QWidget):
    """Day, channel and merchant of the sheets."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels = {name: Text(role="strong") for name in ("day", "channel", "shop")}
        self._day, self._channel, self._shop = QLineEdit(), Choice(), Choice()
        self._fields: dict[str, QWidget] = {
            "day": self._day,
            "channel": self._channel,
            "shop": self._shop,
        }
        self._wrong = NoticeRow()
        parts = [column(self._labels[n], field, spacing=4) for n, field in self._fields.items()]
        fields = line(*parts, spacing=16)
        for place in range(len(parts)):
            fields.setStretch(place, 1)
        pane = frame("pane", column(self._wrong, fields, spacing=16, margins=(16, 12, 16, 16)))
        self.setLayout(column(pane, 1))

    def put(self, shops: Sequence[Shop], words: Words) -> None:
        """Offer channels and merchants."""
        text = words.catalog.text
        for name, field in self._fields.items():
            self._labels[name].put(text(f"policy.asked.{name}"))
            field.setAccessibleName(text(f"policy.asked.{name}"))
        self._wrong.put("warning", text("policy.asked.bad_day"))
        self._channel.clear()
        for channel in CHANNELS:
            self._channel.addItem(text(f"policy.channel.{channel}"), channel)
        self._shop.clear()
        self._shop.addItem(text("policy.no_terms"), None)
        for shop in shops:
            self._shop.addItem(shop.name, shop.merchant_id)

    def start(self, asked: Asked) -> None:
        """Begin with what is shown now."""
        self._wrong.hide()
        self._day.setText(asked.day.isoformat())
        self._channel.setCurrentIndex(max(self._channel.findData(asked.channel), 0))
        self._shop.setCurrentIndex(max(self._shop.findData(asked.merchant_id), 0))
        self._day.setFocus()
        self._day.selectAll()

    def asked(self) -> Asked | None:
        """Return what is chosen; None, and say so, when the day is no day."""
        try:
            day = date.fromisoformat(self._day.text().strip())
        except ValueError:
            self._wrong.show()
            self._day.setFocus()
            return None
        channel = Channel(self._channel.currentData())
        return Asked(day, channel, self._shop.currentData())


def _code(item: QListWidgetItem) -> str:
    return str(item.data(Qt.ItemDataRole.UserRole))
