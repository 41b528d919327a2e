"""Realised sales from rows: what returned items were really sold for."""

import re
from collections.abc import Callable, Collection, Iterator

from returnstation.domain.checklists import Grade
from returnstation.domain.money import Money
from returnstation.domain.orders import Product
from returnstation.domain.realised import Sale
from returnstation.exchange.cells import Cells
from returnstation.exchange.order_parts import currency_of
from returnstation.exchange.products import each_row
from returnstation.exchange.profiles import Profile
from returnstation.exchange.rows import Accepted, BadField, Rejected, Row

_GRADE = re.compile(r"F([1-6])\s*[/·, -]?\s*C([0-9])\Z", re.IGNORECASE)
_MOST_TIMES = 3
"""A sale that brought more times the new price is a slip of the pen, not news."""

FindProduct = Callable[[str, str], Product | None]
"""Return a merchant's product by its SKU."""


def read_sales(
    rows: Iterator[Row], profile: Profile, channels: Collection[str], find: FindProduct
) -> Iterator[Accepted[Sale] | Rejected]:
    """Yield realised sales, and the rows that make none.

    Args:
        rows: The rows.
        profile: What their columns mean.
        channels: Those of the site's figures, without their family.
        find: The product's category and price count where a row does not give them.
    """
    return each_row(rows, Cells(profile), lambda cells: _sale(cells, channels, find))


def _sale(cells: Cells, channels: Collection[str], find: FindProduct) -> Sale:
    merchant_id, sku = cells.needed("merchant_id"), cells.needed("sku")
    channel = cells.needed("channel").lower()
    if channel not in channels:
        raise BadField("channel", "no-channel", channel)
    currency = currency_of(cells)
    if currency is None:
        raise BadField("currency", "missing")
    price, sold_on = cells.amount("price", currency), cells.day("sold_on")
    if price is None:
        raise BadField("price", "missing")
    if sold_on is None:
        raise BadField("sold_on", "missing")
    product = find(merchant_id, sku)
    category = cells.text("category") or (None if product is None else product.category)
    if category is None:
        raise BadField("category", "missing")
    return Sale(
        sale_id=cells.needed("sale_id"),
        merchant_id=merchant_id,
        sku=sku,
        category=category,
        channel=channel,
        grade=_grade(cells.needed("grade")),
        price=price,
        list_price=_list_price(cells, price, product),
        sold_on=sold_on,
    )


def _grade(text: str) -> Grade:
    found = _GRADE.match(text.strip())
    if found is None:
        raise BadField("grade", "no-grade", text)
    return Grade(int(found[1]), int(found[2]))


def _list_price(cells: Cells, price: Money, product: Product | None) -> Money:
    given = cells.amount("list_price", price.currency)
    known = given or (None if product is None else product.price)
    if not known:
        raise BadField("list_price", "no-list-price")
    if known.currency != price.currency:
        raise BadField("currency", "other-currency", price.currency)
    if price.minor > _MOST_TIMES * known.minor:
        raise BadField("price", "above-list-price", price.decimal())
    return known
