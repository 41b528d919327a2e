import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from returnstation.domain.barcodes import (
    BadCheckDigit,
    Barcode,
    BarcodeReader,
    Identifier,
    Kind,
    UnreadableBarcode,
    canonical,
    parse_barcode,
)
from returnstation.sitedata import load_carriers

GS = "\x1d"
READER = BarcodeReader(load_carriers())


def read(text: str) -> Barcode:
    return READER.read(text)


def kinds(text: str) -> list[str]:
    return [found.kind.value for found in parse_barcode(text).candidates]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("RS:1", Kind.COMMAND, "1"),
        ("rs:accept", Kind.COMMAND, "ACCEPT"),
        ("RSB:kim.sy-3", Kind.BADGE, "KIM.SY-3"),
        ("RST:T-04-118", Kind.CONTAINER, "T-04-118"),
        ("T-04-118", Kind.CONTAINER, "T-04-118"),
        ("icn3-0011842", Kind.LPN, "ICN3-0011842"),
        ("8801234567893", Kind.GTIN, "08801234567893"),
        ("036000291452", Kind.GTIN, "00036000291452"),
        ("96385074", Kind.GTIN, "00000096385074"),
        ("00100614141234567892", Kind.SSCC, "100614141234567892"),
        ("(00)100614141234567892", Kind.SSCC, "100614141234567892"),
        ("490154203237518", Kind.IMEI, "490154203237518"),
        ("EE123456785KR", Kind.TRACKING, "EE123456785KR"),
        ("1Z 999 AA1 01 2345 6784", Kind.TRACKING, "1Z999AA10123456784"),
        ("986578788855", Kind.TRACKING, "986578788855"),
        ("TBA123456789012", Kind.TRACKING, "TBA123456789012"),
        ("RMA-2026-0117", Kind.RMA, "RMA20260117"),
        ("#1001", Kind.ORDER, "1001"),
        ("112-1234567-1234567", Kind.ORDER, "11212345671234567"),
        ("hello world", Kind.TEXT, "HELLOWORLD"),
    ],
)
def test_the_likeliest_meaning_comes_first(text: str, kind: Kind, value: str) -> None:
    best = read(text).best

    assert (best.kind, best.value) == (kind, value)


def test_a_number_that_may_be_several_things_says_all_of_them() -> None:
    assert kinds("036000291452") == ["gtin", "tracking", "text"]


def test_an_ean_symbol_is_a_product_and_nothing_else() -> None:
    assert kinds("]E08801234567893") == ["gtin"]


def test_an_add_on_does_not_change_the_product() -> None:
    assert parse_barcode("]E3880123456789312").best.value == "08801234567893"


@pytest.mark.parametrize("text", ["]E08801234567890", "]C100100614141234567890", "]E496385075"])
def test_a_wrong_check_digit_is_refused_where_the_symbology_proves_the_number(text: str) -> None:
    with pytest.raises(BadCheckDigit):
        parse_barcode(text)


@pytest.mark.parametrize("text", ["8801234567890", "00100614141234567890", "]C08801234567890"])
def test_a_wrong_check_digit_is_only_another_number_elsewhere(text: str) -> None:
    assert kinds(text) == ["tracking", "text"]


@pytest.mark.parametrize(
    "text",
    [
        f"]d20109501101530003211A{GS}10ABC",
        f"]C10109501101530003211A{GS}10ABC",
        f"{GS}0109501101530003211A{GS}10ABC",
        f"0109501101530003211A{GS}10ABC",
        "(01)09501101530003(21)1A(10)ABC",
        "]Q1https://id.gs1.org/01/09501101530003/10/ABC/21/1A",
        "https://shop.example/01/09501101530003/10/ABC/21/1A?17=271231",
    ],
)
def test_gs1_content_gives_article_serial_and_lot_however_it_is_written(text: str) -> None:
    barcode = parse_barcode(text)

    assert barcode.first(Kind.GTIN) == Identifier(Kind.GTIN, "09501101530003", is_sure=True)
    assert barcode.first(Kind.SERIAL) == Identifier(Kind.SERIAL, "1A", is_sure=True)
    assert barcode.first(Kind.LOT) == Identifier(Kind.LOT, "ABC", is_sure=True)


def test_our_own_matrix_code_names_the_licence_plate() -> None:
    barcode = parse_barcode(f"]d2010950110153000321SN1{GS}91ICN3-0011842")

    assert barcode.best == Identifier(Kind.LPN, "ICN3-0011842", is_sure=True)
    assert barcode.first(Kind.SERIAL) == Identifier(Kind.SERIAL, "SN1", is_sure=True)


def test_a_postal_code_in_front_is_no_part_of_the_tracking_number() -> None:
    best = read("420902109400111202555842332669").best

    assert (best.value, best.carrier) == ("9400111202555842332669", "usps")


@pytest.mark.parametrize("number", ["EE123456784KR", "1Z999AA10123456785"])
def test_a_carrier_number_with_a_wrong_check_digit_is_plain_text(number: str) -> None:
    assert kinds(number) == ["text"]


def test_carriers_are_not_known_without_their_patterns() -> None:
    assert kinds("1Z999AA10123456784") == ["text"]


def test_digits_alone_never_prove_a_carrier() -> None:
    found = read("986578788855").candidates

    assert not any(each.is_sure for each in found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \r\n", "empty"),
        ("]C1", "empty"),
        ("A\x00B", "control_character"),
        ("A\x1bB", "control_character"),
        ("A\ud800", "control_character"),
        ("A" * 513, "too_long"),
    ],
)
def test_what_can_mean_nothing_is_unreadable(text: str, code: str) -> None:
    with pytest.raises(UnreadableBarcode) as caught:
        parse_barcode(text)

    assert caught.value.code == code


def test_the_longest_text_is_still_read() -> None:
    assert parse_barcode("A" * 512).best.kind is Kind.TEXT


def test_digits_of_other_scripts_are_no_product_number() -> None:
    assert Kind.GTIN not in {found.kind for found in parse_barcode("٨٨٠١٢٣٤٥٦٧٨٩٣").candidates}


@pytest.mark.parametrize(
    "text", ["rma-2026-0117", "ＲＭＡ２０２６ー０１１７", " RMA 2026 0117", "#rma_20260117"]
)
def test_numbers_written_differently_have_one_key(text: str) -> None:
    assert canonical(text) == "RMA20260117"


@given(st.text())
def test_a_key_of_a_key_is_the_key(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


_PARTS = st.sampled_from(
    [GS, "]C1", "]d2", "]E0", "]Q3", "(01)", "(00)", "01", "00", "https://", "/01/"]
)
_DIGITS = st.text("0123456789", max_size=24)


@given(
    st.one_of(
        st.text(max_size=600),
        st.lists(st.one_of(_PARTS, _DIGITS, st.text(max_size=9))).map("".join),
    )
)
@example("]C1(01)")
@example("https://")
@example("https://[/01/09501101530003")
@example(f"]d2{GS}{GS}")
@example("]C102")
@example("---")
def test_no_scan_can_crash_the_station(text: str) -> None:
    try:
        barcode = read(text)
    except UnreadableBarcode:
        return

    assert barcode.best.value
