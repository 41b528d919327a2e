import pytest

from returnstation.domain.barcodes import BadCheckDigit, Kind, parse_barcode
from returnstation.domain.barcodes.products import upc_a_of


def gtins(text: str) -> list[str]:
    return [each.value for each in parse_barcode(text).candidates if each.kind is Kind.GTIN]


@pytest.mark.parametrize(
    ("upc_e", "upc_a"),
    [("01234565", "012345000065"), ("04252614", "042100005264"), ("01234531", "012300000451"),
     ("01234541", "012340000051"), ("01234505", "012000003455")],
)  # fmt: skip
def test_a_short_upc_stands_for_twelve_digits(upc_e: str, upc_a: str) -> None:
    assert upc_a_of(upc_e) == upc_a


@pytest.mark.parametrize("text", ["21234565", "0123456", "0123456A"])
def test_other_texts_are_no_short_upc(text: str) -> None:
    assert upc_a_of(text) is None


def test_a_short_upc_symbol_is_its_product() -> None:
    assert gtins("]E004252614") == ["00042100005264"]


def test_eight_bare_digits_may_be_two_products() -> None:
    assert gtins("01234565") == ["00000001234565", "00012345000065"]


@pytest.mark.parametrize(
    ("text", "gtin", "add_on"),
    [
        ("]E3880123456789312", "08801234567893", "12"),
        ("]E3978030640615751995", "09780306406157", "51995"),
        ("]E303600029145212", "00036000291452", "12"),
        ("]E303600029145251995", "00036000291452", "51995"),
    ],
)
def test_an_add_on_is_a_detail_of_its_product(text: str, gtin: str, add_on: str) -> None:
    barcode = parse_barcode(text)

    assert barcode.best.value == gtin
    assert barcode.says("add_on") == add_on


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("0-306-40615-2", "09780306406157"),
        ("ISBN 0-306-40615-2", "09780306406157"),
        ("ISBN-13: 978-0-306-40615-7", "09780306406157"),
        ("080442957X", "09780804429573"),
        ("ISSN 0378-5955", "09770378595002"),
        ("2049-3630", "09772049363002"),
    ],
)
def test_books_and_journals_are_products(text: str, gtin: str) -> None:
    assert gtins(text) == [gtin]


@pytest.mark.parametrize("text", ["0-306-40615-3", "ISSN 0378-5954", "ISBN 978-0-306-40615-8"])
def test_a_book_with_a_wrong_check_digit_is_none(text: str) -> None:
    assert gtins(text) == []


@pytest.mark.parametrize(
    "text", ["]E02012345678903", "]E0212345678909", "]E420123451", "]E0400000000015"]
)
def test_numbers_of_one_shop_are_marked_as_such(text: str) -> None:
    assert parse_barcode(text).says("circulation") == "restricted"


@pytest.mark.parametrize("text", ["]E08801234567893", "]E0036000291452", "]E496385074"])
def test_numbers_of_the_world_are_not(text: str) -> None:
    assert parse_barcode(text).says("circulation") is None


@pytest.mark.parametrize("text", ["]E08801234567890", "]E496385075", "]E004252615"])
def test_a_misread_retail_symbol_is_refused(text: str) -> None:
    with pytest.raises(BadCheckDigit):
        parse_barcode(text)


@pytest.mark.parametrize("text", ["490154203237518", "49-015420-323751-8"])
def test_a_device_number_is_one_by_its_luhn_digit(text: str) -> None:
    assert parse_barcode(text).first(Kind.IMEI) is not None


@pytest.mark.parametrize("text", ["490154203237519", "000000000000000"])
def test_other_fifteen_digits_are_no_device(text: str) -> None:
    assert parse_barcode(text).first(Kind.IMEI) is None


def test_ten_bare_digits_are_no_book() -> None:
    assert gtins("0306406152") == []


def test_a_device_number_with_the_softwares_version_is_the_same_device() -> None:
    found = parse_barcode("3520990017614801").first(Kind.IMEI)

    assert found is not None
    assert (found.value, found.is_sure) == ("352099001761481", False)
