"""Each language of the screens says everything that English says, with the same values."""

import re
from collections import Counter
from io import BytesIO

import pytest
from babel.messages.pofile import read_po

from returnstation import datafiles
from returnstation.gui.words import SCREEN_LANGUAGES
from returnstation.i18n import Catalog, languages, load_catalog

OTHERS = [language for language in SCREEN_LANGUAGES if language != "en"]
PLACEHOLDER = re.compile(r"{(\w+)}")
_DAY_AT_END = re.compile(r"{(\w*day|\w+_on|until)}\.")
ENGLISH = load_catalog("en")
KEYS = sorted(key for form, key in ENGLISH.messages if form is None)


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated(language: str) -> None:
    catalog = load_catalog(language)

    assert [key for key in KEYS if not catalog.knows(key)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_message_is_left_over(language: str) -> None:
    known = {key for form, key in load_catalog(language).messages if form is None}

    assert sorted(known - set(KEYS)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_names_the_same_values(language: str) -> None:
    catalog = load_catalog(language)

    assert [key for key in KEYS if _values(catalog, key) != _values(ENGLISH, key)] == []


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_every_plural_has_the_forms_of_its_language(language: str) -> None:
    catalog = load_catalog(language)

    forms = {
        key: len(text) for (_, key), text in catalog.messages.items() if not isinstance(text, str)
    }

    assert forms
    assert set(forms.values()) == {2 if language in {"en", "de"} else 1}


def _values(catalog: Catalog, key: str) -> set[str]:
    text = catalog.messages.get((None, key), "")
    return set(PLACEHOLDER.findall(text if isinstance(text, str) else " ".join(text)))


def test_no_german_sentence_ends_with_a_day() -> None:
    german = load_catalog("de").messages

    # A day is written "Do. 19.11."; a full stop behind it would be a second one.
    ends = [key for (_, key), text in german.items() if re.search(_DAY_AT_END, str(text))]

    assert ends == []


@pytest.mark.parametrize("language", languages())
def test_no_message_stands_in_two_files(language: str) -> None:
    folder = datafiles.resource("i18n", language)
    keys = [
        (message.context, message.id)
        for file in folder.iterdir()
        if file.name.endswith(".po")
        for message in read_po(BytesIO(file.read_bytes()))
        if message.id
    ]

    twice = {str(key) for key, count in Counter(map(str, keys)).items() if count > 1}
    assert twice == set()
