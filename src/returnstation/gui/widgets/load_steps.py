"""What to do with the hands at a printer, as drawings side by side: open, load, close."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fit_rows, line
from returnstation.gui.widgets.marks import mark
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.words import Words

# The text of each movement is ``window.load.<name>``.
STEPS: Mapping[str, tuple[str, ...]] = {
    "out_of_media": ("open", "media", "close"),
    "wrong_media": ("open", "right-media", "close"),
    "out_of_ribbon": ("open", "ribbon", "close"),
    "out_of_ink": ("open", "ink", "close"),
    "head_open": ("head",),
    "cover_open": ("close",),
    "jammed": ("open", "pull", "close"),
    "cutter": ("off", "free", "on"),
    "output_full": ("take",),
    "paused": ("pause",),
    "offline": ("online",),
    "too_hot": ("cool",),
    "buffer_full": ("wait",),
    "refused": ("wait",),
    "unreachable": ("on", "plug"),
    "timed_out": ("on", "plug"),
    "silent": ("look", "close", "on"),
    "fault": ("off", "ten-seconds", "on"),
}
ICONS: Mapping[str, str] = {
    "open": "lid-open",
    "media": "roll",
    "right-media": "swap",
    "ribbon": "ribbon",
    "ink": "cartridge",
    "close": "lid-close",
    "head": "lid-close",
    "pull": "pull",
    "off": "power",
    "free": "cut",
    "on": "power",
    "take": "pull",
    "pause": "press",
    "online": "press",
    "cool": "hot",
    "wait": "clock",
    "ten-seconds": "clock",
    "plug": "plug",
    "look": "look",
}


class LoadStep(QFrame):
    """One movement of the hands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = Text(role="figure-big")
        self._text = WrappingText(role="answer")
        self._icon = Icon(size=160)
        centred = line(1, self._icon, 1)
        said = column(self._number, self._text, spacing=0)
        self.setLayout(column(said, 1, centred, 1, spacing=8, margins=(20, 8, 20, 12)))
        self._text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def put(self, number: int, name: str, words: Words) -> None:
        """Show a movement."""
        mark(self, place=str(number))
        self._number.put(str(number))
        self._text.put(words.text(f"load.{name}"))
        self._icon.put(ICONS[name])


class LoadSteps(QFrame):
    """The movements side by side, for troubles that hands or patience can end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: list[LoadStep] = []
        self._line = line(spacing=0)
        self.setLayout(self._line)

    def put(self, trouble: str | None, words: Words) -> bool:
        """Show what ends a trouble; tell whether hands can."""
        code = "" if trouble is None else trouble.partition(":")[0]
        names = STEPS.get(code, ())
        steps = fit_rows(self._line, self._steps, len(names), LoadStep)
        for number, (step, name) in enumerate(zip(steps, names, strict=True), 1):
            step.put(number, name, words)
            self._line.setStretch(number - 1, 1)
        return bool(names)
