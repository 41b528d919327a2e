"""Something that does not go together, and the hub, as they are shown."""

from dataclasses import dataclass
from datetime import datetime

from returnstation.application.view.signs import Outcome
from returnstation.domain.messages import Say
from returnstation.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SideView:
    """One of the cases, or of the words, that do not go together.

    Attributes:
        key: To be named when it is the one that counts.
        who: Name of the person.
        grade: As codes, e.g. ``F5 C6``; empty where nobody graded.
        amount: What is to be paid back for it.
        counts: It counts until somebody settles it.
    """

    key: str
    number: str
    station: str
    who: str
    at: datetime
    product: str
    units: int
    grade: str
    disposition: Say | None
    outcome: Outcome | None
    amount: Money | None
    counts: bool


@dataclass(frozen=True, slots=True)
class DecisionView:
    """How a conflict can be settled.

    Attributes:
        decision: ``keep``, ``both``, ``none`` or ``seen``.
        keeps: Key of the side that counts; None for all or none.
    """

    decision: str
    keeps: str | None
    text: Say


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictView:
    """Something a supervisor must settle.

    Attributes:
        state: ``open``, ``here``: settled at this desk, the hub does not know yet; ``sent``: it
            was told and has not said so yet.
        since: When it came about.
        money: ``waits``, ``once`` or ``flows``.
        details: What it turns on, e.g. order lines.
        decisions: What can be decided; empty when it was, or by whom who looks may not.
    """

    conflict_id: str
    kind: str
    text: Say
    help: Say
    state: str
    since: datetime
    owner: Say
    money: str
    details: str
    sides: tuple[SideView, ...]
    decisions: tuple[DecisionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HubView:
    """How the station and its hub get on.

    Attributes:
        state: ``well``; ``offline``: it passes by itself; ``stuck``: somebody must do something.
        text: What is so; ``help``: what to do.
        synced_at: When all went well last, to the minute.
        since: From when on it does not.
        conflicts: How many wait for a supervisor.
        clock_off: Minutes by which this clock is behind the hub's; 0 when they agree.
        key: Fingerprint of the key the hub knows the station by; ``key_at``: since when.
        photos: That photos do not get there, and what to do.
    """

    state: str
    text: Say
    help: Say | None = None
    code: str | None = None
    synced_at: datetime | None = None
    since: datetime | None = None
    conflicts: int = 0
    clock_off: int = 0
    key: str = ""
    key_at: datetime | None = None
    photos: Say | None = None
