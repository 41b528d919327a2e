"""The words a view is told in: steps, tones, sounds, acts, options."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from returnstation.domain.messages import Say
from returnstation.domain.money import Money


class Step(StrEnum):
    """Where the desk is; each step has one page."""

    LOCKED = "locked"  # waits for a badge
    PIN = "pin"  # a badge was read, waits for its PIN
    READY = "ready"  # waits for a parcel
    CHOOSE = "choose"  # several meanings or orders: a person picks one of `options`
    MATCHED = "matched"  # a case is open, waits for a product
    QUESTION = "question"  # an item is in hand, waits for an answer
    DISPOSE = "dispose"  # graded, waits for the disposition
    REASON = "reason"  # an act wants a reason: one of `options`
    LABEL = "label"  # the label is queued: stick, scan back, put into the container
    SETTLE = "settle"  # all items done, shows the refund, waits for finish


class Tone(StrEnum):
    """Colour and meaning of the instruction bar."""

    NEXT = "next"
    QUESTION = "question"
    REFUSED = "refused"
    DEVICE = "device"


class Sound(StrEnum):
    """What is to be heard (``screens.md`` section 7); the file has the same name."""

    TAP = "tap"
    ACCEPT = "accept"
    REFUSE = "refuse"
    SUPERVISOR = "supervisor"
    SCAN_REFUSED = "scan-refused"
    PRINTED = "printed"
    DEVICE = "device"
    DONE = "done"


class Outcome(StrEnum):
    """The verdict as a worker reads it."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    SUPERVISOR = "supervisor"
    ASK = "ask"  # a fact is missing


@dataclass(frozen=True, slots=True)
class Instruction:
    """The one thing to do next, and a line of help; ``icon`` is a name in resources/icons."""

    tone: Tone
    icon: str
    text: Say
    help: Say | None = None


@dataclass(frozen=True, slots=True)
class Echo:
    """What became of the last scan.

    Attributes:
        kind: ``check`` accepted, ``ask`` unknown, ``cross`` refused, ``printer`` printed: an icon.
        code: The code as read, grouped for reading aloud.
    """

    kind: str
    label: Say
    code: str
    detail: Say | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """One slot of the act bar.

    Attributes:
        slot: 1 to 7, slot 7 is the main act; 0 has no slot, the page shows it where it belongs.
        key: ``Esc``, ``F1`` .. ``F12`` or ``Enter``.
        do: The name given to ``Desk.do``. Names that start with ``show-`` only open something in
            the window (``show-why``, ``show-type``, ``show-review``, ``show-help``).
        why: Why the act cannot be done now; None when it can.
    """

    slot: int
    key: str
    name: Say
    do: str
    why: Say | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sign for (``check``), against (``cross``) or unknown (``dash``)."""

    kind: str
    text: Say


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose by key, touch or command scan.

    Attributes:
        key: ``1`` .. ``9``; given to ``Desk.choose``.
        title: A message, or a plain name.
        picture: Name of a picture in resources/checklists, if the option has one.
        score, of: How many signs agree, of how many; 0 of 0 shows no pips.
        locked: Why it cannot be chosen.
    """

    key: str
    title: Say | str
    detail: Say | str | None = None
    picture: str | None = None
    evidence: tuple[Evidence, ...] = ()
    score: int = 0
    of: int = 0
    locked: Say | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A label and its value."""

    label: Say
    value: Say | str


@dataclass(frozen=True, slots=True)
class SumLine:
    """One term of a sum."""

    label: Say
    amount: Money
    detail: Say | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something outside went wrong: what happened, what is safe, what to do."""

    code: str
    text: Say
    help: Say | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in; ``role`` is operator, supervisor or admin."""

    user_id: str
    name: str
    role: str
    language: str
    theme: str


@dataclass(frozen=True, slots=True)
class JobView:
    """A print job of this desk; ``trouble`` is a stable code, e.g. ``printer-silent``."""

    job_id: str
    kind: str
    state: str
    printer: str
    lpn: str | None
    trouble: str | None
