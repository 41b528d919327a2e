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
    ValueView,
    View,
)
from returnstation.domain.messages import Say, say
from returnstation.domain.money import Money
from returnstation.domain.papers import ItemLabel

SEOUL = timezone(timedelta(hours=9))
NOW = datetime(2026, 11, 24, 14, 32, tzinfo=SEOUL)
RUNNER = "하늘 러너 3, 네이비, 270 mm"


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def krw(amount: int) -> Money:
    return Money(amount, "KRW")


def act(slot: int, key: str, name: str, do: str = "", why: Say | None = None) -> Act:
    return Act(slot, key, say(f"act.{name}"), do or name, why)


UNDO, WHY, TYPE = (
    act(1, "Esc", "undo"),
    act(2, "F1", "show-why"),
    act(3, "F2", "show-type"),
)
HOLD, CALL = act(4, "F3", "hold"), act(6, "F8", "call")
SEOYEON = Person("u1", "김서연", "operator", "ko", "light")


def person(language: str, theme: str = "light") -> Person:
    return replace(SEOYEON, language=language, theme=theme)


def _view(step: Step, instruction: Instruction, acts: tuple[Act, ...], **parts: Any) -> View:
    base = View(step, instruction, acts, 41, "인천 반품센터", "3번 작업대", SEOYEON)
    return replace(base, **parts)


def _due(days: int, state: str = "") -> Deadline:
    states = {0: "today", 1: "soon", 2: "soon"}
    return Deadline(
        state or states.get(days, "later"), say("due.refund"), date(2026, 11, 24 + days), days
    )


REASONS = (
    ReasonView(
        "grants",
        say("law.within_window", last_day=date(2026, 11, 19)),
        "BGB §§ 312g, 355",
        "de.withdrawal.window",
    ),
    ReasonView(
        "denies",
        say(
            "law.merchant_term_beaten",
            term=say("law.term_merchantReturnDays"),
            beaten_by="BGB § 355",
        ),
        "달빛스포츠 약관 3.1",
        "merchant.window",
        is_struck=True,
    ),
    ReasonView("informs", say("payer.consumer"), "BGB § 357(5)", "de.withdrawal.shipping"),
)


def _line(
    number: int, outcome: Outcome, ground: str, product: tuple[str, str], **parts: Any
) -> LineView:
    base = LineView(
        f"line-{number}", outcome, say(f"ground.{ground}"), None, "waiting", product[0], product[1], 1, 0,
        (), None, "", REASONS,
    )  # fmt: skip
    return replace(base, **parts)


def _facts(reason: str, method: Say, payer: str) -> tuple[Entry, ...]:
    return (
        Entry(say("fact.reason"), say(f"reason.{reason}")),
        Entry(say("fact.refund"), method),
        Entry(say("fact.return-shipping"), say(f"payer.{payer}")),
    )


LINES = (
    _line(
        1, Outcome.ACCEPT, "withdrawal", (RUNNER, "HR3-NV-270"),
        deadline=_due(2), facts=_facts("not_as_described", say("fact.refund-of", method=say("method.original_payment"), amount=eur(12900)), "consumer"),
        because=say("law.within_window", last_day=date(2026, 11, 19)), clause="BGB §§ 312g, 355",
    ),
    _line(
        2, Outcome.SUPERVISOR, "non_conformity", ("달빛 페이스 2 GPS 시계, 블랙", "DP2-BK"),
        deadline=_due(2, "waiting"), facts=_facts("defective", say("method.repair"), "merchant"),
        because=say("law.claim_after_guarantee_unclear", last_day=date(2026, 11, 5)), clause="BGB §§ 437, 439 · 4.2",
    ),
    _line(
        3, Outcome.REFUSE, "none", ("발 스캔 맞춤 인솔", "CI-260-A"),
        facts=_facts("change_of_mind", say("fact.no-refund"), "consumer"),
        because=say("law.exempt_custom_made"), clause="BGB § 312g(2) Nr. 1",
    ),
)  # fmt: skip

