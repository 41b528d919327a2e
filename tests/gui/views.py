"""Made-up views, one for each step, as the desk would answer."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from returnstation.application.view import (
    Act,
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
    JobView,
    LabelStep,
    LabelView,
    LineView,
    Option,
    Outcome,
    Person,
    PhotoView,
    ProposalView,
    QuestionView,
    ReasonView,
    SettleLine,
    SettleView,
    Sound,
    Step,
    SumLine,
    Tone,
    Trouble,
    View,
)
from returnstation.domain.messages import Say, Value
from returnstation.domain.money import Money
from returnstation.domain.papers import ItemLabel

SEOUL = timezone(timedelta(hours=9))
NOW = datetime(2026, 11, 24, 14, 32, tzinfo=SEOUL)
RUNNER = "하늘 러너 3, 네이비, 270 mm"


def s(key: str, **values: Value) -> Say:
    return Say(f"sample.{key}", values)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def krw(amount: int) -> Money:
    return Money(amount, "KRW")


def act(slot: int, key: str, name: str, do: str = "", why: Say | None = None) -> Act:
    return Act(slot, key, s(name), do or name, why)


UNDO, WHY, TYPE = (
    act(1, "Esc", "undo"),
    act(2, "F1", "why", "show-why"),
    act(3, "F2", "type", "show-type"),
)
HOLD, CALL = act(4, "F3", "hold"), act(6, "F8", "call")
SEOYEON = Person("u1", "김서연", "operator", "ko", "light")


def person(language: str, theme: str = "light") -> Person:
    return replace(SEOYEON, language=language, theme=theme)


def _view(step: Step, instruction: Instruction, acts: tuple[Act, ...], **parts: Any) -> View:
    base = View(step, instruction, acts, 41, "인천 반품센터", "3번 작업대", SEOYEON)
    return replace(base, **parts)


def _due(days: int, what: str = "refund_due", state: str = "") -> Deadline:
    states = {0: "today", 1: "soon", 2: "soon"}
    return Deadline(state or states.get(days, "later"), s(what), date(2026, 11, 24 + days), days)


REASONS = (
    ReasonView("grants", s("in_window"), "BGB §§ 312g, 355", "de.withdrawal.window"),
    ReasonView(
        "denies", s("merchant_term"), "달빛스포츠 약관 3.1", "merchant.window", is_struck=True
    ),
    ReasonView("informs", s("customer_pays"), "BGB § 357(5)", "de.withdrawal.shipping"),
)


def _line(
    number: int, outcome: Outcome, ground: str, product: tuple[str, str], **parts: Any
) -> LineView:
    base = LineView(
        f"line-{number}", outcome, s(ground), None, "waiting", product[0], product[1], 1, 0,
        (), None, "", REASONS,
    )  # fmt: skip
    return replace(base, **parts)


def _facts(reason: str, method: Say, payer: str) -> tuple[Entry, ...]:
    return (
        Entry(s("reason"), s(reason)),
        Entry(s("method"), method),
        Entry(s("shipping"), s(payer)),
    )


LINES = (
    _line(
        1, Outcome.ACCEPT, "withdrawal", (RUNNER, "HR3-NV-270"),
        deadline=_due(2, "refund"), facts=_facts("too_small", s("card", amount=eur(12900)), "customer_pays"),
        because=s("in_window"), clause="BGB §§ 312g, 355",
    ),
    _line(
        2, Outcome.SUPERVISOR, "defect", ("달빛 페이스 2 GPS 시계, 블랙", "DP2-BK"),
        deadline=_due(2, "decide", "waiting"), facts=_facts("dark_screen", s("repair_first"), "merchant_pays"),
        because=s("asks_refund"), clause="BGB §§ 437, 439 · 4.2",
    ),
    _line(
        3, Outcome.REFUSE, "excluded", ("발 스캔 맞춤 인솔", "CI-260-A"),
        facts=_facts("changed_mind", s("none_send_back"), "customer_pays"),
        because=s("made_to_measure"), clause="BGB § 312g(2) Nr. 1",
    ),
)  # fmt: skip

CASE = CaseView(
    "case-1", "R-77421", "DE", s("consumer"), "de", _due(2),
    (
        Entry(s("merchant"), "달빛스포츠"),
        Entry(s("customer"), "Anna L., 10115 Berlin"),
        Entry(s("order"), "DS-2026-118402"),
        Entry(s("rma"), "R-77421"),
        Entry(s("delivered"), "2026-11-05"),
        Entry(s("notice"), "2026-11-12"),
        Entry(s("received"), "2026-11-24 14:32"),
    ),
    LINES, 0, 3,
)  # fmt: skip


def locked() -> View:
    instruction = Instruction(Tone.NEXT, "person", s("scan_badge"), s("scan_badge_help"))
    return _view(Step.LOCKED, instruction, (), person=None)


def pin() -> View:
    instruction = Instruction(Tone.NEXT, "lock", s("pin"))
    return _view(Step.PIN, instruction, (act(1, "Esc", "undo"),), person=None)


def ready() -> View:
    echo = Echo("check", s("parcel_done"), "R-77418", s("parcel_done_detail"), NOW)
    deadlines = (
        DueRow(_due(0, "refund"), "KR", "R-77361", "전자상거래법 18②", s("super_waits")),
        DueRow(_due(1, "refund"), "KR", "R-77390", "전자상거래법 18②", s("hub_runs")),
        DueRow(_due(2, "refund"), "DE", "R-77402", "BGB § 357", s("hold_inspect")),
        DueRow(_due(3, "refund"), "FR", "R-77377", "C. conso. L221-24", s("hub_runs")),
        DueRow(_due(6, "refund"), "JP", "R-77344", "特商法 15-3", s("awaiting")),
    )
    held = (
        HeldRow("H-04", s("answer_came"), "", NOW, is_answered=True),
        HeldRow("H-02", s("serial_differs"), "DE", NOW - timedelta(minutes=110)),
        HeldRow("H-01", s("order_missing"), "", NOW - timedelta(minutes=130)),
        HeldRow("H-03", s("swollen"), "KR", NOW - timedelta(hours=26)),
    )
    return _view(
        Step.READY,
        Instruction(Tone.NEXT, "scan", s("scan_parcel"), s("scan_parcel_help")),
        (
            act(1, "Esc", "undo", why=s("nothing_to_undo")),
            act(2, "F1", "help", "show-help"), TYPE, act(5, "F6", "reprint"), CALL,
            act(7, "F12", "leave"),
        ),
        echo=echo,
        idle=IdleView(187, 300, 151, 22, 14, 48, deadlines, 11, held, 4),
    )  # fmt: skip


def choose() -> View:
    def candidate(key: str, number: str, product: str, score: int) -> Option:
        signs = [
            ("check", s("name_sign", name="김○수")),
            ("cross", s("postcode_sign", code="06180")),
        ]
        signs += [("check", s("weight_sign", kg="1.10")), ("check", s("carrier_sign"))]
        evidence = (
            *(Evidence(kind, text) for kind, text in signs),
            Evidence("dash", s("product_unknown")),
        )
        detail = s(
            "order_detail",
            merchant=product,
            ordered=date(2026, 11, 9),
            delivered=date(2026, 11, 11),
        )
        return Option(key, s("order_title", number=number), detail, None, evidence, score, 5)

    facts = (
        Entry(s("sender"), "김○수"),
        Entry(s("postcode"), "06236"),
        Entry(s("weight"), "1.12 kg"),
        Entry(s("carrier"), "CJ"),
    )
    case = replace(CASE, facts=facts, lines=(), refund_due=None, is_blind=True)
    return _view(
        Step.CHOOSE,
        Instruction(Tone.QUESTION, "ask", s("which_order"), s("which_order_help")),
        (UNDO, TYPE, HOLD, CALL),
        echo=Echo("ask", s("unknown_tracking"), "6892 0417 7735", s("no_order"), NOW),
        options=(
            candidate("1", "MB-61-20493", "모아북스", 4),
            candidate("2", "DS-2026-117730", "달빛스포츠", 3),
            candidate("3", "HM-884120", "하루문구", 2),
            Option("4", s("none_fits"), s("none_fits_detail")),
        ),
        case=case,
    )


def wrong_item() -> View:
    return _view(
        Step.CHOOSE,
        Instruction(Tone.REFUSED, "refuse", s("not_in_order"), s("not_in_order_help")),
        (UNDO, TYPE, HOLD, CALL),
        echo=Echo("cross", s("scan_refused"), "8809123400092", s("nothing_kept"), NOW),
        sound=Sound.SCAN_REFUSED,
        options=(
            Option("1", s("was_inside"), s("was_inside_detail")),
            Option("2", s("other_order"), s("other_order_detail")),
            Option("3", s("by_mistake"), s("by_mistake_detail")),
        ),
    )


def reason() -> View:
    return _view(
        Step.REASON,
        Instruction(Tone.QUESTION, "ask", s("why_other"), s("why_other_help")),
        (UNDO, CALL),
        options=(
            Option("1", s("reason_soiled")),
            Option("2", s("reason_smell")),
            Option("3", s("reason_full")),
        ),
    )


def matched() -> View:
    return _view(
        Step.MATCHED,
        Instruction(Tone.NEXT, "scan", s("scan_product"), s("scan_product_help")),
        (UNDO, WHY, TYPE, HOLD, act(5, "F4", "missing"), CALL),
        echo=Echo("check", s("parcel_known"), "RR 473 124 829 DE", s("tracking"), NOW),
        sound=Sound.REFUSE,
        case=CASE,
    )


def question(number: int = 3) -> View:
    names = ("hole", "worn", "dust", "clean")
    options = tuple(
        Option(str(place), s(name), s(f"{name}_detail")) for place, name in enumerate(names, 1)
    )
    photos = (
        PhotoView(s("photo_side"), "11" * 32),
        PhotoView(s("photo_top"), "22" * 32),
        PhotoView(s("photo_sole"), None, is_now=True),
        PhotoView(s("photo_label"), None),
    )
    cosmetic = tuple(f"C{grade}" for grade in range(3, 9))
    return _view(
        Step.QUESTION,
        Instruction(Tone.QUESTION, "ask", s("question"), s("question_help")),
        (UNDO, WHY, HOLD, act(5, "F7", "photo", "show-photo"), CALL),
        echo=Echo("check", s("product_known"), RUNNER, s("claimed"), NOW),
        options=options,
        case=CASE,
        question=QuestionView(
            "item-1", RUNNER, number, 6, ("F6",), cosmetic, photos, s("too_small")
        ),
    )


def dispose() -> View:
    def other(key: str, code: str, channel: str | None, price: int, cost: int) -> Alternative:
        net = price - cost
        named = None if channel is None else s(channel)
        return Alternative(key, code, named, krw(price), krw(-cost), krw(net), krw(net - 127400))

    def locked_one(key: str, code: str, why: str) -> Alternative:
        return Alternative(key, code, None, None, None, None, None, locked=s(why))

    proposal = ProposalView(
        "item-1", RUNNER, "F6 / C6", "restock_open_box", s("outlet"), "T-04-118", 4,
        (
            SumLine(s("price"), krw(138000), s("outlet")),
            SumLine(s("labour"), krw(-2400), s("minutes", n=6)),
            SumLine(s("rework_cost"), krw(-3500), s("box_and_wash")),
            SumLine(s("freight"), krw(-2800), s("lane")),
            SumLine(s("holding"), krw(-1900), s("days", n=21)),
            SumLine(s("compliance"), krw(0)),
        ),
        krw(127400), s("sum_note"),
        (
            Gate("recall", s("recall"), "passed", s("not_affected")),
            Gate("drop", s("hygiene"), "passed", s("passed")),
            Gate("battery", s("battery"), "none", s("has_none")),
            Gate("wipe", s("wipe"), "none", s("has_none")),
            Gate("ban", s("ban"), "locked", s("needs_code")),
        ),
        (
            replace(other("1", "restock_open_box", "outlet", 138000, 10600), is_proposal=True),
            other("2", "transfer", "outlet_de", 176000, 57700),
            other("3", "rework", "refurb_shop", 131000, 18200),
            other("4", "liquidate", "pallet", 52000, 3100),
            other("5", "donate", None, 0, 2900),
            locked_one("6", "restock_new", "needs_c9"),
            locked_one("7", "rtv", "quota_used"),
        ),
    )  # fmt: skip
    return _view(
        Step.DISPOSE,
        Instruction(Tone.NEXT, "tote", s("propose"), s("propose_help")),
        (UNDO, WHY, HOLD, CALL, act(7, "Enter", "accept", "accept")),
        echo=Echo("check", s("inspected"), "F6 · C6", s("claimed"), NOW),
        case=CASE,
        proposal=proposal,
    )


LABEL = ItemLabel(
    lpn="ICN3-0011842", disposition="restock_open_box", title="하늘 러너 3 네이비 270",
    merchant="달빛스포츠", sku="HR3-NV-270", case_number="R-77421", printed_at=NOW,
    functional="F6", cosmetic="C6",
)  # fmt: skip


def label() -> View:
    codes = ("restock_new", "rework", "repair", "restock_open_box", "liquidate", "quarantine")
    fill = ((12, 40), (6, 40), (20, 20), (17, 40), (31, 40), (2, 10))
    containers = tuple(
        ContainerView(place, f"T-0{place}-118", code, *fill[place - 1], is_target=place == 4)
        for place, code in enumerate(codes, 1)
    )
    steps = (
        LabelStep("done", s("step_printed"), Say("LPN ICN3-0011842")),
        LabelStep("now", s("step_stick"), s("step_stick_detail")),
        LabelStep("next", s("step_tote", code="T-04-118"), s("step_tote_detail")),
    )
    return _view(
        Step.LABEL,
        Instruction(Tone.NEXT, "label", s("stick"), s("stick_help")),
        (UNDO, TYPE, HOLD, act(5, "F6", "reprint"), CALL),
        echo=Echo("printer", s("printed"), "ICN3-0011842", s("read_back"), NOW),
        sound=Sound.PRINTED,
        case=CASE,
        label=LabelView("item-1", "ICN3-0011842", LABEL, steps, containers),
    )


def paper_out() -> View:
    view = label()
    job = JobView(
        "job-1", "item_label", "needs_attention", "zebra", "ICN3-0011842", "printer-paper"
    )
    return replace(
        view,
        instruction=Instruction(Tone.DEVICE, "paper", s("paper_out"), s("paper_out_help")),
        troubles=(Trouble("printer-paper", s("no_labels"), s("no_labels_help")),),
        waiting=(job,),
        sound=Sound.DEVICE,
        unsent=12,
    )


def settle() -> View:
    lines = (
        SettleLine(
            RUNNER, Outcome.ACCEPT, s("refund_full"), eur(11610),
            (SumLine(s("diminished"), eur(-1290)),), s("in_window"), "BGB §§ 312g, 355",
        ),
        SettleLine(
            "달빛 페이스 2 GPS 시계, 블랙", Outcome.SUPERVISOR, s("refund_after"), None, (),
            s("asks_refund"), "BGB §§ 437, 439 · 4.2",
        ),
        SettleLine(
            "발 스캔 맞춤 인솔", Outcome.REFUSE, s("refund_none"), eur(0), (),
            s("made_to_measure"), "BGB § 312g(2) Nr. 1",
        ),
    )  # fmt: skip
    return _view(
        Step.SETTLE,
        Instruction(Tone.NEXT, "money", s("settle"), s("settle_help")),
        (UNDO, WHY, HOLD, CALL, act(7, "Enter", "finish", "finish")),
        case=replace(CASE, done=3),
        settle=SettleView(lines, eur(490), eur(12100), eur(33800), _due(2, "refund")),
    )


ALL = {
    "locked": locked,
    "pin": pin,
    "ready": ready,
    "choose": choose,
    "wrong-item": wrong_item,
    "reason": reason,
    "matched": matched,
    "question": question,
    "dispose": dispose,
    "label": label,
    "paper-out": paper_out,
    "settle": settle,
}
