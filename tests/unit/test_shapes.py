"""Days, amounts, numbers and plurals as each language writes them."""

from datetime import UTC, date, datetime

import pytest

from returnstation.domain.money import Money
from returnstation.i18n import Shapes, languages

DAY = date(2026, 11, 26)
AT = datetime(2026, 11, 26, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("ko", "11/26(목)"),
        ("ja", "11/26(木)"),
        ("de", "Do. 26.11."),
        ("en", "Thu 26 Nov"),
        ("fr", "jeu. 26 nov."),
    ],
)
def test_a_day_is_shown_with_its_weekday(language: str, shown: str) -> None:
    assert Shapes(language).show(DAY) == shown


@pytest.mark.parametrize(
    ("language", "amount", "shown"),
    [
        ("ko", Money(138000, "KRW"), "138,000원"),
        ("en", Money(138000, "KRW"), "₩138,000"),
        ("en", Money(12990, "EUR"), "€129.90"),
        ("de", Money(12990, "EUR"), "129,90\xa0€"),
        ("ja", Money(5000, "JPY"), "￥5,000"),
        ("de", Money(1234, "KWD"), "1,234\xa0KWD"),
        ("en", Money(-5, "USD"), "-$0.05"),
    ],
)
def test_an_amount_is_shown_with_its_currency(language: str, amount: Money, shown: str) -> None:
    assert Shapes(language).show(amount) == shown


def test_moments_numbers_texts_and_nothing_are_shown() -> None:
    shapes = Shapes("en")

    assert shapes.show(AT) == "2026-11-26 14:05"
    assert shapes.time(AT) == "14:05"
    assert shapes.long_day(DAY) == "November 26, 2026"
    assert shapes.show(1234567) == "1,234,567"
    assert shapes.show("T-1") == "T-1"
    assert shapes.show(None) == ""


@pytest.mark.parametrize(
    ("language", "forms", "chosen"),
    [
        ("en", 2, {0: 1, 1: 0, 2: 1}),
        ("ko", 1, {0: 0, 1: 0, 2: 0}),
        ("pl", 3, {1: 0, 2: 1, 5: 2, 22: 1, 25: 2}),
        ("fr", 2, {0: 0, 1: 0, 2: 1}),
    ],
)
def test_plurals_follow_the_language(language: str, forms: int, chosen: dict[int, int]) -> None:
    shapes = Shapes(language)

    assert {number: shapes.plural(number, forms) for number in chosen} == chosen


@pytest.mark.parametrize("language", languages())
def test_every_language_with_a_catalog_has_shapes(language: str) -> None:
    shapes = Shapes(language)

    assert shapes.show(DAY)
    assert shapes.show(Money(1, "EUR"))
