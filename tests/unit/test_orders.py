"""What was paid for each line, once discounts are shared out."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_line, an_order, an_rma, euros
from returnstation.domain.money import Money
from returnstation.domain.orders import Customer, Order, OrderLine, Shipment, short_name


@st.composite
def orders(draw: st.DrawFn) -> Order:
    count = draw(st.integers(1, 6))
    lines = []
    for number in range(1, count + 1):
        quantity = draw(st.integers(1, 5))
        price = draw(st.integers(0, 100_000))
        off = draw(st.integers(0, price * quantity))
        lines.append(
            a_line(
                number=number,
                sku=f"S{number}",
                quantity=quantity,
                unit_price=euros(price),
                discount=euros(off),
            )
        )
    most = sum(line.paid.minor for line in lines)
    return an_order(lines=tuple(lines), discount=euros(draw(st.integers(0, most))))


@given(orders())
def test_the_shares_of_the_lines_are_what_was_paid_for_the_goods(order: Order) -> None:
    shares = order.paid_shares()
    discount = order.discount or Money(0, "EUR")

    paid = sum(line.paid.minor for line in order.lines) - discount.minor
    assert sum(share.minor for share in shares.values()) == paid
    assert set(shares) == {line.number for line in order.lines}


@given(orders())
def test_no_line_was_paid_less_than_nothing(order: Order) -> None:
    assert min(share.minor for share in order.paid_shares().values()) >= 0


def test_what_was_paid_in_all_includes_delivery() -> None:
    assert an_order().paid() == euros(12900 + 490)
    assert an_order(shipping=None).paid() == euros(12900)


def test_a_line_costs_its_units_less_its_discount() -> None:
    line: OrderLine = a_line(quantity=3, unit_price=euros(1000), discount=euros(500))

    assert line.paid == euros(2500)


def test_days_of_delivery_are_ascending_and_only_known_ones() -> None:
    order = an_order(
        shipments=(
            Shipment(tracking="b", delivered_on=date(2026, 11, 7)),
            Shipment(tracking="c"),
            Shipment(tracking="a", delivered_on=date(2026, 11, 5)),
        )
    )

    assert order.delivered_on == (date(2026, 11, 5), date(2026, 11, 7))


def test_an_announced_line_is_found_by_its_sku() -> None:
    rma = an_rma()

    assert rma.line_for("HR3-NV-270") is not None
    assert rma.line_for("OTHER") is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Anna Lehmann", "Anna L."),
        ("Anna Maria Lehmann", "Anna L."),
        ("김민수", "김○수"),
        ("山田", "山○"),
        ("田", "田"),
        ("Ng", "Ng"),
        ("", ""),
        ("  ", "  "),
    ],
)
def test_strangers_see_part_of_a_name(name: str, shown: str) -> None:
    assert short_name(name) == shown
    assert Customer(name=name, jurisdiction="KR").short_name == shown
