"""Which line a scanned product lands on."""

from typing import Any

from builders import SHOES_GTIN, WATCH_GTIN, a_case_line, a_product, opened, told
from returnstation.domain.barcodes import parse_barcode
from returnstation.domain.cases import Case
from returnstation.domain.facts import Fact, ItemAdded
from returnstation.domain.folding import fold
from returnstation.domain.matching import Landing, Scanned, land, product_of, scanned_product

EAN = SHOES_GTIN[1:]


def a_case(*lines: Any, here: tuple[str, ...] = ()) -> Case:
    added: list[Fact] = [
        ItemAdded(item_id=f"i{n}", line_id=line_id, finding="expected", title="t")
        for n, line_id in enumerate(here)
    ]
    return fold(told(opened(*lines), *added))


def scanned(text: str) -> Scanned:
    return scanned_product(parse_barcode(text))


def landed(case: Case, text: str) -> Landing:
    landing = land(case, scanned(text))
    assert landing is not None
    return landing


def test_a_gtin_lands_on_its_line_whatever_its_length() -> None:
    case = a_case(a_case_line(), a_case_line(line_id="2", sku="B", gtin=WATCH_GTIN))

    assert landed(case, EAN).line.line_id == "DS-118402/1"
    assert landed(case, f"]d201{WATCH_GTIN}").line.line_id == "2"


def test_a_sku_lands_on_its_line_however_it_is_written() -> None:
    assert landed(a_case(), "hr3 nv-270").finding == "expected"


def test_what_is_on_no_line_lands_nowhere() -> None:
    assert land(a_case(), scanned(WATCH_GTIN[1:])) is None


def test_the_line_with_units_still_to_come_goes_first() -> None:
    first = a_case_line()
    second = a_case_line(line_id="DS-118402/2")

    assert landed(a_case(first, second), EAN).line == first
    assert landed(a_case(first, second, here=(first.line_id,)), EAN).line == second


def test_an_announced_line_goes_before_one_that_was_not() -> None:
    quiet = a_case_line(line_id="quiet", is_announced=False, quantity=5)
    announced = a_case_line(line_id="announced")

    assert landed(a_case(quiet, announced), EAN).line == announced


def test_a_unit_more_than_announced_is_unexpected() -> None:
    case = a_case(here=("DS-118402/1",))

    assert landed(case, EAN).finding == "unexpected"


def test_a_line_nobody_announced_takes_what_was_sold_and_no_more() -> None:
    line = a_case_line(is_announced=False)

    assert landed(a_case(line), EAN).finding == "unannounced"
    assert landed(a_case(line, here=(line.line_id,)), EAN).finding == "unexpected"


def test_a_serial_that_was_shipped_decides_the_line() -> None:
    first = a_case_line(serials=("SN-1",))
    second = a_case_line(line_id="second", serials=("SN-2",))

    landing = landed(a_case(first, second), "sn-2")

    assert landing.line == second
    assert landing.serial == "SN-2"
    assert landing.findings == ()


def test_a_serial_inside_a_gs1_code_decides_too() -> None:
    line = a_case_line(serials=("SN1",))

    landing = landed(a_case(line), f"]d201{SHOES_GTIN}21SN1")

    assert landing.serial == "SN1"
    assert landing.findings == ()


def test_a_serial_that_was_not_shipped_is_odd() -> None:
    line = a_case_line(serials=("SN1",))

    assert landed(a_case(line), f"]d201{SHOES_GTIN}21SN9").findings == ("serial_not_shipped",)
    assert landed(a_case(line), EAN).findings == ("serial_not_read",)
    assert landed(a_case(), f"]d201{SHOES_GTIN}21SN9").findings == ()


def test_a_merchants_own_product_goes_before_anothers() -> None:
    own, other = a_product(), a_product(merchant_id="other")

    assert product_of([other, own], "ds") is own
    assert product_of([other], "ds") is other
    assert product_of([other, a_product(merchant_id="third")], "ds") is None
    assert product_of([], "ds") is None
