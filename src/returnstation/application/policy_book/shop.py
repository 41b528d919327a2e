"""A merchant's own terms, as far as the book shows them."""

from dataclasses import dataclass

from returnstation.application.policy_book.phrases import percent
from returnstation.application.policy_book.sheet import Asked
from returnstation.domain.messages import Say, say
from returnstation.domain.policy import (
    Buyer,
    Category,
    MerchantPolicy,
    PolicySet,
    ReturnReason,
    ReturnWindow,
    Sale,
)
from returnstation.domain.policy.merchant_choice import choose_policy

_REASON = ReturnReason.CHANGE_OF_MIND


@dataclass(frozen=True, slots=True)
class ShopTerms:
    """What a merchant promises or asks.

    Attributes:
        days: How long goods are taken back; None when nothing is said of it.
        takes_nothing_back: The terms allow no return at all.
        fee: What is kept back of the price; None when nothing is.
        pays_return: The merchant pays the way back, whatever the reason.
    """

    name: str
    days: int | None
    takes_nothing_back: bool
    fee: Say | None
    pays_return: bool


def shop_terms(name: str, policies: PolicySet, code: str, asked: Asked) -> ShopTerms | None:
    """Return the terms for ordinary goods bought as asked; None when they are not meant for it."""
    policy = choose_policy(_ordinary(code, asked), policies).policy
    if policy is None:
        return None
    window = policy.window
    return ShopTerms(
        name=name,
        days=window.days if window.kind is ReturnWindow.FINITE else None,
        takes_nothing_back=window.kind is ReturnWindow.NOT_PERMITTED or policy.final_sale,
        fee=_fee(policy),
        pays_return=policy.cost_for(_REASON).is_free,
    )


def _ordinary(code: str, asked: Asked) -> Sale:
    return Sale(
        id="sheet",
        jurisdiction=code,
        buyer=Buyer.CONSUMER,
        channel=asked.channel,
        category=Category.GENERAL,
        reason=_REASON,
        requested_on=asked.day,
        purchased_on=asked.day,
    )


def _fee(policy: MerchantPolicy) -> Say | None:
    if not policy.restocks_for(_REASON):
        return None
    fee = policy.restocking
    if fee is not None and fee.percent is not None:
        return percent(fee.percent)
    if fee is not None and fee.amount is not None:
        return say("policy.amount", amount=fee.amount)
    return say("policy.fee.some")
