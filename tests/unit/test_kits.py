"""Pages of a kit: every part has one key on one page, and pages come round again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.application.desk.kits import TURN, KitPage


@pytest.mark.parametrize("parts", [1, 8])
def test_a_kit_with_a_key_for_each_part_has_one_page(parts: int) -> None:
    page = KitPage(parts)

    assert not page.turns
    assert list(page.numbers) == list(range(1, parts + 1))


def test_the_ninth_part_makes_a_second_page() -> None:
    page = KitPage(9)

    assert page.turns
    assert list(page.numbers) == [1, 2, 3, 4, 5, 6, 7]
    assert list(page.turned.numbers) == [8, 9]
    assert list(page.turned.turned.numbers) == list(page.numbers)


@given(st.integers(1, 200))
def test_every_part_stands_on_one_page_and_never_on_the_turning_key(parts: int) -> None:
    page, seen = KitPage(parts), list(KitPage(parts).numbers)
    while page.turns and (page := page.turned).numbers[0] != 1:
        seen += page.numbers

    assert seen == list(range(1, parts + 1))
    assert not page.turns or page.number(TURN) is None


@given(st.integers(1, 30), st.integers(0, 9), st.text(max_size=3))
def test_a_key_is_a_part_shown_or_none(parts: int, turned: int, key: str) -> None:
    page = KitPage(parts, turned)

    assert page.number(key) in {None, *page.numbers}
