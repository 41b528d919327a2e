"""Parcels nobody knows the order of: how long they wait, and what is known of them."""

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from returnstation.application.blind import BlindParcels, BlindPart, BlindRow
from returnstation.application.view import Act, Entry, Instruction, Tone, View
from returnstation.domain.messages import say
from returnstation.gui.blind_rows import BlindLine
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Overlay
from returnstation.gui.tasks import Tasks
from returnstation.gui.widgets.entries import Entries
from returnstation.gui.widgets.layouts import fit_rows
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.photo_strip import PhotoStrip
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.window_parts import WindowParts
from returnstation.gui.words import Words

ROWS = 6
_MOST_NOTES = 3
_MOST_PHOTOS = 2


class BlindPage(Overlay):
    """Lists the parcels, those that can go on first; one of them in full beside them."""

    band = "slim"

    def __init__(self, parts: WindowParts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("blind_page", self, Entries, PhotoStrip, Text, WrappingText)
        self._queue: BlindParcels = parts.blind
        self._tasks: Tasks = parts.tasks
        self._now = parts.now
        self._layout = child(form, QVBoxLayout, "parcel_layout")
        self._layout.addStretch()
        self._photos = child(form, PhotoStrip, "photo_strip")
        self._photos.wanted.connect(self._fetch_photo)
        self._entries = child(form, Entries, "known_entries")
        self._notes = child(form, WrappingText, "notes_label")
        self._note = child(form, QLineEdit, "note_edit")
        self._pane = child(form, QWidget, "known_pane")
        self._notice = NoticeRow()
        self._notice.hide()
        child(form, QVBoxLayout, "list_layout").insertWidget(0, self._notice)
        self._lines: list[BlindLine] = []
        self._words: Words | None = None
        self._start, self._part, self._chosen = 0, BlindPart((), 0), 0

    def put(self, view: View, words: Words) -> None:
        self._words = words
        self._note.setPlaceholderText(words.text("blind.note"))
        self._note.setAccessibleName(words.text("blind.note"))
        self._show()

    def start(self) -> None:
        self._note.clear()
        self._fetch(0)
        self.setFocus()

    def instruction(self) -> Instruction:
        title = say("window.blind.title")
        if not self._part.total:
            return Instruction(Tone.NEXT, "parcel", title, say("window.blind.none"))
        told = say("window.blind.help", n=self._part.total)
        return Instruction(Tone.NEXT, "parcel", title, told)

    def acts(self) -> tuple[Act, ...]:
        acts = [Act(1, "Esc", say("window.back"), "close")]
        if self._start:
            acts.append(Act(3, "F4", say("window.blind.earlier"), "earlier"))
        if self._start + ROWS < self._part.total:
            acts.append(Act(4, "F5", say("window.blind.later"), "later"))
        if self._part.rows:
            acts.append(Act(5, "F7", say("window.blind.keep"), "note"))
            row = self._row()
            is_late = row is not None and row.is_finished
            name = say("window.blind.attach") if is_late else say("window.blind.open")
            acts.append(Act(7, "Enter", name, "open"))
        return tuple(acts)

    def act(self, name: str) -> None:
        row = self._row()
        if name == "close":
            self.closed.emit()
        elif name in {"earlier", "later"}:
            self._fetch(self._start + (ROWS if name == "later" else -ROWS))
        elif row is not None and (name == "note" or self._note.text().strip()):
            # Enter in the field keeps the note first: it must not be lost to the open case.
            self._keep(row)
        elif row is not None and row.is_finished:
            self._attach(row)
        elif row is not None:
            self.typed.emit(row.number)

    def press(self, key: str) -> None:
        if key.isdecimal() and 0 < int(key) <= len(self._part.rows):
            self._choose(int(key) - 1)

    def _row(self) -> BlindRow | None:
        rows = self._part.rows
        return rows[self._chosen] if self._chosen < len(rows) else None

    def _choose(self, place: int) -> None:
        self._chosen = place
        self._show()

    def _fetch(self, start: int, chosen: int = 0) -> None:
        first = max(start, 0)

        def show(part: BlindPart) -> None:
            self._notice.hide()
            self._start, self._part, self._chosen = first, part, chosen
            self._show()
            self.changed.emit()

        self._tasks.run(lambda: self._queue.part(first, ROWS), show, self._fail)

    def _keep(self, row: BlindRow) -> None:
        text = self._note.text().strip()
        if not text:
            self._note.setFocus()
            return
        chosen = self._chosen

        def kept(_: None) -> None:
            self._note.clear()
            self.setFocus()
            self._fetch(self._start, chosen)

        self._tasks.run(lambda: self._queue.note(row.case_id, text), kept, self._fail)

    def _attach(self, row: BlindRow) -> None:
        first = self._start
        self._tasks.run(
            lambda: self._queue.attach(row.case_id), lambda _: self._fetch(first), self._fail
        )

    def _fail(self, error: object) -> None:
        if self._words is not None:
            self._notice.put("warning", self._words.text("review.failed", why=str(error)))
            self._notice.show()

    def _show(self) -> None:
        words = self._words
        if words is None:
            return
        rows = self._part.rows
        lines = fit_rows(self._layout, self._lines, len(rows), self._make)
        for place, (line, row) in enumerate(zip(lines, rows, strict=True)):
            line.put(row, str(place + 1), self._now(), words)
            line.choose() if place == self._chosen else line.leave()
        self._show_known(self._row(), words)

    def _show_known(self, row: BlindRow | None, words: Words) -> None:
        self._pane.setVisible(row is not None)
        if row is None:
            return
        products = ", ".join(row.products)
        entries = [Entry(say("blind.scanned"), row.scanned)]
        entries += [Entry(say("clue.product"), products)] if products else []
        self._entries.put((*entries, *row.clues), words)
        notes = map(words.catalog.typed, row.notes[-_MOST_NOTES:])
        self._notes.put_or_hide("\n".join(notes))
        self._photos.setVisible(bool(row.photos))
        # The label and what was seen last.
        shown = row.photos if len(row.photos) <= _MOST_PHOTOS else (row.photos[0], row.photos[-1])
        self._photos.put(shown, words)

    def _fetch_photo(self, digest: str) -> None:
        self._tasks.run(
            lambda: self._queue.photo(digest),
            lambda content: self._photos.put_picture(digest, content),
            self._fail,
        )

    def _make(self) -> BlindLine:
        line, place = BlindLine(), len(self._lines)
        line.clicked.connect(lambda: self._choose(place))
        return line
