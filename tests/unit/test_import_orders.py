"""Orders, returns, products and users made of rows."""

from collections.abc import Iterable
from datetime import date

import msgspec
import pytest

from returnstation.application.ports import User
from returnstation.domain.money import Money
from returnstation.domain.orders import Order, ReturnLine, Rma
from returnstation.domain.policy import ReturnReason
from returnstation.exchange import (
    Accepted,
    Kind,
    Problem,
    Rejected,
    Row,
    load_profile,
    merged_rmas,
    read_merchants,
    read_orders,
    read_products,
    read_rmas,
    read_users,
)

DEFAULT = load_profile(Kind.ORDERS, "default")
SHOPIFY = load_profile(Kind.ORDERS, "shopify")
KOREAN = load_profile(Kind.ORDERS, "korean")
OF_ONE_SHOP = msgspec.structs.replace(SHOPIFY, constants={"merchant_id": "m"})


def an_order_row(**cells: object) -> Row:
    known = {
        "merchant_id": "m",
        "order_number": "1001",
        "ordered_on": "2026-11-01",
        "currency": "EUR",
        "jurisdiction": "DE",
        "line_number": "1",
        "sku": "S1",
        "title": "Shoe",
        "quantity": "2",
        "unit_price": "10.50",
        "tracking": "T1",
        "delivered_on": "2026-11-03",
    }
    return Row(2, {**known, **cells})


def orders(rows: Iterable[Row]) -> list[Order]:
    return [r.record for r in read_orders(iter(rows), DEFAULT) if isinstance(r, Accepted)]


def problems(rows: Iterable[Row]) -> list[Problem]:
    return [r.problem for r in read_orders(iter(rows), DEFAULT) if isinstance(r, Rejected)]


def wrong(**cells: object) -> tuple[str, str]:
    (problem,) = problems([an_order_row(**cells)])
    return problem.column, problem.code


@pytest.mark.parametrize(("mark", "is_gift"), [("yes", True), ("no", False), ("", False)])
def test_a_line_may_be_a_gift(mark: str, *, is_gift: bool) -> None:
    (order,) = orders([an_order_row(gift=mark)])

    assert order.lines[0].is_gift == is_gift


def test_a_mark_of_gifts_that_is_neither_yes_nor_no_is_told() -> None:
    assert wrong(gift="perhaps") == ("gift", "unknown-value")


def test_rows_of_one_order_become_one_order() -> None:
    (order,) = orders([an_order_row(), an_order_row(line_number="2", sku="S2", tracking="T2")])

    assert [line.sku for line in order.lines] == ["S1", "S2"]
    assert [sent.tracking for sent in order.shipments] == ["T1", "T2"]
    assert order.lines[0].paid == Money(2100, "EUR")
    assert order.customer.language == "de"


def test_good_lines_go_in_beside_bad_ones() -> None:
    rows = [an_order_row(), an_order_row(line_number="2", quantity="none")]

    assert len(orders(rows)[0].lines) == 1
    assert [(p.column, p.code) for p in problems(rows)] == [("quantity", "no-whole-number")]


def test_a_bad_first_row_does_not_take_the_order_with_it() -> None:
    rows = [an_order_row(currency="euro"), an_order_row(line_number="2")]

    assert [line.number for line in orders(rows)[0].lines] == [2]


def test_rows_that_contradict_their_order_are_told() -> None:
    rows = [an_order_row(), an_order_row(line_number="2", ordered_on="2026-11-02")]

    assert [(p.column, p.code) for p in problems(rows)] == [("ordered_on", "order-differs")]


def test_one_line_in_two_parcels_stays_one_line() -> None:
    rows = [an_order_row(serials="A"), an_order_row(serials="B", tracking="T2")]

    (order,) = orders(rows)

    assert order.lines[0].serials == ("A", "B")
    assert len(order.shipments) == 2


