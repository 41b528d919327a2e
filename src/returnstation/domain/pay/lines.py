"""What one line comes to, term by term; the terms sum up to what is given, to the cent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from returnstation.domain.cases import Case
from returnstation.domain.facts import CaseLine, RefundTerm, ResolvedLine
from returnstation.domain.money import Money, total
from returnstation.domain.pay.diminished import DIMINISHED_VALUE, assessed
from returnstation.domain.pay.earlier import Earlier
from returnstation.domain.pay.methods import MONEY, Resolution, method_of
from returnstation.domain.pay.outcomes import ACCEPTED, REFUSED, REVIEW, outcome_of_line
from returnstation.domain.pay.rejections import rejection_of
from returnstation.domain.pay.taxes import tax_in
from returnstation.domain.policy import Eligible
from returnstation.domain.verdicts import Verdict

TERMS = (
    "price",
    "discount",
    "duties",
    "restocking_fee",
    "cancellation_fee",
    "diminished_value",
    "return_shipping",
    "bonus",
    "new_article",
    "to_pay",
    "goods_instead",
    "stays_paid",
    "postage",
)
"""Codes of the terms a line may be made of."""

_FEES = frozenset({"restocking_fee", "cancellation_fee"})
_GOODS = frozenset({Resolution.EXCHANGE, Resolution.REPLACEMENT, Resolution.REPAIR})
_PAID_OUT = MONEY | {Resolution.KEEP_IT, Resolution.STORE_CREDIT}


def resolved_line(case: Case, line: CaseLine, earlier: Earlier) -> ResolvedLine:
    """Return what a line with goods on the desk comes to, the way back aside."""
    units = case.units_of(line.line_id)
    outcome = outcome_of_line(case, line.line_id)
    before = earlier.units(line.line_id)
    if line.quantity == 0 or (before and before + units > line.sold):
        # All units are back already: whatever this one is, a person must look at it.
        outcome, units = REVIEW, 0
    if outcome == REFUSED:
        return replace(
            _nothing(line, outcome, case.units_of(line.line_id)),
            rejection=rejection_of(case, line.line_id).value,
        )
    if not units:
        return _nothing(line, outcome, 0)
    reckoned = _reckoned(case, line, _valued(line, min(units, line.quantity), earlier, case))
    return replace(reckoned, outcome=outcome, units=units)


def with_tax(case: Case, line: ResolvedLine) -> ResolvedLine:
    """Return a line with the tax contained in what is paid for the goods."""
    nothing = Money(0, line.amount.currency)
    sold = case.line(line.line_id)
    goods = line.amount - min(line.duties or nothing, line.amount)
    return replace(line, tax=tax_in(sold, goods), rate=sold.tax_rate)


def with_credit(case: Case, line: ResolvedLine) -> ResolvedLine:
    """Add what the line is worth when the buyer takes store credit with a bonus."""
    verdict = case.verdicts.get(line.line_id)
    offer = None if verdict is None else verdict.merchant
    if offer is None or offer.store_credit_bonus is None or line.outcome != ACCEPTED:
        return line
    if not line.amount:
        return line
    bonus = line.amount.share(Fraction(offer.store_credit_bonus) / 100)
    is_taken = line.method == Resolution.STORE_CREDIT
    more = (RefundTerm(code="bonus", amount=bonus),) if is_taken and bonus else ()
    return replace(line, credit=line.amount + bonus, terms=(*line.terms, *more))


def given_for(line: ResolvedLine) -> Money:
    """Return what the buyer gets for a line, a credit's bonus included."""
    is_credit = line.method == Resolution.STORE_CREDIT and line.credit is not None
    return line.credit if is_credit and line.credit is not None else line.amount


def fixed(verdict: Verdict | None, currency: str) -> Iterable[tuple[str, Money]]:
    """Yield the deductions whose amount is known in this currency."""
    for deduction in () if verdict is None else verdict.deductions:
        if deduction.amount is not None and deduction.amount.currency == currency:
            yield deduction.kind, deduction.amount


def _nothing(line: CaseLine, outcome: str, units: int) -> ResolvedLine:
    nothing = Money(0, line.paid.currency)
    return ResolvedLine(
        line_id=line.line_id,
        outcome=outcome,
        method=None,
        amount=nothing,
        units=units,
        share=nothing,
    )


def _valued(line: CaseLine, units: int, earlier: Earlier, case: Case) -> ResolvedLine:
    """Return a line with what was paid for its units.

    Units are valued by what all units back by now were worth, less what those before were: so
    the parts of a line add up to it, whatever is left when it is divided.
    """
    currency = line.paid.currency
    duties = _duties(case, line, units, earlier)
    if line.sold_for is None:
        share = line.paid.share(Fraction(units, line.quantity))
    else:
        share = _part(line.sold_for, line, units, earlier, earlier.share(line.line_id, currency))
    return replace(_nothing(line, ACCEPTED, units), share=share, duties=duties)


