"""Products and merchants from rows: one row each."""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec

from returnstation.domain.orders import Merchant, Product
from returnstation.domain.policy import Category
from returnstation.exchange.cells import Cells
from returnstation.exchange.order_parts import currency_of, language_of, word
from returnstation.exchange.profiles import Profile
from returnstation.exchange.rows import Accepted, BadField, Rejected, Row, broken, rejected
from returnstation.wire.packing import UNREADABLE

_T = TypeVar("_T")

FLAGS = frozenset({"age_restricted", "data_bearing", "hygiene_seal", "no_liquidation", "recalled"})
SIZES = ("small", "medium", "large")
_HAZARD = re.compile(r"[a-z][a-z0-9_]{1,39}\Z")
_COUNTRY = re.compile(r"[A-Z]{2}\Z")


def read_products(rows: Iterator[Row], profile: Profile) -> Iterator[Accepted[Product] | Rejected]:
    """Yield products, and the rows that make none."""
    return each_row(rows, Cells(profile), _product)


def read_merchants(
    rows: Iterator[Row], profile: Profile, check_terms: Callable[[dict[str, Any]], object]
) -> Iterator[Accepted[Merchant] | Rejected]:
    """Yield merchants, and the rows that make none.

    Args:
        rows: The rows.
        profile: What their columns mean.
        check_terms: Raises ValueError when schema.org terms are wrong.
    """
    return each_row(rows, Cells(profile), lambda cells: _merchant(cells, check_terms))


def each_row(
    rows: Iterator[Row], cells: Cells, make: Callable[[Cells], _T]
) -> Iterator[Accepted[_T] | Rejected]:
    """Yield a record per row, or the row with what is wrong with it."""
    for row in rows:
        if row.broken:
            yield broken(row)
            continue
        try:
            yield Accepted(make(cells.of(row.cells)))
        except BadField as bad:
            yield rejected(row, bad)


def _product(cells: Cells) -> Product:
    sku = cells.needed("sku")
    title = cells.text("title")
    if title is None:
        raise BadField("title", "missing")
    currency = currency_of(cells)
    if currency is None and cells.text("price") is not None:
        raise BadField("currency", "missing")
    return Product(
        merchant_id=cells.needed("merchant_id"),
        sku=sku,
        title=title,
        gtin=cells.gtin("gtin"),
        category=word(cells, "category", "general"),
        legal=cells.choice("legal", Category, Category.GENERAL),
        weight_g=cells.whole("weight_g", most=10_000_000) if cells.text("weight_g") else None,
        price=None if currency is None else cells.amount("price", currency),
        hazards=_codes(cells, "hazards", lambda code: bool(_HAZARD.match(code))),
        flags=_codes(cells, "flags", FLAGS.__contains__),
        picture=cells.text("picture"),
        parts=tuple(part for part in cells.listed("parts") if part),
        size=_size(cells),
    )


def _size(cells: Cells) -> str | None:
    text = cells.text("size")
    if text is not None and text.lower() not in SIZES:
        raise BadField("size", "unknown-value", text)
    return None if text is None else text.lower()


def _codes(cells: Cells, name: str, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    found = tuple(code.lower() for code in cells.listed(name) if code)
    for code in found:
        if not is_known(code):
            raise BadField(name, "unknown-value", code)
    return found


def _merchant(cells: Cells, check_terms: Callable[[dict[str, Any]], object]) -> Merchant:
    name = cells.text("name")
    if name is None:
        raise BadField("name", "missing")
    country = cells.needed("country")
    if not _COUNTRY.match(country):
        raise BadField("country", "no-country", country)
    return Merchant(
        merchant_id=cells.needed("merchant_id"),
        name=name,
        country=country,
        language=language_of(cells, country),
        feedback_url=_url(cells.text("feedback_url", 2000)),
        policy=_policy(cells, check_terms),
        policy_displayed=cells.truth("policy_displayed"),
        refunds_duties=cells.truth("refunds_duties") or False,
    )


def _policy(cells: Cells, check_terms: Callable[[dict[str, Any]], object]) -> dict[str, Any] | None:
    terms = cells.raw("policy")
    if isinstance(terms, str):
        text = cells.text("policy", 20_000)
        try:
            terms = None if text is None else msgspec.json.decode(text)
        except UNREADABLE:
            raise BadField("policy", "no-json", text or "") from None
    if terms is None:
        return None
    if not isinstance(terms, dict):
        raise BadField("policy", "no-object")
    try:
        check_terms(terms)
    except ValueError as error:
        raise BadField("policy", "bad-terms", str(error)) from error
    return terms


def _url(text: str | None) -> str | None:
    if text is not None and not re.match(r"https?://[^\s/]+", text):
        raise BadField("feedback_url", "no-address", text)
    return text
