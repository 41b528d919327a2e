"""The parts of an order's row: the order's own fields, the line, its parcels."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import TypeVar

from babel.languages import get_official_languages

from returnstation.domain.barcodes.check_digits import has_gs1_check_digit, is_number
from returnstation.domain.money import Money
from returnstation.domain.orders import Customer, Order, OrderLine, Shipment, Tender
from returnstation.domain.policy import Buyer, Category, Channel
from returnstation.exchange.cells import Cells
from returnstation.exchange.order_money import read_per_cent, read_rate, read_tenders
from returnstation.exchange.rows import BadField

_T = TypeVar("_T")

_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_JURISDICTION = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")

# Only where a part of the country has return law of its own.
_FEDERAL = frozenset({"US", "CA"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every row of one order says alike."""

    merchant_id: str
    number: str
    ordered_on: date
    currency: str
    customer: Customer
    channel: Channel
    payment: str
    shipping: Money | None
    discount: Money | None
    tenders: tuple[Tender, ...] = ()
    duties: Money | None = None
    settled_in: str | None = None
    rate: str | None = None
    rate_on: date | None = None

    def differs_in(self, other: "Head") -> str:
        """Return the name of the first field that is not the same."""
        names = (field.name for field in fields(self))
        return next((n for n in names if getattr(self, n) != getattr(other, n)), "")

    def order(self, lines: tuple[OrderLine, ...], shipments: tuple[Shipment, ...]) -> Order:
        """Return the order with these lines and parcels."""
        return Order(
            merchant_id=self.merchant_id,
            number=self.number,
            ordered_on=self.ordered_on,
            currency=self.currency,
            customer=self.customer,
            lines=lines,
            shipments=shipments,
            channel=self.channel,
            payment=self.payment,
            shipping=self.shipping,
            discount=self.discount,
            tenders=self.tenders,
            duties=self.duties,
            settled_in=self.settled_in,
            rate=self.rate,
            rate_on=self.rate_on,
        )


def read_head(cells: Cells, key: tuple[str, str]) -> Head:
    """Return the order's own fields.

    Raises:
        BadField: One of them is missing or wrong.
    """
    ordered_on = cells.day("ordered_on")
    if ordered_on is None:
        raise BadField("ordered_on", "missing")
    currency = currency_of(cells)
    if currency is None:
        raise BadField("currency", "missing")
    return Head(
        merchant_id=key[0],
        number=key[1],
        ordered_on=ordered_on,
        currency=currency,
        customer=_customer(cells),
        channel=cells.choice("channel", Channel, Channel.ONLINE),
        payment=word(cells, "payment", "card"),
        shipping=cells.amount("shipping", currency),
        discount=cells.amount("order_discount", currency),
        tenders=read_tenders(cells, currency),
        duties=cells.amount("duties", currency),
        settled_in=currency_of(cells, "settled_in"),
        rate=read_rate(cells),
        rate_on=cells.day("rate_on"),
    )


def read_line(cells: Cells, currency: str, number: int) -> OrderLine:
    """Return the order line of a row.

    Raises:
        BadField: A field is missing or wrong.
    """
    sku = cells.needed("sku")
    quantity = cells.whole("quantity", most=100_000)
    price = cells.amount("unit_price", currency)
    if price is None:
        raise BadField("unit_price", "missing")
    serials = tuple(dict.fromkeys(serial for serial in cells.listed("serials") if serial))
    if len(serials) > quantity:
        raise BadField("serials", "too-many", str(len(serials)))
    nothing = Money(0, currency)
    line = OrderLine(
        number=number,
        sku=sku,
        title=cells.text("title") or sku,
        quantity=quantity,
        unit_price=price,
        discount=cells.amount("line_discount", currency) or nothing,
        tax=cells.amount("tax", currency) or nothing,
        gtin=cells.gtin("gtin"),
        category=word(cells, "category", "general"),
        legal=cells.choice("legal", Category, Category.GENERAL),
        serials=serials,
        is_gift=cells.truth("gift") or False,
        tax_rate=read_per_cent(cells),
    )
    if line.paid < nothing:
        raise BadField("line_discount", "more-than-price", line.discount.decimal())
    if line.paid < line.tax:
        raise BadField("tax", "more-than-price", line.tax.decimal())
    return line


