"""Print jobs: what is to be printed where, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from returnstation.domain.messages import Say, say
from returnstation.domain.papers.kinds import Paper


class JobState(StrEnum):
    """How far a job has come.

    Only queued and rendered jobs are tried again by themselves: once bytes have gone out, a
    second try may print a second label, so a person decides.
    """

    QUEUED = "queued"
    RENDERED = "rendered"
    SENT = "sent"
    CONFIRMED = "confirmed"
    NEEDS_ATTENTION = "needs_attention"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class Trouble(StrEnum):
    """Why a job did not come through; ``papers.trouble.<code>`` says it to the worker."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    CONNECTION_LOST = "connection_lost"
    INTERRUPTED = "interrupted"
    SILENT = "silent"
    OFFLINE = "offline"
    OUT_OF_MEDIA = "out_of_media"
    WRONG_MEDIA = "wrong_media"
    OUT_OF_RIBBON = "out_of_ribbon"
    OUT_OF_INK = "out_of_ink"
    HEAD_OPEN = "head_open"
    COVER_OPEN = "cover_open"
    JAMMED = "jammed"
    CUTTER = "cutter"
    OUTPUT_FULL = "output_full"
    PAUSED = "paused"
    TOO_HOT = "too_hot"
    BUFFER_FULL = "buffer_full"
    FAULT = "fault"
    FOLDER_UNUSABLE = "folder_unusable"
    DISK_FULL = "disk_full"
    UNREADABLE = "unreadable"
    MISSING_GLYPH = "missing_glyph"
    DOES_NOT_FIT = "does_not_fit"
    NOT_SET_UP = "not_set_up"
    UNEXPECTED = "unexpected"


UNTOLD = "untold"
"""Stands in place of a trouble while a job is being sent.

A job that still has it when the program starts was cut off. One that is sent without it went
to a printer that cannot say what became of it.
"""

MENDABLE = frozenset(
    {
        Trouble.OFFLINE,
        Trouble.OUT_OF_MEDIA,
        Trouble.WRONG_MEDIA,
        Trouble.OUT_OF_RIBBON,
        Trouble.OUT_OF_INK,
        Trouble.HEAD_OPEN,
        Trouble.COVER_OPEN,
        Trouble.JAMMED,
        Trouble.CUTTER,
        Trouble.OUTPUT_FULL,
        Trouble.PAUSED,
        Trouble.TOO_HOT,
        Trouble.BUFFER_FULL,
        Trouble.FAULT,
    }
)
"""What a printer says is wrong with it, and will say is over: a job waits for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJob:
    """One paper on its way through one printer.

    Attributes:
        language: Of the worker for a label, of the customer for a receipt.
        printer: The printer's name in the station's settings.
        attempts: How often it was tried so far.
        trouble: ``UNTOLD``, or a ``Trouble`` code, with ``:detail`` behind it where there is one, e.g.
            ``missing_glyph:U+1F600``.
    """

    job_id: str
    paper: Paper
    language: str
    printer: str
    state: JobState
    created_at: datetime
    attempts: int = 0
    trouble: str | None = None
    case_id: str | None = None
    lpn: str | None = None


def is_doubtful(state: str, trouble: str | None) -> bool:
    """Tell whether a job went out and only a person, or a scan, can tell what became of it.

    >>> is_doubtful("unknown", "connection_lost"), is_doubtful("needs_attention", "out_of_media")
    (True, False)
    """
    if state == JobState.UNKNOWN:
        return True
    return state == JobState.NEEDS_ATTENTION and trouble == Trouble.SILENT


def trouble_message(trouble: str) -> Say:
    """Return what to tell the worker about a job's ``trouble``.

    >>> trouble_message("missing_glyph:U+1F600")
    Say(key='papers.trouble.missing_glyph', values={'detail': 'U+1F600'})
    """
    code, _, detail = trouble.partition(":")
    return say(f"papers.trouble.{code}", detail=detail)
