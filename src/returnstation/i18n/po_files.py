"""Read the messages of a PO file.

Babel reads them as well, with places, flags and comments, ten times as slowly: two languages of
thirty files each are read before a window opens.
"""

import re

Key = tuple[str | None, str]
"""Form, or None, and key."""

Text = str | tuple[str, ...]
"""A text, or its plural forms."""

_INSIDE = r'[^"\\\n]*(?:\\.[^"\\\n]*)*'
_QUOTED = f'"{_INSIDE}"'
_WORDS = rf"{_QUOTED}(?:\s*\n\s*{_QUOTED})*"
_MESSAGE = re.compile(
    rf"^(?:msgctxt[ ]({_WORDS})\s*\n)?"
    rf"msgid[ ]({_WORDS})\s*\n"
    rf"(msgid_plural[ ]{_WORDS}\s*\n)?"
    rf"((?:msgstr(?:\[\d\])?[ ]{_WORDS}\s*(?:\n|\Z))+)",
    re.MULTILINE,
)
_LINE = re.compile(f'"({_INSIDE})"')
_FORM = re.compile(rf"^msgstr\[\d\][ ]({_WORDS})", re.MULTILINE)
_ESCAPED = re.compile(r'\\([\\trn"])')
_MEANT = {"t": "\t", "r": "\r", "n": "\n"}


def messages_in(file: str) -> dict[Key, Text]:
    """Return what is translated in a file, by form and key; its head is none of it."""
    found: dict[Key, Text] = {}
    for context, words, plural, translated in _MESSAGE.findall(file):
        key = _words(words)
        text: Text
        if plural:
            text = tuple(_words(form) for form in _FORM.findall(translated))
        else:
            text = _words(translated)
        if key and text and all(text):
            found[_words(context) if context else None, key] = text
    return found


def _words(quoted: str) -> str:
    text = "".join(_LINE.findall(quoted))
    return _ESCAPED.sub(_meant, text) if "\\" in text else text


def _meant(escaped: re.Match[str]) -> str:
    return _MEANT.get(escaped[1], escaped[1])
