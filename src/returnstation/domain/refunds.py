"""What the customer gets, simulated: per line by verdict and what really came back.

Every share is rounded down, so several refunds of one order never exceed what was paid.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from returnstation.domain.cases import UNDELIVERABLE, Case, Item
from returnstation.domain.facts import CaseLine, RefundResolved, ResolvedLine
from returnstation.domain.money import Money, total
from returnstation.domain.policy import Eligible, RefundMethod
from returnstation.domain.verdicts import Verdict

ACCEPTED, REFUSED, REVIEW = "accepted", "refused", "review"

WITHOUT_MONEY = frozenset({RefundMethod.REPAIR, RefundMethod.REPLACEMENT, RefundMethod.EXCHANGE})
"""What a customer may be given first instead of money; it is not refunded beside it."""

_OUTCOMES = {Eligible.YES: ACCEPTED, Eligible.NO: REFUSED, Eligible.REVIEW: REVIEW}
_TAKEN_OFF = frozenset({"restocking_fee", "cancellation_fee"})
_WAY_BACK = "return_shipping"


def resolve(case: Case, elsewhere: Mapping[str, int] | None = None) -> RefundResolved:
    """Return what every line of the case with goods on the desk comes to.

    Args:
        case: The case.
        elsewhere: Units per line id that other cases have paid back by now; more units than were
            sold are never paid, whatever was known when the case was opened.
    """
    paid = elsewhere or {}
    currency = case.opened.currency or "XXX"  # ISO 4217 for "no currency": a blind case
    lines = _with_way_back(
        case,
        tuple(
            _resolved(case, line, paid.get(line.line_id, 0))
            for line in case.opened.lines
            if _came(case, line)
        ),
    )
    shipping = _shipping(case, lines, paid) or Money(0, currency)
    accepted = [line.amount for line in lines if line.outcome == ACCEPTED]
    return RefundResolved(
        lines=lines, shipping=shipping, total=total(accepted, currency) + shipping
    )


def outcome_of(item: Item | None, verdict: Verdict | None) -> str:
    """Return ``accepted``, ``refused`` or ``review`` for one line.

    A supervisor's word goes before the verdict; a wrong article is never settled by itself, nor
    is one that nobody took: sending nothing back is no withdrawal.
    """
    if item is not None and item.outcome is not None:
        return item.outcome
    if verdict is None or (item is not None and _is_for_a_person(item)):
        return REVIEW
    return _OUTCOMES[verdict.eligible]


def _is_for_a_person(item: Item) -> bool:
    return item.is_odd or UNDELIVERABLE in item.findings


def _came(case: Case, line: CaseLine) -> int:
    return len(case.items_of(line.line_id))


def _resolved(case: Case, line: CaseLine, elsewhere: int) -> ResolvedLine:
    items = case.items_of(line.line_id)
    verdict = case.verdicts.get(line.line_id)
    outcomes = {outcome_of(item, verdict) for item in items}
    outcome = outcomes.pop() if len(outcomes) == 1 else REVIEW
    currency = line.paid.currency
    if line.quantity == 0 or (elsewhere and elsewhere + len(items) > line.sold):
        # All units are back already: whatever this one is, a person must look at it.
        return ResolvedLine(
            line_id=line.line_id, outcome=REVIEW, method=None, amount=Money(0, currency)
        )
    if outcome == REFUSED:
        return ResolvedLine(
            line_id=line.line_id, outcome=outcome, method=None, amount=Money(0, currency)
        )
    methods = () if verdict is None else verdict.methods
    method = methods[0] if methods else RefundMethod.ORIGINAL_PAYMENT
    if method in WITHOUT_MONEY and outcome == ACCEPTED:
        return ResolvedLine(
            line_id=line.line_id, outcome=outcome, method=method.value, amount=Money(0, currency)
        )
    part = Fraction(min(len(items), line.quantity), line.quantity)
    share = line.paid.share(part)
    taken = _deductions(verdict, share, part)
    left = share - total([amount for _, amount in taken], currency)
    return ResolvedLine(
        line_id=line.line_id,
        outcome=outcome,
        method=method.value,
        amount=max(left, Money(0, currency)),
        deductions=taken,
    )


def _deductions(
    verdict: Verdict | None, share: Money, part: Fraction
) -> tuple[tuple[str, Money], ...]:
    """Return the fees that may be taken without a person's assessment, never above the share.

    A verdict's fees are those of the whole line; units that did not come are not charged.
    """
    taken: list[tuple[str, Money]] = []
    left = share
    for kind, amount in _fixed(verdict, share.currency):
        if kind in _TAKEN_OFF:
            off = min(amount.share(part), left)
            left -= off
            taken.append((kind, off))
    return tuple(taken)


def _fixed(verdict: Verdict | None, currency: str) -> Iterable[tuple[str, Money]]:
    """Yield the deductions whose amount is known in this currency."""
    for deduction in () if verdict is None else verdict.deductions:
        if deduction.amount is not None and deduction.amount.currency == currency:
            yield deduction.kind, deduction.amount


def _with_way_back(case: Case, lines: tuple[ResolvedLine, ...]) -> tuple[ResolvedLine, ...]:
    """Charge the way back once per parcel, however many lines came in it.

    What the first line cannot bear the next one does; lines that are paid go before those a
    person must look at. Then say what a line is worth as store credit.
    """
    charges = {line.line_id: _charge(case, line) for line in lines}
    left = max((charge for charge in charges.values() if charge is not None), default=None)
    charged: dict[str, ResolvedLine] = {}
    for line in sorted(lines, key=lambda line: line.outcome != ACCEPTED):
        if left is None or charges[line.line_id] is None or not left:
            continue
        off = min(left, line.amount)
        left -= off
        charged[line.line_id] = replace(
            line, amount=line.amount - off, deductions=(*line.deductions, (_WAY_BACK, off))
        )
    return tuple(_with_credit(case, charged.get(line.line_id, line)) for line in lines)


def _charge(case: Case, line: ResolvedLine) -> Money | None:
    """Return what the way back costs by the line's verdict; None when nothing is paid for it."""
    if line.outcome == REFUSED or line.method is None or line.method in WITHOUT_MONEY:
        return None
    verdict = case.verdicts.get(line.line_id)
    fixed = _fixed(verdict, line.amount.currency)
    return max((amount for kind, amount in fixed if kind == _WAY_BACK), default=None)


