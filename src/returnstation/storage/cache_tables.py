"""The tables of ``cache-<generation>.db``: orders, returns announced, products, merchants, sales.

Whole records are JSON in ``body``; what is looked up stands beside it. ``identifier`` holds
every code a parcel can carry, so one probe of one index answers a scan.
"""

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table

CACHE = MetaData()

ORDER_TEXT = (
    "CREATE VIRTUAL TABLE order_text USING fts5(name, initials, place, contact, goods, "
    "content='', contentless_delete=1, prefix='1 2 3', "
    "tokenize='unicode61 remove_diacritics 2')"
)
"""Names, places, phones and products of orders, for what people remember instead of a number."""

ORDER_CLUE = (
    "CREATE VIRTUAL TABLE order_clue USING fts5(keys, content='', contentless_delete=1, "
    "detail=none, tokenize='unicode61 remove_diacritics 0')"
)
"""What orders may be compared by, each as one word; words that must meet are merged fast."""

MERCHANT = Table(
    "merchant",
    CACHE,
    Column("merchant_id", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

PRODUCT = Table(
    "product",
    CACHE,
    Column("merchant_id", String, primary_key=True),
    Column("sku", String, primary_key=True),
    Column("key", String, nullable=False),
    Column("gtin", String),
    Column("body", LargeBinary, nullable=False),
    Index("product_gtin", "gtin"),
    Index("product_key", "key"),
)

ORDER = Table(
    "sale_order",
    CACHE,
    Column("order_id", Integer, primary_key=True),
    Column("merchant_id", String, nullable=False),
    Column("number", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("order_number", "merchant_id", "number", unique=True),
)

RMA = Table(
    "rma",
    CACHE,
    Column("rma_id", Integer, primary_key=True),
    Column("merchant_id", String, nullable=False),
    Column("number", String, nullable=False),
    Column("order_number", String, nullable=False),
    Column("requested_on", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("rma_number", "merchant_id", "number", unique=True),
    Index("rma_order", "merchant_id", "order_number", "requested_on"),
)

IDENTIFIER = Table(
    "identifier",
    CACHE,
    Column("key", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("target", Integer, primary_key=True),
    Column("reversed", String, nullable=False),
    # `ends with` is a range of the reversed key: LIKE '%x' would read every row.
    Index("identifier_reversed", "reversed"),
    sqlite_with_rowid=False,
)

SALE = Table(
    "realised_sale",
    CACHE,
    Column("merchant_id", String, primary_key=True),
    Column("sale_id", String, primary_key=True),
    Column("category", String, nullable=False),
    Column("sku", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("functional", Integer, nullable=False),
    Column("cosmetic", Integer, nullable=False),
    Column("share", Integer, nullable=False),
    Column("sold_on", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    # Everything a sum is learned from stands in the index: the rows are not read.
    Index(
        "sale_learned",
        "merchant_id",
        "category",
        "sold_on",
        "channel",
        "functional",
        "cosmetic",
        "sku",
        "share",
    ),
)
"""What returned items were really sold for; ``share`` is millionths of the list price."""

CONFLICT = Table(
    "conflict",
    CACHE,
    Column("conflict_id", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""What does not go together at this site, as the hub found it."""

FEED_CURSOR = Table(
    "feed_cursor",
    CACHE,
    Column("shard", String, primary_key=True),
    Column("generation", String, nullable=False),
    Column("n", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
)
"""How far each feed of the hub was followed; in the file that follows it, so both are one."""