CASE = CaseView(
    "case-1", "R-77421", "DE", say("buyer.consumer"), "de", _due(2),
    (
        Entry(say("fact.merchant"), "달빛스포츠"),
        Entry(say("fact.customer"), "Anna L., 10115 Berlin"),
        Entry(say("fact.order"), "DS-2026-118402"),
        Entry(say("fact.rma"), "R-77421"),
        Entry(say("fact.delivered"), "2026-11-05"),
        Entry(say("fact.received"), "2026-11-24 14:32"),
    ),
    LINES, 0, 3,
)  # fmt: skip


def locked() -> View:
    instruction = Instruction(Tone.NEXT, "person", say("do.locked"), say("do.locked.help"))
    return _view(Step.LOCKED, instruction, (), person=None)


def pin() -> View:
    instruction = Instruction(Tone.NEXT, "lock", say("do.pin"))
    return _view(Step.PIN, instruction, (act(1, "Esc", "undo"),), person=None)


def ready() -> View:
    echo = Echo("check", say("echo.done"), "R-77418", say("echo.done.detail", n=2), NOW)
    deadlines = (
        DueRow(_due(0), "KR", "R-77361", "전자상거래법 18②", say("who.supervisor")),
        DueRow(_due(1), "KR", "R-77390", "전자상거래법 18②", say("who.desk")),
        DueRow(_due(2), "DE", "R-77402", "BGB § 357", say("who.held")),
        DueRow(_due(3), "FR", "R-77377", "C. conso. L221-24", say("who.desk")),
        DueRow(_due(6), "JP", "R-77344", "特商法 15-3", say("who.desk")),
    )
    held = (
        HeldRow("H-04", say("hold.supervisor"), "", NOW, is_answered=True),
        HeldRow("H-02", say("hold.damaged"), "DE", NOW - timedelta(minutes=110)),
        HeldRow("H-01", say("hold.label_unreadable"), "", NOW - timedelta(minutes=130)),
        HeldRow("H-03", say("hold.dangerous"), "KR", NOW - timedelta(hours=26)),
    )
    return _view(
        Step.READY,
        Instruction(Tone.NEXT, "scan", say("do.ready"), say("do.ready.help")),
        (
            act(1, "Esc", "undo", why=say("refused.nothing-to-undo")),
            act(2, "F1", "show-help"), TYPE, act(5, "F6", "reprint"), CALL,
            act(7, "F12", "sign-out"), act(0, "F5", "show-due"),
        ),
        echo=echo,
        idle=IdleView(187, 300, 151, 22, 14, 48, deadlines, 11, held, 4),
    )  # fmt: skip


def choose() -> View:
    def candidate(key: str, number: str, product: str, score: int) -> Option:
        signs = [
            ("check", say("evidence.customer", name="김○수")),
            ("cross", say("evidence.scanned")),
        ]
        signs += [("check", say("evidence.announced")), ("check", say("evidence.scanned"))]
        evidence = (
            *(Evidence(kind, text) for kind, text in signs),
            Evidence("dash", say("evidence.announced")),
        )
        detail = f"{product} · KR · {RUNNER}"
        return Option(key, say("ask.which.order", number=number), detail, None, evidence, score, 5)

    return _view(
        Step.CHOOSE,
        Instruction(Tone.QUESTION, "ask", say("ask.which"), say("ask.which.help")),
        (UNDO, TYPE, HOLD, CALL),
        echo=Echo("ask", say("echo.unknown-parcel"), "6892 0417 7735", say("echo.blind"), NOW),
        options=(
            candidate("1", "MB-61-20493", "모아북스", 4),
            candidate("2", "DS-2026-117730", "달빛스포츠", 3),
            candidate("3", "HM-884120", "하루문구", 2),
            Option("4", say("ask.which.none"), say("ask.which.none.help")),
        ),
    )


def wrong_item() -> View:
    return _view(
        Step.CHOOSE,
        Instruction(Tone.REFUSED, "refuse", say("ask.wrong"), say("ask.wrong.help")),
        (UNDO, TYPE, HOLD, CALL),
        echo=Echo("cross", say("finding.wrong_item"), "하늘 러너 2, 화이트, 270 mm", None, NOW),
        sound=Sound.SCAN_REFUSED,
        options=(
            Option("1", say("ask.wrong.extra"), say("ask.wrong.extra.help")),
            Option("2", say("ask.wrong.instead", product=RUNNER), "HR3-NV-270"),
            Option("3", say("ask.wrong.mistake"), say("ask.wrong.mistake.help")),
        ),
        case=CASE,
    )


