"""Facts, policy versions, cases, items, print jobs, users and containers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first schema; facts are append-only from the first row on."""
    op.create_table(
        "container",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("disposition", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("filled", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sscc", sa.String(), nullable=True),
        sa.Column("on_pallet", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("code"),
        sa.UniqueConstraint("sscc"),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "fact",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("fact_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("hlc", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("fact_id"),
    )
    op.create_index(
        "fact_hint", "fact", ["type"], unique=False, sqlite_where=sa.text("type = 'hint_settled'")
    )
    op.create_index("fact_subject", "fact", ["subject", "seq"], unique=False)
    op.create_table(
        "policy_version",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "print_job",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("printer", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("lpn", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("job_id"),
    )
    op.create_index("job_lpn", "print_job", ["lpn"], unique=False)
    op.create_index("job_waiting", "print_job", ["printer", "state", "created_at"], unique=False)
    op.create_table(
        "return_case",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(), nullable=False),
        sa.Column("merchant", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("held_at", sa.BigInteger(), nullable=True),
        sa.Column("held_why", sa.String(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.String(), nullable=True),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("reviews_waiting", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("case_due", "return_case", ["due_on"], unique=False)
    op.create_index("case_ended", "return_case", ["ended_at"], unique=False)
    op.create_index("case_held", "return_case", ["state", "held_at"], unique=False)
    op.create_table(
        "setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "user",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("badge", sa.String(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column(
            "is_active", sa.Boolean(create_constraint=True, name="user_active"), nullable=False
        ),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.CheckConstraint("role IN ('operator', 'supervisor', 'admin')", name="user_role"),
        sa.PrimaryKeyConstraint("user_id"),
        sa.UniqueConstraint("badge"),
    )
    op.create_table(
        "case_code",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["return_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("code", "case_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "item",
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("merchant", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("serial", sa.String(), nullable=True),
        sa.Column("lpn", sa.String(), nullable=True),
        sa.Column("custody", sa.String(), nullable=False),
        sa.Column("container", sa.String(), nullable=True),
        sa.Column("load", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("functional", sa.String(), nullable=False),
        sa.Column("cosmetic", sa.String(), nullable=False),
        sa.Column("merchant_grade", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.String(), nullable=False),
        sa.Column("refund", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("review", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("due_on", sa.String(), nullable=True),
        sa.Column("inspected_at", sa.BigInteger(), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["return_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("item_id"),
        sa.UniqueConstraint("lpn"),
    )
    op.create_index("item_case", "item", ["case_id"], unique=False)
    op.create_index("item_container", "item", ["container"], unique=False)
    op.create_index("item_country", "item", ["country", "inspected_at"], unique=False)
    op.create_index("item_inspected", "item", ["inspected_at"], unique=False)
    op.create_index("item_line", "item", ["line_id"], unique=False)
    op.create_index("item_load", "item", ["load"], unique=False)
    op.create_index("item_merchant", "item", ["merchant", "inspected_at"], unique=False)
    op.create_index("item_serial", "item", ["serial"], unique=False)
    op.create_index("item_waiting", "item", ["review", "due_on", "inspected_at"], unique=False)
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER fact_no_{act.lower()} BEFORE {act} ON fact "
            "BEGIN SELECT RAISE(ABORT, 'facts are never changed'); END"
        )
