"""Which photos the hub has, and which it was told of."""

from sqlalchemy import BigInteger, Column, Index, String, Table

from returnstation.hub import tables_merchants

ALL_TABLES = HUB = tables_merchants.ALL_TABLES
"""Every table of the hub, now that those of photos are among them."""

PHOTO = Table(
    "photo",
    HUB,
    Column("digest", String(64), primary_key=True),
    Column("station", String, nullable=False),
    Column("size", BigInteger),
    Column("stored_ms", BigInteger),
    Column("thumbnail_ms", BigInteger),
    Index("photo_of_station", "station", "stored_ms"),
)
"""Photos by the SHA-256 of their bytes; ``stored_ms`` is empty for one that a fact only names."""
