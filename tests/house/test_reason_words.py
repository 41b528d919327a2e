"""Every reason that law or a merchant's terms can give is written in every receipt language."""

import re
from collections.abc import Mapping
from datetime import date

import pytest

from returnstation.domain.messages import Say
from returnstation.i18n import Catalog, languages, load_catalog
from returnstation.printing.fonts import printable, width

OTHERS = [language for language in languages() if language != "en"]
PLACEHOLDER = re.compile(r"{(\w+)}")
DAYS = {"day", "last_day", "due_on", "until", "since"}
A_DAY_WRITTEN_WITH_A_STOP = date(2026, 11, 26)

Forms = tuple[str, ...]


def reasons(language: str) -> Mapping[str, str | Forms]:
    """Return the texts of the reasons that a language itself has, by key."""
    messages = load_catalog(language).messages
    return {
        key: text
        for (form, key), text in messages.items()
        if form is None and key.startswith("law.")
    }


ENGLISH = reasons("en")


def forms(text: str | Forms) -> Forms:
    return (text,) if isinstance(text, str) else text


def values(text: str | Forms) -> set[tuple[str, ...]]:
    """Return the values that the forms of a text name; one set when all name the same."""
    return {tuple(sorted(PLACEHOLDER.findall(form))) for form in forms(text)}


def told_of_a_day(key: str) -> Say:
    names = PLACEHOLDER.findall(forms(ENGLISH[key])[0])
    return Say(key, {name: A_DAY_WRITTEN_WITH_A_STOP if name in DAYS else "x" for name in names})


def numbers_told_apart(catalog: Catalog) -> int:
    return len({catalog.shapes.locale.plural_form(number) for number in range(200)})


@pytest.mark.parametrize("language", OTHERS)
def test_every_reason_is_translated(language: str) -> None:
    assert sorted(ENGLISH.keys() - reasons(language).keys()) == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_reason_is_left_over(language: str) -> None:
    assert sorted(reasons(language).keys() - ENGLISH.keys()) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_reason_names_the_values_its_english_names(language: str) -> None:
    differing = [
        key for key, text in reasons(language).items() if values(text) != values(ENGLISH[key])
    ]

    assert differing == []


@pytest.mark.parametrize("language", OTHERS)
def test_reasons_that_count_have_the_plural_forms_of_their_language(language: str) -> None:
    wanted = numbers_told_apart(load_catalog(language))

    counted = {key: len(text) for key, text in reasons(language).items() if isinstance(text, tuple)}

    assert counted == {key: wanted for key, text in ENGLISH.items() if isinstance(text, tuple)}


@pytest.mark.parametrize(
    ("number", "said"), [(1, "1 dzień"), (2, "2 dni"), (5, "5 dni"), (22, "22 dni"), (30, "30 dni")]
)
def test_a_polish_number_of_days_is_declined(number: int, said: str) -> None:
    assert load_catalog("pl").text("law.value_days", n=number) == said


@pytest.mark.parametrize("language", OTHERS)
def test_no_reason_is_still_english(language: str) -> None:
    assert [key for key, text in reasons(language).items() if text == ENGLISH[key]] == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_reason_ends_with_two_stops_where_a_day_has_one_of_its_own(language: str) -> None:
    catalog = load_catalog(language)

    ends = [key for key in reasons(language) if ".." in catalog.say(told_of_a_day(key))]

    assert ends == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_letter_of_a_reason_can_be_printed(language: str) -> None:
    texts = " ".join(" ".join(forms(text)) for text in reasons(language).values())

    assert width(printable(texts), 10, language) > 0
