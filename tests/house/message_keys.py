"""Every message key the program can say: those written in the source, and whole families."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import get_args

from returnstation.application.conflicts import REASONS
from returnstation.application.desk.exits import REPRINT_REASONS, WIPE_METHODS, WORSE_REASONS
from returnstation.application.desk.finishing import _NOT_UNDONE
from returnstation.application.desk.goods import _WORK_ENDED, REDISPOSE_REASONS
from returnstation.application.desk.parcels import CANCEL_REASONS, HOLD_REASONS, UNDELIVERED
from returnstation.application.desk.receipts import TENDERS, term_key
from returnstation.application.desk.telling import _ANSWERS
from returnstation.application.policy_book import Topic, VersionState
from returnstation.application.rows import ORDER_FOUND
from returnstation.application.showing.cases import _TOLD
from returnstation.application.showing.hub import OFFLINE, STUCK, WELL
from returnstation.application.showing.instructions import AT_THE_PRINTER
from returnstation.application.view import Step
from returnstation.domain import facts, matching
from returnstation.domain.barcodes import Kind as CodeKind
from returnstation.domain.barcodes import PassedOver
from returnstation.domain.calendar import RestDay, Unit
from returnstation.domain.candidates import ClueKind
from returnstation.domain.cases import UNDELIVERABLE, CaseState
from returnstation.domain.conflicts import ConflictKind
from returnstation.domain.containers import ContainerState
from returnstation.domain.dispositions import Disposition
from returnstation.domain.economics import Period, Wares, Way
from returnstation.domain.facts import Fact, type_name
from returnstation.domain.gates import Test
from returnstation.domain.hints import HintKind
from returnstation.domain.papers import PaperKind
from returnstation.domain.papers.jobs import Trouble
from returnstation.domain.pay import STATES, TERMS, WAITING, Rejection, Resolution
from returnstation.domain.policy import (
    Buyer,
    Confidence,
    DeductionKind,
    Ground,
    Payer,
    RefundMethod,
    ReturnReason,
    Sale,
)
from returnstation.domain.policy.terms import Condition, Event, Kind
from returnstation.domain.replays import Aspect
from returnstation.domain.work import StepOutcome
from returnstation.gui.draft_choice import Span
from returnstation.gui.draft_table import COLUMNS
from returnstation.gui.policy_choosing import CHANNELS
from returnstation.policydata import load_pack
from returnstation.sitedata import (
    carrier_names,
    load_carriers,
    load_checklists,
    load_economics,
    load_gates,
    load_scanner_sheets,
    load_work,
)
from returnstation.storage.engine import _CODES

SOURCE = Path(__file__).parents[2] / "src" / "returnstation"
KEY = re.compile(r"[a-z][a-z-]*(\.[a-z0-9_-]+)+")

_SAYERS = {"say", "Say", "text"}
_SIGNING = (facts.SignedIn, facts.SignedOut, facts.SignInRefused)
_CONTAINERS = (
    facts.ContainerStarted,
    facts.ContainerMarked,
    facts.ContainerStacked,
    facts.LoadLeft,
)
_OF_NO_CASE = (
    *_SIGNING,
    *_CONTAINERS,
    facts.ConflictSettled,
    facts.ClockStepped,
    facts.Booted,
    facts.ClockRead,
    facts.KeyChanged,
    facts.OrderForgotten,
    facts.OrdersForgotten,
)
_SURE = {"id", "jurisdiction", "buyer", "channel", "category", "reason", "requested_on"}
_NOT_ASKED = {"merchant_policy"}


@cache
def written() -> frozenset[str]:
    """Return the keys that stand in the source as they are."""
    return frozenset(key for file in SOURCE.rglob("*.py") for key in _keys_in(file))


@cache
def mentioned() -> frozenset[str]:
    """Return every text of the source that looks like a key, or like the code of a trouble."""
    texts = {
        node.value
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    keys = {text for text in texts if KEY.fullmatch(text)}
    codes = {f"{kind}.{text}" for text in texts for kind in ("refused", "trouble")}
    return frozenset(f"{key}{end}" for key in keys | codes for end in ("", ".help"))


def families() -> dict[str, set[str]]:
    """Return the keys that are put together from codes, by family."""
    kinds = set(get_args(Fact))
    return {
        "disposition": {f"disposition.{d.value}" for d in Disposition} | {"disposition.other"},
        "tell": {f"ask.fact.{key}" for key in _ANSWERS},
        "worse": {f"worse.{reason}" for reason in WORSE_REASONS},
        "reprint": {f"reprint.{reason}" for reason in REPRINT_REASONS},
        "redispose": {f"redispose.{r}" for r in (*REDISPOSE_REASONS, *_WORK_ENDED.values())},
        "work": {f"work.{outcome}" for outcome in StepOutcome}
        | {f"work.step.{step}" for order in load_work() for step in order.steps},
        "container": {f"container.state.{state}" for state in ContainerState},
        "hint": {f"hint.{kind}{end}" for kind in HintKind for end in ("", ".no", ".yes")}
        | {f"finding.{kind}" for kind in HintKind},
        "hold": {f"hold.{reason}" for reason in (*HOLD_REASONS, "next_parcel", ORDER_FOUND)},
        "undelivered": {f"undelivered.{why}" for why in UNDELIVERED},
        "cancel": {f"cancel.{reason}" for reason in CANCEL_REASONS},
        "undo": {f"undo.{name}" for name in _undone(kinds)},
        "history": {f"history.{type_name(kind)}" for kind in kinds.difference(_OF_NO_CASE)},
        "reason": {f"reason.{r.value}" for r in ReturnReason} | {"reason.unannounced"},
        "ground": {f"ground.{g.value}" for g in Ground} | {"ground.none", "ground.undeliverable"},
        "method": {f"method.{m.value}" for m in (*RefundMethod, *Resolution)},
        "rejection": {f"rejection.{code.value}" for code in Rejection},
        "told": {f"refund.state.{state}" for state in STATES if state != WAITING},
        "term": {term_key(code) for code in TERMS},
        "tender": {f"papers.tender.{kind}" for kind in (*TENDERS, "other")},
        "buyer": {f"buyer.{b.value}" for b in Buyer},
        "payer": {f"payer.{p.value}" for p in Payer} | {"payer.silent"},
        "need": {f"need.{f.name}" for f in fields(Sale)} - _said_of(_SURE | _NOT_ASKED, "need"),
        "finding": set(_findings()),
        "gate": set(_gates()),
        "act": _acts()
        | {f"act.{d}" for d in ("show-help", "show-review", "show-policy", "show-due")},
        "clue": {f"clue.{kind}" for kind in ClueKind},
        "evidence": {f"evidence.{kind}{end}" for kind in ClueKind for end in ("", ".unknown")},
        "search": {f"search.case.{state}" for state in CaseState},
        "do": {f"do.{step}{end}" for step in _steps() for end in ("", ".help")},
        "channel": {way.channel for way in load_economics().ways if way.channel},
        "part": {part for way in _ways() for part, _ in way.parts},
        "place": {
            p for lane in load_economics().lanes.values() for p in (lane.origin, lane.target)
        },
        "sum": {f"sum.{name}" for name in ("price", *_TERMS)},
        "derogation": set(_derogations()),
        "wipe": {f"wipe.{method}" for method in WIPE_METHODS},
        "quota": {f"propose.quota-{period}" for period in Period},
        "check": set(_checks()),
        "scan": {f"refused.scan-{code}{end}" for code in _scan_codes() for end in ("", ".help")},
        "storage": {f"trouble.{code}{end}" for code in _CODES.values() for end in ("", ".help")},
        "photo": {f"refused.photo-{c}{end}" for c in _PHOTO for end in ("", ".help")},
        "deduction": {f"papers.deduction.{kind.value}" for kind in DeductionKind},
        "policy": {f"policy.{key}" for key in _rule_book()},
        "draft": {f"draft.{key}" for key in _test_bench()},
        "carrier": {f"carrier.{code}" for code in carrier_names()},
        "service": {f"service.{code}" for code in _services()},
        "kind": {f"kind.{kind.value}" for kind in CodeKind},
        "passed-over": {f"passed-over.{why.value}" for why in PassedOver},
        "setup": {c.title.key for sheet in load_scanner_sheets().values() for c in sheet.codes},
        "printing": {f"papers.trouble.{trouble.value}" for trouble in Trouble},
        "printer": {f"printer.do.{code}" for code in AT_THE_PRINTER},
        "paper": {f"paper.{kind.value}" for kind in PaperKind},
        "conflict": set(_conflicts()),
        "hub": {f"hub.{state}{end}" for state in (WELL, OFFLINE, STUCK) for end in ("", ".help")},
        "clock": {f"trouble.clock-{which}" for which in ("behind", "ahead")},
    }


def _conflicts() -> Iterator[str]:
    for kind in ConflictKind:
        yield from (f"conflict.kind.{kind}", f"conflict.kind.{kind}.help")
    yield from (f"conflict.reason.{reason}" for reason in REASONS)
    yield from (f"conflict.owner.{owner}" for owner in ("site", "it"))


def _services() -> set[str]:
    patterns = load_carriers().patterns
    codes = {code for each in patterns for code in each.services.values()}
    return codes | {each.service for each in patterns if each.service}


_PHOTO = ("too-large", "unreadable")


def _keys_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = _name(node.func)
        texts = list(_texts(node.args[0]))
        if name in _SAYERS:
            yield from (text for text in texts if KEY.fullmatch(text))
        elif name in {"Refused", "Trouble"}:
            start = name.lower()
            yield from (f"{start}.{text}{end}" for text in texts for end in ("", ".help"))


def _name(called: ast.expr) -> str:
    match called:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _texts(one)
            yield from _texts(other)


def _undone(kinds: set[type]) -> set[str]:
    # A new verdict never stands alone, and what a supervisor did is not undone at the desk.
    others = {facts.LineJudged, facts.CaseCancelled, facts.ItemApproved, facts.ItemOverridden}
    return {type_name(kind) for kind in kinds.difference(_OF_NO_CASE, _NOT_UNDONE, others)}


def _findings() -> Iterator[str]:
    for code in (
        matching.EXPECTED,
        matching.UNANNOUNCED,
        matching.UNEXPECTED,
        matching.WRONG_ITEM,
        matching.UNKNOWN,
        "serial_not_shipped",
        "serial_not_read",
        "serial_came_back",
        UNDELIVERABLE,
    ):
        yield f"finding.{code}"
    for code in (*_TOLD, "missing"):
        yield f"finding.{code}.of"
    for checklist in load_checklists().current:
        for question in checklist.questions:
            yield from (f"finding.{a.finding}" for a in question.answers if a.finding)


def _gates() -> Iterator[str]:
    for gate in load_gates().gates:
        is_ban = gate.test is Test.DESTRUCTION
        ends = ("proof", "unsure", "why-proof", "why-unsure") if is_ban else ("locked", "why")
        yield f"gate.{gate.name}"
        yield from (f"gate.{gate.name}.{end}" for end in ("none", "passed", "do", *ends))


def _derogations() -> Iterator[str]:
    for group, codes in load_gates().ban.derogations.items():
        yield f"grounds.{group}"
        yield from (f"derogation.{code}" for code in codes)


def _ways() -> list[Way]:
    economics = load_economics()
    kinds = [Wares(category=each.wares.category or "general") for each in economics.closer]
    return [way for wares in kinds for way in economics.ways_for(wares)] + list(economics.ways)


_TERMS = ("labour", "rework", "freight", "holding", "compliance", "fee")


def _acts() -> set[str]:
    file = SOURCE / "application" / "showing" / "acts.py"
    calls = [n for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.Call)]
    return {f"act.{text}" for c in calls if _name(c.func) == "_act" for text in _texts(c.args[2])}


def _steps() -> list[str]:
    asked = {Step.CHOOSE, Step.REASON, Step.MATCHED, Step.LABEL}  # have texts of their own
    own = ["first-product", "next-product", "blind-product", "scan-back", "put"]
    return [step.value for step in Step if step not in asked] + own


def _checks() -> Iterator[str]:
    for checklist in load_checklists().current:
        for question in checklist.questions:
            yield from (question.text, f"{question.text}.help")
            for answer in question.answers:
                yield from (answer.text, f"{answer.text}.help")


def _rule_book() -> Iterator[str]:
    """Yield what the rule book puts together from codes of the law."""
    for kinds, family in (
        (Topic, "topic"),
        (set(Topic) - {Topic.FAULT}, "none"),
        (Unit, "span"),
        (Event, "event"),
        (RestDay, "rest"),
        (Payer, "payer"),
        (DeductionKind, "deduct"),
        (Condition, "only_if"),
        (Kind, "kind"),
        (Confidence, "confidence"),
        (VersionState, "version"),
        (CHANNELS, "channel"),
        (("at_least", "more_than", "up_to"), "price"),
        (("after", "with"), "window"),
    ):
        yield from (f"{family}.{kind}" for kind in kinds)
    for right in load_pack().rights():
        for terms in right.versions:
            yield from (f"exempt.{exemption.code}" for exemption in terms.exemptions)
            yield from (f"requires.{fact}" for fact in terms.requires)


def _test_bench() -> Iterator[str]:
    yield from (f"span.{span}" for span in Span)
    yield from (f"aspect.{aspect}" for aspect in set(Aspect) - {Aspect.ANSWER})
    yield from (f"column.{name}" for name in COLUMNS)


def _scan_codes() -> tuple[str, ...]:
    return ("empty", "too-long", "control-character", "check-digit")


def _said_of(names: set[str], family: str) -> set[str]:
    return {f"{family}.{name}" for name in names}
