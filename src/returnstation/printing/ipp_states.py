"""What IPP printers say about themselves and their jobs, in our words (RFC 8011, PWG 5100.9)."""

from collections.abc import Mapping, Sequence
from enum import IntEnum

from returnstation.domain.papers import JobState, Trouble
from returnstation.printing.ipp import Attributes, Value


class PrinterState(IntEnum):
    """``printer-state``."""

    IDLE = 3
    PROCESSING = 4
    STOPPED = 5


class Progress(IntEnum):
    """``job-state``."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


_SEVERITIES = ("-error", "-warning", "-report")
# Those that keep paper from coming out, the ones to be told first in front. Others, as that
# toner is low, are no reason to stop.
_REASONS: Mapping[str, Trouble] = {
    "media-empty": Trouble.OUT_OF_MEDIA,
    "media-needed": Trouble.OUT_OF_MEDIA,
    "media-jam": Trouble.JAMMED,
    "cover-open": Trouble.COVER_OPEN,
    "door-open": Trouble.COVER_OPEN,
    "interlock-open": Trouble.COVER_OPEN,
    "input-tray-missing": Trouble.WRONG_MEDIA,
    "output-tray-missing": Trouble.OUTPUT_FULL,
    "output-area-full": Trouble.OUTPUT_FULL,
    "marker-supply-empty": Trouble.OUT_OF_INK,
    "toner-empty": Trouble.OUT_OF_INK,
    "marker-waste-full": Trouble.FAULT,
    "developer-empty": Trouble.OUT_OF_INK,
    "fuser-over-temp": Trouble.TOO_HOT,
    "cutter-jam": Trouble.CUTTER,
    "cutter-failure": Trouble.CUTTER,
    "spool-area-full": Trouble.BUFFER_FULL,
    "offline": Trouble.OFFLINE,
    "shutdown": Trouble.OFFLINE,
    "timed-out": Trouble.OFFLINE,
    "paused": Trouble.PAUSED,
    "moving-to-paused": Trouble.PAUSED,
    "hold-new-jobs": Trouble.PAUSED,
}
_JOB_TROUBLES: Mapping[str, Trouble] = {
    "document-format-error": Trouble.NOT_SET_UP,
    "unsupported-document-format": Trouble.NOT_SET_UP,
}


def trouble_of(printer: Attributes) -> Trouble | None:
    """Return what keeps a printer from printing; None when nothing does."""
    reasons = {_bare(reason) for reason in texts(printer, "printer-state-reasons")}
    told = next((trouble for reason, trouble in _REASONS.items() if reason in reasons), None)
    if told is not None:
        return told
    if first(printer, "printer-is-accepting-jobs") is False:
        return Trouble.PAUSED
    return Trouble.PAUSED if first(printer, "printer-state") == PrinterState.STOPPED else None


def ended(job: Attributes) -> tuple[JobState, Trouble | None] | None:
    """Return what became of a job; None when it has not ended."""
    reasons = texts(job, "job-state-reasons")
    told = next((trouble for key, trouble in _JOB_TROUBLES.items() if key in reasons), None)
    match first(job, "job-state"):
        case Progress.COMPLETED if "job-completed-with-errors" in reasons:
            return JobState.NEEDS_ATTENTION, told or Trouble.UNEXPECTED
        case Progress.COMPLETED:
            return JobState.CONFIRMED, None
        case Progress.CANCELED | Progress.ABORTED:
            return JobState.NEEDS_ATTENTION, told or Trouble.UNEXPECTED
    return None


def is_raw(printer: Attributes) -> bool:
    """Tell whether a queue passes bytes on as they are; CUPS says of it that it takes PDF too."""
    return any("Raw Printer" in each for each in texts(printer, "printer-make-and-model"))


def texts(attributes: Attributes, name: str) -> Sequence[str]:
    """Return the words an attribute has."""
    return [value for value in attributes.get(name, ()) if isinstance(value, str)]


def first(attributes: Attributes, name: str) -> Value:
    """Return the first value of an attribute, None when it has none."""
    return next(iter(attributes.get(name, ())), None)


def _bare(reason: str) -> str:
    for severity in _SEVERITIES:
        reason = reason.removesuffix(severity)
    return reason
