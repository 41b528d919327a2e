"""Messages by key, in the reader's language or else in English."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.messages import Say, say
from returnstation.i18n import Catalog, languages, load_catalog

ENGLISH = Catalog(
    "en",
    {
        (None, "only.english"): "on {day}",
        (None, "items"): ("{n} item", "{n} items"),
        (None, "outer"): "because {inner}",
        ("Form", "Scan"): "Scan",
    },
)
KOREAN = Catalog("ko", {(None, "items"): ("상품 {n}개",), ("Form", "Scan"): "스캔"}, ENGLISH)


def test_plural_forms_follow_the_number() -> None:
    assert ENGLISH.text("items", n=1) == "1 item"
    assert ENGLISH.text("items", n=1200) == "1,200 items"
    assert KOREAN.text("items", n=1) == "상품 1개"


def test_what_a_language_lacks_is_said_in_english() -> None:
    assert KOREAN.text("only.english", day=date(2026, 11, 26)) == "on 11/26(목)"
    assert not KOREAN.knows("only.english")
    assert ENGLISH.knows("only.english")


def test_a_message_may_name_another() -> None:
    assert ENGLISH.say(say("outer", inner=say("items", n=2))) == "because 2 items"


def test_an_unknown_key_is_shown_as_it_is() -> None:
    assert KOREAN.text("no.such.key", n=1) == "no.such.key"


def test_texts_of_forms_are_found_by_form_and_source() -> None:
    assert KOREAN.of_form("Form", "Scan") == "스캔"
    assert KOREAN.of_form("Other", "Scan") is None


def test_an_unknown_language_reads_english() -> None:
    assert load_catalog("tlh").language == "en"
    assert load_catalog("ko").fallback is load_catalog("en")


@given(st.text())
def test_a_value_is_never_taken_for_a_placeholder(text: str) -> None:
    catalog = Catalog("en", {(None, "note"): "note: {text}"})

    assert catalog.say(Say("note", {"text": text})) == f"note: {text}"


def test_every_catalog_can_be_read() -> None:
    assert {"ko", "en", "ja", "de"} <= set(languages())
    assert all(load_catalog(language).messages for language in languages())


def test_what_law_says_names_the_year() -> None:
    korean, english = load_catalog("ko"), load_catalog("en")

    assert "2028/2/29(화)" in korean.text("law.within_window", last_day=date(2028, 2, 29))
    assert "Tue 29 Feb 2028" in english.text("law.within_window", last_day=date(2028, 2, 29))
