"""The open case: its lines, verdicts, deadlines, and the refund at the end."""

from dataclasses import dataclass
from datetime import date

from returnstation.application.view.signs import Entry, Outcome, SumLine
from returnstation.domain.messages import Say
from returnstation.domain.money import Money


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
class CodeView:
    """The code a parcel was scanned by.

    Attributes:
        code: In the form in which it is looked up.
        kind: What it numbers, e.g. a parcel.
        carrier: Whose number it is; None where it may be several carriers'.
        service: By which service it went, where the number tells.
    """

    code: str
    kind: Say
    carrier: Say | None = None
    service: Say | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """The open case.

    Attributes:
        country: ISO 3166-1 code of the buyer's country; the skin adds its name (CLDR).
        buyer: Consumer or business, and the language of the customer's papers.
        facts: Merchant, customer, order, RMA, delivered, notice, received: label and value.
        warnings: What was found that someone must know (serial never shipped, wrong item ...).
        code: What the parcel was scanned by; None when nothing can be made of it.
        can_tell: A verdict waits for a fact that who is signed in can say.
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
    can_tell: bool = False
    code: CodeView | None = None


@dataclass(frozen=True, slots=True)
class MethodView:
    """One thing the buyer of a line may or may not be given.

    Attributes:
        method: A ``Resolution``.
        locked: Why not; None when it may be.
        is_wish: Only where the buyer asks for it.
    """

    method: str
    name: Say
    locked: Say | None = None
    is_wish: bool = False


@dataclass(frozen=True, slots=True)
class SettleLine:
    """What the customer gets for one line.

    Attributes:
        key: Digit by which another method is chosen; empty where there is none.
        terms: What the amount is made of; they sum up to it.
        tax: Contained in it; the label names the rate.
        methods: What else may be given, and what may not and why.
        assessable: What may be kept for diminished value, as the grades suggest.
        rejection: Why nothing is given, by its X12 1294 code.
    """

    product: str
    outcome: Outcome
    resolution: Say
    amount: Money | None
    deductions: tuple[SumLine, ...]
    because: Say | None
    clause: str
    line_id: str = ""
    key: str = ""
    units: int = 0
    method: str | None = None
    terms: tuple[SumLine, ...] = ()
    tax: SumLine | None = None
    methods: tuple[MethodView, ...] = ()
    assessable: Money | None = None
    variant: str | None = None
    rejection: str | None = None


@dataclass(frozen=True, slots=True)
class SettleView:
    """The simulated refund of the whole case.

    Attributes:
        total: Given in all, a credit's bonus included.
        tenders: To where it goes.
        taxes: Contained in it, by rate.
        approval: Who must say yes before money flows; None where nobody must.
        settlement: The sum at the order's stored rate.
        postage_key: Key by which it is said what the buyer paid for the way back; empty where
            who is signed in may not, or nobody would give it back.
    """

    lines: tuple[SettleLine, ...]
    shipping: Money | None
    total: Money | None
    paid: Money | None
    due: Deadline | None
    tenders: tuple[SumLine, ...] = ()
    taxes: tuple[SumLine, ...] = ()
    approval: Say | None = None
    settlement: Money | None = None
    postage_key: str = ""
