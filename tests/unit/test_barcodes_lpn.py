import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.lpn import LAST_NUMBER, BadLpn, Lpn, parse_lpn


@given(st.from_regex(r"[A-Z0-9]{2,6}", fullmatch=True), st.integers(1, LAST_NUMBER))
def test_a_licence_plate_reads_as_it_was_written(prefix: str, number: int) -> None:
    plate = Lpn(prefix, number)

    assert parse_lpn(str(plate)) == plate


@pytest.mark.parametrize(
    "text",
    ["", "ICN3", "ICN3-", "ICN3-123456", "ICN3-1234567890", "ICN3-0000000", "ICN3-01234567",
     "I-0000001", "ICN3456-0000001", "ICN3 0000001", "ICN3-٠٠٠٠٠٠١"],
)  # fmt: skip
def test_other_texts_are_no_licence_plates(text: str) -> None:
    with pytest.raises(BadLpn):
        parse_lpn(text)


@pytest.mark.parametrize(
    ("prefix", "number"), [("icn3", 1), ("I", 1), ("ICN3", 0), ("ICN3", LAST_NUMBER + 1)]
)
def test_impossible_plates_are_not_made(prefix: str, number: int) -> None:
    with pytest.raises(BadLpn):
        Lpn(prefix, number)
