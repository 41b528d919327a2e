"""What each scanner sends, live, and what the camera sees: to set scanners up by."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from returnstation.application.view import Act, Instruction, Tone, View
from returnstation.domain.barcodes import Kind, UnreadableBarcode
from returnstation.domain.messages import say
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Overlay
from returnstation.gui.sources_view import CameraView
from returnstation.gui.sources_words import source_name, state_text
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fit_rows, line
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.window_parts import WindowParts
from returnstation.gui.words import Words
from returnstation.scanning.sources import Preview, Scan, SourceState

ROWS = 6
_NAMES = (
    "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN"
    " EM SUB ESC FS GS RS US"
)
# Unicode has pictures for them, and the fonts of the window do not.
_SHOWN = {code: f"<{name}>" for code, name in enumerate(_NAMES.split())}


def visible(text: str) -> str:
    r"""Return a text in which control characters can be seen.

    >>> visible("01\x1d10A\r")
    '01<GS>10A<CR>'
    """
    return text.translate(_SHOWN)


class ScanLine(QWidget):
    """One scan: where it came from, what was sent, what it means."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = Text(role="quiet")
        self._symbology = Text(role="quiet")
        self._text = ShortenedText(role="strong")
        self._meaning = ShortenedText(role="body")
        head = line(self._source, 1, self._symbology, spacing=12)
        rows = column(head, self._text, self._meaning, spacing=2, margins=(16, 8, 16, 8))
        self.setLayout(rows)

    def put(self, scan: Scan, meaning: str, words: Words) -> None:
        """Show a scan."""
        symbology, text = "", scan.text
        if text.startswith("]") and len(text) > 3:
            symbology, text = text[:3], text[3:]
        self._source.put(source_name(scan.source, words))
        self._symbology.put(" ".join(filter(None, (scan.format, symbology))))
        self._text.put(visible(text))
        self._meaning.put(meaning)


@dataclass(frozen=True, slots=True)
class _Heard:
    scan: Scan
    meanings: tuple[tuple[str, str], ...]
    refused: str = ""


class SourcesPage(Overlay):
    """Shows scans instead of taking them to the desk."""

    band = "slim"

    def __init__(self, parts: WindowParts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("sources_page", self, CameraView, Icon, Text, WrappingText)
        self._hub = hub = parts.sources
        self._barcodes = parts.barcodes
        self._tasks, self._print = parts.tasks, parts.print_scanner_sheets
        self._notice = NoticeRow()
        self._notice.hide()
        child(form, QVBoxLayout, "scans_pane_layout").insertWidget(1, self._notice)
        self._layout = child(form, QVBoxLayout, "scans_layout")
        self._layout.addStretch()
        self._none = child(form, WrappingText, "none_label")
        self._camera = child(form, CameraView, "camera_view")
        self._hint = child(form, WrappingText, "hint_label")
        self._states = child(form, WrappingText, "states_label")
        self._lines: list[ScanLine] = []
        self._heard: deque[_Heard] = deque(maxlen=ROWS)
        self._words: Words | None = None
        hub.changed.connect(self._show)
        hub.previewed.connect(self._see)

    def put(self, view: View, words: Words) -> None:
        self._words = words
        self._show()

    def start(self) -> None:
        self._hub.watch()
        self._notice.hide()
        self.setFocus()

    def leave(self) -> None:
        self._hub.unwatch()
        self._camera.put(None)

    def take_scan(self, scan: Scan) -> bool:
        self._heard.appendleft(self._read(scan))
        self._show()
        return True

    def instruction(self) -> Instruction:
        return Instruction(Tone.NEXT, "scan", say("window.source.title"), say("window.source.help"))

    def acts(self) -> tuple[Act, ...]:
        sheet = Act(5, "F4", say("window.source.sheet"), "sheet")
        return (Act(1, "Esc", say("window.back"), "close"), sheet)

    def act(self, name: str) -> None:
        if name == "close":
            self.closed.emit()
        elif self._words is not None:
            language, to_printer = self._words.catalog.language, self._print
            self._tasks.run(lambda: to_printer(language), self._printed, self._not_printed)

    def _printed(self, _count: int) -> None:
        self._tell("done", "source.printed")

    def _not_printed(self, _error: Exception) -> None:
        self._tell("warning", "source.not_printed")

    def _tell(self, state: str, key: str) -> None:
        if self._words is not None:
            self._notice.put(state, self._words.text(key))
            self._notice.show()

    def _read(self, scan: Scan) -> _Heard:
        try:
            barcode = self._barcodes.read(scan.text)
        except UnreadableBarcode as bad:
            return _Heard(scan, (), bad.code)
        # That any text is a text says something only where it is nothing else.
        known = [each for each in barcode.candidates if each.kind is not Kind.TEXT]
        told = [(each.kind.value, each.value) for each in known or barcode.candidates]
        return _Heard(scan, tuple(dict.fromkeys(told)))

    def _show(self) -> None:
        words = self._words
        if words is None:
            return
        self._none.setVisible(not self._heard)
        rows = fit_rows(self._layout, self._lines, len(self._heard), ScanLine)
        for row, heard in zip(rows, self._heard, strict=True):
            row.put(heard.scan, _meaning(heard, words), words)
        self._states.put(_states(self._hub.states, words))
        if not self._hub.has_camera:
            self._camera.put(None)
            self._hint.put(words.text("source.no_camera"))

    def _see(self, preview: Preview) -> None:
        self._camera.put(preview)
        if self._words is None:
            return
        if preview.hint is not None:
            self._hint.put(self._words.catalog.text(preview.hint.value))
        elif preview.outlines:
            self._hint.put(self._words.text("source.read"))


def _states(states: Mapping[str, SourceState], words: Words) -> str:
    if not states:
        return words.text("source.only_keyboard")
    return "\n".join(state_text(name, state, words) for name, state in states.items())


def _meaning(heard: _Heard, words: Words) -> str:
    if heard.refused:
        return words.text("source.unreadable")
    return " \u00b7 ".join(
        f"{words.catalog.text(f'kind.{kind}')} {visible(value)}" for kind, value in heard.meanings
    )
