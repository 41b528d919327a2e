"""Everything the program can say is written in every language of the desk."""

import re
from collections.abc import Mapping
from functools import cache

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from house.message_keys import families, mentioned, written
from returnstation import datafiles
from returnstation.gui.words import SCREEN_LANGUAGES

LANGUAGES = ("en", "ko")
FILES = tuple(
    sorted(
        file.name.removesuffix(".po")
        for file in datafiles.resource("i18n", "en").iterdir()
        if file.name.endswith(".po")
    )
)
PLACEHOLDER = re.compile(r"{(\w+)")

Text = str | tuple[str, ...]


@cache
def texts(language: str, file: str) -> Mapping[tuple[str | None, str], Text]:
    """Return a file's texts, or plural forms, by form and key."""
    with datafiles.resource("i18n", language, f"{file}.po").open("rb") as stream:
        catalog = read_po(stream)
    found: dict[tuple[str | None, str], Text] = {}
    for message in catalog:
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key:
            forms = _forms(message)
            found[message.context, key] = forms[0] if isinstance(message.id, str) else forms
    return found


def _forms(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def said(language: str) -> set[str]:
    """Return every key a language has a text for."""
    return {
        key
        for file in FILES
        for (form, key), text in texts(language, file).items()
        if form is None and text and all(text)
    }


def placeholders(text: Text) -> list[set[str]]:
    return [set(PLACEHOLDER.findall(form)) for form in ((text,) if isinstance(text, str) else text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_written_in_the_source_is_said(language: str) -> None:
    assert sorted(written() - said(language) - said_by_the_window(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", sorted(families()))
def test_every_key_made_from_a_code_is_said(family: str, language: str) -> None:
    assert sorted(families()[family] - said(language)) == []


def said_by_the_window(language: str) -> set[str]:
    """Return the window's own keys as its code writes them, without their topic."""
    return {key.removeprefix("window.") for key in said(language) if key.startswith("window.")}


@pytest.mark.parametrize("file", FILES)
def test_korean_and_english_say_the_same_keys(file: str) -> None:
    english, korean = (set(texts(language, file)) for language in ("en", "ko"))
    # English is the source of the forms' texts, so they need no English translation.
    of_forms = {key for key in korean if key[0] is not None}

    assert sorted(map(str, english ^ (korean - of_forms))) == []


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("language", [name for name in SCREEN_LANGUAGES if name != "en"])
def test_a_text_names_the_values_its_english_names(language: str, file: str) -> None:
    english, other = texts("en", file), texts(language, file)

    differing = [
        key
        for key in english.keys() & other.keys()
        if set().union(*placeholders(english[key])) != set().union(*placeholders(other[key]))
    ]

    assert differing == []


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_is_written(language: str, file: str) -> None:
    with datafiles.resource("i18n", language, f"{file}.po").open("rb") as stream:
        catalog = read_po(stream)

    plural = [(m.id, _forms(m)) for m in catalog if isinstance(m.id, tuple | list)]
    wrong = [key for key, forms in plural if len(forms) != catalog.num_plurals or not all(forms)]

    assert wrong == []


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_has_odd_braces(language: str, file: str) -> None:
    for (_, key), text in texts(language, file).items():
        for form in (text,) if isinstance(text, str) else text:
            assert form.strip(), key
            filled = form.format_map(dict.fromkeys(PLACEHOLDER.findall(form), "x"))
            assert "{" not in filled, key


def test_no_text_of_the_desk_is_left_over() -> None:
    known = written() | mentioned() | set().union(*families().values())

    kept = {key for form, key in texts("en", "desk") if form is None}

    assert sorted(kept - known) == []
