"""What people typed about parcels nobody knows, and a quick way to those parcels."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table beside the facts, which may not name a customer."""
    op.create_table(
        "clue",
        sa.Column("fact_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["return_case.case_id"]),
        sa.PrimaryKeyConstraint("fact_id"),
    )
    op.create_index("clue_case", "clue", ["case_id"])
    op.create_table(
        "settlement",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["return_case.case_id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "refund",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["return_case.case_id"]),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("refund_state", "refund", ["state"])
    op.create_index("refund_case", "refund", ["case_id"])
    op.create_index(
        "job_open",
        "print_job",
        ["created_at", "job_id"],
        sqlite_where=sa.text(
            "state IN ('queued', 'rendered', 'needs_attention', 'unknown')"
            " OR (state = 'sent' AND trouble = 'untold')"
        ),
    )
    op.create_index("case_merchant", "return_case", ["merchant_id", "state"])
