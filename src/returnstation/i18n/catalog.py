"""One catalog per language, read from the PO files in ``resources/i18n/<language>/``.

The same catalog serves screens and papers: an operator may work in Korean while the
customer's receipt is printed in Japanese. Messages are found by key (``scan.parcel``); texts of
Designer forms by form and English text. A language that lacks a message falls back to English.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources.abc import Traversable
from io import BytesIO

from babel.messages.pofile import read_po

from returnstation import datafiles
from returnstation.domain.facts import ERASED
from returnstation.domain.messages import Say, Value
from returnstation.i18n.shapes import Shapes

FALLBACK = "en"

_LAW = "law."
"""What law says may run for years and is read years later: its days carry their year."""

_Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Catalog:
    """The messages of one language.

    Attributes:
        language: BCP 47 code, e.g. ``ko`` or ``zh-Hant``.
        messages: Text, or plural forms, by (form, key).
        fallback: The catalog asked when this one lacks a message.
    """

    language: str
    messages: Mapping[_Key, str | tuple[str, ...]]
    fallback: "Catalog | None" = None
    shapes: Shapes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shapes", Shapes(self.language))

    def say(self, message: Say) -> str:
        """Return the message as a sentence; an unknown key is shown as it is.

        A value called ``n`` chooses the plural form.
        """
        found = self.find((None, message.key))
        if found is None:
            return message.key
        catalog, text = found
        show = self._show_dated if message.key.startswith(_LAW) else self._show
        shown = {name: show(value) for name, value in message.values.items()}
        if not isinstance(text, str):
            number = message.values.get("n", 1)
            text = text[catalog.shapes.plural(number if isinstance(number, int) else 1, len(text))]
        return text.format_map(shown)

    def text(self, key: str, **values: Value) -> str:
        """Return the message ``key`` with these values."""
        return self.say(Say(key, values))

    def typed(self, words: str) -> str:
        """Return what a person once typed, or that nobody can read it any more."""
        return self.text("history.erased") if words == ERASED else words

    def of_form(self, form: str, source: str) -> str | None:
        """Return a form's English text in this language, or None when it is not translated."""
        found = self.messages.get((form, source))
        return found if isinstance(found, str) else None

    def knows(self, key: str) -> bool:
        """Tell whether this language itself has the message."""
        return (None, key) in self.messages

    def find(self, key: _Key) -> "tuple[Catalog, str | tuple[str, ...]] | None":
        """Return the text and the catalog it stands in, this one or a fallback."""
        text = self.messages.get(key)
        if text is not None:
            return self, text
        return None if self.fallback is None else self.fallback.find(key)

    def _show(self, value: Value) -> str:
        if isinstance(value, Say):
            return self.say(value)
        return self.typed(value) if isinstance(value, str) else self.shapes.show(value)

    def _show_dated(self, value: Value) -> str:
        if isinstance(value, date) and not isinstance(value, datetime):
            return self.shapes.dated(value)
        return self._show(value)


def languages() -> tuple[str, ...]:
    """Return the languages that have a catalog."""
    folders = datafiles.resource("i18n").iterdir()
    return tuple(sorted(folder.name for folder in folders if folder.is_dir()))


@cache
def load_catalog(language: str) -> Catalog:
    """Read the catalog of one language; an unknown language reads English."""
    if language not in languages():
        language = FALLBACK
    messages: dict[_Key, str | tuple[str, ...]] = {}
    folder = datafiles.resource("i18n", language)
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".po"):
            messages |= _read(file)
    fallback = None if language == FALLBACK else load_catalog(FALLBACK)
    return Catalog(language, messages, fallback)


def _read(file: Traversable) -> dict[_Key, str | tuple[str, ...]]:
    catalog = read_po(BytesIO(file.read_bytes()))
    found: dict[_Key, str | tuple[str, ...]] = {}
    for message in catalog:
        key = message.id[0] if isinstance(message.id, list | tuple) else message.id
        text = tuple(message.string) if isinstance(message.string, list | tuple) else message.string
        if key and text and all(text):
            found[message.context, key] = text
    return found
