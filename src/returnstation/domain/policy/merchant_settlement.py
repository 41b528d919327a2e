"""What follows when a merchant takes goods back by its own policy: money, fees, the way back."""

from decimal import ROUND_DOWN, Decimal

from returnstation.domain.money import Money, exponent
from returnstation.domain.policy.decision import (
    Deduction,
    DeductionKind,
    Outcome,
    Payer,
    Reason,
    RefundMethod,
)
from returnstation.domain.policy.finding import Settlement
from returnstation.domain.policy.merchant import (
    MerchantPolicy,
    RestockingFee,
    ReturnCost,
    ShippingSplit,
)
from returnstation.domain.policy.merchant_offer import merchant_reason, plain_number
from returnstation.domain.policy.merchant_words import RefundType, ReturnFees
from returnstation.domain.policy.sale import Sale

_WHOLE = Decimal(100)
_METHODS = {
    RefundType.FULL: RefundMethod.ORIGINAL_PAYMENT,
    RefundType.EXCHANGE: RefundMethod.EXCHANGE,
    RefundType.STORE_CREDIT: RefundMethod.STORE_CREDIT,
}
_PAYERS = {
    ReturnFees.FREE: Payer.MERCHANT,
    ReturnFees.CUSTOMER: Payer.CONSUMER,
    ReturnFees.SHIPPING: Payer.CONSUMER,
    ReturnFees.ORIGINAL_SHIPPING: Payer.MERCHANT,
}


def settle_by_policy(sale: Sale, policy: MerchantPolicy) -> Settlement:
    """Return methods, payer and deductions of a policy; a charge is rounded down."""
    cost = policy.cost_for(sale.reason)
    payer = payer_of(policy, cost)
    split = policy.split if payer is Payer.SPLIT else None
    return Settlement(
        methods=tuple(_METHODS[kind] for kind in policy.refund_types),
        payer=payer,
        deductions=_deductions(sale, policy, cost, split),
        reasons=() if split is None else (split_reason(policy, split),),
    )


def split_reason(policy: MerchantPolicy, split: ShippingSplit) -> Reason:
    """Return how merchant and buyer share the way back, as a reason."""
    if split.merchant_up_to is not None:
        amount = split.merchant_up_to
        return merchant_reason(policy, Outcome.INFORMS, "merchant_pays_up_to", amount=amount)
    percent = plain_number(split.merchant_share or Decimal(0))
    return merchant_reason(policy, Outcome.INFORMS, "merchant_pays_share", percent=percent)


def payer_of(policy: MerchantPolicy, cost: ReturnCost) -> Payer | None:
    """Return who pays the way back at this cost; None when the merchant does not say."""
    if policy.split is not None and not cost.is_free:
        return Payer.SPLIT
    return None if cost.fees is None else _PAYERS.get(cost.fees)


def _deductions(
    sale: Sale, policy: MerchantPolicy, cost: ReturnCost, split: ShippingSplit | None
) -> tuple[Deduction, ...]:
    kept: list[Deduction] = []
    if policy.restocks_for(sale.reason):
        kept.append(_restocking(sale, policy.restocking))
    charge = _part_of_buyer(cost.shipping, split) if cost.shipping else None
    if charge:
        kept.append(_deduction(DeductionKind.RETURN_SHIPPING, charge))
    elif split is not None and not cost.shipping:
        kept.append(Deduction(DeductionKind.RETURN_SHIPPING))
    if cost.fees is ReturnFees.ORIGINAL_SHIPPING:
        kept.append(Deduction(DeductionKind.OUTBOUND_SHIPPING))
    return tuple(kept)


def _part_of_buyer(shipping: Money, split: ShippingSplit | None) -> Money | None:
    """Return what the buyer bears of a known charge for the way back."""
    if split is None:
        return shipping
    if split.merchant_share is not None:
        part = Decimal(shipping.minor) * (_WHOLE - split.merchant_share) / _WHOLE
        return Money(int(part), shipping.currency)
    limit = split.merchant_up_to
    if limit is None or limit.currency != shipping.currency:
        return shipping
    return max(shipping - limit, Money(0, shipping.currency))


def _restocking(sale: Sale, fee: RestockingFee | None) -> Deduction:
    kind = DeductionKind.RESTOCKING_FEE
    if fee is None:
        return Deduction(kind)
    price = _price(sale)
    charge = fee.amount
    if charge is None and price is not None and fee.percent is not None:
        charge = Money(int(Decimal(price.minor) * fee.percent / _WHOLE), price.currency)
    if charge is None:
        return Deduction(kind)
    limits = [limit for limit in (fee.cap, price) if limit is not None]
    same = [limit for limit in limits if limit.currency == charge.currency]
    return _deduction(kind, min((charge, *same)))


def _price(sale: Sale) -> Money | None:
    """Return the price in whole minor units, rounded down."""
    if sale.price is None or sale.currency is None:
        return None
    unit = Decimal(1).scaleb(-exponent(sale.currency))
    minor = sale.price.quantize(unit, ROUND_DOWN).scaleb(exponent(sale.currency))
    return Money(int(minor), sale.currency)


def _deduction(kind: DeductionKind, amount: Money) -> Deduction:
    return Deduction(kind, Decimal(amount.decimal()), amount.currency)