def reason() -> View:
    return _view(
        Step.REASON,
        Instruction(
            Tone.QUESTION,
            "ask",
            say("ask.worse", disposition=say("disposition.restock_open_box")),
            say("ask.worse.help"),
        ),
        (UNDO, CALL),
        options=(
            Option("1", say("worse.not_seen_by_questions")),
            Option("2", say("worse.customer_wish")),
            Option("3", say("worse.no_room")),
        ),
        case=CASE,
    )


def matched() -> View:
    return _view(
        Step.MATCHED,
        Instruction(Tone.NEXT, "scan", say("do.first-product"), say("do.first-product.help")),
        (UNDO, WHY, TYPE, HOLD, act(5, "F4", "missing"), CALL),
        echo=Echo("check", say("echo.parcel"), "RR 473 124 829 DE", say("echo.orders", n=1), NOW),
        sound=Sound.REFUSE,
        case=CASE,
    )


def question(number: int = 3) -> View:
    names = ("hole", "worn", "dirt", "none")
    options = tuple(
        Option(str(place), say(f"check.shoes.sole.{name}"), say(f"check.shoes.sole.{name}.help"))
        for place, name in enumerate(names, 1)
    )
    photos = (
        PhotoView(say("photo.taken"), "11" * 32),
        PhotoView(say("photo.taken"), "22" * 32),
        PhotoView(say("photo.taken"), None, is_now=True),
        PhotoView(say("photo.taken"), None),
    )
    cosmetic = tuple(f"C{grade}" for grade in range(3, 9))
    return _view(
        Step.QUESTION,
        Instruction(Tone.QUESTION, "ask", say("check.shoes.sole"), say("do.question.help")),
        (UNDO, WHY, HOLD, act(5, "F7", "show-photo"), CALL),
        echo=Echo("check", say("finding.expected"), RUNNER, say("reason.not_as_described"), NOW),
        options=options,
        case=CASE,
        question=QuestionView(
            "item-1", RUNNER, number, 6, ("F6",), cosmetic, photos, say("reason.not_as_described")
        ),
    )


def measure() -> View:
    view = question()
    assert view.question is not None
    names = ("light", "heavy", "right")
    options = tuple(
        Option(
            str(place), say(f"check.cones.weight.{name}"), say(f"check.cones.weight.{name}.help")
        )
        for place, name in enumerate(names, 1)
    )
    value = ValueView(say("value.measure", unit="kg"), "kg", is_number=True, signs=".-")
    asked = replace(view.question, kind="measure", value=value)
    return replace(view, options=options, question=asked, product_picture="shoe.png")


