import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from returnstation.domain.barcodes import (
    Barcode,
    BarcodeReader,
    Kind,
    UnreadableBarcode,
    best_of,
    canonical,
)
from returnstation.sitedata import load_carriers

GS = "\x1d"
READER = BarcodeReader(load_carriers())

_PARTS = st.sampled_from(
    [GS, "\x1e", "\x04", "]C1", "]d2", "]E0", "]E3", "]Q3", "]I1", "]F0", "(01)", "(00)", "01", "00",
     "420", "96", "1Z", "JJD", "%", "[)>\x1e", "01\x1d96", "06\x1d", "UPSN", "https://", "/01/",
     "RS:", "ISBN", "\u202e", "\u200f", "😀", "\ud800", "\x00", "한", "é"]
)  # fmt: skip
_DIGITS = st.text("0123456789", max_size=36)
SCANS = st.one_of(
    st.text(st.characters(), max_size=600),
    st.binary(max_size=300).map(lambda content: content.decode("latin-1")),
    st.binary(max_size=300).map(lambda content: content.decode("utf-8", "surrogateescape")),
    st.lists(st.one_of(_PARTS, _DIGITS, st.text(max_size=9)), max_size=12).map("".join),
)


def read(text: str) -> Barcode | str:
    """Return a scan, or the code of its refusal."""
    try:
        return READER.read(text)
    except UnreadableBarcode as unreadable:
        return unreadable.code


@given(SCANS)
@example("A" * 10_000)
@example("1" * 512)
@example("\x00")
@example("\ud800")
@example("]C1" + "\x1d" * 100)
@example("]d1[)>\x1e01\x1d")
@example("[)>\x1e06\x1dQ")
@example("]E3")
@example("8006")
@example("]C18006095011015300030203")
@example("https://x.example/8006/09501101530003")
def test_a_scan_is_read_or_refused_with_a_name(text: str) -> None:
    barcode = read(text)
    if isinstance(barcode, str):
        assert barcode in {"empty", "too_long", "control_character", "check_digit"}
        return

    assert barcode.candidates
    assert all(each.value for each in barcode.candidates)
    assert best_of([barcode, barcode]).best[:1] in {(barcode,), ()}


@given(SCANS)
def test_a_scan_read_again_says_the_same(text: str) -> None:
    barcode = read(text)

    assert isinstance(barcode, str) or READER.again(barcode) == barcode


@given(st.text(st.characters(), max_size=40))
def test_the_form_in_which_numbers_are_looked_up_is_final(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@given(st.from_regex(r"[0-9A-Z]{8,34}", fullmatch=True))
def test_the_number_of_a_parcel_reads_as_itself(text: str) -> None:
    for found in READER.read(text).candidates:
        if found.kind is Kind.TRACKING and found.value == canonical(text):
            assert found in READER.read(found.value).candidates


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A" * 10_000, "too_long"),
        ("A\x00B", "control_character"),
        ("A\ud800", "control_character"),
        ("A\x1eB", "control_character"),
        ("\x1d\x1d", "empty"),
        ("]d2", "empty"),
    ],
)
def test_what_cannot_be_a_code_says_why(text: str, code: str) -> None:
    with pytest.raises(UnreadableBarcode) as caught:
        READER.read(text)

    assert caught.value.code == code
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("text", ["\u202e12345678", "😀", "반품 123", "مرحبا"])
def test_letters_of_every_script_are_text(text: str) -> None:
    assert Kind.TEXT in {each.kind for each in READER.read(text).candidates}