def read_shipments(cells: Cells) -> tuple[Shipment, ...]:
    """Return the parcels of a row; one carrier or day may stand for all of them.

    Raises:
        BadField: Lists of different length, or a wrong SSCC.
    """
    trackings = cells.listed("tracking")
    if not any(trackings):
        return ()
    carriers = _spread("carrier", cells.listed("carrier"), trackings)
    codes = _spread("sscc", cells.listed("sscc"), trackings)
    shipped = _spread("shipped_on", cells.days("shipped_on"), trackings)
    delivered = _spread("delivered_on", cells.days("delivered_on"), trackings)
    return tuple(
        Shipment(
            tracking=tracking,
            carrier=carriers[place] or None,
            sscc=_sscc(codes[place]),
            shipped_on=shipped[place],
            delivered_on=delivered[place],
        )
        for place, tracking in enumerate(trackings)
        if tracking
    )


def currency_of(cells: Cells, name: str = "currency") -> str | None:
    """Return the currency, or None when there is none.

    Raises:
        BadField: It is no ISO 4217 code.
    """
    text = cells.text(name)
    if text is not None and not _CURRENCY.match(text):
        raise BadField(name, "no-currency", text)
    return text


def jurisdiction_of(cells: Cells) -> str:
    """Return where the buyer lives, from a code or from country and region.

    Raises:
        BadField: It is missing, or no ISO 3166 code.
    """
    text = cells.text("jurisdiction")
    if text is None:
        text = cells.text("country")
        if text is None:
            raise BadField("country", "missing")
        region = cells.text("region")
        if region is not None and text in _FEDERAL:
            text = f"{text}-{region.removeprefix(f'{text}-').upper()}"
    if not _JURISDICTION.match(text):
        raise BadField("country", "no-country", text)
    return text


def language_of(cells: Cells, country: str) -> str:
    """Return the language that is given, else the first one of the country.

    Raises:
        BadField: It is no language code.
    """
    text = cells.text("language")
    if text is None:
        return _spoken_in(country[:2])
    text = text.replace("_", "-")
    if not _LANGUAGE.match(text):
        raise BadField("language", "no-language", text)
    return text


def word(cells: Cells, name: str, default: str) -> str:
    """Return a word of the trade, in small letters.

    Raises:
        BadField: It is no such word.
    """
    text = cells.text(name)
    if text is None:
        return default
    plain = text.lower().replace(" ", "_").replace("-", "_")
    if not _WORD.match(plain):
        raise BadField(name, "unknown-value", text)
    return plain


def _customer(cells: Cells) -> Customer:
    jurisdiction = jurisdiction_of(cells)
    return Customer(
        name=cells.text("customer_name") or "",
        jurisdiction=jurisdiction,
        language=language_of(cells, jurisdiction),
        buyer=cells.choice("buyer", Buyer, Buyer.CONSUMER),
        postcode=cells.code("postcode"),
        city=cells.text("city"),
        phone=cells.code("phone"),
        email=cells.text("email"),
        tier=cells.text("tier", 80),
    )


@lru_cache(maxsize=300)
def _spoken_in(country: str) -> str:
    spoken = get_official_languages(country, de_facto=True)
    return spoken[0].replace("_", "-") if spoken else "en"


def _spread(name: str, values: Sequence[_T], trackings: Sequence[str]) -> Sequence[_T | None]:
    if len(values) == len(trackings):
        return values
    if not values:
        return [None] * len(trackings)
    if len(values) == 1:
        # One SSCC is one pallet or parcel; one day or carrier may be that of all.
        if name == "sscc":
            raise BadField(name, "lists-differ", str(len(values)))
        return [values[0]] * len(trackings)
    raise BadField(name, "lists-differ", str(len(values)))


def _sscc(text: str | None) -> str | None:
    if not text:
        return None
    digits = text.removeprefix("00") if len(text) == 20 else text
    if not is_number(digits) or len(digits) != 18:
        raise BadField("sscc", "no-sscc", text)
    if not has_gs1_check_digit(digits):
        raise BadField("sscc", "check-digit", text)
    return digits
