"""The papers a station prints, the jobs that print them, and how both are stored."""

from returnstation.domain.papers.jobs import JobState, PrintJob, Trouble, trouble_message
from returnstation.domain.papers.records import BadPaper, paper_from_json, paper_to_json
from returnstation.domain.papers.values import (
    CommandCode,
    CommandGroup,
    CommandSheet,
    Deduction,
    Function3,
    ItemLabel,
    Outcome,
    Paper,
    PaperKind,
    Receipt,
    ReceiptLine,
    ScannerSheet,
    SetupCode,
    Term,
    kind_of,
)

__all__ = [
    "BadPaper",
    "CommandCode",
    "CommandGroup",
    "CommandSheet",
    "Deduction",
    "Function3",
    "ItemLabel",
    "JobState",
    "Outcome",
    "Paper",
    "PaperKind",
    "PrintJob",
    "Receipt",
    "ReceiptLine",
    "ScannerSheet",
    "SetupCode",
    "Term",
    "Trouble",
    "kind_of",
    "paper_from_json",
    "paper_to_json",
    "trouble_message",
]
