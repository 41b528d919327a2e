"""The open case as it is shown: order, lines, verdicts, deadlines."""

from collections.abc import Mapping
from datetime import date, datetime

from returnstation.application.equipment import Equipment
from returnstation.application.showing.codes import code_entry, shown_code
from returnstation.application.view import (
    CaseView,
    CodeView,
    Deadline,
    Entry,
    LineView,
    Outcome,
    ReasonView,
)
from returnstation.domain.cases import UNDELIVERABLE, Case, Item, ItemStage
from returnstation.domain.facts import CaseLine
from returnstation.domain.messages import Say, say
from returnstation.domain.orders import Order
from returnstation.domain.policy import Eligible
from returnstation.domain.refunds import ACCEPTED, REFUSED, WITHOUT_MONEY, outcome_of
from returnstation.domain.verdicts import NEVER_DELIVERED, Verdict

BEATEN = "merchant_term_beaten"
"""Code of the reason that says a merchant's term is below the law."""

SHOWN: Mapping[str, Outcome] = {ACCEPTED: Outcome.ACCEPT, REFUSED: Outcome.REFUSE}
"""Outcomes as they are shown; any other waits for a supervisor."""

_GRAVEST = (Outcome.REFUSE, Outcome.SUPERVISOR, Outcome.ASK, Outcome.ACCEPT)


def shown_case(
    equipment: Equipment, case: Case, order: Order | None, in_hand: Item | None
) -> CaseView:
    """Return the open case for the screen."""
    opened = case.opened
    country = opened.jurisdiction or ""
    today = equipment.day_in(opened.jurisdiction, equipment.now())
    lines = tuple(_line(case, line, in_hand, today) for line in opened.lines)
    lines += tuple(_extra(item) for item in case.items.values() if item.line_id is None)
    done = sum(item.stage is ItemStage.DONE for item in case.items.values())
    waiting = sum(case.expected(line) for line in opened.lines)
    code = shown_code(equipment, opened.scanned, order)
    return CaseView(
        case_id=case.case_id,
        number=case.number,
        country=country,
        buyer=say(f"buyer.{opened.buyer.value}"),
        language=opened.language,
        refund_due=nearest(case, today),
        facts=_facts(equipment, case, order, code),
        lines=lines,
        done=done + sum(case.missing.values()),
        total=len(case.items) + sum(case.missing.values()) + waiting,
        warnings=_warnings(case),
        is_blind=case.is_blind,
        code=code,
    )


def gravest(case: Case) -> Outcome | None:
    """Return the gravest verdict of a case, whose sound is heard."""
    outcomes = {_outcome(case.verdicts.get(line.line_id), None) for line in case.opened.lines}
    return next((outcome for outcome in _GRAVEST if outcome in outcomes), None)


def _line(case: Case, line: CaseLine, in_hand: Item | None, today: date) -> LineView:
    verdict = case.verdicts.get(line.line_id)
    items = case.items_of(line.line_id)
    deciding = None if verdict is None else verdict.deciding
    outcome = _outcome(verdict, items[0] if items else None)
    needs = () if verdict is None or outcome is not Outcome.ASK else verdict.needs
    return LineView(
        line_id=line.line_id,
        outcome=outcome,
        ground=_ground(verdict),
        deadline=_deadline(verdict, today),
        state=_state(case, line, items, in_hand),
        product=line.title,
        sku=line.sku,
        quantity=line.quantity,
        scanned=len(items),
        facts=_line_facts(line, verdict),
        because=None if deciding is None else deciding.say(),
        clause="" if deciding is None else deciding.source,
        reasons=_reasons(verdict),
        needs=tuple(say(f"need.{need}") for need in needs),
        where=next((item.container for item in items if item.container), None),
    )


def _extra(item: Item) -> LineView:
    return LineView(
        line_id=item.item_id,
        outcome=Outcome.SUPERVISOR,
        ground=say(f"finding.{item.finding}"),
        deadline=None,
        state="done" if item.stage is ItemStage.DONE else "unexpected",
        product=item.title,
        sku=item.sku or item.gtin or "",
        quantity=1,
        scanned=1,
        facts=(),
        because=say("because.not-on-order"),
        clause="",
        reasons=(),
        where=item.container,
    )


def _outcome(verdict: Verdict | None, item: Item | None) -> Outcome:
    if verdict is not None and verdict.eligible is Eligible.REVIEW and verdict.needs:
        return Outcome.ASK if item is None or item.grade is None else Outcome.SUPERVISOR
    return SHOWN.get(outcome_of(item, verdict), Outcome.SUPERVISOR)


def _state(case: Case, line: CaseLine, items: tuple[Item, ...], in_hand: Item | None) -> str:
    if in_hand is not None and in_hand.line_id == line.line_id:
        return "in_hand"
    if items and all(item.stage is ItemStage.DONE for item in items) and not case.expected(line):
        return "done"
    if not items and case.missing.get(line.line_id):
        return "missing"
    return "waiting"