def test_one_line_with_two_contents_is_told() -> None:
    assert problems([an_order_row(), an_order_row(sku="S2")])[0].code == "line-twice"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"ordered_on": "01.11.2026"}, ("ordered_on", "no-date")),
        ({"ordered_on": ""}, ("ordered_on", "missing")),
        ({"unit_price": "1.299,00"}, ("unit_price", "no-amount")),
        ({"unit_price": "-1"}, ("unit_price", "amount-out-of-range")),
        ({"line_discount": "21.01"}, ("line_discount", "more-than-price")),
        ({"quantity": "0"}, ("quantity", "no-whole-number")),
        ({"quantity": "²"}, ("quantity", "no-whole-number")),
        ({"gtin": "8801234567890"}, ("gtin", "check-digit")),
        ({"sscc": "123456789012345678"}, ("sscc", "check-digit")),
        ({"serials": "a|b|c"}, ("serials", "too-many")),
        ({"jurisdiction": "Germany"}, ("country", "no-country")),
        ({"tracking": "1.23457E+11"}, ("tracking", "number-rounded")),
        ({"order_number": "1.23457E+11"}, ("order_number", "number-rounded")),
        ({"tracking": "A|B|C", "carrier": "x|y"}, ("carrier", "lists-differ")),
        ({"sku": "S\x001"}, ("sku", "no-text")),
        ({"title": "x" * 501}, ("title", "too-long")),
        ({"sku": "#REF!"}, ("sku", "cell-error")),
        ({"sku": 1e17}, ("sku", "number-rounded")),
        ({"sku": {"a": 1}}, ("sku", "no-single-value")),
        ({"legal": "toy"}, ("legal", "unknown-value")),
    ],
)
def test_a_wrong_field_is_named(cells: dict[str, object], code: tuple[str, str]) -> None:
    assert wrong(**cells) == code


def test_the_whole_price_may_be_taken_off() -> None:
    (order,) = orders([an_order_row(line_discount="21.00")])

    assert not order.lines[0].paid


def test_numbers_that_a_spreadsheet_protected_are_read() -> None:
    (order,) = orders([an_order_row(order_number='="001001"', quantity=2.0)])

    assert (order.number, order.lines[0].quantity) == ("001001", 2)


def test_shopify_rows_inherit_their_order_and_are_counted() -> None:
    first = {
        "Name": "#1001", "Created at": "2026-11-01 10:00:00 +0900", "Currency": "USD",
        "Shipping Country": "US", "Shipping Province": "CA", "Lineitem sku": "A",
        "Lineitem quantity": "1", "Lineitem price": "9.90",
    }  # fmt: skip
    second = dict.fromkeys(first, "") | {
        "Name": "#1001", "Lineitem sku": "B", "Lineitem quantity": "1", "Lineitem price": "5",
    }  # fmt: skip
    rows = [Row(2, first), Row(3, second)]

    (result,) = read_orders(iter(rows), OF_ONE_SHOP)

    assert isinstance(result, Accepted)
    order = result.record
    assert [(line.number, line.sku) for line in order.lines] == [(1, "A"), (2, "B")]
    assert order.customer.jurisdiction == "US-CA"
    assert order.ordered_on == date(2026, 11, 1)


def test_without_line_numbers_rows_apart_are_told_instead_of_overwriting() -> None:
    def a_row(number: str, sku: str) -> Row:
        return Row(2, {
            "Name": number, "Created at": "2026-11-01", "Currency": "USD",
            "Shipping Country": "US", "Lineitem sku": sku, "Lineitem quantity": "1",
            "Lineitem price": "1",
        })  # fmt: skip

    rows = [a_row("1", "A"), a_row("2", "B"), a_row("1", "C")]
    results = list(read_orders(iter(rows), OF_ONE_SHOP))

    assert [r.problem.code for r in results if isinstance(r, Rejected)] == ["order-split"]


def test_a_rejected_row_keeps_its_place_in_its_order() -> None:
    first = {
        "Name": "1", "Created at": "2026-11-01", "Currency": "USD", "Shipping Country": "US",
        "Lineitem sku": "A", "Lineitem quantity": "1", "Lineitem price": "1",
    }  # fmt: skip
    bad = {"Name": "1", "Lineitem sku": "B", "Lineitem quantity": "x", "Lineitem price": "1"}
    results = list(read_orders(iter([Row(2, first), Row(3, bad)]), OF_ONE_SHOP))
    (rejected,) = [r for r in results if isinstance(r, Rejected)]

    corrected = rejected.row.with_cells(**{"Lineitem quantity": "1"})
    (again,) = read_orders(iter([corrected]), OF_ONE_SHOP)

    assert isinstance(again, Accepted)
    assert [(line.number, line.sku) for line in again.record.lines] == [(2, "B")]


def test_korean_headers_days_and_amounts_are_read() -> None:
    cells = {
        "판매자코드": "hanbit", "주문번호": "20261101-1", "주문일": "2026년 11월 01일",
        "수취인명": "김민수", "상품코드": "S1", "상품명": "운동화", "수량": "1",
        "판매가": "89,000원", "상품분류": "신발", "송장번호": "A/B", "택배사": "CJ대한통운",
        "배송완료일": "2026.11.03",
    }  # fmt: skip

    (result,) = read_orders(iter([Row(2, cells)]), KOREAN)

    assert isinstance(result, Accepted)
    order = result.record
    assert order.lines[0].unit_price == Money(89000, "KRW")
    assert order.lines[0].category == "shoes"
    assert [sent.tracking for sent in order.shipments] == ["A", "B"]
    assert order.delivered_on == (date(2026, 11, 3), date(2026, 11, 3))