def _with_credit(case: Case, line: ResolvedLine) -> ResolvedLine:
    """Add what the line is worth when the buyer takes store credit with a bonus."""
    verdict = case.verdicts.get(line.line_id)
    offer = None if verdict is None else verdict.merchant
    if offer is None or offer.store_credit_bonus is None or line.outcome != ACCEPTED:
        return line
    bonus = line.amount.share(Fraction(offer.store_credit_bonus) / 100)
    return replace(line, credit=line.amount + bonus) if line.amount else line


def _shipping(
    case: Case, lines: tuple[ResolvedLine, ...], elsewhere: Mapping[str, int]
) -> Money | None:
    """Return the delivery cost when the whole order is paid back by right, here and elsewhere.

    The parcel that completes the order gets it, so it is given once.

    Whole-order withdrawal gives the standard delivery back (Directive 2011/83/EU art. 13(1)),
    and so does non-conformity; a merchant's goodwill does not promise it.
    """
    shipping = case.opened.shipping
    if shipping is None or not lines:
        return None
    if any(line.outcome != ACCEPTED or line.method in WITHOUT_MONEY for line in lines):
        return None
    for line in case.opened.lines:
        came = _came(case, line)
        verdict = case.verdicts.get(line.line_id)
        if elsewhere.get(line.line_id, 0) + came < line.sold:
            return None
        if came and (verdict is None or not verdict.is_statutory):
            return None
    return shipping
