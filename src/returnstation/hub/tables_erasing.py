"""What was erased, and how far each station has followed since."""

from sqlalchemy import BigInteger, Column, String, Table

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

FOLLOWED = Table(
    "followed",
    HUB,
    Column("station", String, primary_key=True),
    Column("shard", String, primary_key=True),
    Column("n", BigInteger, nullable=False),
)
"""From which number on a station asked last: what is before, it has written down."""
