"""Realised sales in the cache: kept by their ids, read as sums per channel and grade."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Integer, bindparam, cast, func, select

from returnstation.domain.checklists import Grade
from returnstation.domain.realised import Sale, Sample
from returnstation.storage.cache_tables import SALE

_IS_PRODUCT = cast(SALE.c.sku == bindparam("sku"), Integer).label("is_product")
_SAMPLES = (
    select(
        SALE.c.channel,
        SALE.c.functional,
        SALE.c.cosmetic,
        _IS_PRODUCT,
        func.count().label("number"),
        func.sum(SALE.c.share).label("shares"),
        func.sum(SALE.c.share * SALE.c.share).label("squares"),
        func.max(SALE.c.sold_on).label("last_on"),
    )
    .where(
        SALE.c.merchant_id == bindparam("merchant"),
        SALE.c.category == bindparam("category"),
        SALE.c.sold_on >= bindparam("since"),
    )
    .group_by(SALE.c.channel, SALE.c.functional, SALE.c.cosmetic, _IS_PRODUCT)
)


def samples(
    connection: Connection, merchant: str, wares: tuple[str, str], since: date
) -> Sequence[Sample]:
    """Return the sales of a category and of a product in it, added up by channel and grade."""
    category, sku = wares
    values = {"merchant": merchant, "category": category, "sku": sku, "since": since.isoformat()}
    return [
        Sample(
            channel=row.channel,
            grade=Grade(row.functional, row.cosmetic),
            is_product=bool(row.is_product),
            count=row.number,
            shares=row.shares,
            squares=row.squares,
            last_on=date.fromisoformat(row.last_on),
        )
        for row in connection.execute(_SAMPLES, values)
    ]


def sale_row(sale: Sale) -> dict[str, Any]:
    """Return a sale as a row."""
    return {
        "merchant_id": sale.merchant_id,
        "sale_id": sale.sale_id,
        "category": sale.category,
        "sku": sale.sku,
        "channel": sale.channel,
        "functional": sale.grade.functional,
        "cosmetic": sale.grade.cosmetic,
        "share": sale.share,
        "sold_on": sale.sold_on.isoformat(),
        "body": msgspec.json.encode(sale),
    }
