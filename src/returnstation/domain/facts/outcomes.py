"""What became of a case, what a supervisor decided, and what was corrected."""

from collections.abc import Iterable
from dataclasses import dataclass

from returnstation.domain.dispositions import Disposition
from returnstation.domain.facts.payments import PaidBy, RefundTerm, TaxShare
from returnstation.domain.facts.words import Words
from returnstation.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedLine:
    """What the customer gets for one line.

    Attributes:
        outcome: ``accepted``, ``refused`` or ``review``.
        method: Code of the refund method.
        deductions: Kind and amount of what is kept back.
        credit: What it is worth as store credit, bonus included; None when no bonus is offered.
        units: That came.
        share: What was paid for them, whatever is given back of it.
        duties: Of import, paid for them.
        terms: What the sum is made of.
        tax: Contained in the amount, at ``rate`` per cent.
        owes: What the buyer pays on top in an exchange.
        variant: SKU of what is sent in exchange.
        rejection: X12 1294 code of why nothing is given.
    """

    line_id: str
    outcome: str
    method: str | None
    amount: Money
    deductions: tuple[tuple[str, Money], ...] = ()
    credit: Money | None = None
    units: int = 0
    share: Money | None = None
    duties: Money | None = None
    terms: tuple[RefundTerm, ...] = ()
    tax: Money | None = None
    rate: str | None = None
    owes: Money | None = None
    variant: str | None = None
    rejection: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundResolved:
    """The refund was simulated and recorded; an instruction makes the merchant pay it once.

    Attributes:
        total: Paid back, a credit's bonus aside.
        tenders: To where, a credit's bonus included.
        settlement: The total at the order's stored rate; None where none is stored.
        postage_rma: The RMA that stated what the way back cost the buyer; None where none did.
    """

    lines: tuple[ResolvedLine, ...]
    shipping: Money
    total: Money
    tenders: tuple[PaidBy, ...] = ()
    taxes: tuple[TaxShare, ...] = ()
    settlement: Money | None = None
    postage_rma: str | None = None


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
    reason: Words
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
class ConflictSettled:
    """A supervisor settled what did not go together; the subject is the conflict.

    Attributes:
        kind: Of the conflict, e.g. ``double_inspection``.
        decision: ``keep``: one case counts; ``both``: all do; ``none``: none does; ``seen``.
        keeps: Id of the case, or fact, that counts.
        cases: Ids of all cases it was about.
    """

    kind: str
    decision: str
    reason: str
    keeps: str | None = None
    cases: tuple[str, ...] = ()

    def covers(self, cases: Iterable[str]) -> bool:
        """Tell whether these cases were known when it was settled; one that came later opens it."""
        return not self.cases or set(cases) <= set(self.cases)
