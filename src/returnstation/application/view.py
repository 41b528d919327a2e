"""What the desk shows after every act: one value the window paints and the headless desk prints.

Texts are messages (``Say``), names of products and people are plain strings, times are aware.
Nothing here is computed by a skin: what is not in the view is not shown.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from returnstation.domain.messages import Say
from returnstation.domain.money import Money
from returnstation.domain.papers import ItemLabel


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
        slot: 1 to 7; slot 7 is the main act.
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
class Deadline:
    """A legal day.

    Attributes:
        state: ``overdue``, ``today``, ``soon`` (1 to 2 days), ``later``, ``waiting`` (not running
            yet) or ``kept``.
        what: What is due, e.g. the refund.
    """

    state: str
    what: Say
    on: date | None = None
    days_left: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A label and its value."""

    label: Say
    value: Say | str


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One reason of a verdict with its source.

    Attributes:
        outcome: ``grants``, ``denies``, ``limits`` or ``informs``.
        is_struck: A merchant's term that the law beats, to be shown struck through.
    """

    outcome: str
    text: Say
    source: str
    rule: str
    is_struck: bool = False


@dataclass(frozen=True, slots=True)
class LineView:
    """One order line with its verdict.

    Attributes:
        state: ``waiting``, ``in_hand``, ``done``, ``missing`` or ``unexpected``.
        facts: Customer's reason, refund method, who pays the return: at most three.
        because: The reason that decided, as one sentence; ``clause`` is its source.
        needs: Facts that could change the answer, for ``Outcome.ASK``.
        where: The container the item went to.
    """

    line_id: str
    outcome: Outcome
    ground: Say | None
    deadline: Deadline | None
    state: str
    product: str
    sku: str
    quantity: int
    scanned: int
    facts: tuple[Entry, ...]
    because: Say | None
    clause: str
    reasons: tuple[ReasonView, ...]
    needs: tuple[Say, ...] = ()
    where: str | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """The open case.

    Attributes:
        country: ISO 3166-1 code of the buyer's country; the skin adds its name (CLDR).
        buyer: Consumer or business, and the language of the customer's papers.
        facts: Merchant, customer, order, RMA, delivered, notice, received: label and value.
        warnings: What was found that someone must know (serial never shipped, wrong item ...).
    """

    case_id: str
    number: str
    country: str
    buyer: Say
    language: str
    refund_due: Deadline | None
    facts: tuple[Entry, ...]
    lines: tuple[LineView, ...]
    done: int
    total: int
    warnings: tuple[Say, ...] = ()
    is_blind: bool = False


@dataclass(frozen=True, slots=True)
class PhotoView:
    """One picture of the strip; ``digest`` is None while it is still to be taken."""

    label: Say
    digest: str | None
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class QuestionView:
    """The inspection question in hand; its answers are the view's ``options``, worst first.

    Attributes:
        number, of: Place among the questions, from 1.
        functional, cosmetic: Grades still possible (``F1``.. and ``C0``..); one left is fixed.
        claimed: What the customer gave as the reason.
    """

    item_id: str
    product: str
    number: int
    of: int
    functional: tuple[str, ...]
    cosmetic: tuple[str, ...]
    photos: tuple[PhotoView, ...]
    claimed: Say | None
    notes: tuple[str, ...] = ()
    product_picture: str | None = None


@dataclass(frozen=True, slots=True)
class SumLine:
    """One term of a sum."""

    label: Say
    amount: Money
    detail: Say | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate before economics; ``state`` is ``passed``, ``none``, ``locked`` or ``proof``."""

    icon: str
    name: Say
    state: str
    text: Say


@dataclass(frozen=True, slots=True)
class Alternative:
    """A disposition that may be chosen instead; ``net`` is None when no sales are known."""

    key: str
    disposition: str
    channel: Say | None
    price: Money | None
    cost: Money | None
    net: Money | None
    difference: Money | None
    is_proposal: bool = False
    locked: Say | None = None


@dataclass(frozen=True, slots=True)
class ProposalView:
    """The proposed disposition with its sum."""

    item_id: str
    product: str
    grade: str
    disposition: str
    channel: Say | None
    container: str | None
    place: int | None
    sum: tuple[SumLine, ...]
    net: Money | None
    note: Say
    gates: tuple[Gate, ...]
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class ContainerView:
    """A tote behind the desk."""

    place: int
    code: str
    disposition: str
    filled: int
    capacity: int
    is_target: bool = False


@dataclass(frozen=True, slots=True)
class LabelStep:
    """One of the three steps; ``state`` is ``done``, ``now``, ``next`` or ``failed``."""

    state: str
    title: Say
    detail: Say | None


@dataclass(frozen=True, slots=True)
class LabelView:
    """The label just queued, and where the item goes."""

    item_id: str
    lpn: str
    label: ItemLabel
    steps: tuple[LabelStep, ...]
    containers: tuple[ContainerView, ...]


@dataclass(frozen=True, slots=True)
class SettleLine:
    """What the customer gets for one line."""

    product: str
    outcome: Outcome
    resolution: Say
    amount: Money | None
    deductions: tuple[SumLine, ...]
    because: Say | None
    clause: str


@dataclass(frozen=True, slots=True)
class SettleView:
    """The simulated refund of the whole case."""

    lines: tuple[SettleLine, ...]
    shipping: Money | None
    total: Money | None
    paid: Money | None
    due: Deadline | None


@dataclass(frozen=True, slots=True)
class DueRow:
    """A legal deadline of an open or waiting case."""

    deadline: Deadline
    country: str
    number: str
    clause: str
    who: Say


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A parcel on hold."""

    number: str
    why: Say
    country: str
    since: datetime
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class IdleView:
    """How far the day is."""

    items_today: int
    goal: int | None
    accepted: int
    supervisor: int
    refused: int
    median_seconds: int | None
    deadlines: tuple[DueRow, ...]
    deadlines_total: int
    held: tuple[HeldRow, ...]
    held_total: int


@dataclass(frozen=True, slots=True)
class JobView:
    """A print job of this desk; ``trouble`` is a stable code, e.g. ``printer-silent``."""

    job_id: str
    kind: str
    state: str
    printer: str
    lpn: str | None
    trouble: str | None


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
class View:
    """Everything there is to show.

    Attributes:
        sound: To be played once when this view arrives.
        seq: The last fact written.
        options: What can be chosen now by ``Desk.choose``.
        waiting: Print jobs that have not come out, oldest first.
        problem: Why the last act changed nothing; None when it was done.
    """

    step: Step
    instruction: Instruction
    acts: tuple[Act, ...]
    seq: int
    site: str
    desk: str
    person: Person | None = None
    echo: Echo | None = None
    sound: Sound | None = None
    troubles: tuple[Trouble, ...] = ()
    options: tuple[Option, ...] = ()
    case: CaseView | None = None
    question: QuestionView | None = None
    proposal: ProposalView | None = None
    label: LabelView | None = None
    settle: SettleView | None = None
    idle: IdleView | None = None
    waiting: tuple[JobView, ...] = ()
    unsent: int = 0
    oldest_unsent_at: datetime | None = None
    problem: Trouble | None = None
