"""What a merchant's policy adds to the answer: keeping goods, where they go, store credit."""

from collections.abc import Iterator
from decimal import Decimal

from returnstation.domain.messages import Value
from returnstation.domain.policy.decision import Eligible, MerchantOffer, Outcome, Reason
from returnstation.domain.policy.merchant import MerchantPolicy, ReturnAddress
from returnstation.domain.policy.merchant_words import RefundType, ReturnMethod
from returnstation.domain.policy.sale import Sale


def merchant_reason(policy: MerchantPolicy, outcome: Outcome, code: str, **values: Value) -> Reason:
    """Return a reason out of a merchant's policy."""
    return Reason(policy.rule, outcome, code, values, policy.id)


def offer_of(sale: Sale, policy: MerchantPolicy, eligible: Eligible) -> MerchantOffer | None:
    """Return what the policy adds for a sale; None when it adds nothing.

    Where goods go is said whatever the policy answers, as the law may let them come back.
    """
    granted = eligible is Eligible.YES
    offer = MerchantOffer(
        policy=policy.id,
        keep_it=granted and _keeps(sale, policy),
        auto_approve=granted and policy.auto_approve,
        return_address=_address(policy, sale.jurisdiction),
        store_credit_bonus=_bonus(policy) if granted else None,
        return_methods=policy.methods,
        link=policy.link,
    )
    return None if offer == MerchantOffer(policy=policy.id) else offer


def reasons_of_offer(policy: MerchantPolicy, offer: MerchantOffer | None) -> Iterator[Reason]:
    """Yield a reason for everything a worker or a buyer should be told of an offer."""
    if offer is None:
        return
    if offer.keep_it:
        code = "merchant_keep_it" if policy.keep_below is None else "merchant_keep_it_below"
        values: dict[str, Value] = {}
        if policy.keep_below is not None:
            values["amount"] = policy.keep_below
        yield merchant_reason(policy, Outcome.INFORMS, code, **values)
    if offer.store_credit_bonus is not None:
        percent = plain_number(offer.store_credit_bonus)
        yield merchant_reason(policy, Outcome.INFORMS, "merchant_credit_bonus", percent=percent)
    if offer.return_address is not None:
        place = place_of(offer.return_address)
        yield merchant_reason(policy, Outcome.INFORMS, "merchant_return_centre", place=place)


def place_of(address: ReturnAddress) -> str:
    """Return an address on one line."""
    town = " ".join(filter(None, (address.postcode, address.city, address.region)))
    return ", ".join(filter(None, (address.name, address.street, town, address.country)))


def plain_number(number: Decimal) -> str:
    """Return a percentage as people write it.

    >>> plain_number(Decimal("10.50")), plain_number(Decimal("1E+1"))
    ('10.5', '10')
    """
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _keeps(sale: Sale, policy: MerchantPolicy) -> bool:
    if policy.methods == (ReturnMethod.KEEP,):
        return True
    limit = policy.keep_below
    if limit is None or sale.price is None or sale.currency != limit.currency:
        return False
    return sale.price < Decimal(limit.decimal())


def _bonus(policy: MerchantPolicy) -> Decimal | None:
    return policy.store_credit_bonus if RefundType.STORE_CREDIT in policy.refund_types else None


def _address(policy: MerchantPolicy, jurisdiction: str) -> ReturnAddress | None:
    """Return the centre for a buyer: of the part of the country, the country, or for all others."""
    for place in (jurisdiction, jurisdiction[:2]):
        for address in policy.addresses:
            if place in address.serves:
                return address
    return next((address for address in policy.addresses if not address.serves), None)