def a_return_row(**cells: object) -> Row:
    known = {
        "merchant_id": "m", "rma_number": "R1", "order_number": "1", "requested_on": "2026-11-05",
        "sku": "A", "reason": "defective",
    }  # fmt: skip
    return Row(2, {**known, **cells})


def test_rows_of_one_return_become_one_return() -> None:
    rows = [a_return_row(), a_return_row(sku="B", reason="wrong_item", quantity="2")]

    (result,) = read_rmas(iter(rows), load_profile(Kind.RMAS, "default"))

    assert isinstance(result, Accepted)
    assert result.record.lines == (
        ReturnLine(sku="A", reason=ReturnReason.DEFECTIVE),
        ReturnLine(sku="B", quantity=2, reason=ReturnReason.WRONG_ITEM),
    )


def test_what_the_way_back_cost_is_read_with_its_currency() -> None:
    row = a_return_row(label_cost="5.50", postage="4.99", label_currency="EUR")
    untold = a_return_row(rma_number="R2", postage="4.99")
    profile = load_profile(Kind.RMAS, "default")

    (told,) = read_rmas(iter([row]), profile)
    (rejected,) = read_rmas(iter([untold]), profile)

    assert isinstance(told, Accepted)
    assert told.record.label_cost == Money(550, "EUR")
    assert told.record.postage == Money(499, "EUR")
    assert not isinstance(rejected, Accepted)


def test_a_return_in_pieces_loses_no_line() -> None:
    def a_return(sku: str, quantity: int = 1) -> Rma:
        line = ReturnLine(sku=sku, quantity=quantity)
        day = date(2026, 11, 5)
        return Rma(merchant_id="m", number="R", order_number="1", requested_on=day, lines=(line,))

    (merged,) = merged_rmas([a_return("B"), a_return("A", 2)], lambda *_: a_return("A"))

    assert [(line.sku, line.quantity) for line in merged.lines] == [("A", 2), ("B", 1)]


def test_a_product_with_an_unknown_flag_is_told() -> None:
    row = Row(2, {"merchant_id": "m", "sku": "s", "title": "t", "flags": "recalled|shiny"})

    (result,) = read_products(iter([row]), load_profile(Kind.PRODUCTS, "default"))

    assert isinstance(result, Rejected)
    assert (result.problem.column, result.problem.value) == ("flags", "shiny")


def test_return_terms_nobody_can_read_are_told() -> None:
    def refuse(_terms: dict[str, object]) -> None:
        raise ValueError("no such window")

    row = Row(2, {"merchant_id": "m", "name": "M", "country": "KR", "policy": '{"a": 1}'})

    (result,) = read_merchants(iter([row]), load_profile(Kind.MERCHANTS, "default"), refuse)

    assert isinstance(result, Rejected)
    assert result.problem.code == "bad-terms"


class PlainPins:
    """Verifiers that show the PIN."""

    def hash(self, pin: str) -> str:
        return f"hash of {pin}"

    def matches(self, verifier: str, pin: str) -> bool:
        return verifier == self.hash(pin)


def a_user_row(**cells: object) -> Row:
    known = {"user_id": "kim", "name": "김지윤", "role": "operator", "badge": "OP1", "pin": "1234"}
    return Row(2, {**known, **cells})


def users(rows: Iterable[Row], known: tuple[User, ...] = ()) -> list[Accepted[User] | Rejected]:
    return list(read_users(iter(rows), load_profile(Kind.USERS, "default"), known, PlainPins()))


def test_a_user_who_comes_again_is_the_same() -> None:
    (first,) = users([a_user_row()])
    assert isinstance(first, Accepted)

    (again,) = users([a_user_row()], (first.record,))

    assert again == first


def test_a_badge_belongs_to_one_person() -> None:
    _, second = users([a_user_row(), a_user_row(user_id="park", badge="op1")])

    assert isinstance(second, Rejected)
    assert second.problem.code == "badge-taken"


@pytest.mark.parametrize(
    ("pin", "is_taken"), [("123", False), ("1234", True), ("123456789", False)]
)
def test_a_pin_has_four_to_eight_digits(*, pin: str, is_taken: bool) -> None:
    (result,) = users([a_user_row(pin=pin)])

    assert isinstance(result, Accepted) is is_taken
