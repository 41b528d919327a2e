"""What the buyer paid for the way back although the merchant must bear it."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnstation.domain.cases import Case
from returnstation.domain.facts import RefundTerm, ResolvedLine
from returnstation.domain.money import Money, total
from returnstation.domain.pay.earlier import Earlier
from returnstation.domain.pay.outcomes import ACCEPTED
from returnstation.domain.policy import Payer
from returnstation.domain.verdicts import Verdict

POSTAGE = "postage"


def stated_postage(case: Case) -> Money | None:
    """Return what the way back is said to have cost: a supervisor's word before the RMA's."""
    return case.opened.postage if case.postage is None else case.postage


def announced_by(case: Case) -> str | None:
    """Return the RMA whose statement counts, for all its parcels together; None for none."""
    is_announced = case.postage is None and case.opened.postage is not None
    return case.opened.rma if is_announced else None


def bears_postage(verdict: Verdict | None) -> bool:
    """Tell whether the merchant bears the way back, or a part of it."""
    return verdict is not None and verdict.payer in {Payer.MERCHANT, Payer.SPLIT}


def buyers_part(verdict: Verdict, cost: Money) -> Money | None:
    """Return what of the way back's cost the buyer bears; None where nothing says so."""
    if verdict.payer is Payer.CONSUMER:
        return cost
    split = None if verdict.merchant is None else verdict.merchant.split
    if verdict.payer is not Payer.SPLIT or split is None:
        return None
    if split.merchant_share is not None:
        return cost.share((100 - Fraction(Decimal(split.merchant_share))) / 100)
    limit = split.merchant_up_to
    if limit is None or limit.currency != cost.currency:
        return None
    return max(cost - limit, Money(0, cost.currency))


def with_postage(
    case: Case, lines: tuple[ResolvedLine, ...], earlier: Earlier
) -> tuple[ResolvedLine, ...]:
    """Give back what the buyer paid for the way back, once, beside what a line comes to."""
    stated = stated_postage(case)
    if not stated or stated.currency != (case.opened.currency or ""):
        return lines
    parts = {line.line_id: _merchants_part(case, line, stated) for line in lines}
    nothing = Money(0, stated.currency)
    most = max(parts.values(), default=nothing)
    rma = announced_by(case)
    if rma is not None:
        most_left = stated - earlier.postage(rma, stated.currency)
        due = max(min(most, most_left), nothing)
    else:
        due = most
    bearer = next((line for line in lines if parts[line.line_id] == most), None)
    if not due or bearer is None:
        return lines
    return tuple(_added(line, due) if line is bearer else line for line in lines)


def postage_in(line: ResolvedLine) -> Money:
    """Return what of a line's sum is postage: it is no part of the price, and bears no tax."""
    parts = [term.amount for term in line.terms if term.code == POSTAGE]
    return total(parts, line.amount.currency)


def postage_of(lines: Iterable[ResolvedLine], currency: str) -> Money:
    """Return what of several lines is postage."""
    return total([postage_in(line) for line in lines], currency)


def _merchants_part(case: Case, line: ResolvedLine, stated: Money) -> Money:
    verdict = case.verdicts.get(line.line_id)
    nothing = Money(0, stated.currency)
    if line.outcome != ACCEPTED or verdict is None:
        return nothing
    if verdict.payer is Payer.MERCHANT:
        return stated
    buyers = buyers_part(verdict, stated)
    return nothing if buyers is None else stated - buyers


def _added(line: ResolvedLine, postage: Money) -> ResolvedLine:
    return replace(
        line,
        amount=line.amount + postage,
        credit=None if line.credit is None else line.credit + postage,
        terms=(*line.terms, RefundTerm(code=POSTAGE, amount=postage)),
    )
