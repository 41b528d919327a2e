"""A made-up view that fills every page, to be painted once while nobody looks.

The first painting of a page costs three to five times a later one: its rows are made, its widgets
styled, its icons drawn, its letters cut. A page that was rehearsed has that behind it.
"""

from dataclasses import replace
from datetime import UTC, date, datetime

from returnstation.application.view import (
    Alternative,
    CaseView,
    ContainerView,
    Deadline,
    DueRow,
    Echo,
    Entry,
    Evidence,
    Gate,
    HeldRow,
    IdleView,
    Instruction,
    LabelStep,
    LabelView,
    LineView,
    Option,
    Outcome,
    PhotoView,
    ProposalView,
    QuestionView,
    ReasonView,
    SettleLine,
    SettleView,
    Step,
    SumLine,
    Tone,
    View,
)
from returnstation.domain.messages import say
from returnstation.domain.money import Money
from returnstation.domain.papers import ItemLabel

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_NAME = "0123456789 ABCDEF abcdef"
_AMOUNT = Money(123456789, "KRW")
_DUE = Deadline("soon", say("due.refund"), date(2026, 1, 1), 2)
_REASON = say("law.within_window", last_day=date(2026, 1, 1))
_FACTS = tuple(
    Entry(say(f"fact.{name}"), _NAME)
    for name in ("merchant", "customer", "order", "rma", "delivered", "received")
)


def _line(outcome: Outcome, state: str) -> LineView:
    return LineView(
        line_id="", outcome=outcome, ground=say("ground.withdrawal"), deadline=_DUE, state=state,
        product=_NAME, sku=_NAME, quantity=1, scanned=0, facts=_FACTS[:3], because=_REASON,
        clause="BGB § 355", reasons=(ReasonView("grants", _REASON, "BGB § 355", ""),) * 4,
    )  # fmt: skip


_CASE = CaseView(
    case_id="", number=_NAME, country="DE", buyer=say("buyer.consumer"), language="de",
    refund_due=_DUE, facts=_FACTS,
    lines=(
        _line(Outcome.ACCEPT, "in_hand"), _line(Outcome.SUPERVISOR, "waiting"),
        _line(Outcome.REFUSE, "done"),
    ),
    done=1, total=3,
)  # fmt: skip
_OPTIONS = tuple(
    Option(
        key, say("check.shoes.sole.worn"), say("check.shoes.sole.worn.help"),
        evidence=tuple(Evidence(kind, say("evidence.scanned")) for kind in ("check", "cross", "dash")),
        score=2, of=3,
    )
    for key in "1234"
)  # fmt: skip
_QUESTION = QuestionView(
    item_id="", product=_NAME, number=2, of=6, functional=("F6",), cosmetic=("C3", "C4"),
    photos=(PhotoView(say("photo.taken"), None, is_now=True),) * 2, claimed=None,
)  # fmt: skip
_PROPOSAL = ProposalView(
    item_id="", product=_NAME, grade="F6 / C6", disposition="restock_open_box",
    channel=say("channel.outlet"), container=_NAME, place=1,
    sum=tuple(
        SumLine(say(f"sum.{name}"), _AMOUNT)
        for name in ("price", "labour", "rework", "freight", "holding", "compliance")
    ),
    net=_AMOUNT, note=say("propose.estimate", spread=_AMOUNT, day=date(2026, 1, 1)),
    gates=tuple(
        Gate(icon, say(f"gate.{name}"), "passed", say(f"gate.{name}.none"))
        for icon, name in (
            ("recall", "recall"), ("drop", "hygiene"), ("battery", "battery"), ("wipe", "data"),
            ("ban", "destruction"),
        )
    ),
    alternatives=tuple(
        Alternative(
            key, "restock_new", say("channel.main"), _AMOUNT, -_AMOUNT, _AMOUNT, -_AMOUNT,
            is_proposal=key == "Enter", locked=None if key else say("gate.data.why"),
        )
        for key in ("Enter", "2", "3", "4", "5", "6", "7", "", "")
    ),
)  # fmt: skip
_LABEL = LabelView(
    item_id="", lpn=_NAME,
    label=ItemLabel(
        lpn="", disposition="", title="", merchant="", sku="", case_number="", printed_at=_AT,
    ),
    steps=(
        LabelStep("done", say("label.printed"), say("label.printed.stuck")),
        LabelStep("now", say("label.scan-back"), say("label.scan-back.detail")),
        LabelStep("next", say("label.put"), say("label.put.none")),
    ),
    containers=tuple(
        ContainerView(place, "", "restock_open_box", 1, 2, is_target=place == 1)
        for place in range(1, 7)
    ),
)  # fmt: skip
_SETTLE = SettleView(
    lines=tuple(
        SettleLine(
            _NAME, outcome, say("method.original_payment"), _AMOUNT,
            (SumLine(say("papers.deduction.diminished_value"), -_AMOUNT),), _REASON, "BGB § 355",
        )
        for outcome in (Outcome.ACCEPT, Outcome.SUPERVISOR, Outcome.REFUSE)
    ),
    shipping=_AMOUNT, total=_AMOUNT, paid=_AMOUNT, due=_DUE,
)  # fmt: skip
_IDLE = IdleView(
    items_today=1, goal=2, accepted=1, supervisor=1, refused=1, median_seconds=60,
    deadlines=(DueRow(_DUE, "DE", _NAME, "BGB § 355", say("who.supervisor")),) * 5,
    deadlines_total=5, held=(HeldRow(_NAME, say("hold.later"), "DE", _AT),) * 4, held_total=4,
)  # fmt: skip

REHEARSAL = View(
    step=Step.CHOOSE,
    instruction=Instruction(Tone.NEXT, "scan", say("do.ready")),
    acts=(),
    seq=0,
    site="",
    desk="",
    echo=Echo("check", say("echo.parcel"), _NAME, None, _AT),
    options=_OPTIONS,
    case=_CASE,
    question=_QUESTION,
    proposal=_PROPOSAL,
    label=_LABEL,
    settle=_SETTLE,
    idle=_IDLE,
)
"""Every page finds its own part in it."""

REHEARSALS = (
    replace(
        REHEARSAL,
        options=_OPTIONS[:2],
        case=replace(_CASE, lines=_CASE.lines[:1]),
        proposal=replace(_PROPOSAL, gates=(), alternatives=_PROPOSAL.alternatives[:3]),
        settle=replace(_SETTLE, lines=_SETTLE.lines[:1]),
    ),
    REHEARSAL,
)
"""Few rows, then all of them: each goes into a moment a scan can wait for."""
