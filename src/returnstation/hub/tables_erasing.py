"""What was erased and what will be, and how far each station has followed since."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from returnstation.hub import tables_photos

ALL_TABLES = HUB = tables_photos.ALL_TABLES
"""Every table of the hub, now that those of erasing are among them."""

ERASURE = Table(
    "erasure",
    HUB,
    Column("merchant_id", String, primary_key=True),
    Column("order_number", String, primary_key=True),
    Column("shard", String, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("erased_ms", BigInteger, nullable=False),
)
"""Orders that were erased, and the number of each feed after which a station has heard of it."""

WHY_ERASED = Table(
    "why_erased",
    HUB,
    Column("merchant_id", String, primary_key=True),
    Column("order_number", String, primary_key=True),
    Column("why", String, nullable=False),
)
"""``asked`` for one that somebody asked for, ``retention`` for one whose time was over."""

RMA_OF_ORDER = Table(
    "rma_of_order",
    HUB,
    Column("shard", String, primary_key=True),
    Column("order_number", String, primary_key=True),
    Column("key", String, primary_key=True),
)
"""Records of announced returns by the orders they name, now or before."""

PHOTO_ERASED = Table(
    "photo_erased",
    HUB,
    Column("digest", String(64), primary_key=True),
    Column("erased_ms", BigInteger, nullable=False),
    Column("removed_ms", BigInteger),
    Index("photo_to_remove", "removed_ms", "digest"),
)
"""Photos nobody can see any more; ``removed_ms`` is empty while the store still has their bytes."""

RETENTION = Table(
    "retention",
    HUB,
    Column("merchant_id", String, primary_key=True),
    Column("orders_days", Integer),
    Column("photos_days", Integer),
)
"""How long orders and photos are kept; the row without a merchant is for all that have none."""

FOLLOWED = Table(
    "followed",
    HUB,
    Column("station", String, primary_key=True),
    Column("shard", String, primary_key=True),
    Column("n", BigInteger, nullable=False),
)
"""From which number on a station asked last: what is before, it has written down."""
