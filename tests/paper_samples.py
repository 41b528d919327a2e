"""Papers as tests need them: valid, and every field that is not asked for is said."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from returnstation.domain.messages import say
from returnstation.domain.money import Money
from returnstation.domain.papers import (
    ContainerLabel,
    ItemLabel,
    JobState,
    Outcome,
    PalletLabel,
    Paper,
    PrintJob,
    Receipt,
    ReceiptLine,
)
from returnstation.domain.sscc import sscc

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

_LABEL = ItemLabel(
    lpn="ICN3-0011842",
    disposition="restock_open_box",
    functional="F6",
    cosmetic="C6",
    title="하늘 러너 3 · 네이비 270",
    merchant="달빛스포츠",
    sku="SKY-3-NV-270",
    case_number="C-2026-0117",
    printed_at=NOON,
    gtin="8801234567893",
)
_LINE = ReceiptLine(
    title="Sky Runner 3, navy 270",
    sku="SKY-3-NV-270",
    quantity=2,
    outcome=Outcome.ACCEPTED,
    because=say("papers.receipt.keep"),
    clause="BGB § 357a(1)",
    refund=Money(12340, "EUR"),
    deductions=((say("papers.deduction.diminished_value"), Money(560, "EUR")),),
)
_RECEIPT = Receipt(
    case_number="C-2026-0117",
    merchant="달빛스포츠 Moonlight",
    country="DE",
    received_on=date(2026, 11, 24),
    issued_at=NOON,
    lines=(
        _LINE,
        replace(_LINE, outcome=Outcome.REFUSED, refund=None, deductions=()),
        replace(_LINE, outcome=Outcome.REVIEW, refund=None, deductions=(), clause=None),
    ),
    rma="RMA-2026-0117",
    order_number="112-1234567-1234567",
    customer="Jana K.",
    refund_total=Money(12340, "EUR"),
    refund_due_on=date(2026, 12, 8),
    refund_method="original_payment",
    feedback_url="https://returns.example/f/C-2026-0117",
)
LABELS: tuple[Paper, ...] = (
    _LABEL,
    ContainerLabel(code="T-07", disposition="restock_open_box", capacity=40, site="ICN3", place=3),
    PalletLabel(sscc=sscc("8801234", 42), disposition="liquidate", site="ICN3"),
)
"""One of each label that is drawn for a printer of labels."""

PAPERS: tuple[Paper, ...] = (*LABELS, _RECEIPT)
"""One of each paper; a test of all papers takes these."""


def a_label(**changes: Any) -> ItemLabel:
    return replace(_LABEL, **changes)


def a_line(**changes: Any) -> ReceiptLine:
    return replace(_LINE, **changes)


def a_receipt(**changes: Any) -> Receipt:
    return replace(_RECEIPT, **changes)


def a_job(job_id: str, paper: Paper | None = None, language: str = "ko") -> PrintJob:
    return PrintJob(
        job_id=job_id,
        paper=paper or a_label(),
        language=language,
        printer="desk",
        state=JobState.QUEUED,
        created_at=NOON,
    )
