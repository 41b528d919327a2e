"""What stands on the papers that go with an item inside the house."""

from dataclasses import dataclass
from datetime import date, datetime

from returnstation.domain.messages import Say


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPhoto:
    """A stored photo on a paper; ``digest`` is the SHA-256 of the stored picture."""

    digest: str
    caption: Say | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineTag:
    """The tag that keeps hands off an item.

    Attributes:
        reasons: Why, the gravest first.
        tagged_at: In the site's zone, as it is to be read.
        is_training: Must never pass for a real tag.
    """

    lpn: str
    title: str
    merchant: str
    case_number: str
    reasons: tuple[Say, ...]
    tagged_at: datetime
    quantity: int = 1
    is_training: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStep:
    """A step of the work on an item; ``outcome`` when somebody has tried it."""

    title: Say
    outcome: Say | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTicket:
    """What is to be done to an item before it goes on.

    Attributes:
        disposition: Code of the work, e.g. ``rework``.
        parts: Names of those that are not there.
        success, failure: Codes of where it goes then.
        ordered_at: In the site's zone, as it is to be read.
        is_training: Must never pass for a real order.
    """

    lpn: str
    disposition: str
    title: str
    merchant: str
    sku: str
    case_number: str
    steps: tuple[TicketStep, ...]
    success: str
    failure: str
    ordered_at: datetime
    functional: str | None = None
    cosmetic: str | None = None
    findings: tuple[Say, ...] = ()
    parts: tuple[str, ...] = ()
    quantity: int = 1
    is_training: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoSheet:
    """All photos of an item, or of a case where there is no ``lpn``."""

    case_number: str
    title: str
    merchant: str
    photos: tuple[PaperPhoto, ...]
    printed_at: datetime
    lpn: str | None = None
    functional: str | None = None
    cosmetic: str | None = None
    is_training: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """What a worker signs in with.

    Attributes:
        code: What the barcode says behind ``RSB:``.
        role: ``operator``, ``supervisor`` or ``admin``.
    """

    code: str
    name: str
    role: str
    site: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something happened."""

    title: Say
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerFigures:
    """What one person did; ``seconds`` is the median of a finished return."""

    name: str
    cases: int
    items: int
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftReport:
    """What one desk did on one day.

    Attributes:
        day: At the site.
        cases: Finished.
        seconds: Median of a finished return; None when none was.
        exceptions: What did not go as planned, only what happened at all.
    """

    site: str
    desk: str
    day: date
    printed_at: datetime
    cases: int
    items: int
    seconds: int | None = None
    outcomes: tuple[Tally, ...] = ()
    dispositions: tuple[Tally, ...] = ()
    people: tuple[WorkerFigures, ...] = ()
    exceptions: tuple[Tally, ...] = ()
    is_training: bool = False
