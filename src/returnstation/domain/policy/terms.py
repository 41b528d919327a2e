"""What a right says from a certain day on: the shape of one dated entry of the statute pack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from returnstation.domain.calendar import Span, Unit
from returnstation.domain.policy.decision import Confidence, DeductionKind, Payer, RefundMethod
from returnstation.domain.policy.sale import Buyer, Category, Channel, ReturnReason


class Kind(StrEnum):
    """The shape of a right: which rule reads its terms."""

    WITHDRAWAL = "withdrawal"
    MISMATCH = "mismatch"
    LEGAL_GUARANTEE = "legal_guarantee"
    SHORT_TERM_REJECTION = "short_term_rejection"
    LATE_DELIVERY = "late_delivery"
    SHIPPING_TIME = "shipping_time"
    DISCLOSURE_DEFAULT = "disclosure_default"
    DISCLOSURE_DUTY = "disclosure_duty"
    NO_RIGHT = "no_right"
    PROCEDURE = "procedure"
    GUARANTEE_EXTENSION = "guarantee_extension"
    ANNOUNCED = "announced"


class Event(StrEnum):
    """A day a period may run from."""

    DELIVERY = "delivery"
    CONTRACT = "contract"
    PURCHASE = "purchase"
    ORDER = "order"
    DOCUMENTS = "documents"
    DISCOVERY = "discovery"
    NOTICE = "notice"
    GOODS_BACK = "goods_back"
    AGREEMENT = "agreement"


class Condition(StrEnum):
    """A failing of the merchant on which a right depends."""

    POLICY_NOT_DISPLAYED = "policy_not_displayed"
    DUTIES_NEGLECTED = "duties_neglected"


class Matter(StrEnum):
    """What a statute settles in an article of its own."""

    WINDOW = "window"
    INFORMATION = "information"
    REFUND = "refund"
    PAYER = "payer"
    DEDUCTIONS = "deductions"
    EXEMPTIONS = "exemptions"


class NoticeRule(StrEnum):
    """What must happen by the last day: the notice is sent, or it arrives."""

    SENT = "sent"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A period in which the buyer may act.

    Attributes:
        runs_from: The day it starts from.
        not_before: It starts from the later of these days, where they are known.
        for_digital: Where it starts for content without a carrier.
        for_telephone: Where it starts for contracts made by telephone.
        for_hidden: Where it starts for a defect nobody could see at first.
        without_document: The document it runs from was never given: so long from the contract.
        knowledge: A second limit from the day the buyer knew; the earlier end counts.
        perhaps: A longer period nobody could confirm or rule out.
        counting: Counting rule, if not the one of the terms.
    """

    length: int
    unit: Unit
    runs_from: Event
    not_before: tuple[Event, ...] = ()
    for_digital: Event | None = None
    for_telephone: Event | None = None
    for_hidden: Event | None = None
    without_document: Span | None = None
    knowledge: Span | None = None
    perhaps: Span | None = None
    counting: str = ""

    @property
    def span(self) -> Span:
        """The length of the period."""
        return Span(self.length, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialWindow:
    """The window of some goods or channels where it is not that of all; empty means any."""

    window: Window
    categories: frozenset[Category] = frozenset()
    channels: frozenset[Channel] = frozenset()

    def covers(self, category: Category, channel: Channel) -> bool:
        """Tell whether a sale of such goods by such a channel has this window."""
        return category in (self.categories or Category) and channel in (self.channels or Channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateInformation:
    """What happens to a window when the buyer was told of the right late or never.

    Attributes:
        extends: Never told: the window ends this much later.
        lasts: Never told: the window lasts this long instead.
        restarts: Told late: the window lasts this long from then.
        endless: Never told: the window does not start.
        told_by: The fact that tells whether the buyer was told, if not the usual ones.
    """

    extends: Span | None = None
    lasts: Span | None = None
    restarts: Span | None = None
    endless: bool = False
    told_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A price the right depends on.

    Attributes:
        at_least: The right exists from this price on.
        more_than: The right exists above this price.
        up_to: The right exists up to this price.
        at_once: Only where goods were handed over and paid on the spot.
        essential: The right depends on it, so an unknown price leaves it open; otherwise it is
            an exclusion, and who relies on that must know the price.
        confidence: How sure the pack is of the amount.
    """

    currency: str
    at_least: Decimal | None = None
    more_than: Decimal | None = None
    up_to: Decimal | None = None
    channels: frozenset[Channel] = frozenset()
    at_once: bool = False
    essential: bool = False
    confidence: Confidence = Confidence.HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Something the right does not cover.

    Attributes:
        code: Names the reason: ``exempt_<code>``.
        categories: Goods it concerns; empty means all.
        when: Facts that must hold as well.
        unless: A fact that lifts it.
        any_of: Facts of which one suffices.
        told: It fails unless the buyer was told clearly.
        consented: It fails unless the buyer agreed in the required form.
        reasons: Reasons it stands against; empty means all.
        confidence: How sure the pack is that it concerns such goods; with low a person decides.
    """

    code: str
    categories: frozenset[Category] = frozenset()
    reasons: frozenset[ReturnReason] = frozenset()
    when: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    unless: str = ""
    told: bool = False
    consented: bool = False
    confidence: Confidence = Confidence.HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDue:
    """When the money must be back.

    Attributes:
        may_wait_for_goods: The merchant may hold it back until the goods arrive.
        counting: Counting rule, if not the one of the terms.
        interest: Yearly interest in per cent that a late refund bears.
    """

    length: int
    unit: Unit
    runs_from: Event
    may_wait_for_goods: bool = False
    counting: str = ""
    interest: int | None = None

    @property
    def span(self) -> Span:
        """The length of the period."""
        return Span(self.length, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationFee:
    """What a change of mind costs: a share of the price, but never more than an amount."""

    percent: Decimal
    at_most: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A duty to complain in time.

    Attributes:
        safe: Within this time from discovery it is always in time.
        for_business: Only businesses have the duty.
    """

    safe: Span | None = None
    for_business: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitedChoice:
    """Goods for which only some remedies are left once this time from delivery is over."""

    categories: frozenset[Category]
    after: Span
    methods: tuple[RefundMethod, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """What a legal guarantee adds to its window.

    Attributes:
        burden: Until then a defect is presumed to have been there on delivery.
        burden_for: Goods for which it is presumed; empty means all.
        complaint: The buyer's duty to complain.
        claim_after_defect: A defect of the window may be claimed this long after it showed.
        claim_after_window: A defect of the window may be claimed this long after it ended.
        open_ended: The window is only the least; goods may have to last longer.
        needs_major: Only a major defect lets the buyer reject the goods.
        use_deducted_after: On a late rejection, use may be deducted after this time.
        repaired_extends: A repair lengthens the window by this much.
        repair_pauses: The window stands still during a repair; at least this much is left.
        shorter_for: Goods that do not keep as long as the window lasts.
        defect_must_show: The defect must show within the window, the claim may come later.
        limit: After this time from delivery nothing can be claimed.
        cure: A repair that takes longer counts as failed.
        limited_choice: Goods whose buyer may choose freely for a short time only.
    """

    burden: Span | None = None
    burden_for: frozenset[Category] = frozenset()
    complaint: Complaint | None = None
    claim_after_defect: Span | None = None
    claim_after_window: Span | None = None
    open_ended: bool = False
    needs_major: bool = False
    use_deducted_after: Span | None = None
    repaired_extends: Span | None = None
    repair_pauses: Span | None = None
    shorter_for: frozenset[Category] = frozenset()
    defect_must_show: bool = False
    limit: Span | None = None
    cure: Span | None = None
    limited_choice: LimitedChoice | None = None


_CONSUMERS = frozenset({Buyer.CONSUMER, Buyer.CONSUMER_PROTECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A right as it stands from ``since`` on.

    Attributes:
        source: Statute and article.
        articles: The article of a single matter, where it is known.
        note: What a reader should know, in plain English; ``policy show`` prints it.
        notes: The same in other languages, by code.
        unclear_channels: Channels that may be covered, depending on facts nobody records.
        protected_window: The window of buyers the law favours.
        protected_requires: The fact on which their window depends.
        special_windows: Windows of some goods or channels; the first that covers a sale counts.
        grace_counting: The statute ends the window earlier; acts until this end are accepted.
        methods: What the buyer gets, most specific first.
        later_methods: What the buyer gets once a repair failed or the defect is major.
        payer: Who pays the way back.
        fault_payer: Who pays it when the goods are not as they must be, or late.
        merchant_pays_if_untold: The merchant pays unless the buyer was told of the cost.
        deductions: What may be kept back for use or damage.
        deductions_if_told: They may be kept only if the buyer was told of the right.
        fee: What may be kept back for a mere change of mind.
        tells: Codes of what a reader must know besides.
        requires: Facts that must hold.
        condition_channels: Sales for which the condition matters.
        lifted_by_policy_days: A displayed full refund for so many days replaces the right.
    """

    since: date
    source: str
    confidence: Confidence
    articles: Mapping[Matter, str] = field(default_factory=dict)
    url: str = ""
    note: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    buyers: frozenset[Buyer] = _CONSUMERS
    business_up_to: Threshold | None = None
    channels: frozenset[Channel] = frozenset(Channel)
    unclear_channels: frozenset[Channel] = frozenset()
    reasons: frozenset[ReturnReason] = frozenset()
    counting: str = "PLAIN"
    grace_counting: str = ""
    window: Window | None = None
    protected_window: Window | None = None
    protected_requires: str = ""
    special_windows: tuple[SpecialWindow, ...] = ()
    notice: NoticeRule = NoticeRule.SENT
    late_information: LateInformation | None = None
    thresholds: tuple[Threshold, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    requires: tuple[str, ...] = ()
    condition: Condition | None = None
    condition_channels: frozenset[Channel] = frozenset(Channel)
    lifted_by_policy_days: int | None = None
    refund: RefundDue | None = None
    methods: tuple[RefundMethod, ...] = ()
    later_methods: tuple[RefundMethod, ...] = ()
    payer: Payer | None = None
    fault_payer: Payer | None = None
    merchant_pays_if_untold: bool = False
    deductions: tuple[DeductionKind, ...] = ()
    deductions_if_told: bool = False
    fee: CancellationFee | None = None
    tells: tuple[str, ...] = ()
    guarantee: Guarantee | None = None

    def source_on(self, matter: Matter | None) -> str:
        """Return the article that settles a matter, or the statute as a whole."""
        return self.source if matter is None else self.articles.get(matter, self.source)