def dispose() -> View:
    def other(key: str, code: str, channel: str | None, price: int, cost: int) -> Alternative:
        net = price - cost
        named = None if channel is None else say(f"channel.{channel}")
        return Alternative(key, code, named, krw(price), krw(-cost), krw(net), krw(net - 127400))

    def locked_one(key: str, code: str, why: Say) -> Alternative:
        return Alternative(key, code, None, None, None, None, None, locked=why)

    proposal = ProposalView(
        "item-1", RUNNER, "F6 / C6", "restock_open_box", say("channel.outlet"), "T-04-118", 4,
        (
            SumLine(say("sum.price"), krw(138000), say("channel.outlet")),
            SumLine(say("sum.labour"), krw(-2400), say("sum.minutes", n=6)),
            SumLine(
                say("sum.rework"), krw(-3500),
                say("sum.and", first=say("part.box"), second=say("part.cleaning")),
            ),
            SumLine(
                say("sum.freight"), krw(-2800),
                say("sum.lane", start=say("place.incheon"), end=say("place.yongin")),
            ),
            SumLine(say("sum.holding"), krw(-1900), say("sum.days", n=21)),
            SumLine(say("sum.compliance"), krw(0)),
        ),
        krw(127400), say("propose.learned", spread=krw(9000), n=214, day=date(2026, 11, 23)),
        (
            Gate("recall", say("gate.recall"), "passed", say("gate.recall.none")),
            Gate("drop", say("gate.hygiene"), "passed", say("gate.hygiene.passed")),
            Gate("battery", say("gate.battery"), "none", say("gate.battery.none")),
            Gate("wipe", say("gate.data"), "none", say("gate.data.none")),
            Gate("ban", say("gate.destruction"), "proof", say("gate.destruction.proof")),
        ),
        (
            replace(other("1", "restock_open_box", "outlet", 138000, 10600), is_proposal=True),
            other("2", "transfer", "outlet-eu", 176000, 57700),
            other("3", "rework", "refurbished", 131000, 18200),
            other("4", "liquidate", "pallet", 52000, 3100),
            other("5", "donate", None, 0, 2900),
            locked_one("6", "restock_new", say("propose.needs-grade", needs="C9", has="C6")),
            locked_one("7", "rtv", say("propose.quota-month", quota=40)),
        ),
        figures=(
            (
                say("figures.price", price=krw(215000), percent="64.2", grade="F6 · C6"),
                say("figures.sales", n=214, day=date(2026, 11, 23), k=20),
            ),
            (say("figures.error", error=krw(9012)), None),
        ),
    )  # fmt: skip
    return _view(
        Step.DISPOSE,
        Instruction(
            Tone.NEXT,
            "tote",
            say("do.dispose", disposition=say("disposition.restock_open_box")),
            say("do.dispose.help"),
        ),
        (UNDO, WHY, HOLD, CALL, act(7, "Enter", "accept")),
        echo=Echo("check", say("finding.expected"), "F6 · C6", say("reason.not_as_described"), NOW),
        case=CASE,
        proposal=proposal,
    )


LABEL = ItemLabel(
    lpn="ICN3-0011842", disposition="restock_open_box", title="하늘 러너 3 네이비 270",
    merchant="달빛스포츠", sku="HR3-NV-270", case_number="R-77421", printed_at=NOW,
    functional="F6", cosmetic="C6",
)  # fmt: skip


def dispose_shut() -> View:
    """Show an item that several gates stop."""
    view = dispose()
    assert view.proposal is not None
    names = (
        ("recall", "recall", "locked"), ("drop", "hygiene", "locked"),
        ("battery", "battery", "locked"), ("wipe", "data", "locked"),
        ("ban", "destruction", "unsure"), ("clock", "expiry", "locked"),
        ("warn", "dangerous", "locked"), ("person", "age", "locked"),
        ("question", "counterfeit", "locked"), ("lock", "brand", "locked"),
    )  # fmt: skip
    gates = tuple(
        Gate(icon, say(f"gate.{name}"), "locked", say(f"gate.{name}.{state}"))
        for icon, name, state in names
    )
    proposal = replace(
        view.proposal, disposition="quarantine", channel=None, sum=(), net=None, figures=(),
        note=say("gate.battery.why"), do=(say("gate.recall.do"), say("gate.hygiene.do"), say("gate.battery.do")), gates=gates, wants_wiping=True,
        alternatives=(
            Alternative("Enter", "quarantine", None, None, None, None, None, is_proposal=True),
            Alternative("2", "dispose", None, None, None, None, None),
            *(
                Alternative("", code, None, None, None, None, None, locked=say(f"gate.{name}.why"))
                for code, name in (
                    ("restock_new", "recall"), ("liquidate", "brand"), ("donate", "expiry"),
                    ("ship_back", "dangerous"), ("rtv", "counterfeit"),
                )
            ),
            Alternative(
                "", "destroy", None, None, None, None, None,
                locked=say("gate.destruction.why-unsure"),
            ),
        ),
    )  # fmt: skip
    head = Instruction(
        Tone.NEXT, "tote", say("do.dispose", disposition=say("disposition.quarantine")),
        say("do.dispose.help"),
    )  # fmt: skip
    acts = (UNDO, WHY, HOLD, act(5, "F5", "wipe"), CALL, act(7, "Enter", "accept"))
    return replace(view, proposal=proposal, instruction=head, acts=acts)


