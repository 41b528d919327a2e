"""What law and merchant policy say of one sale, with every reason and its source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from returnstation.domain.messages import Say, Value
from returnstation.domain.policy.merchant import ReturnAddress, ShippingSplit
from returnstation.domain.policy.merchant_words import ReturnMethod


class Eligible(StrEnum):
    """May the buyer return? ``review`` means a person must look at it."""

    YES = "yes"
    NO = "no"
    REVIEW = "review"


class Ground(StrEnum):
    """The legal ground a return stands on."""

    WITHDRAWAL = "withdrawal"
    NON_CONFORMITY = "non_conformity"
    COMMERCIAL_GUARANTEE = "commercial_guarantee"
    GOODWILL = "goodwill"
    LATE_DELIVERY = "late_delivery"
    DISCLOSURE_DEFAULT = "disclosure_default"


class Outcome(StrEnum):
    """What one reason does to the answer."""

    GRANTS = "grants"
    DENIES = "denies"
    LIMITS = "limits"
    INFORMS = "informs"


class Confidence(StrEnum):
    """How sure the pack is of a rule."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class RefundMethod(StrEnum):
    """What the buyer may demand or must accept."""

    ORIGINAL_PAYMENT = "original_payment"
    CASH_REFUND = "cash_refund"
    CREDIT_REFUND = "credit_refund"
    STORE_CREDIT = "store_credit"
    REPLACEMENT = "replacement"
    REPAIR = "repair"
    PRICE_REDUCTION = "price_reduction"
    EXCHANGE = "exchange"


class Payer(StrEnum):
    """Who pays the way back."""

    CONSUMER = "consumer"
    MERCHANT = "merchant"
    SPLIT = "split"


class DeductionKind(StrEnum):
    """What may be kept back from a refund."""

    DIMINISHED_VALUE = "diminished_value"
    RESTOCKING_FEE = "restocking_fee"
    CANCELLATION_FEE = "cancellation_fee"
    RETURN_SHIPPING = "return_shipping"
    OUTBOUND_SHIPPING = "outbound_shipping"


@dataclass(frozen=True, slots=True)
class Deduction:
    """Something that may be kept back; the amount is None when it must be assessed."""

    kind: DeductionKind
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing a rule says.

    Attributes:
        rule: Rule id, or ``merchant:<policy id>``.
        source: Statute and article.
    """

    rule: str
    outcome: Outcome
    code: str
    values: Mapping[str, Value] = field(default_factory=dict)
    source: str = ""

    def say(self) -> Say:
        """Return the reason as a message, to be shown in any language."""
        return Say(f"law.{self.code}", self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantOffer:
    """What the merchant's policy adds to the answer.

    Attributes:
        policy: Id of the policy that holds for the sale.
        keep_it: The buyer gets the refund and need not send the goods back.
        auto_approve: Nobody need approve what was granted.
        return_address: The return centre for this buyer.
        store_credit_bonus: Percentage added when the buyer takes store credit.
        split: How the way back is shared, when it is.
        return_methods: How the goods may come back; empty when the merchant does not say.
        link: Where the buyer reads the terms.
    """

    policy: str
    keep_it: bool = False
    auto_approve: bool = False
    return_address: ReturnAddress | None = None
    store_credit_bonus: Decimal | None = None
    split: ShippingSplit | None = None
    return_methods: tuple[ReturnMethod, ...] = ()
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer for one sale.

    Attributes:
        decided_by: Rule id of the right that decides, or ``merchant:<policy id>``.
        last_day: Last day on which the buyer can validly act under the deciding right; None
            when there is no fixed day or it does not run yet.
        refund_due_on: Last day by which the law wants the money back; None when none is
            fixed or it cannot be told from the facts.
        return_shipping_payer: None where the law is silent.
        refund_methods: What the buyer may demand or must accept, most specific first.
        needs: Unknown facts that could change the answer.
        pack: Version of the pack that answered.
        merchant: What the merchant's policy adds; None when it adds nothing.
    """

    id: str
    eligible: Eligible
    decided_by: str | None
    ground: Ground | None
    last_day: date | None
    refund_methods: tuple[RefundMethod, ...]
    refund_due_on: date | None
    return_shipping_payer: Payer | None
    deductions: tuple[Deduction, ...]
    reasons: tuple[Reason, ...]
    needs: tuple[str, ...]
    confidence: Confidence
    pack: str
    merchant: MerchantOffer | None = None
