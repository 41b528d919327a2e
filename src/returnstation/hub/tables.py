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
    Column("bundle_key", String, nullable=False, server_default=""),
)

KEY_CHANGE = Table(
    "station_key_change",
    HUB,
    Column("station", String, primary_key=True),
    Column("key", LargeBinary(32), primary_key=True),
    Column("before", LargeBinary(32), nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("asked_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger),
)
"""A station's next key until it is used; then what it had before, up to fact ``last_seq``."""

KEY_RECIPIENT = Table(
    "station_key_recipient",
    HUB,
    Column("station", String, primary_key=True),
    Column("key", LargeBinary(32), nullable=False),
    Column("bundle_key", String, nullable=False),
)
"""Whom a station's sticks are encrypted to once it uses its next key."""

KEY_WISH = Table(
    "station_key_wish",
    HUB,
    Column("station", String, primary_key=True),
    Column("wanted_ms", BigInteger, nullable=False),
)
"""Which stations are to change a key that is older than this."""

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

LEASE = Table(
    "lease",
    HUB,
    Column("name", String, primary_key=True),
    Column("until_ms", BigInteger, nullable=False),
)
"""What one process at a time takes on, and until when."""

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
    Column("since_ms", BigInteger),
)
"""Subjects with facts that are not in the projections yet.

``since_ms`` is by the database's clock; it is empty where an older program marked a subject.
"""

CLOCK_NOTE = Table(
    "clock_note",
    HUB,
    Column("station", String, primary_key=True),
    Column("branch", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("wall_ms", BigInteger, nullable=False),
    Column("log_ms", BigInteger, nullable=False),
    Column("before_ms", BigInteger, nullable=False),
    Column("step_ms", BigInteger, nullable=False),
    Column("offset_ms", BigInteger),
)
"""What facts tell of their station's clock, as ``domain.redating`` wants it."""

CASE_CLOCK = Table(
    "case_clock",
    HUB,
    Column("case_id", String, primary_key=True),
    Column("station", String, primary_key=True),
    Column("is_unsure", Boolean, nullable=False),
    Index("clock_of_station", "station"),
)
"""Cases whose dates may change by what a station notes of its clock later."""

FEED = Table(
    "feed",
    HUB,
    Column("shard", String, primary_key=True),
    Column("last", BigInteger, nullable=False),
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

RECORD_MADE = Table(
    "record_made",
    HUB,
    Column("shard", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("format", Integer, nullable=False),
    Column("made", LargeBinary, nullable=False),
)
"""What stations' caches make of records, sealed as they are; of change ``n``, and no other."""

CASE = Table(
    "case_state",
    HUB,
    Column("case_id", String, primary_key=True),
    Column("station", String, nullable=False),
    Column("merchant_id", String, nullable=False),
    Column("number", String, nullable=False),
    Column("order_number", String, nullable=False),
    Column("state", String, nullable=False),
    Column("opened_ms", BigInteger, nullable=False),
    Column("corrected_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("changed_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("case_of_merchant", "merchant_id", "changed_ms"),
)
"""Cases as their facts tell; all by the hub's clock, but ``opened_ms`` by the station's."""

CASE_LINK = Table(
    "case_link",
    HUB,
    Column("topic", String, primary_key=True),
    Column("case_id", String, primary_key=True),
    Index("link_of_case", "case_id"),
)
"""What cases have in common: order lines they hold items of, orders, blind parcels, photos."""

ITEM = Table(
    "item_state",
    HUB,
    Column("case_id", String, primary_key=True),
    Column("item_id", String, primary_key=True),
    Column("merchant_id", String, nullable=False),
    Column("sku", String, nullable=False),
    Column("lpn", String),
    Column("quantity", Integer, nullable=False),
    Column("functional", Integer),
    Column("cosmetic", Integer),
    Column("disposition", String),
    Column("outcome", String),
    Column("custody", String, nullable=False),
    Column("container", String),
    Column("review", String, nullable=False),
    Index("item_of_lpn", "lpn"),
    Index("item_of_merchant", "merchant_id", "sku"),
)

MOVEMENT = Table(
    "stock_movement",
    HUB,
    Column("case_id", String, primary_key=True),
    Column("fact_id", String, primary_key=True),
    Column("item_id", String, nullable=False),
    Column("merchant_id", String, nullable=False),
    Column("sku", String, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("came_from", String, nullable=False),
    Column("went_to", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Index("movement_of_merchant", "merchant_id", "at_ms"),
)
"""Where goods went: from ``buyer`` to a disposition, to another, and out by ``left``."""

REFUND = Table(
    "refund",
    HUB,
    Column("case_id", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("merchant_id", String, nullable=False),
    Column("order_number", String, nullable=False),
    Column("state", String, nullable=False),
    Column("minor", BigInteger, nullable=False),
    Column("currency", String, nullable=False),
    Column("instructed_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("refund_of_merchant", "merchant_id", "state", "instructed_ms"),
)
"""What merchants are told to pay: ``due``, or ``waits`` and ``void`` for a conflict's sake."""

REPORT = Table(
    "refund_report",
    HUB,
    Column("case_id", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("note", String, nullable=False, server_default=""),
    Column("at_ms", BigInteger, nullable=False),
)
"""What a merchant said became of an instruction; ``executed`` is the end."""

CONFLICT = Table(
    "conflict",
    HUB,
    Column("conflict_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("merchant_id", String),
    Column("owner", String, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("money", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("conflict_open", "state", "since_ms"),
    Index("conflict_about", "topic"),
)
"""What does not go together: ``open``, ``told`` (nobody need act) or ``settled``."""

CONFLICT_CASE = Table(
    "conflict_case",
    HUB,
    Column("conflict_id", String, primary_key=True),
    Column("case_id", String, primary_key=True),
    Index("conflict_of_case", "case_id"),
)

POLICY = Table(
    "policy_in_force",
    HUB,
    Column("merchant_id", String, primary_key=True),
    Column("from_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("version", String, nullable=False),
    Column("on_stale", String, nullable=False),
)
"""Which terms a merchant had since when, by the hash a verdict names."""

UNPROJECTED = Table(
    "unprojected",
    HUB,
    Column("subject", String, primary_key=True),
    Column("why", String, nullable=False),
)
"""Subjects whose facts do not make sense together; they are kept, and a person looks."""
