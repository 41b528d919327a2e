"""Whether what a merchant sent is an order, an announced return or a product we can work with.

The shapes are those of the domain; this asks what types cannot say, as an import of files does.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from returnstation.domain.barcodes.check_digits import has_gs1_check_digit
from returnstation.domain.money import Money
from returnstation.domain.orders import Order, OrderLine, Product, Rma

MOST_LINES = 1000
"""Of an order or an announced return."""

FLAGS = frozenset({"age_restricted", "data_bearing", "hygiene_seal", "no_liquidation", "recalled"})
SIZES = frozenset({"small", "medium", "large"})

_LONGEST_KEY = 120
_MOST_MINOR = 10**15
_MOST_UNITS = 100_000
_MOST_GRAMS = 10_000_000
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_JURISDICTION = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_RATE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?\Z")
_PER_CENT = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,4})?\Z")
_GTIN = (14, "no-gtin")
_SSCC = (18, "no-sscc")


class Wrong(NamedTuple):
    """What is wrong with something that was sent."""

    field: str
    code: str
    why: str = ""


def wrong_order(order: Order) -> Iterator[Wrong]:
    """Yield what is wrong with an order."""
    yield from _key("number", order.number)
    yield from _words(
        ("currency", order.currency, _CURRENCY, "no-currency"),
        ("customer.jurisdiction", order.customer.jurisdiction, _JURISDICTION, "no-country"),
        ("customer.language", order.customer.language, _LANGUAGE, "no-language"),
        ("payment", order.payment, _CODE, "unknown-value"),
        ("settled_in", order.settled_in, _CURRENCY, "no-currency"),
        ("rate", order.rate, _RATE, "no-rate"),
    )
    yield from _many("lines", len(order.lines))
    if len({line.number for line in order.lines}) < len(order.lines):
        yield Wrong("lines", "line-twice")
    for name in ("shipping", "discount", "duties"):
        yield from _amount(name, getattr(order, name), order.currency)
    for place, tender in enumerate(order.tenders):
        yield from _amount(f"tenders[{place}].amount", tender.amount, order.currency)
    for place, line in enumerate(order.lines):
        yield from _line(f"lines[{place}]", line, order.currency)
    for place, shipment in enumerate(order.shipments):
        yield from _key(f"shipments[{place}].tracking", shipment.tracking)
        yield from _gs1(f"shipments[{place}].sscc", shipment.sscc, _SSCC)


def wrong_rma(rma: Rma) -> Iterator[Wrong]:
    """Yield what is wrong with an announced return."""
    yield from _key("number", rma.number)
    yield from _key("order_number", rma.order_number)
    yield from _many("lines", len(rma.lines))
    for place, line in enumerate(rma.lines):
        yield from _key(f"lines[{place}].sku", line.sku)
        yield from _whole(f"lines[{place}].quantity", line.quantity, 1, _MOST_UNITS)
    if rma.tracking is not None:
        yield from _key("tracking", rma.tracking)
    for name in ("label_cost", "postage"):
        cost: Money | None = getattr(rma, name)
        if cost is not None:
            yield from _amount(name, cost, cost.currency)


def wrong_product(product: Product) -> Iterator[Wrong]:
    """Yield what is wrong with a product."""
    yield from _key("sku", product.sku)
    if not product.title.strip():
        yield Wrong("title", "missing")
    yield from _gs1("gtin", product.gtin, _GTIN)
    yield from _words(("category", product.category, _CODE, "unknown-value"))
    yield from _words(*(("hazards", code, _CODE, "unknown-value") for code in product.hazards))
    if product.weight_g is not None:
        yield from _whole("weight_g", product.weight_g, 0, _MOST_GRAMS)
    if product.price is not None:
        yield from _amount("price", product.price, product.price.currency)
    if not FLAGS.issuperset(product.flags):
        yield Wrong("flags", "unknown-value", ", ".join(sorted(FLAGS)))
    if not SIZES.issuperset({product.size} - {None}):
        yield Wrong("size", "unknown-value", ", ".join(sorted(SIZES)))


CHECKS: Mapping[str, Callable[[Any], Iterator[Wrong]]] = {
    "orders": wrong_order,
    "rmas": wrong_rma,
    "products": wrong_product,
}


def _line(place: str, line: OrderLine, currency: str) -> Iterator[Wrong]:
    wrong = [*_key(f"{place}.sku", line.sku)]
    wrong += _whole(f"{place}.number", line.number, 1, 999_999)
    wrong += _whole(f"{place}.quantity", line.quantity, 1, _MOST_UNITS)
    for name in ("unit_price", "discount", "tax"):
        wrong += _amount(f"{place}.{name}", getattr(line, name), currency)
    if not wrong and line.paid.minor < 0:
        wrong.append(Wrong(f"{place}.discount", "more-than-price"))
    if not wrong and line.paid.minor < line.tax.minor:
        wrong.append(Wrong(f"{place}.tax", "more-than-price"))
    yield from wrong
    yield from _gs1(f"{place}.gtin", line.gtin, _GTIN)
    yield from _words(
        (f"{place}.category", line.category, _CODE, "unknown-value"),
        (f"{place}.tax_rate", line.tax_rate, _PER_CENT, "no-rate"),
    )
    if len(line.serials) > line.quantity:
        yield Wrong(f"{place}.serials", "too-many")


def _words(*wanted: tuple[str, str | None, re.Pattern[str], str]) -> Iterator[Wrong]:
    for field, text, pattern, code in wanted:
        if text is not None and not pattern.match(text):
            yield Wrong(field, code)


def _many(field: str, count: int) -> Iterator[Wrong]:
    if not 0 < count <= MOST_LINES:
        yield Wrong(field, "too-many" if count else "missing")


def _key(field: str, text: str) -> Iterator[Wrong]:
    if not is_key(text):
        yield Wrong(field, "missing" if not text.strip() else "no-code")


def is_key(text: str) -> bool:
    """Tell whether a text can name a record: printable, neither empty nor endless."""
    return 0 < len(text) <= _LONGEST_KEY and text.isprintable() and text == text.strip()


def _amount(field: str, money: Money | None, currency: str) -> Iterator[Wrong]:
    if money is None:
        return
    if money.currency != currency or not _CURRENCY.match(money.currency):
        yield Wrong(f"{field}.currency", "other-currency")
    if not 0 <= money.minor < _MOST_MINOR:
        yield Wrong(f"{field}.minor", "no-amount")


def _whole(field: str, number: int, least: int, most: int) -> Iterator[Wrong]:
    if not least <= number <= most:
        yield Wrong(field, "no-whole-number", f"{least} to {most}")


def _gs1(field: str, digits: str | None, kind: tuple[int, str]) -> Iterator[Wrong]:
    length, code = kind
    if digits is not None and not (len(digits) == length and has_gs1_check_digit(digits)):
        yield Wrong(field, code, f"{length} digits with a check digit")
