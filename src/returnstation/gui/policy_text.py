"""Texts of the rule book: ``**strong**`` and ``~~struck through~~`` runs, names of countries."""

import re
from collections.abc import Sequence
from functools import reduce
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from returnstation.application.policy_book import Land
from returnstation.domain.messages import Say
from returnstation.gui.widgets.texts import WrappingText
from returnstation.gui.words import Words

_STRONG = re.compile(r"\*\*(.+?)\*\*")
_STRUCK = re.compile(r"~~(.+?)~~")


class MarkedText(WrappingText):
    """A text of several lines with strong and struck runs."""

    def __init__(
        self, parent: QWidget | None = None, *, role: str = "body", tone: str = ""
    ) -> None:
        super().__init__(parent, role=role, tone=tone)
        self.setTextFormat(Qt.TextFormat.RichText)

    def put(self, text: str, tone: str | None = None) -> None:
        super().put(as_html(text), tone)
        self.setAccessibleName(unmarked(text))


def as_html(text: str) -> str:
    """Return a marked text as Qt's rich text; whatever else it holds is shown as it is.

    >>> as_html("**7 < 8** ~~10 %~~")
    '<b>7 &lt; 8</b> <s>10 %</s>'
    """
    return _STRUCK.sub(r"<s>\1</s>", _STRONG.sub(r"<b>\1</b>", escape(text, quote=False)))


def unmarked(text: str) -> str:
    """Return a marked text without its marks, as a screen reader says it."""
    return _STRUCK.sub(r"\1", _STRONG.sub(r"\1", text))


def in_a_row(texts: Sequence[Say], words: Words) -> str:
    """Return sentences one after the other, as the language sets them."""
    said = [words.say(text) for text in texts]
    return reduce(
        lambda first, then: words.catalog.text("policy.then", first=first, next=then), said
    )


def land_name(land: Land, words: Words) -> str:
    """Return a country's name in the reader's language, a part of one with its country."""
    country, _, part = land.code.partition("-")
    return f"{words.country(country)} · {land.name}" if part else words.country(country)