def label() -> View:
    codes = ("restock_new", "rework", "repair", "restock_open_box", "liquidate", "quarantine")
    fill = ((12, 40), (6, 40), (20, 20), (17, 40), (31, 40), (2, 10))
    containers = tuple(
        ContainerView(place, f"T-0{place}-118", code, *fill[place - 1], is_target=place == 4)
        for place, code in enumerate(codes, 1)
    )
    steps = (
        LabelStep("done", say("label.printed"), Say("LPN ICN3-0011842")),
        LabelStep("now", say("label.scan-back"), say("label.scan-back.detail")),
        LabelStep("next", say("label.put"), say("label.put.detail", place=4, code="T-04-118")),
    )
    return _view(
        Step.LABEL,
        Instruction(Tone.NEXT, "label", say("do.scan-back"), say("do.scan-back.help")),
        (UNDO, TYPE, HOLD, act(5, "F6", "reprint"), CALL),
        echo=Echo("printer", say("echo.label-queued"), "ICN3-0011842", say("echo.label-read"), NOW),
        sound=Sound.PRINTED,
        case=CASE,
        label=LabelView("item-1", "ICN3-0011842", LABEL, steps, containers),
    )


def paper_out() -> View:
    view = label()
    job = JobView("job-1", "item_label", "needs_attention", "zebra", "ICN3-0011842", "out_of_media")
    shown = view.label
    assert shown is not None
    stuck = LabelStep("failed", say("label.printed"), say("label.printed.stuck"))
    return replace(
        view,
        label=replace(shown, steps=(stuck, *shown.steps[1:])),
        instruction=Instruction(
            Tone.DEVICE, "roll", say("printer.do.out_of_media"), say("label.stuck.help")
        ),
        options=(Option("1", say("printer.other", printer="desk-2"), say("printer.other.well")),),
        troubles=(Trouble("printer-out_of_media", say("papers.trouble.out_of_media")),),
        waiting=(job,),
        sound=Sound.DEVICE,
        unsent=12,
    )


def settle() -> View:
    lines = (
        SettleLine(
            RUNNER, Outcome.ACCEPT, say("method.original_payment"), eur(11120),
            (), say("law.within_window", last_day=date(2026, 11, 19)), "BGB §§ 312g, 355",
            key="1",
            terms=(
                SumLine(say("papers.pay.price"), eur(12900)),
                SumLine(say("papers.deduction.diminished_value"), eur(-1290)),
                SumLine(say("papers.deduction.return_shipping"), eur(-490)),
            ),
            tax=SumLine(say("papers.receipt.tax", rate="19"), eur(1775)),
        ),
        SettleLine(
            "달빛 페이스 2 GPS 시계, 블랙", Outcome.SUPERVISOR, say("settle.waits"), None, (),
            say("law.claim_after_guarantee_unclear", last_day=date(2026, 11, 5)), "BGB §§ 437, 439 · 4.2",
        ),
        SettleLine(
            "발 스캔 맞춤 인솔", Outcome.REFUSE, say("fact.no-refund"), eur(0), (),
            say("law.exempt_custom_made"), "BGB § 312g(2) Nr. 1",
        ),
    )  # fmt: skip
    return _view(
        Step.SETTLE,
        Instruction(Tone.NEXT, "money", say("do.settle"), say("do.settle.help")),
        (UNDO, WHY, HOLD, CALL, act(7, "Enter", "finish")),
        case=replace(CASE, done=3),
        settle=SettleView(
            lines,
            eur(490),
            eur(11610),
            eur(33800),
            _due(2),
            tenders=(
                SumLine(say("papers.tender.gift_card"), eur(3000)),
                SumLine(say("papers.tender.card"), eur(8610)),
            ),
            taxes=(SumLine(say("papers.receipt.tax", rate="19"), eur(1853)),),
            approval=say("settle.needs-approval"),
            settlement=Money(198_827, "KRW"),
        ),
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
    "measure": measure,
    "dispose": dispose,
    "dispose-shut": dispose_shut,
    "label": label,
    "paper-out": paper_out,
    "settle": settle,
}
