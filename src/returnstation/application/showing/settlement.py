"""The simulated refund as it is shown: lines, what makes them up, and where the money goes."""

from returnstation.application.desk.pay_asks import POSTAGE
from returnstation.application.desk.receipts import taxes_told, tender_word, term_key
from returnstation.application.equipment import Equipment
from returnstation.application.showing.cases import SHOWN, nearest
from returnstation.application.view import (
    MethodView,
    Outcome,
    SettleLine,
    SettleView,
    SumLine,
)
from returnstation.domain.cases import Case
from returnstation.domain.facts import RefundResolved, ResolvedLine
from returnstation.domain.messages import Say, say
from returnstation.domain.money import Money, total
from returnstation.domain.pay import MAY_APPROVE, WITHOUT_MONEY, bears_postage, offered, proposed
from returnstation.domain.refunds import given_for, resolve


def shown_settlement(equipment: Equipment, case: Case, role: str) -> SettleView:
    """Return the simulated refund; nothing of it is written."""
    with equipment.look() as work:
        refund = case.refund or resolve(case, work.cases.settled_elsewhere(case))
    today = equipment.day_in(case.opened.jurisdiction, equipment.now())
    paid = [line.paid for line in case.opened.lines]
    blind = case.is_blind
    given = _given(refund)
    return SettleView(
        lines=tuple(
            _settled(case, line, place) for place, line in enumerate(refund.lines, start=1)
        ),
        shipping=refund.shipping or None,
        total=None if blind else given,
        paid=None if blind or not paid else sum(paid[1:], paid[0]),
        due=nearest(case, today),
        tenders=tuple(
            SumLine(say(f"papers.tender.{tender_word(part.kind)}"), part.amount)
            for part in refund.tenders
        ),
        taxes=tuple(SumLine(label, amount) for label, amount in taxes_told(refund)),
        approval=_approval(equipment, case, given, role),
        settlement=refund.settlement,
        postage_key=_postage_key(case, refund, role),
    )


def _postage_key(case: Case, refund: RefundResolved, role: str) -> str:
    verdicts = (case.verdicts.get(line.line_id) for line in refund.lines)
    is_open = role in MAY_APPROVE and any(bears_postage(verdict) for verdict in verdicts)
    return POSTAGE if is_open and not case.is_blind else ""


def _given(refund: RefundResolved) -> Money:
    parts = [part.amount for part in refund.tenders]
    return total(parts, refund.total.currency)


def _approval(equipment: Equipment, case: Case, given: Money, role: str) -> Say | None:
    limits, merchant = equipment.settings.limits, case.opened.merchant_id or ""
    if limits.allows("", merchant, given):
        return None
    is_allowed = limits.allows(role, merchant, given)
    return say("settle.approves" if is_allowed else "settle.needs-approval")


def _settled(case: Case, resolved: ResolvedLine, place: int) -> SettleLine:
    line = case.line(resolved.line_id)
    verdict = case.verdicts.get(line.line_id)
    deciding = None if verdict is None else verdict.deciding
    outcome = SHOWN.get(resolved.outcome, Outcome.SUPERVISOR)
    is_without = outcome is Outcome.REFUSE or (
        resolved.method in WITHOUT_MONEY and not resolved.amount
    )
    waits = outcome is Outcome.SUPERVISOR
    share = resolved.share or resolved.amount
    may_be_kept = proposed(case, line.line_id, share)
    tax = resolved.tax
    return SettleLine(
        product=line.title,
        outcome=outcome,
        resolution=say("settle.waits") if waits else _resolution(resolved),
        amount=None if is_without else given_for(resolved),
        deductions=tuple(
            SumLine(say(f"papers.deduction.{kind}"), -amount)
            for kind, amount in resolved.deductions
        ),
        because=None if deciding is None else deciding.say(),
        clause="" if deciding is None else deciding.source,
        line_id=line.line_id,
        key="" if waits or place > 9 else str(place),
        units=resolved.units,
        method=resolved.method,
        terms=tuple(SumLine(say(term_key(term.code)), term.amount) for term in resolved.terms),
        tax=SumLine(say("papers.receipt.tax", rate=resolved.rate), tax)
        if tax and resolved.rate is not None
        else None,
        methods=tuple(
            MethodView(each.method, say(f"method.{each.method}"), each.locked, each.is_wish)
            for each in offered(case, line.line_id)
        ),
        assessable=may_be_kept or None,
        variant=resolved.variant,
        rejection=resolved.rejection,
    )


def _resolution(resolved: ResolvedLine) -> Say:
    if resolved.rejection is not None:
        return say(f"rejection.{resolved.rejection}")
    return say(f"method.{resolved.method}") if resolved.method else say("fact.no-refund")
