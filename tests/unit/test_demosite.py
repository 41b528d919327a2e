"""The demo site: what it must have for a demo to show anything."""

from collections import Counter
from datetime import date, timedelta

import pytest
from stdnum import luhn

from returnstation.demosite import SEED, DemoSite, PlannedReturn, ScanKind, generate, shift
from returnstation.domain.barcodes import BarcodeReader, Kind, canonical, parse_barcode
from returnstation.domain.barcodes.check_digits import (
    has_fedex_check_digit,
    has_gs1_check_digit,
    has_mod7_check_digit,
)
from returnstation.domain.policy import Buyer
from returnstation.printing.fonts import printable, runs
from returnstation.sitedata import load_carriers

TODAY = date(2026, 11, 21)
CARRIERS = BarcodeReader(load_carriers())


@pytest.fixture(scope="module")
def site() -> DemoSite:
    return generate(SEED, TODAY)


@pytest.fixture(scope="module")
def planned(site: DemoSite) -> tuple[PlannedReturn, ...]:
    return shift(site)


def test_the_site_is_as_large_as_promised(site: DemoSite) -> None:
    assert len(site.merchants) >= 5
    assert len(site.products) >= 320
    assert len(site.orders) >= 5200
    assert 0.5 < len(site.rmas) / len(site.orders) < 0.6
    assert len({order.customer.jurisdiction for order in site.orders}) >= 25
    assert len({order.customer.language for order in site.orders}) >= 10


def test_every_number_is_given_once(site: DemoSite) -> None:
    products = [(p.merchant_id, p.sku) for p in site.products]
    orders = [(o.merchant_id, o.number) for o in site.orders]
    trackings = [sent.tracking for order in site.orders for sent in order.shipments]

    for numbers in (products, orders, trackings, [p.gtin for p in site.products]):
        assert len(set(numbers)) == len(numbers)


def test_the_same_seed_and_day_make_the_same_site(site: DemoSite) -> None:
    assert generate(SEED, TODAY) == site
    assert generate(SEED + 1, TODAY).orders != site.orders


def test_another_day_shifts_the_site_and_finds_the_same_shift(site: DemoSite) -> None:
    later = generate(SEED, TODAY + timedelta(days=100))

    moved = later.orders[5].ordered_on - site.orders[5].ordered_on
    assert moved == timedelta(days=100)
    assert [(p.name, p.country) for p in shift(later)] == [(p.name, p.country) for p in shift(site)]


def test_article_and_shipment_numbers_have_right_check_digits(site: DemoSite) -> None:
    codes = [product.gtin for product in site.products]
    codes += [sent.sscc for order in site.orders for sent in order.shipments]

    assert all(has_gs1_check_digit(code) for code in codes if code)


def test_tracking_numbers_are_their_carriers(site: DemoSite) -> None:
    for order in site.orders:
        for sent in order.shipments:
            tracking = sent.tracking
            match sent.carrier:
                case "ems" | "ups":
                    sure = CARRIERS.read(tracking).first(Kind.TRACKING)
                    assert sure is not None
                    assert sure.is_sure
                case "fedex":
                    assert has_fedex_check_digit(tracking)
                case "usps":
                    assert has_gs1_check_digit(tracking)
                case "korea-post":
                    assert len(tracking) == 13
                case _:
                    assert has_mod7_check_digit(tracking)


def test_phones_have_device_numbers(site: DemoSite) -> None:
    lines = [line for order in site.orders for line in order.lines if line.category == "phone"]

    assert lines
    assert all(len(line.serials) == line.quantity for line in lines)
    assert all(luhn.is_valid(serial) for line in lines for serial in line.serials)


def test_every_name_and_address_can_be_printed(site: DemoSite) -> None:
    texts = {(order.customer.name, order.customer.language) for order in site.orders}
    texts |= {(order.customer.city or "", order.customer.language) for order in site.orders}
    texts |= {(product.title, "ko") for product in site.products}
    texts |= {(street, "en") for street in site.streets.values()}

    for text, language in texts:
        runs(printable(text), language)


def test_orders_are_delivered_in_the_last_two_months_and_announced_afterwards(
    site: DemoSite,
) -> None:
    orders = {(order.merchant_id, order.number): order for order in site.orders}
    days = [day for order in site.orders for day in order.delivered_on]

    assert TODAY - timedelta(days=61) <= min(days)
    assert max(days) <= TODAY
    for rma in site.rmas:
        order = orders[rma.merchant_id, rma.order_number]
        assert order.ordered_on <= rma.requested_on <= TODAY
        assert {line.sku for line in rma.lines} <= {line.sku for line in order.lines}


def test_amounts_add_up(site: DemoSite) -> None:
    for order in site.orders:
        for line in order.lines:
            assert 0 <= line.tax.minor <= line.paid.minor
        assert all(share.minor > 0 for share in order.paid_shares().values())


def test_the_site_has_what_makes_returns_hard(site: DemoSite) -> None:
    numbers = Counter(order.number for order in site.orders)
    parcels = Counter(rma.tracking for rma in site.rmas if rma.tracking)
    flags = {flag for product in site.products for flag in product.flags}

    assert any(count > 1 for count in numbers.values())
    assert any(count > 1 for count in parcels.values())
    assert any(len(order.shipments) > 1 for order in site.orders)
    assert any(order.customer.buyer is Buyer.BUSINESS for order in site.orders)
    assert flags >= {"data_bearing", "hygiene_seal", "recalled"}
    assert {merchant.policy_displayed for merchant in site.merchants} == {True, False, None}


def test_badges_and_totes_can_be_scanned(site: DemoSite) -> None:
    for user in site.users:
        assert parse_barcode(f"RSB:{user.badge}").best.kind is Kind.BADGE
    for container in site.containers:
        assert parse_barcode(f"RST:{container.code}").best.kind is Kind.CONTAINER


def test_the_shift_shows_every_way_a_parcel_is_known(planned: tuple[PlannedReturn, ...]) -> None:
    assert len(planned) >= 14
    assert {each.kind for each in planned} == set(ScanKind)
    countries = {each.country for each in planned}
    assert countries >= {"KR", "JP", "DE", "FR", "GB", "US-CA", "US-NY", "AU", None}
    assert len({each.name for each in planned}) == len(planned)


def test_no_order_comes_twice_in_a_shift(planned: tuple[PlannedReturn, ...]) -> None:
    orders = [(each.merchant_id, number) for each in planned for number in each.orders]

    assert len(set(orders)) == len(orders)


def test_a_parcel_nobody_knows_is_unknown(
    site: DemoSite, planned: tuple[PlannedReturn, ...]
) -> None:
    blind = next(each for each in planned if each.kind is ScanKind.UNKNOWN)

    known = {canonical(sent.tracking) for order in site.orders for sent in order.shipments}
    assert blind.scan not in known | {rma.tracking for rma in site.rmas}


def test_two_orders_lie_in_one_parcel(planned: tuple[PlannedReturn, ...]) -> None:
    pair = next(each for each in planned if each.name == "two-orders-in-one-parcel")

    assert len(pair.orders) == len(pair.rmas) == 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_seeds_make_shifts_too(seed: int) -> None:
    assert len(shift(generate(seed, TODAY))) >= 14