def _part(whole: Money, line: CaseLine, units: int, earlier: Earlier, before: Money) -> Money:
    back = min(earlier.units(line.line_id) + units, line.sold)
    return max(whole.share(Fraction(back, line.sold)) - before, Money(0, whole.currency))


def _duties(case: Case, line: CaseLine, units: int, earlier: Earlier) -> Money | None:
    """Return the import duties to be given back.

    A statutory withdrawal gives back all payments received (Directive 2011/83/EU art. 13(1));
    beyond the law the merchant says.
    """
    verdict = case.verdicts.get(line.line_id)
    is_due = case.opened.refunds_duties or (
        verdict is not None and verdict.is_statutory and verdict.eligible is Eligible.YES
    )
    if not line.duties or not is_due:
        return None
    before = earlier.duties(line.line_id, line.duties.currency)
    return _part(line.duties, line, units, earlier, before)


def _reckoned(case: Case, line: CaseLine, valued: ResolvedLine) -> ResolvedLine:
    method = method_of(case, line.line_id)
    share = valued.share or Money(0, line.paid.currency)
    price = _price(line, share, valued.units)
    if method in _PAID_OUT:
        terms, deductions = _paid_out(case, line, valued, method)
    else:
        # No money for goods, so no fee can be taken off it, nor duties given back.
        terms, deductions = tuple(_instead(case, line, share, method)), ()
        valued = replace(valued, duties=None)
    terms = (*price, *terms)
    owes = next((term.amount for term in terms if term.code == "to_pay"), None)
    chosen = case.chosen.get(line.line_id)
    return replace(
        valued,
        method=method.value,
        amount=total([term.amount for term in terms], share.currency),
        deductions=deductions,
        terms=terms,
        owes=owes,
        variant=chosen.variant if chosen is not None and method in _GOODS else None,
    )


def _price(line: CaseLine, share: Money, units: int) -> tuple[RefundTerm, ...]:
    """Return what the units were offered for, and the discount on them."""
    price = RefundTerm(code="price", amount=share)
    if line.listed is None or line.sold_for is None or line.listed <= line.sold_for:
        return (price,)
    off = (line.listed - line.sold_for).share(Fraction(units, line.sold))
    if not off:
        return (price,)
    offered = RefundTerm(code="price", amount=share + off)
    return offered, RefundTerm(code="discount", amount=-off)


def _paid_out(
    case: Case, line: CaseLine, valued: ResolvedLine, method: Resolution
) -> tuple[tuple[RefundTerm, ...], tuple[tuple[str, Money], ...]]:
    """Return the terms beside the price when money or credit is given, and what is kept back."""
    share = valued.share or Money(0, line.paid.currency)
    part = Fraction(min(valued.units, line.quantity), line.quantity)
    kept = () if method is Resolution.KEEP_IT else tuple(_kept(case, line, share, part))
    duties = (RefundTerm(code="duties", amount=valued.duties),) if valued.duties else ()
    return (*duties, *(RefundTerm(code=kind, amount=-amount) for kind, amount in kept)), kept


def _kept(case: Case, line: CaseLine, share: Money, part: Fraction) -> Iterator[tuple[str, Money]]:
    """Yield the fees, and what a person assessed, never above the share.

    A verdict's fees are those of the whole line; units that did not come are not charged.
    """
    verdict = case.verdicts.get(line.line_id)
    left = share
    for kind, amount in fixed(verdict, share.currency):
        if kind in _FEES:
            off = min(amount.share(part), left)
            left -= off
            yield kind, off
    kinds = () if verdict is None else tuple(deduction.kind for deduction in verdict.deductions)
    lost = assessed(case, line.line_id, left)
    if lost and DIMINISHED_VALUE in kinds:
        yield DIMINISHED_VALUE, lost


def _instead(case: Case, line: CaseLine, share: Money, method: Resolution) -> Iterator[RefundTerm]:
    """Yield the terms beside the price when goods or a part of the price are given."""
    chosen = case.chosen.get(line.line_id)
    nothing = Money(0, share.currency)
    if method is Resolution.EXCHANGE:
        price = None if chosen is None else chosen.price
        units = case.units_of(line.line_id)
        worth = share if price is None else Money(price.minor * units, price.currency)
        yield RefundTerm(code="new_article", amount=-worth)
        if worth > share:
            yield RefundTerm(code="to_pay", amount=worth - share)
        return
    reduced = nothing
    if method is Resolution.PRICE_REDUCTION and chosen is not None and chosen.amount is not None:
        reduced = max(min(chosen.amount, share), nothing)
    code = _INSTEAD.get(method, "goods_instead")
    yield RefundTerm(code=code, amount=reduced - share)


_INSTEAD: Mapping[Resolution, str] = {Resolution.PRICE_REDUCTION: "stays_paid"}
