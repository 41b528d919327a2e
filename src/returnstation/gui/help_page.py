"""What the keys and sounds mean; language and colours of who is signed in."""

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from returnstation.application.view import Act, Instruction, Sound, Tone, View
from returnstation.domain.messages import say
from returnstation.gui.fonts import load_other_scripts
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Overlay
from returnstation.gui.theme import THEMES
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import line
from returnstation.gui.widgets.signs import KeyCap
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.window_parts import WindowParts
from returnstation.gui.words import SCREEN_LANGUAGES, Words

_KEYS = ("Esc", "F1", "F2", "F3", "F8", "Enter", "1–9")


class HelpPage(Overlay):
    """A page to read once; sounds play when touched."""

    def __init__(self, parts: WindowParts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        load_other_scripts()  # every language is offered by its own name
        form = load_form("help_page", self, Icon, Text)
        self._note = child(form, Text, "sounds_note_label")
        player = self._player = parts.player
        self._tasks, self._print = parts.tasks, parts.print_command_sheet
        self._language = parts.language
        self._texts: dict[str, WrappingText] = {}
        self._buttons: dict[str, QPushButton] = {}
        keys = child(form, QVBoxLayout, "keys_layout")
        for key in _KEYS:
            row = line(KeyCap(key=key, size="wide"), self._text(f"help.key.{key}"))
            row.setStretch(1, 1)
            keys.addLayout(row)
        sounds = child(form, QVBoxLayout, "sounds_layout")
        for sound in Sound:
            button = self._button(f"sound.{sound}")
            button.clicked.connect(lambda _=False, sound=sound: player.play(sound))
            sounds.addWidget(button)
        self._offer(child(form, QVBoxLayout, "person_layout"))

    def put(self, view: View, words: Words) -> None:
        self._language = words.catalog.language
        self._printed = words.text("help.printed")
        self._not_printed = words.text("help.not_printed")
        for key, text in self._texts.items():
            text.put(words.text(key))
        for key, button in self._buttons.items():
            kind, _, code = key.partition("-")
            button.setText(words.own_name(code) if kind == "language" else words.text(key))
        self._note.put("" if self._player.is_available else words.text("sound.silent"), "ink2")
        person = view.person
        chosen = (
            set() if person is None else {f"language-{person.language}", f"theme-{person.theme}"}
        )
        for key, button in self._buttons.items():
            button.setChecked(key in chosen)

    def instruction(self) -> Instruction:
        return Instruction(Tone.NEXT, "ask", say("window.help.title"), say("window.help.help"))

    def acts(self) -> tuple[Act, ...]:
        return (
            Act(1, "Esc", say("window.back"), "close"),
            Act(5, "F7", say("window.source.open"), "sources"),
            Act(6, "F6", say("window.help.sheet"), "sheet"),
            Act(4, "F5", say("window.printers.open"), "printers"),
        )

    def act(self, name: str) -> None:
        if name in {"sources", "printers"}:
            self.act_wanted.emit(f"show-{name}")
        elif name == "sheet":
            language, to_printer = self._language, self._print
            self._tasks.run(lambda: to_printer(language), self._tell, self._tell_why)
        else:
            self.closed.emit()

    def _tell(self, _done: None) -> None:
        self._note.put(self._printed, "ink2")

    def _tell_why(self, _error: Exception) -> None:
        self._note.put(self._not_printed, "warn")

    def _offer(self, layout: QVBoxLayout) -> None:
        """Offer every language and theme; the desk keeps the choice with the person."""
        names = [f"language-{code}" for code in SCREEN_LANGUAGES] + [
            f"theme-{name}" for name in THEMES
        ]
        for name in names:
            button = self._button(name)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, name=name: self.act_wanted.emit(name))
            layout.addWidget(button)

    def _text(self, key: str) -> WrappingText:
        self._texts[key] = WrappingText()
        return self._texts[key]

    def _button(self, key: str) -> QPushButton:
        button = QPushButton()
        button.setProperty("role", "inline")
        self._buttons[key] = button
        return button
