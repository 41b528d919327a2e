"""What was to be forgotten, and has been: a row each, instead of one setting and all facts."""

import json

import sqlalchemy as sa
from alembic import op

from returnstation.wire.feeds import key_of

revision = "0004"
down_revision = "0003"

_SETTING = "erasures"
_PUT = sa.text(
    "INSERT INTO erasure (key, erased_ms, is_done) VALUES (:key, :erased_ms, :is_done) "
    "ON CONFLICT (key) DO UPDATE SET erased_ms = excluded.erased_ms, is_done = excluded.is_done"
)


def upgrade() -> None:
    """Make the table of what was told to the station, and what it told by its present name."""
    op.create_table(
        "erasure",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("erased_ms", sa.BigInteger(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("erasure_pending", "erasure", ["key"], sqlite_where=sa.text("NOT is_done"))
    connection = op.get_bind()
    done = (
        "SELECT body FROM fact WHERE type = 'order_forgotten' AND subject = "
        "(SELECT value FROM setting WHERE name = 'station_id') ORDER BY seq"
    )
    for (body,) in connection.execute(sa.text(done)).all():
        said = json.loads(body)
        key = key_of(said["merchant_id"], said["order_number"])
        row = {"key": key, "erased_ms": said.get("erased_ms", 0), "is_done": True}
        connection.execute(_PUT, row)
    of_setting = {"name": _SETTING}
    kept = connection.scalar(sa.text("SELECT value FROM setting WHERE name = :name"), of_setting)
    pending = json.loads(kept or "{}")
    # The first programs that erased kept no moments.
    moments = dict.fromkeys(pending, 0) if isinstance(pending, list) else pending
    for key, at in moments.items():
        connection.execute(_PUT, {"key": key, "erased_ms": at, "is_done": False})
    connection.execute(sa.text("DELETE FROM setting WHERE name = :name"), of_setting)
