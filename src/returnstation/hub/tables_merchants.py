"""What the hub keeps for merchants: their keys, what they were told, and their webhooks."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table

from returnstation.hub.tables import HUB

ALL_TABLES = HUB
"""Every table of the hub, now that those of merchants are among them."""

ACCOUNT = Table(
    "merchant_account",
    HUB,
    Column("merchant_id", String, primary_key=True),
    Column("made_ms", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
)
"""Merchants with a way to the hub; ``last`` is the clock of what they are told."""

API_KEY = Table(
    "api_key",
    HUB,
    Column("key_id", String, primary_key=True),
    Column("merchant_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Index("key_of_merchant", "merchant_id"),
)
"""Keys of merchants' programs, as the SHA-256 of their secret."""

OUT = Table(
    "merchant_out",
    HUB,
    Column("merchant_id", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("case_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("state", String, nullable=False),
    Column("is_gone", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("out_in_order", "merchant_id", "kind", "n"),
    Index("out_of_case", "case_id"),
    Index("out_by_name", "merchant_id", "kind", "name"),
)
"""What merchants see: the newest state of each thing, in the order of its last change."""

EVENT = Table(
    "webhook_event",
    HUB,
    Column("merchant_id", String, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", String, nullable=False),
    Column("type", String, nullable=False),
    Column("case_id", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("event_of_case", "case_id"),
)
"""What happened, as it is sent."""

ENDPOINT = Table(
    "webhook_endpoint",
    HUB,
    Column("merchant_id", String, primary_key=True),
    Column("endpoint_id", String, primary_key=True),
    Column("url", String, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("types", String, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("off_ms", BigInteger),
    Column("off_why", String, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("failing_ms", BigInteger),
    Column("pause_ms", BigInteger, nullable=False),
    Column("busy_ms", BigInteger, nullable=False),
)
"""Where merchants want to be told; ``busy_ms`` is until when a process has it in hand."""

DELIVERY = Table(
    "webhook_delivery",
    HUB,
    Column("merchant_id", String, primary_key=True),
    Column("endpoint_id", String, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_ms", BigInteger, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("answer", String, nullable=False),
    Column("done_ms", BigInteger),
    Index("delivery_waiting", "merchant_id", "endpoint_id", "state", "next_ms", "n"),
    Index("delivery_of_case", "merchant_id", "endpoint_id", "case_id", "state", "n"),
)
"""Each event on its way to each endpoint: ``pending``, ``delivered`` or ``failed``."""
