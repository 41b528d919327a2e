"""What the customer gets, simulated: per line by verdict, choice and what really came back.

Every share is rounded down, so several refunds of one order never exceed what was paid.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from returnstation.domain.cases import Case
from returnstation.domain.facts import PaidBy, RefundResolved, RefundTerm, ResolvedLine
from returnstation.domain.money import Money, total
from returnstation.domain.pay import (
    ACCEPTED,
    MONEY,
    REFUSED,
    REVIEW,
    WITHOUT_MONEY,
    Earlier,
    Resolution,
    outcome_of,
    settled,
)
from returnstation.domain.pay.lines import (
    fixed,
    given_for,
    resolved_line,
    with_credit,
    with_tax,
)
from returnstation.domain.pay.postage import (
    announced_by,
    buyers_part,
    postage_in,
    postage_of,
    with_postage,
)
from returnstation.domain.pay.taxes import by_rate
from returnstation.domain.pay.tenders import given_back, paid_anew

__all__ = ["ACCEPTED", "REFUSED", "REVIEW", "WITHOUT_MONEY", "given_for", "outcome_of", "resolve"]

_WAY_BACK = "return_shipping"
_CHARGED = MONEY | {Resolution.STORE_CREDIT}
"""Methods that pay for goods that came back."""


def resolve(case: Case, elsewhere: Iterable[RefundResolved] = ()) -> RefundResolved:
    """Return what every line of the case with goods on the desk comes to.

    Args:
        case: The case.
        elsewhere: What other finished cases of the same orders were settled at; more than was
            paid is never given, whatever was known when the case was opened.
    """
    earlier = Earlier(elsewhere)
    currency = case.opened.currency or "XXX"  # ISO 4217 for "no currency": a blind case
    settled_lines = tuple(
        with_tax(case, with_credit(case, line))
        for line in _with_way_back(
            case,
            tuple(
                resolved_line(case, line, earlier)
                for line in case.opened.lines
                if case.units_of(line.line_id)
            ),
        )
    )
    lines = with_postage(case, settled_lines, earlier)
    shipping = _shipping(case, lines, earlier) or Money(0, currency)
    accepted = [line for line in lines if line.outcome == ACCEPTED]
    paid = total([line.amount for line in accepted], currency) + shipping
    return RefundResolved(
        lines=lines,
        shipping=shipping,
        total=paid,
        tenders=_tenders(case, accepted, shipping, earlier),
        taxes=by_rate([line for line in accepted if line.amount], shipping),
        settlement=settled(paid, case.opened.rate),
        postage_rma=announced_by(case) if postage_of(accepted, currency) else None,
    )


def _tenders(
    case: Case, accepted: Sequence[ResolvedLine], shipping: Money, earlier: Earlier
) -> tuple[PaidBy, ...]:
    """Return to where the money goes; what is not paid by the order's means is a new credit."""
    money: dict[str, Money] = {}
    credit: dict[str, Money] = {}
    for line in accepted:
        is_credit = line.method == Resolution.STORE_CREDIT
        order, into = case.line(line.line_id).order_number, credit if is_credit else money
        goods = given_for(line) if case.is_gift else given_for(line) - postage_in(line)
        into[order] = into.get(order, Money(0, shipping.currency)) + goods
    if shipping:
        into = money if any(money.values()) or not credit else credit
        order = case.opened.orders[0] if case.opened.orders else next(iter(into), "")
        into[order] = into.get(order, Money(0, shipping.currency)) + shipping
    kind = "gift_card" if case.is_gift else Resolution.STORE_CREDIT.value
    new = tuple(
        PaidBy(order_number=order, number=0, kind=kind, amount=amount)
        for order, amount in credit.items()
        if amount
    )
    back = given_back(case.opened, {o: a for o, a in money.items() if a}, earlier)
    postage = (
        Money(0, shipping.currency) if case.is_gift else postage_of(accepted, shipping.currency)
    )
    return (*back, *new, *paid_anew(case.opened, postage))


def _with_way_back(case: Case, lines: tuple[ResolvedLine, ...]) -> tuple[ResolvedLine, ...]:
    """Charge the way back once per parcel, however many lines came in it.

    What the first line cannot bear the next one does; lines that are paid go before those a
    person must look at.
    """
    charges = {line.line_id: _charge(case, line) for line in lines}
    left = max((charge for charge in charges.values() if charge is not None), default=None)
    charged: dict[str, ResolvedLine] = {}
    for line in sorted(lines, key=lambda line: line.outcome != ACCEPTED):
        if left is None or charges[line.line_id] is None or not left:
            continue
        off = min(left, line.amount)
        left -= off
        term = RefundTerm(code=_WAY_BACK, amount=-off)
        charged[line.line_id] = replace(
            line,
            amount=line.amount - off,
            deductions=(*line.deductions, (_WAY_BACK, off)),
            terms=(*line.terms, term),
        )
    return tuple(charged.get(line.line_id, line) for line in lines)


def _charge(case: Case, line: ResolvedLine) -> Money | None:
    """Return what the way back costs the buyer; None when nothing is paid for the line.

    The merchant's charge goes first; without one, what was spent on a prepaid label, as far as
    law and terms let the buyer bear it.
    """
    if line.outcome == REFUSED or line.method not in _CHARGED:
        return None
    verdict = case.verdicts.get(line.line_id)
    charges = [a for kind, a in fixed(verdict, line.amount.currency) if kind == _WAY_BACK]
    if charges:
        return max(charges)
    label = case.opened.label_cost
    if not label or verdict is None or label.currency != line.amount.currency:
        return None
    return buyers_part(verdict, label)


def _shipping(case: Case, lines: tuple[ResolvedLine, ...], earlier: Earlier) -> Money | None:
    """Return the delivery cost when the whole order is paid back by right, here and elsewhere.

    The parcel that completes the order gets it, so it is given once.

    Whole-order withdrawal gives the standard delivery back (Directive 2011/83/EU art. 13(1)),
    and so does non-conformity; a merchant's goodwill does not promise it.
    """
    opened = case.opened
    if opened.shipping is None or not lines or any(map(earlier.has_shipping, opened.orders)):
        return None
    if any(line.outcome != ACCEPTED or line.method not in _CHARGED for line in lines):
        return None
    for line in opened.lines:
        came = case.units_of(line.line_id)
        verdict = case.verdicts.get(line.line_id)
        if earlier.paid_units(line.line_id) + came < line.sold:
            return None
        if came and (verdict is None or not verdict.is_statutory):
            return None
    return opened.shipping
