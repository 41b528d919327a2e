"""What the buyer of a line may be given, and why not the rest.

Law and terms say what must be accepted; a credit or an exchange instead of money is the buyer's
own choice (Directive 2011/83/EU art. 13(1): only where the consumer has expressly agreed).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from returnstation.domain.cases import Case
from returnstation.domain.messages import Say, say
from returnstation.domain.pay.outcomes import ACCEPTED, REFUSED, outcome_of_line
from returnstation.domain.policy import Ground, RefundMethod
from returnstation.domain.verdicts import Verdict


class Resolution(StrEnum):
    """What a buyer gets for a line."""

    ORIGINAL_PAYMENT = "original_payment"
    CASH_REFUND = "cash_refund"
    CREDIT_REFUND = "credit_refund"
    STORE_CREDIT = "store_credit"
    EXCHANGE = "exchange"
    REPLACEMENT = "replacement"
    REPAIR = "repair"
    PRICE_REDUCTION = "price_reduction"
    KEEP_IT = "keep_it"
    REJECTION = "rejection"


MONEY = frozenset({Resolution.ORIGINAL_PAYMENT, Resolution.CASH_REFUND, Resolution.CREDIT_REFUND})
WITHOUT_MONEY = frozenset({RefundMethod.REPAIR, RefundMethod.REPLACEMENT, RefundMethod.EXCHANGE})
"""What a customer may be given first instead of money; it is not refunded beside it."""

_FAULTY = frozenset({Ground.NON_CONFORMITY, Ground.COMMERCIAL_GUARANTEE})
_WISHES: Mapping[str, Resolution] = {
    "store_credit": Resolution.STORE_CREDIT,
    "credit": Resolution.STORE_CREDIT,
    "exchange": Resolution.EXCHANGE,
    "replacement": Resolution.REPLACEMENT,
    "repair": Resolution.REPAIR,
}
"""What an announcement may ask for; anything else, or nothing, means money."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One thing a buyer may or may not be given.

    Attributes:
        locked: Why not; None when it may be.
        is_wish: Only where the buyer asks for it.
    """

    method: Resolution
    locked: Say | None = None
    is_wish: bool = False


def offered(case: Case, line_id: str) -> tuple[Offered, ...]:
    """Return everything, with what is forbidden and why."""
    return tuple(
        Offered(method, _locked(case, line_id, method), _is_wish(case, line_id, method))
        for method in Resolution
    )


def method_of(case: Case, line_id: str) -> Resolution:
    """Return what a line gets: as chosen, else as announced, else as law and terms order."""
    chosen = case.chosen.get(line_id)
    for wanted in (None if chosen is None else Resolution(chosen.method), _wish(case)):
        if wanted is not None and _locked(case, line_id, wanted) is None:
            return wanted
    if case.is_gift:
        return Resolution.STORE_CREDIT
    verdict = case.verdicts.get(line_id)
    if verdict is not None and verdict.merchant is not None and verdict.merchant.keep_it:
        return Resolution.KEEP_IT
    methods = () if verdict is None else verdict.methods
    return Resolution(methods[0].value) if methods else Resolution.ORIGINAL_PAYMENT


def _wish(case: Case) -> Resolution | None:
    return _WISHES.get(case.opened.wants or "")


def _locked(case: Case, line_id: str, method: Resolution) -> Say | None:
    outcome = outcome_of_line(case, line_id)
    if outcome == REFUSED:
        return None if method is Resolution.REJECTION else say("pay.locked.refused")
    if outcome != ACCEPTED:
        return say("pay.locked.waits")
    verdict = case.verdicts.get(line_id)
    return None if verdict is None else _LOCKS[method](case, verdict, method)


def _is_wish(case: Case, line_id: str, method: Resolution) -> bool:
    verdict = case.verdicts.get(line_id)
    gives_money = verdict is not None and _gives_money(verdict)
    return gives_money and method in {Resolution.STORE_CREDIT, Resolution.EXCHANGE}


def _gives_money(verdict: Verdict) -> bool:
    methods = {method.value for method in verdict.methods}
    return not methods or bool(methods & MONEY)


def _listed(verdict: Verdict, method: Resolution) -> bool:
    return method.value in {listed.value for listed in verdict.methods}


def _for_money(case: Case, verdict: Verdict, method: Resolution) -> Say | None:
    if case.is_gift:
        return say("pay.locked.gift")
    if _listed(verdict, method) or (not verdict.methods and method is Resolution.ORIGINAL_PAYMENT):
        return None
    if _gives_money(verdict):
        return say("pay.locked.other-money")
    return say("pay.locked.remedy-first" if verdict.is_statutory else "pay.locked.terms")


def _for_credit(case: Case, verdict: Verdict, method: Resolution) -> Say | None:
    if case.is_gift or _gives_money(verdict) or _listed(verdict, method):
        return None
    return say("pay.locked.remedy-first" if verdict.is_statutory else "pay.locked.terms")


def _for_exchange(_case: Case, verdict: Verdict, method: Resolution) -> Say | None:
    if _gives_money(verdict) or _listed(verdict, method):
        return None
    return None if _listed(verdict, Resolution.REPLACEMENT) else say("pay.locked.terms")


def _for_faulty(_case: Case, verdict: Verdict, method: Resolution) -> Say | None:
    if _listed(verdict, method) or verdict.ground in _FAULTY:
        return None
    return say("pay.locked.no-fault")


def _for_reduction(_case: Case, verdict: Verdict, method: Resolution) -> Say | None:
    return None if _listed(verdict, method) else say("pay.locked.not-offered")


def _for_keeping(_case: Case, verdict: Verdict, _method: Resolution) -> Say | None:
    keeps = verdict.merchant is not None and verdict.merchant.keep_it
    return None if keeps else say("pay.locked.not-offered")


def _for_rejection(_case: Case, _verdict: Verdict, _method: Resolution) -> Say | None:
    return say("pay.locked.accepted")


_LOCKS: Mapping[Resolution, Callable[[Case, Verdict, Resolution], Say | None]] = {
    Resolution.ORIGINAL_PAYMENT: _for_money,
    Resolution.CASH_REFUND: _for_money,
    Resolution.CREDIT_REFUND: _for_money,
    Resolution.STORE_CREDIT: _for_credit,
    Resolution.EXCHANGE: _for_exchange,
    Resolution.REPLACEMENT: _for_faulty,
    Resolution.REPAIR: _for_faulty,
    Resolution.PRICE_REDUCTION: _for_reduction,
    Resolution.KEEP_IT: _for_keeping,
    Resolution.REJECTION: _for_rejection,
}
