"""A merchant's own return terms, in the words of schema.org MerchantReturnPolicy and ours."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from returnstation.domain.money import Money
from returnstation.domain.policy.merchant_scope import MerchantScope, Season
from returnstation.domain.policy.merchant_words import (
    ItemCondition,
    LabelSource,
    RefundType,
    ReturnFees,
    ReturnMethod,
    ReturnWindow,
)
from returnstation.domain.policy.words import ReturnReason


@dataclass(frozen=True, slots=True)
class WindowTerm:
    """How long goods are taken back.

    Attributes:
        days: ``merchantReturnDays``, counted from the day after delivery, in a shop after purchase.
        until: ``merchantReturnDays`` as a day: the last one, whenever the goods came.
    """

    kind: ReturnWindow = ReturnWindow.UNSPECIFIED
    days: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class SeasonalOverride:
    """``returnPolicySeasonalOverride``: another window for what was bought in a season."""

    season: Season
    window: WindowTerm


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCost:
    """What the way back costs the buyer.

    Attributes:
        shipping: A fixed charge for it (``returnShippingFeesAmount``).
        label: ``returnLabelSource``.
    """

    fees: ReturnFees | None = None
    shipping: Money | None = None
    label: LabelSource | None = None

    @property
    def is_free(self) -> bool:
        """Whether the merchant promises that returning costs nothing."""
        return self.fees is ReturnFees.FREE

    @property
    def charges_buyer(self) -> bool:
        """Whether the buyer pays for a way of the goods."""
        return (self.fees is not None and self.fees.charges_buyer) or bool(self.shipping)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestockingFee:
    """``restockingFee``: an amount or a percentage of the price, never more than the cap."""

    amount: Money | None = None
    percent: Decimal | None = None
    cap: Money | None = None

    def __bool__(self) -> bool:
        return bool(self.amount or self.percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingSplit:
    """Merchant and buyer share the way back; one of the two is given.

    Attributes:
        merchant_share: Percentage the merchant pays.
        merchant_up_to: Amount up to which the merchant pays.
    """

    merchant_share: Decimal | None = None
    merchant_up_to: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAddress:
    """Where goods go back to, in the words of schema.org PostalAddress.

    Attributes:
        country: ``addressCountry``, ISO 3166-1.
        serves: Where the buyers live who send there (``areaServed``); empty means all others.
    """

    country: str
    name: str | None = None
    street: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    serves: tuple[str, ...] = ()


_NO_SCOPE = MerchantScope()
_NO_WINDOW = WindowTerm()
_UNSAID_COST = ReturnCost()


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantPolicy:
    """The terms a merchant promises for goods sent back.

    Attributes:
        scope: For which sales it holds.
        seasonal: Other windows for what was bought in a season.
        cost: Who pays the way back, where the two below do not say it.
        remorse_cost: The same for a change of mind (``customerRemorse...``).
        defect_cost: The same for goods that are not right (``itemDefect...``).
        split: Shares the way back wherever it is not free.
        final_sale: Nothing is taken back for a change of mind.
        keep_below: Under this price the buyer keeps the goods and gets the refund.
        store_credit_bonus: Percentage added when the buyer takes store credit.
        addresses: Return centres.
        auto_approve: What the policy grants needs nobody's approval.
        return_countries: Countries goods are sent back to (``returnPolicyCountry``).
        in_store: ``inStoreReturnsOffered``.
        link: ``merchantReturnLink``.
    """

    id: str = "default"
    scope: MerchantScope = _NO_SCOPE
    window: WindowTerm = _NO_WINDOW
    seasonal: tuple[SeasonalOverride, ...] = ()
    cost: ReturnCost = _UNSAID_COST
    remorse_cost: ReturnCost | None = None
    defect_cost: ReturnCost | None = None
    split: ShippingSplit | None = None
    refund_types: tuple[RefundType, ...] = (RefundType.FULL,)
    restocking: RestockingFee | None = None
    conditions: tuple[ItemCondition, ...] = ()
    final_sale: bool = False
    keep_below: Money | None = None
    store_credit_bonus: Decimal | None = None
    methods: tuple[ReturnMethod, ...] = ()
    addresses: tuple[ReturnAddress, ...] = ()
    auto_approve: bool = False
    return_countries: tuple[str, ...] = ()
    in_store: bool | None = None
    link: str | None = None

    @property
    def rule(self) -> str:
        """The name under which the policy decides."""
        return f"merchant:{self.id}"

    def cost_for(self, reason: ReturnReason) -> ReturnCost:
        """Return what the way back costs for this reason."""
        if reason is ReturnReason.CHANGE_OF_MIND:
            return self.remorse_cost or self.cost
        return self.defect_cost or self.cost

    def restocks_for(self, reason: ReturnReason) -> bool:
        """Tell whether something is kept back for restocking.

        Goods that are not right cost nothing where their return is promised to be free.
        """
        fault = reason is not ReturnReason.CHANGE_OF_MIND
        if fault and self.defect_cost is not None and self.defect_cost.is_free:
            return False
        return bool(self.restocking) or self.cost_for(reason).fees is ReturnFees.RESTOCKING

    def refunds_in_full_for(self, days: int) -> bool:
        """Tell whether the terms give the whole price back for at least so many days."""
        long_enough = self.window.kind is ReturnWindow.UNLIMITED or (
            self.window.kind is ReturnWindow.FINITE and (self.window.days or 0) >= days
        )
        has_fee = self.restocks_for(ReturnReason.CHANGE_OF_MIND)
        in_full = RefundType.FULL in self.refund_types and not has_fee
        return long_enough and in_full and not self.final_sale

    def variants(self) -> Iterator["MerchantPolicy"]:
        """Yield the policy as it stands in each of its seasons, then as it stands otherwise."""
        for override in self.seasonal:
            scope = replace(self.scope, season=override.season)
            yield replace(self, scope=scope, window=override.window, seasonal=())
        yield replace(self, seasonal=())


@dataclass(frozen=True, slots=True)
class PolicySet:
    """All policies of one merchant, in its order.

    A merchant without any has no set: one that holds none (``UNREAD``) stands for terms that
    this program cannot read.

    Attributes:
        ranked: Their variants, the most specific first: one for named products before any other,
            then the one with more conditions, then as the merchant ordered them.
    """

    policies: tuple[MerchantPolicy, ...]
    ranked: tuple[MerchantPolicy, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        variants = [variant for policy in self.policies for variant in policy.variants()]
        variants.sort(key=lambda policy: policy.scope.specificity, reverse=True)
        object.__setattr__(self, "ranked", tuple(variants))

    def refunds_in_full_for(self, days: int) -> bool:
        """Tell whether every policy gives the whole price back for at least so many days."""
        return not self.is_unread and all(each.refunds_in_full_for(days) for each in self.ranked)

    @property
    def is_unread(self) -> bool:
        """Nobody can tell what these policies say."""
        return not self.policies


UNREAD = PolicySet(())
