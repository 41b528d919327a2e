"""What the merchant's system is told to pay: each amount once, under a key of its own."""

from decimal import Decimal
from fractions import Fraction

from returnstation.domain.cases import Case, CaseState
from returnstation.domain.facts import (
    OverpaymentSeen,
    PaidBy,
    RefundApproved,
    RefundInstructed,
    RefundResolved,
    StoredRate,
    TaxShare,
)
from returnstation.domain.money import Money, exponent, total
from returnstation.domain.pay.approval import Limits
from returnstation.domain.policy import Buyer


def instruction(case: Case, refund: RefundResolved) -> RefundInstructed | None:
    """Return what is still to be paid of a refund; None when nothing is.

    What was instructed before is not told again. Where less is due than was told, money may be
    gone already: nothing is instructed, and a person must ask for it back.
    """
    tenders = _still_due(case, refund)
    if not tenders or any(part.amount.minor < 0 for part in tenders):
        return None
    currency = refund.total.currency
    number = len(case.instructed) + 1
    before = [told.settlement for told in case.instructed if told.settlement is not None]
    settlement = refund.settlement
    if settlement is not None:
        settlement -= total(before, settlement.currency)
    is_business = case.opened.buyer is not Buyer.CONSUMER
    return RefundInstructed(
        key=f"{case.case_id}-{number}",
        total=total([part.amount for part in tenders], currency),
        tenders=tenders,
        taxes=_untold(case, refund),
        settlement=settlement,
        credit_note=f"CN-{case.number}-{number}" if is_business else None,
    )


WAITING, EXPORTED, ACKNOWLEDGED, EXECUTED, FAILED = STATES = (
    "waiting",
    "exported",
    "acknowledged",
    "executed",
    "failed",
)
"""How far an instruction is; ``waiting`` before anything is reported of it."""


def told_to_pay(
    case: Case, refund: RefundResolved, limits: Limits, role: str
) -> tuple[RefundApproved | RefundInstructed, ...]:
    """Return the facts that make the merchant pay; none while a supervisor must approve first."""
    due = instruction(case, refund)
    amount = total([part.amount for part in refund.tenders], refund.total.currency)
    merchant = case.opened.merchant_id or ""
    if due is None or not limits.allows(role, merchant, amount):
        return ()
    is_within = limits.allows("", merchant, amount)
    return (due,) if is_within else (RefundApproved(total=amount), due)


def state_of(case: Case, key: str) -> str:
    """Return how far an instruction is."""
    told = case.reported.get(key)
    return WAITING if told is None else told.state


def money_waits(case: Case) -> bool:
    """Tell whether something is to be paid that nobody was told to pay."""
    is_over = case.state is CaseState.FINISHED and case.refund is not None
    return is_over and case.refund is not None and instruction(case, case.refund) is not None


def overpaid(case: Case) -> OverpaymentSeen | None:
    """Return what was told to be paid and what is due, where the latter is less for any means.

    The money may be gone: a person must get it back, or leave it. None once a supervisor knows.
    """
    refund = case.refund
    if case.state is not CaseState.FINISHED or refund is None:
        return None
    if all(part.amount.minor >= 0 for part in _still_due(case, refund)):
        return None
    currency = refund.total.currency
    found = OverpaymentSeen(
        told=total([fact.total for fact in case.instructed], currency),
        due=total([part.amount for part in refund.tenders], currency),
    )
    return None if found == case.overpayment_seen else found


def settled(amount: Money, rate: StoredRate | None) -> Money | None:
    """Return an amount at the order's stored rate, rounded down.

    >>> settled(Money(10000, "EUR"), StoredRate(currency="KRW", rate="1712.55"))
    Money(minor=171255, currency='KRW')
    """
    if rate is None:
        return None
    scale = Fraction(10) ** (exponent(rate.currency) - exponent(amount.currency))
    part = Fraction(Decimal(rate.rate)) * scale
    return Money(amount.share(part).minor, rate.currency)


def _still_due(case: Case, refund: RefundResolved) -> tuple[PaidBy, ...]:
    due: dict[tuple[str, int, str], Money] = {}
    for sign, parts in (
        (1, refund.tenders),
        *((-1, told.tenders) for told in case.instructed),
    ):
        for part in parts:
            key = part.order_number, part.number, part.kind
            nothing = Money(0, part.amount.currency)
            due[key] = due.get(key, nothing) + (part.amount if sign > 0 else -part.amount)
    return tuple(
        PaidBy(order_number=order, number=number, kind=kind, amount=amount)
        for (order, number, kind), amount in due.items()
        if amount
    )


def _untold(case: Case, refund: RefundResolved) -> tuple[TaxShare, ...]:
    shares = {share.rate: share for share in refund.taxes}
    for told in (share for fact in case.instructed for share in fact.taxes):
        nothing = Money(0, told.gross.currency)
        known = shares.get(told.rate) or TaxShare(rate=told.rate, gross=nothing, tax=nothing)
        shares[told.rate] = TaxShare(
            rate=told.rate, gross=known.gross - told.gross, tax=known.tax - told.tax
        )
    return tuple(share for share in shares.values() if share.gross or share.tax)
