"""What the rows of a case and its items hold."""

from datetime import date

import msgspec

from returnstation.domain.cases import Case, CaseState, Item, Review
from returnstation.domain.facts import ResolvedLine
from returnstation.domain.messages import Say, from_plain, plain
from returnstation.domain.money import Money, prorate
from returnstation.domain.pay import ACCEPTED, REVIEW, money_waits, outcome_of, overpaid
from returnstation.domain.policy import Eligible
from returnstation.domain.verdicts import Verdict
from returnstation.storage.moments import maybe_ms, to_ms


def case_columns(case: Case) -> dict[str, object]:
    """Return a case's row."""
    nearest = _nearest(case)
    return {
        "case_id": case.case_id,
        "number": case.number,
        "state": case.state.value,
        "country": case.opened.jurisdiction or "",
        "merchant_id": case.opened.merchant_id or "",
        "merchant": case.opened.merchant or "",
        "order_number": ", ".join(case.opened.orders),
        "opened_at": to_ms(case.opened_at),
        "ended_at": maybe_ms(case.ended_at),
        "held_at": maybe_ms(case.held_at),
        "held_why": case.held_why,
        "seconds": case.seconds,
        "due_on": None if nearest is None else nearest[0].isoformat(),
        "clause": "" if nearest is None else nearest[1],
        "reviews_waiting": sum(i.review is Review.WAITING for i in case.items.values())
        + (money_waits(case) or overpaid(case) is not None),
    }


def item_columns(case: Case, item: Item) -> dict[str, object]:
    """Return an item's row; ``inspected_at`` is set once it was decided where the item goes."""
    verdict = case.verdicts.get(item.line_id or "")
    resolved = _resolved(case, item)
    is_counted = item.disposition is not None and case.state is not CaseState.CANCELLED
    due = None if verdict is None else verdict.refund_due_on
    title = item.title or item.sku or ""
    search = [case.number, *case.opened.orders, case.opened.rma, item.lpn, item.sku, title]
    return {
        "item_id": item.item_id,
        "case_id": case.case_id,
        "line_id": item.line_id,
        "number": case.number,
        "country": case.opened.jurisdiction or "",
        "merchant": case.opened.merchant or "",
        "product": title,
        "sku": item.sku or "",
        "serial": item.serial,
        "lpn": item.lpn,
        "custody": item.custody.value,
        "container": item.container,
        "load": item.load,
        "outcome": outcome_of(item, verdict),
        "functional": "" if item.grade is None else f"F{item.grade.functional}",
        "cosmetic": "" if item.grade is None else f"C{item.grade.cosmetic}",
        "merchant_grade": item.merchant_grade or "",
        "quantity": item.quantity,
        "disposition": "" if item.disposition is None else item.disposition.value,
        "refund": None if resolved is None else _part_of(case, item, resolved).minor,
        "currency": None if resolved is None else resolved.amount.currency,
        "review": _review(case, item, verdict).value,
        "why": why_text(_why(case, item, verdict)),
        "due_on": None if due is None else due.isoformat(),
        "inspected_at": maybe_ms(item.graded_at or item.added_at) if is_counted else None,
        "search": " ".join(part for part in search if part).casefold(),
    }


def why_text(why: Say | None) -> str:
    """Return a message as a column keeps it; empty for none."""
    return "" if why is None else msgspec.json.encode(plain(why)).decode()


def why_from(text: str) -> Say | None:
    """Return the message a column keeps."""
    kept = from_plain(msgspec.json.decode(text)) if text else None
    return kept if isinstance(kept, Say) else None


def _review(case: Case, item: Item, verdict: Verdict | None) -> Review:
    """Return the state of the supervisor's look; whatever is undecided waits for one."""
    if _waits_for_money(case, item) is not None:
        return Review.WAITING
    if item.review is not Review.NONE or item.disposition is None:
        return item.review
    undecided = outcome_of(item, verdict) == REVIEW
    return Review.WAITING if undecided and case.state is not CaseState.CANCELLED else Review.NONE


def _waits_for_money(case: Case, item: Item) -> Say | None:
    """Return what of the money of an item's case a supervisor must look at."""
    more = overpaid(case)
    changed = {Review.OVERRIDDEN, Review.APPROVED}
    decided = [each for each in case.items.values() if each.review in changed]
    if more is not None and (item in decided or not decided):
        return Say("review.refund-overpaid", {"told": more.told, "due": more.due})
    if money_waits(case) and item.line_id in _accepted(case):
        return Say("review.refund-over-limit")
    return None


def _accepted(case: Case) -> set[str]:
    lines = () if case.refund is None else case.refund.lines
    return {line.line_id for line in lines if line.outcome == ACCEPTED}


def _why(case: Case, item: Item, verdict: Verdict | None) -> Say | None:
    money = _waits_for_money(case, item)
    if money is not None:
        return money
    if item.finding not in {"expected", "unannounced"}:
        return Say(f"finding.{item.finding}")
    if item.findings:
        return Say(f"finding.{item.findings[0]}")
    if verdict is not None and verdict.eligible is not Eligible.YES:
        deciding = verdict.deciding
        return None if deciding is None else deciding.say()
    if item.proposed is not None and item.disposition is not item.proposed:
        return Say("review.other-disposition")
    return None


def _part_of(case: Case, item: Item, resolved: ResolvedLine) -> Money:
    """Return an item's part of what its line comes to, so that a line counts once in a sum."""
    items = case.items_of(resolved.line_id)
    parts = prorate(resolved.amount, [each.quantity for each in items])
    return parts[items.index(item)]


def _resolved(case: Case, item: Item) -> ResolvedLine | None:
    lines = () if case.refund is None else case.refund.lines
    return next((line for line in lines if line.line_id == item.line_id), None)


def _nearest(case: Case) -> tuple[date, str] | None:
    days = [
        (verdict.refund_due_on, "" if verdict.deciding is None else verdict.deciding.source)
        for verdict in case.verdicts.values()
        if verdict.refund_due_on is not None and verdict.eligible is not Eligible.NO
    ]
    return min(days, default=None)
