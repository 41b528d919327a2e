"""The facts a station writes: what happened, never changed afterwards.

Each class is one type of fact; its name in snake case is its name in the log. A field may be
added with a default; anything else makes a new version. Facts name customers by country and
language only.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from returnstation.domain.checklists import Grade
from returnstation.domain.dispositions import Disposition
from returnstation.domain.money import Money
from returnstation.domain.policy import Buyer, Category, ReturnReason
from returnstation.domain.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One order line as the case saw it when it was opened.

    Attributes:
        line_id: Order number and place, unique in the case.
        quantity: Units that may come back: those announced, else those sold, less those that
            came in earlier parcels; 0 when all are back.
        sold: Units the order had.
        paid: What was paid for these units, order discounts shared out.
        reason: The announced reason; None when the return was not announced.
        is_announced: The RMA named it; without an RMA nothing was announced.
    """

    line_id: str
    order_number: str
    number: int
    sku: str
    title: str
    quantity: int
    paid: Money
    sold: int = 1
    gtin: str | None = None
    category: str = "general"
    legal: Category = Category.GENERAL
    rma: str | None = None
    reason: ReturnReason | None = None
    is_announced: bool = False
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """A parcel was put on the desk.

    Attributes:
        scanned: The text that was scanned, as read.
        keys: Every canonical code under which the parcel may be scanned again.
        shipping: What the buyer had paid for delivery.
    """

    number: str
    scanned: str
    keys: tuple[str, ...]
    merchant_id: str | None = None
    merchant: str | None = None
    orders: tuple[str, ...] = ()
    rma: str | None = None
    jurisdiction: str | None = None
    language: str = "en"
    buyer: Buyer = Buyer.CONSUMER
    currency: str | None = None
    payment: str | None = None
    shipping: Money | None = None
    lines: tuple[CaseLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LandedItem:
    """An item already in hand that belongs to a line of an order found later."""

    item_id: str
    line_id: str
    finding: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAttached:
    """A person said that an order belongs to an open case.

    Attributes:
        opened: What the opening would have said, had the order been known.
        orders: The orders that came with this act.
        landed: Items of the case that are on their lines.
        because: Kinds of the clues that agreed; never their values, which name the customer.
    """

    opened: CaseOpened
    orders: tuple[str, ...]
    landed: tuple[LandedItem, ...] = ()
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFound:
    """A code of a blind parcel leads to exactly one order since it came; nothing is attached."""

    merchant_id: str
    order_number: str
    rma: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelUndeliverable:
    """A person said that the carrier brought the parcel back because nobody took it."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineJudged:
    """Law and merchant policy were asked about a line.

    Attributes:
        sale: The facts that were known then, as a case of the contract, so that the same
            question can be asked again years later.
    """

    line_id: str
    verdict: Verdict
    sale: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactStated:
    """A person said what was not known of a line's sale.

    Attributes:
        name: A fact of ``Sale`` that is true or false.
    """

    line_id: str
    name: str
    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAdded:
    """A product was scanned and taken in hand.

    Attributes:
        line_id: The order line it belongs to; None when it belongs to none.
        finding: ``expected``, ``unannounced``, ``unexpected``, ``wrong_item`` or ``unknown``.
        findings: More codes: ``serial_not_shipped``, ``serial_came_back``.
        earlier: Numbers of the cases in which the same serial was received before.
    """

    item_id: str
    line_id: str | None
    finding: str
    title: str
    sku: str | None = None
    gtin: str | None = None
    serial: str | None = None
    category: str = "general"
    checklist: str = "general"
    findings: tuple[str, ...] = ()
    value: Money | None = None
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven:
    """A question of the checklist was answered, after so many seconds."""

    item_id: str
    question: str
    answer: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded:
    """Somebody wrote a note on an item, or on the case when no item is named."""

    text: str
    item_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoTaken:
    """A photo was attached; ``digest`` is the SHA-256 of the stored picture."""

    item_id: str
    digest: str
    question: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemGraded:
    """The answers, or a person, fixed the grade.

    Attributes:
        seconds: From taking the item in hand to the grade.
    """

    item_id: str
    grade: Grade
    findings: tuple[str, ...]
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDisposed:
    """It was decided where the item goes.

    Attributes:
        proposed: What the rules had proposed.
        reason: Why it differs from the proposal; None when it does not.
        net: Expected recovery, when prices are known.
        container: Where it is to be put.
    """

    item_id: str
    disposition: Disposition
    proposed: Disposition
    lpn: str | None = None
    reason: str | None = None
    net: Money | None = None
    container: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperQueued:
    """A paper was given to the print queue; ``reason`` says why it is a reprint."""

    job_id: str
    kind: str
    item_id: str | None = None
    lpn: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelScannedBack:
    """The printed label was read on the item: the label is on the right one."""

    item_id: str
    lpn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPut:
    """The item lies in a container."""

    item_id: str
    container: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMissing:
    """What was announced is not in the parcel."""

    line_id: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedLine:
    """What the customer gets for one line.

    Attributes:
        outcome: ``accepted``, ``refused`` or ``review``.
        method: Code of the refund method.
        deductions: Kind and amount of what is kept back.
        credit: What it is worth as store credit, bonus included; None when no bonus is offered.
    """

    line_id: str
    outcome: str
    method: str | None
    amount: Money
    deductions: tuple[tuple[str, Money], ...] = ()
    credit: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundResolved:
    """The refund was simulated and recorded; the hub executes it once."""

    lines: tuple[ResolvedLine, ...]
    shipping: Money
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHeld:
    """The parcel was put aside; ``why`` is a code such as ``supervisor`` or ``later``."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResumed:
    """A held parcel is on the desk again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFinished:
    """Everything about the parcel is done."""

    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCancelled:
    """The case was opened by mistake; nothing of it counts."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemApproved:
    """A supervisor looked at an item and agreed.

    Attributes:
        outcome: What an undecided item became by that: agreeing to take it back.
    """

    item_id: str
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOverridden:
    """A supervisor decided otherwise.

    Attributes:
        based_on: Ids of the facts about the item that the supervisor had seen.
    """

    item_id: str
    outcome: str
    disposition: Disposition
    reason: str
    based_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """Earlier facts do not count (EPCIS errorDeclaration).

    Attributes:
        declaration: ``did_not_occur`` or ``incorrect_data``.
    """

    fact_ids: tuple[str, ...]
    declaration: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A person took the desk."""

    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    """A person left the desk; ``why`` is ``asked`` or ``idle``."""

    user_id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefused:
    """A badge or PIN was not accepted."""

    user_id: str | None
    why: str


Fact = (
    CaseOpened
    | OrderAttached
    | OrderFound
    | ParcelUndeliverable
    | LineJudged
    | FactStated
    | ItemAdded
    | AnswerGiven
    | NoteAdded
    | PhotoTaken
    | ItemGraded
    | ItemDisposed
    | PaperQueued
    | LabelScannedBack
    | ItemPut
    | LineMissing
    | RefundResolved
    | CaseHeld
    | CaseResumed
    | CaseFinished
    | CaseCancelled
    | ItemApproved
    | ItemOverridden
    | Corrected
    | SignedIn
    | SignedOut
    | SignInRefused
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact as it stands in the log.

    Attributes:
        at: When it was recorded, by the station's clock; all facts of one act share it.
        user: Who did it; None for the station itself.
        subject: The case (or user) it is about.
    """

    seq: int
    fact_id: str
    at: datetime
    user: str | None
    subject: str
    fact: Fact


def type_name(kind: type) -> str:
    """Return the name a type of fact has in the log: ``ItemAdded`` is ``item_added``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def openings(facts: Iterable[Fact]) -> Iterator[CaseOpened]:
    """Yield what facts say of parcel and orders: at the opening, and at each order attached."""
    for fact in facts:
        if isinstance(fact, CaseOpened):
            yield fact
        elif isinstance(fact, OrderAttached):
            yield fact.opened
