"""The tables of ``station.db``: facts, and the state that follows from them.

Moments are whole milliseconds since 1970 UTC, days ISO text, amounts minor units.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

METADATA = MetaData()

FACT = Table(
    "fact",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("station", String, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("fact_id", LargeBinary(16), nullable=False, unique=True),
    Column("hlc", BigInteger, nullable=False),
    Column("type", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("subject", String, nullable=False),
    Column("user", String),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Index("fact_subject", "subject", "seq"),
    Index("fact_hint", "type", sqlite_where=text("type = 'hint_settled'")),
)

SUBJECT_KEY = Table(
    "subject_key",
    METADATA,
    Column("subject", String, primary_key=True),
    Column("key", LargeBinary, nullable=False),
    Column("is_sent", Boolean, nullable=False),
    Index("key_unsent", "subject", sqlite_where=text("NOT is_sent")),
)
"""Keys of what people typed; one that was forgotten is empty, and its row stays."""

ERASURE = Table(
    "erasure",
    METADATA,
    Column("key", String, primary_key=True),
    Column("erased_ms", BigInteger, nullable=False),
    Column("is_done", Boolean, nullable=False),
    Index("erasure_pending", "key", sqlite_where=text("NOT is_done")),
)
"""Orders the hub, or the site's own retention, erased; by merchant and number."""

SETTING = Table(
    "setting",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

POLICY_VERSION = Table(
    "policy_version",
    METADATA,
    Column("version", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

COUNTER = Table(
    "counter",
    METADATA,
    Column("name", String, primary_key=True),
    Column("last", Integer, nullable=False),
)

CASE = Table(
    "return_case",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("state", String, nullable=False),
    Column("country", String, nullable=False),
    Column("merchant_id", String, nullable=False),
    Column("merchant", String, nullable=False),
    Column("order_number", String, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("held_at", BigInteger),
    Column("held_why", String),
    Column("seconds", Integer),
    Column("due_on", String),
    Column("clause", String, nullable=False),
    Column("reviews_waiting", Integer, nullable=False),
    Index("case_held", "state", "held_at"),
    Index("case_due", "due_on"),
    Index("case_ended", "ended_at"),
    Index("case_merchant", "merchant_id", "state"),
)

CASE_CODE = Table(
    "case_code",
    METADATA,
    Column("code", String, primary_key=True),
    Column("case_id", ForeignKey(CASE.c.case_id), primary_key=True),
    sqlite_with_rowid=False,
)

CLUE = Table(
    "clue",
    METADATA,
    Column("fact_id", String, primary_key=True),
    Column("case_id", ForeignKey(CASE.c.case_id), nullable=False),
    Column("value", String, nullable=False),
    Index("clue_case", "case_id"),
)

ITEM = Table(
    "item",
    METADATA,
    Column("item_id", String, primary_key=True),
    Column("case_id", ForeignKey(CASE.c.case_id), nullable=False),
    Column("line_id", String),
    Column("number", String, nullable=False),
    Column("country", String, nullable=False),
    Column("merchant", String, nullable=False),
    Column("product", String, nullable=False),
    Column("sku", String, nullable=False),
    Column("serial", String),
    Column("lpn", String, unique=True),
    Column("custody", String, nullable=False),
    Column("container", String),
    Column("load", String),
    Column("outcome", String, nullable=False),
    Column("functional", String, nullable=False),
    Column("cosmetic", String, nullable=False),
    Column("merchant_grade", String, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("disposition", String, nullable=False),
    Column("refund", BigInteger),
    Column("currency", String),
    Column("review", String, nullable=False),
    Column("why", String, nullable=False),
    Column("due_on", String),
    Column("inspected_at", BigInteger),
    Column("search", Text, nullable=False),
    Index("item_case", "case_id"),
    Index("item_serial", "serial"),
    Index("item_line", "line_id"),
    Index("item_container", "container"),
    Index("item_load", "load"),
    Index("item_inspected", "inspected_at"),
    Index("item_waiting", "review", "due_on", "inspected_at"),
    Index("item_merchant", "merchant", "inspected_at"),
    Index("item_country", "country", "inspected_at"),
)

SETTLEMENT = Table(
    "settlement",
    METADATA,
    Column("case_id", ForeignKey(CASE.c.case_id), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

REFUND = Table(
    "refund",
    METADATA,
    Column("key", String, primary_key=True),
    Column("case_id", ForeignKey(CASE.c.case_id), nullable=False),
    Column("state", String, nullable=False),
    Index("refund_state", "state"),
    Index("refund_case", "case_id"),
)

OPEN_JOB = (
    "state IN ('queued', 'rendered', 'needs_attention', 'unknown')"
    " OR (state = 'sent' AND trouble = 'untold')"
)
"""What has not come out: a few of very many jobs, asked for with every view."""

PRINT_JOB = Table(
    "print_job",
    METADATA,
    Column("job_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("paper", Text, nullable=False),
    Column("language", String, nullable=False),
    Column("printer", String, nullable=False),
    Column("state", String, nullable=False),
    Column("trouble", String),
    Column("attempts", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("case_id", String),
    Column("lpn", String),
    Index("job_waiting", "printer", "state", "created_at"),
    Index("job_lpn", "lpn"),
    Index("job_open", "created_at", "job_id", sqlite_where=text(OPEN_JOB)),
)

USER = Table(
    "user",
    METADATA,
    Column("user_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("badge", String, nullable=False, unique=True),
    Column("pin_hash", String, nullable=False),
    Column("language", String, nullable=False),
    Column("theme", String, nullable=False),
    Column("is_active", Boolean(create_constraint=True, name="user_active"), nullable=False),
    Column("refused", Integer, nullable=False),
    CheckConstraint("role IN ('operator', 'supervisor', 'admin')", name="user_role"),
)

CONTAINER = Table(
    "container",
    METADATA,
    Column("code", String, primary_key=True),
    Column("disposition", String, nullable=False),
    Column("place", Integer, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("filled", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("sscc", String, unique=True),
    Column("on_pallet", String),
)
