import pytest

from returnstation.domain.barcodes import BarcodeReader, PassedOver, best_of
from returnstation.sitedata import load_carriers

READER = BarcodeReader(load_carriers())


def best(texts: list[str]) -> list[str]:
    return [code.scan_text for code in best_of([READER.read(text) for text in texts]).best]


def passed_over(texts: list[str]) -> dict[str, PassedOver]:
    choice = best_of([READER.read(text) for text in texts])
    return {code.scan_text: why for code, why in choice.others}


@pytest.mark.parametrize(
    ("texts", "chosen"),
    [
        ([], []),
        (["]C0ICN3-0011842", "]E08801234567893"], ["]C0ICN3-0011842"]),
        (["]C0ICN3-0011842", "]d2010880123456789391ICN3-0011842"], ["]C0ICN3-0011842"]),
        (["]C0ICN3-0011842", "]C0RMA-2026-0117"], ["]C0ICN3-0011842"]),
        (["]C01Z999AA10123456784", "]C0RMA-2026-0117"], ["]C0RMA-2026-0117"]),
        (["]C01Z999AA10123456784", "]U0anything"], ["]C01Z999AA10123456784"]),
        (["]C100100614141234567892", "]C01Z999AA10123456784"], ["]C01Z999AA10123456784"]),
        (["]C0112-1234567-1234567", "]C100100614141234567892"], ["]C100100614141234567892"]),
        (["]E08801234567893", "]C0112-1234567-1234567"], ["]C0112-1234567-1234567"]),
        (["]C0986578788855", "]E08801234567893"], ["]E08801234567893"]),
        (["]C0hello", "]C0986578788855"], ["]C0986578788855"]),
        (["]E08801234567893", "]E04006381333931"], ["]E08801234567893", "]E04006381333931"]),
        (["]E02012345678903", "]E04006381333931"], ["]E04006381333931"]),
    ],
)  # fmt: skip
def test_the_code_that_says_most_is_chosen(texts: list[str], chosen: list[str]) -> None:
    assert best(texts) == chosen


def test_a_postcode_beside_a_tracking_number_is_passed_over_as_routing() -> None:
    texts = ["]C1420902101234", "]C01Z999AA10123456784"]

    assert best(texts) == ["]C01Z999AA10123456784"]
    assert passed_over(texts) == {"]C1420902101234": PassedOver.ROUTING}


def test_a_leitcode_beside_an_identcode_is_passed_over_as_routing() -> None:
    texts = ["]I121348075016401", "]I1218025809066"]

    assert best(texts) == ["]I1218025809066"]
    assert passed_over(texts) == {"]I121348075016401": PassedOver.ROUTING}


@pytest.mark.parametrize("routing", ["]C1403ABC123", "]C02LDE53113+48000002", "]C142090210"])
def test_routing_codes_alone_lead_nowhere(routing: str) -> None:
    choice = best_of([READER.read(routing)])

    assert choice.in_order() == ()
    assert [why for _, why in choice.others] == [PassedOver.ROUTING]


def test_a_gs1_label_with_parcel_and_route_is_its_parcel() -> None:
    assert best(["]C100100614141234567892\x1d403ROUTE7"]) == [
        "]C100100614141234567892\x1d403ROUTE7"
    ]


def test_two_codes_of_one_number_are_one() -> None:
    texts = ["]C0EE123456785KR", "]Q1EE123456785KR"]

    assert best(texts) == texts[:1]
    assert passed_over(texts) == {texts[1]: PassedOver.SAME}


def test_what_says_less_follows_what_is_best() -> None:
    codes = [READER.read(text) for text in ("]C0hello", "]E08801234567893", "]C0RMA-2026-0117")]

    order = [code.scan_text for code in best_of(codes).in_order()]

    assert order[0] == "]C0RMA-2026-0117"
    assert set(order[1:]) == {"]C0hello", "]E08801234567893"}