def _ground(verdict: Verdict | None) -> Say | None:
    if verdict is None:
        return None
    if verdict.decided_by == NEVER_DELIVERED:
        return say("ground.undeliverable")
    if verdict.ground is None:
        return say("ground.none") if verdict.eligible is Eligible.NO else None
    return say(f"ground.{verdict.ground.value}")


def _line_facts(line: CaseLine, verdict: Verdict | None) -> tuple[Entry, ...]:
    reason = "unannounced" if line.reason is None else line.reason.value
    facts = [Entry(say("fact.reason"), say(f"reason.{reason}"))]
    if verdict is not None:
        refuses = verdict.eligible is Eligible.NO
        refund = say("fact.no-refund") if refuses else _remedy(line, verdict)
        facts.append(Entry(say("fact.refund"), refund))
        payer = "silent" if verdict.payer is None else verdict.payer.value
        facts.append(Entry(say("fact.return-shipping"), say(f"payer.{payer}")))
    return tuple(facts)


def _remedy(line: CaseLine, verdict: Verdict) -> Say:
    if not verdict.methods:
        return say("fact.open")
    method = say(f"method.{verdict.methods[0].value}")
    if verdict.methods[0] in WITHOUT_MONEY:
        return method
    return say("fact.refund-of", method=method, amount=line.paid)


def _reasons(verdict: Verdict | None) -> tuple[ReasonView, ...]:
    return tuple(
        ReasonView(reason.outcome, reason.say(), reason.source, reason.rule, reason.code == BEATEN)
        for reason in (() if verdict is None else verdict.reasons)
    )


def _facts(
    equipment: Equipment, case: Case, order: Order | None, code: CodeView | None
) -> tuple[Entry, ...]:
    opened = case.opened
    arrived = case.opened_at.astimezone(equipment.settings.zone)
    entries = [Entry(say("fact.merchant"), opened.merchant)] if opened.merchant else []
    if order is not None:
        place = " ".join(p for p in (order.customer.postcode, order.customer.city) if p)
        who = ", ".join(part for part in (order.customer.short_name, place) if part)
        entries.append(Entry(say("fact.customer"), who))
    entries += [Entry(say("fact.order"), number) for number in opened.orders]
    entries.append(Entry(say("fact.rma"), opened.rma or say("fact.none")))
    if order is not None and order.delivered_on:
        entries.append(Entry(say("fact.delivered"), say("fact.day", day=order.delivered_on[-1])))
    entries += [] if code is None else [code_entry(code)]
    entries.append(Entry(say("fact.received"), say("fact.moment", moment=arrived)))
    return tuple(entries)


def _warnings(case: Case) -> tuple[Say, ...]:
    found = [
        _warning(item, code)
        for item in case.items.values()
        for code in (*((item.finding,) if item.finding != "expected" else ()), *item.findings)
        if code in _TOLD
    ]
    if case.undeliverable is not None:
        found.append(say(f"undelivered.{case.undeliverable}"))
    gifts = [line.title for line in case.opened.lines if line.is_gift]
    if case.is_gift or gifts:
        found.append(say("finding.gift", products=", ".join(gifts[:2]) or case.number))
    found += [
        say("finding.missing.of", product=case.line(line_id).title) for line_id in case.missing
    ]
    return tuple(found)


def _warning(item: Item, code: str) -> Say:
    if code == "serial_came_back" and item.earlier:
        cases = ", ".join(item.earlier)
        return say("finding.came_back_in", product=item.title, cases=cases)
    return say(f"finding.{code}.of", product=item.title)


_TOLD = frozenset(
    {
        "unannounced",
        "unexpected",
        "wrong_item",
        "unknown",
        "serial_not_shipped",
        "serial_not_read",
        "serial_came_back",
        UNDELIVERABLE,
    }
)


def _deadline(verdict: Verdict | None, today: date) -> Deadline | None:
    if verdict is None or verdict.eligible is Eligible.NO:
        return None
    return deadline(verdict.refund_due_on, today)


def deadline(due_on: date | None, today: date) -> Deadline | None:
    """Return the refund's legal day as shown; None when none is fixed."""
    if due_on is None:
        return None
    left = (due_on - today).days
    state = "overdue" if left < 0 else "today" if left == 0 else "soon" if left <= 2 else "later"
    return Deadline(state, say("due.refund"), due_on, left)


def nearest(case: Case, today: date) -> Deadline | None:
    """Return the nearest legal day of a case, as shown."""
    days = [
        verdict.refund_due_on
        for verdict in case.verdicts.values()
        if verdict.refund_due_on is not None and verdict.eligible is not Eligible.NO
    ]
    return deadline(min(days, default=None), today)


def local(equipment: Equipment, moment: datetime) -> datetime:
    """Return a moment in the site's zone, as it is shown."""
    return moment.astimezone(equipment.settings.zone)
