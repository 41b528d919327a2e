"""The hub's tables, on PostgreSQL or SQLite.

Every key begins with the column its table is spread by where one machine is too small (station,
subject, shard or merchant), and no number a reader follows comes from a sequence: Citus,
CockroachDB and YugabyteDB take these tables as they are. What was hashed is kept as bytes, for
``jsonb`` would put keys in another order and the chain could never be proved again.

Moments are whole milliseconds since 1970 UTC.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

HUB = MetaData()

SCHEMA = 1
"""Of these tables; a hub that finds a newer one refuses to touch it."""

ABOUT = Table(
    "hub",
    HUB,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)
"""What the hub keeps about itself: its id, the generation of its feeds, the schema's version."""

STATION = Table(
    "station",
    HUB,
    Column("station", String, primary_key=True),
    Column("site", String, nullable=False),
    Column("name", String, nullable=False),
    Column("key", LargeBinary(32), nullable=False),
    Column("enrolled_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Column("seen_ms", BigInteger),
    Column("first_number", BigInteger, nullable=False),
    Column("last_number", BigInteger, nullable=False),
    Column("program", String, nullable=False, server_default=""),
)

CODE = Table(
    "enrolment_code",
    HUB,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("site", String, nullable=False),
    Column("name", String, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger),
)
"""Codes by which a station may be taken in, as their SHA-256; each is good once."""

SERIES = Table(
    "series",
    HUB,
    Column("name", String, primary_key=True),
    Column("last", BigInteger, nullable=False),
)
"""Numbers that are given out once."""

BRANCH = Table(
    "branch",
    HUB,
    Column("station", String, primary_key=True),
    Column("branch", BigInteger, primary_key=True, autoincrement=False),
    Column("parent", BigInteger),
    Column("after", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)
"""How far each branch of a station's log goes; ``parent`` is continued after fact ``after``."""

FACT = Table(
    "fact",
    HUB,
    Column("station", String, primary_key=True),
    Column("branch", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("label", String, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("fact_id", LargeBinary(16), nullable=False),
    Column("hlc", BigInteger, nullable=False),
    Column("type", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("subject", String, nullable=False),
    Column("by_user", String),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("channel", String, nullable=False),
    Index("fact_of_subject", "subject", "station", "branch", "seq"),
)
"""Every fact of every station; ``label`` is the station's name as it was hashed."""

QUARANTINE = Table(
    "quarantine",
    HUB,
    Column("station", String, primary_key=True),
    Column("branch", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("why", String, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
)
"""Facts that are kept but not understood, or not trusted."""

DIRTY = Table(
    "dirty",
    HUB,
    Column("subject", String, primary_key=True),
    Column("times", BigInteger, nullable=False),
)
"""Subjects with facts that are not in the projections yet."""

CLOCK = Table(
    "clock",
    HUB,
    Column("station", String, primary_key=True),
    Column("sent_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("offset_ms", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
)
"""How wrong a station's clock was when it sent fact ``seq``: what to add to get the hub's time."""

FEED = Table(
    "feed",
    HUB,
    Column("shard", String, primary_key=True),
    Column("last", BigInteger, nullable=False),
    Column("pruned", BigInteger, nullable=False),
)
"""The clock of each feed: drawn in the transaction that writes, so it is in order of commits."""

FEED_MARK = Table(
    "feed_mark",
    HUB,
    Column("shard", String, primary_key=True),
    Column("upto", BigInteger, primary_key=True, autoincrement=False),
    Column("mark", BigInteger, nullable=False),
)
"""A random number for each transaction that wrote into a feed, and the last number it drew."""

SUBSCRIPTION = Table(
    "subscription",
    HUB,
    Column("site", String, primary_key=True),
    Column("shard", String, primary_key=True),
)
"""Which feeds the stations of a site follow, beside the site's own."""

RECORD = Table(
    "record",
    HUB,
    Column("shard", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("is_deleted", Boolean, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("record_in_order", "shard", "n", unique=True),
)
"""What goes down: the newest state of each record, in the order of its last change."""
