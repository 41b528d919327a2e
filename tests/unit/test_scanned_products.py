"""What a product scan says, and which line it lands on."""

from returnstation.domain.barcodes import Kind, parse_barcode
from returnstation.domain.matching import scanned_product

EIGHT_DIGITS = "01234565"  # a UPC-E, and a GTIN-8 with the same check digit


def test_a_code_that_may_be_several_gtins_is_looked_up_as_all_of_them() -> None:
    barcode = parse_barcode(EIGHT_DIGITS)
    wanted = [found.value for found in barcode.candidates if found.kind is Kind.GTIN]

    scanned = scanned_product(barcode)

    assert len(wanted) == 2
    assert list(scanned.codes) == wanted
    assert scanned.gtin == wanted[0]


def test_what_is_no_gtin_is_looked_up_as_it_stands() -> None:
    scanned = scanned_product(parse_barcode("DP2-BK"))

    assert (scanned.gtin, scanned.codes) == (None, ("DP2-BK",))
