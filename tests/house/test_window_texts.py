"""The window's texts are complete in each language of the screens."""

import re

import pytest

from house.form_reader import FORMS, elements
from returnstation.gui.words import SCREEN_LANGUAGES
from returnstation.i18n import load_catalog

OTHERS = [language for language in SCREEN_LANGUAGES if language != "en"]
PLACEHOLDER = re.compile(r"{(\w+)")


def _own_keys() -> list[str]:
    messages = load_catalog("en").messages
    return [key for form, key in messages if form is None and key.startswith("window.")]


def _form_texts() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for form in FORMS:
        read = elements(form)
        name = next(e.text for e in read if e.tag == "class")
        texts = [e.text for e in read if e.tag == "string" and e.attributes.get("notr") != "true"]
        found |= {(name, text) for text in texts if text}
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_of_the_window_is_translated(language: str) -> None:
    catalog = load_catalog(language)

    assert [key for key in _own_keys() if not catalog.knows(key)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_of_the_forms_is_translated_and_none_is_left_over(language: str) -> None:
    catalog = load_catalog(language)

    translated = {(form, text) for form, text in catalog.messages if form is not None}

    assert translated == _form_texts()


@pytest.mark.parametrize("language", OTHERS)
def test_translations_name_the_same_values(language: str) -> None:
    english, other = load_catalog("en"), load_catalog(language)

    differing = [
        key
        for key in _own_keys()
        if _names(english.messages[None, key]) != _names(other.messages[None, key])
    ]

    assert differing == []


def _names(text: str | tuple[str, ...]) -> set[str]:
    return set(PLACEHOLDER.findall(text if isinstance(text, str) else " ".join(text)))
