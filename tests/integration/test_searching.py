"""One box for anything, on a real cache."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import a_line, an_order, an_rma
from returnstation.application.searching import ROWS, StationSearch
from returnstation.domain.candidates import Clue, ClueKind
from returnstation.domain.orders import Shipment
from stations import Worker, a_station

KIM = an_order(
    number="DS-200001",
    customer=replace(
        an_order().customer,
        name="김하늘",
        postcode="06236",
        city="서울",
        phone="010-1234-7735",
        email="haneul.kim@example.com",
    ),
    lines=(a_line(title="달빛 페이스 2", sku="DP2-BK"),),
    shipments=(Shipment(tracking="600000000001"),),
)


@pytest.fixture
def search(tmp_path: Path) -> Iterator[StationSearch]:
    with a_station(tmp_path, [an_order(), KIM], [an_rma()]) as station:
        desk = Worker(station).desk
        desk.scan("R-77421")
        desk.hold("later")
        yield StationSearch(station.equipment)


def numbers(search: StationSearch, text: str) -> list[str]:
    return [row.number for row in search.find(text)]


@pytest.mark.parametrize(
    "text",
    [
        "DS-200001",
        "ds 2000",
        "0001",  # the end of a number
        "600000000001",
        "김하늘",
        "하늘김",  # nearly
        "김하",
        "김ㅎ",  # a syllable on its way
        "ㄱㅎㄴ",
        "ㄱㅎ",
        "ㄱㅎㄹ",  # not these, but alike
        "김하눌",
        "7735",
        "01012347735",
        "010-1234",
        "haneul.kim@example.com",
        "HANEUL",
        "06236 서울",
        "달빛",
        "dp2-bk",
        "페이스 하늘",
    ],
)
def test_an_order_is_found_by_whatever_is_remembered(text: str, search: StationSearch) -> None:
    if text in {"하늘김", "ㄱㅎㄹ"}:
        assert numbers(search, text) == []
    else:
        assert "DS-200001" in numbers(search, text)


def test_accents_and_capitals_do_not_matter(search: StationSearch) -> None:
    assert numbers(search, "ÁNNA léhmann") == ["DS-118402"]


def test_a_case_goes_before_its_order(search: StationSearch) -> None:
    rows = search.find("R-77421")

    assert [row.kind for row in rows] == ["case", "order"]
    assert rows[0].state is not None
    assert rows[0].state.key == "search.case.held"
    assert numbers(search, "1")[0] == "ICN3-C000001"


def test_strangers_are_shown_in_short(search: StationSearch) -> None:
    (row,) = search.find("ㄱㅎㄴ")

    assert row.who == "김○늘, 06236 서울"


def test_what_was_found_opens_like_a_scan(tmp_path: Path) -> None:
    with a_station(tmp_path, [KIM]) as station:
        desk = Worker(station).desk
        (row,) = StationSearch(station.equipment).find("김하늘")
        view = desk.typed(row.code)

    assert view.case is not None
    assert len(view.case.lines) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        '"',
        '""" OR NEAR(',
        "a AND OR NOT",
        "name:김 ^* - + {} ()",
        "'; DROP TABLE sale_order; --",
        "\x00",
        "a\x00b",
        "x" * 10_000,
        "김 " * 3_000,
        "👟👟 🏃",
        "\u202eDS-200001",
        "שלום",
        "ß ø ł",
        "%_[]",
        "@",
        "@@ @",
        "\ud800",
    ],
)
def test_hostile_texts_are_only_words(text: str, search: StationSearch) -> None:
    assert len(search.find(text)) <= ROWS


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=80), kind=st.sampled_from(sorted(ClueKind)))
def test_no_text_can_break_search_or_clues(
    text: str, kind: ClueKind, search: StationSearch
) -> None:
    search.find(text)
    search.equipment.catalogue.resembling([Clue(kind, text)], 5)
