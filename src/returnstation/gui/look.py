"""Theme, language and scale of a window, changed while it is open."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QLabel, QLayout, QWidget

from returnstation.gui.fonts import font_for
from returnstation.gui.theme import Theme, scaled, style_sheet, theme
from returnstation.gui.translator import CatalogTranslator
from returnstation.gui.words import Words
from returnstation.i18n import Catalog

SMALLEST = QSize(1280, 800)
_WIDE = 1600
_LARGER = 1.125
_LEAST = 0.9
_BODY = 16


class Look:
    """How a window looks now: ``words``, ``theme`` and ``scale``."""

    def __init__(self, window: QWidget, load_catalog: Callable[[str], Catalog]) -> None:
        self._window = window
        self._load_catalog = load_catalog
        self._translator: CatalogTranslator | None = None
        self.language = ""
        self.theme: Theme = theme("light")
        self.words = Words(load_catalog("en"))
        self.scale = 1.0
        self._styled: tuple[str, str, float] | None = None

    def use(self, language: str, theme_name: str) -> bool:
        """Speak a language and wear a theme; tell whether anything changed."""
        if (language, theme_name) == (self.language, self.theme.name) and self._styled:
            return False
        self.theme = theme(theme_name)
        if language != self.language:
            self.language = language
            catalog = self._load_catalog(language)
            self.words = Words(catalog)
            self._translate(catalog)
        self._restyle()
        return True

    def fit(self, size: QSize) -> bool:
        """Take the scale that fits a window of this size; tell whether it changed."""
        scale = scale_for(size)
        if scale == self.scale:
            return False
        self.scale = scale
        if self._styled:
            self._restyle()
        return True

    def scale_layouts(self) -> None:
        """Bring the gaps of all layouts to scale, those made since the last time too."""
        for layout in self._window.findChildren(QLayout):
            _scale_layout(layout, self.scale)

    def measure_again(self) -> None:
        """Have texts take the room they need in fonts that came after they were written."""
        for text in self._window.findChildren(QLabel):
            QCoreApplication.sendEvent(text, QEvent(QEvent.Type.FontChange))

    def remove_translator(self) -> None:
        """Leave no texts of this window behind in the application."""
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None

    def _translate(self, catalog: Catalog) -> None:
        self.remove_translator()
        self._translator = CatalogTranslator(catalog)
        QCoreApplication.installTranslator(self._translator)

    def _restyle(self) -> None:
        state = (self.language, self.theme.name, self.scale)
        if state == self._styled:
            return
        self._styled = state
        self._window.setFont(font_for(self.language, scaled(_BODY, self.scale)))
        self._window.setStyleSheet(style_sheet(self.theme, self.scale))
        self.scale_layouts()


def scale_for(size: QSize) -> float:
    """Return the scale of a window: larger when there is room, at least 0.9."""
    fits = min(size.width() / SMALLEST.width(), size.height() / SMALLEST.height())
    if fits < 1:
        return max(round(fits, 2), _LEAST)
    return _LARGER if size.width() > _WIDE and fits >= _LARGER else 1.0


def _scale_layout(layout: QLayout, scale: float) -> None:
    base = layout.property("base")
    if base is None:
        margins = layout.contentsMargins()
        base = [margins.left(), margins.top(), margins.right(), margins.bottom(), layout.spacing()]
        layout.setProperty("base", base)
    if layout.property("scale") == scale:
        return
    layout.setProperty("scale", scale)
    left, top, right, bottom, spacing = (
        scaled(length, scale) if length > 0 else length for length in base
    )
    layout.setContentsMargins(left, top, right, bottom)
    layout.setSpacing(spacing)
