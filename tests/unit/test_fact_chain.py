"""Facts as bytes, and the chain that proves nothing was changed."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_case_line, a_verdict, euros, kept, opened
from returnstation.domain.checklists import Grade
from returnstation.domain.containers import ContainerKind, ContainerState
from returnstation.domain.dispositions import Disposition
from returnstation.domain.facts import (
    AnswerGiven,
    Booted,
    CaseCancelled,
    CaseFinished,
    CaseHeld,
    CaseResumed,
    ClockRead,
    ClockStepped,
    ClueNoted,
    ConflictSettled,
    ContainerMarked,
    ContainerStacked,
    ContainerStarted,
    Corrected,
    DeviceWiped,
    Fact,
    FactStated,
    ForgottenOrder,
    HintSettled,
    ItemAdded,
    ItemApproved,
    ItemDisposed,
    ItemGraded,
    ItemLeft,
    ItemOverridden,
    ItemPut,
    ItemRedisposed,
    ItemWeighed,
    KeyChanged,
    LabelScannedBack,
    LandedItem,
    LineJudged,
    LineMissing,
    LoadLeft,
    LotCounted,
    LotSplit,
    NoteAdded,
    OrderAttached,
    OrderForgotten,
    OrderFound,
    OrdersForgotten,
    OverpaymentSeen,
    PaidBy,
    PaperQueued,
    PaperSeen,
    ParcelUndeliverable,
    PhotoTaken,
    PhotoWaived,
    PostageStated,
    RefundApproved,
    RefundInstructed,
    RefundReported,
    RefundResolved,
    ResolutionChosen,
    ResolvedLine,
    SignedIn,
    SignedOut,
    SignInRefused,
    TaxShare,
    ValueAssessed,
    WorkStepDone,
    type_name,
)
from returnstation.domain.messages import say
from returnstation.domain.policy import Ground, Payer, RefundMethod
from returnstation.domain.verdicts import VerdictDeduction, VerdictReason
from returnstation.wire.facts import FIRST, Entry, UnknownFact, body_of, chain_hash, fact_from

EVERY_FACT: tuple[Fact, ...] = (
    opened(a_case_line(serials=("SN-1",)), rma="R-1", payment="card"),
    opened(lines=(), merchant_id=None, currency=None, shipping=None, jurisdiction=None),
    FactStated(line_id="1", name="notified_in_time", value=True),
    LineJudged(
        line_id="1",
        verdict=a_verdict(
            reasons=(
                VerdictReason(
                    "EU-DE-WD",
                    "grants",
                    "window_open",
                    "BGB § 355",
                    kept(day=date(2026, 11, 26), price=euros(1), inner=say("x", n=1), none=None),
                ),
            ),
            ground=Ground.WITHDRAWAL,
            payer=Payer.CONSUMER,
            methods=(RefundMethod.ORIGINAL_PAYMENT,),
            deductions=(VerdictDeduction("restocking_fee", euros(900)),),
            last_day=date(2026, 11, 19),
            needs=("seal_opened",),
            policy="f00d",
        ),
    ),
    ItemAdded(
        item_id="i",
        line_id=None,
        finding="unknown",
        title="하늘 러너 3 \U0001f45f",
        serial="SN",
        findings=("serial_not_read",),
        value=euros(100),
    ),
    AnswerGiven(item_id="i", question="q", answer="1", seconds=3),
    DeviceWiped(item_id="i", method="purge"),
    NoteAdded(text='긁힘 "왼쪽"\n', item_id=None),
    OrderAttached(
        opened=opened(),
        orders=("DS-118402",),
        landed=(LandedItem(item_id="i", line_id="1", finding="expected", findings=("x",)),),
        because=("product",),
    ),
    OrderFound(merchant_id="ds", order_number="DS-118402", rma=None),
    ClueNoted(kind="city", value=None),
    ParcelUndeliverable(why="refused_by_recipient"),
    PhotoTaken(item_id="i", digest="ab" * 32, question="q", finding="damaged"),
    PhotoTaken(digest="cd" * 32, shows="label"),
    PhotoWaived(item_id="i", question="q", answer="1", why="no_camera"),
    ItemGraded(item_id="i", grade=Grade(None, 4), findings=("defective",), seconds=9),
    ItemDisposed(
        item_id="i",
        disposition=Disposition.REWORK,
        proposed=Disposition.RESTOCK_NEW,
        lpn="ICN3-1",
        reason="other",
        net=euros(-5),
        container="T-1",
    ),
    PaperQueued(job_id="j", kind="label", item_id="i", lpn="ICN3-1", reason="lost"),
    PaperSeen(job_id="j", came_out=False),
    LabelScannedBack(item_id="i", lpn="ICN3-1"),
    ItemPut(item_id="i", container="T-1"),
    LineMissing(line_id="1", quantity=2),
    LotCounted(item_id="i", quantity=20),
    LotSplit(item_id="i", new_item_id="j", quantity=1),
    ItemWeighed(item_id="i", grams=820, expected=900),
    HintSettled(item_id="i", kind="weight_differs", is_right=True),
    ItemRedisposed(
        item_id="i",
        before=Disposition.RTV,
        disposition=Disposition.LIQUIDATE,
        reason="quota_used_up",
        net=euros(3),
        container="T-2",
    ),
    WorkStepDone(item_id="i", step="clean", outcome="not_needed"),
    ItemLeft(
        item_id="i",
        disposition=Disposition.LIQUIDATE,
        container="T-2",
        how="shipped",
        load="ICN3-L000001",
    ),
    ContainerStarted(
        code="P",
        kind=ContainerKind.PALLET,
        disposition=Disposition.LIQUIDATE,
        capacity=99,
        sscc="088012340000000017",
    ),
    ContainerMarked(code="P", state=ContainerState.FULL),
    ClockStepped(seconds=-3600, wall_ms=1_790_000_000_000, seen_ms=1_790_000_000_000),
    Booted(wall_ms=1_790_000_000_000),
    ClockRead(wall_ms=1_790_000_000_000, offset_ms=-250),
    KeyChanged(fingerprint="0123456789abcdef", before="fedcba9876543210"),
    OrderForgotten(merchant_id="ds", order_number="DS-118402", erased_ms=1790000000000),
    OrdersForgotten(
        orders=(
            ForgottenOrder(merchant_id="ds", order_number="DS-118402", erased_ms=1790000000000),
            ForgottenOrder(merchant_id="ds", order_number="DS-118403", erased_ms=0),
        )
    ),
    ConflictSettled(
        kind="double_inspection",
        decision="keep",
        reason="same_unit",
        keeps="c-1",
        cases=("c-1", "c-2"),
    ),
    ContainerStacked(code="T-2", pallet="P"),
    LoadLeft(code="P", load="ICN3-L000001", containers=("P", "T-2"), how="shipped", units=3),
    RefundResolved(
        lines=(
            ResolvedLine(
                line_id="1",
                outcome="accepted",
                method="original_payment",
                amount=euros(1),
                deductions=(("restocking_fee", euros(2)),),
            ),
        ),
        shipping=euros(0),
        total=euros(1),
    ),
    CaseHeld(why="later"),
    CaseResumed(),
    CaseFinished(seconds=60),
    CaseCancelled(why="opened_by_mistake"),
    ItemApproved(item_id="i"),
    ResolutionChosen(line_id="1", method="exchange", variant="S", price=euros(1), amount=euros(2)),
    ValueAssessed(line_id="1", amount=euros(1), findings=("scratched",), photos=("ab",)),
    PostageStated(amount=euros(1)),
    OverpaymentSeen(told=euros(2), due=euros(1)),
    RefundApproved(total=euros(1)),
    RefundInstructed(
        key="k",
        total=euros(1),
        tenders=(PaidBy(order_number="1", number=1, kind="card", amount=euros(1)),),
        taxes=(TaxShare(rate="19", gross=euros(1), tax=euros(0)),),
        settlement=euros(1),
        credit_note="CN",
    ),
    RefundReported(key="k", state="failed", note="no"),
    ItemOverridden(
        item_id="i",
        outcome="refused",
        disposition=Disposition.SHIP_BACK,
        reason="worn",
        based_on=("a", "b"),
    ),
    Corrected(fact_ids=("a",), declaration="did_not_occur", why="undo"),
    SignedIn(user_id="u"),
    SignedOut(user_id="u", why="idle"),
    SignInRefused(user_id=None, why="unknown_badge"),
)


def an_entry(**changes: Any) -> Entry:
    entry = Entry(
        seq=7,
        station="ICN3",
        epoch=2**62 + 1,
        fact_id=UUID("018f0000-0000-7000-8000-000000000001"),
        hlc=1790000000000 << 16,
        type="item_put",
        version=1,
        subject="case-1",
        user="u1",
        body=b'{"container":"T-1","item_id":"i1"}',
        hash=b"",
    )
    return replace(entry, **changes)


def test_there_is_an_example_of_every_type_of_fact() -> None:
    assert {type(fact) for fact in EVERY_FACT} == set(get_args(Fact))


@pytest.mark.parametrize("fact", EVERY_FACT, ids=lambda fact: type(fact).__name__)
def test_a_fact_written_is_read_back(fact: Fact) -> None:
    assert fact_from(type_name(type(fact)), 1, body_of(fact)) == fact


@pytest.mark.parametrize("fact", EVERY_FACT, ids=lambda fact: type(fact).__name__)
def test_a_fact_read_and_written_again_has_the_same_bytes(fact: Fact) -> None:
    body = body_of(fact)

    assert body_of(fact_from(type_name(type(fact)), 1, body)) == body


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 2**53 - 1))
def test_any_text_and_number_survive(text: str, number: int) -> None:
    fact = AnswerGiven(item_id=text, question=text, answer=text, seconds=number)

    assert fact_from("answer_given", 1, body_of(fact)) == fact


def test_the_bytes_of_a_fact_never_change() -> None:
    put = ItemPut(item_id="i1", container="T-1")
    note = NoteAdded(text='긁힘 "왼쪽"')

    assert body_of(put) == b'{"container":"T-1","item_id":"i1"}'
    assert body_of(note) == '{"item_id":null,"text":"긁힘 \\"왼쪽\\""}'.encode()


def test_the_hash_of_an_entry_never_changes() -> None:
    assert chain_hash(an_entry(), FIRST).hex() == (
        "573560c7d4a8bf60910df8bc500df7570f6abd563f1478d04fc529a6e11ff92f"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seq", 8),
        ("station", "ICN4"),
        ("epoch", 2**62),
        ("fact_id", UUID("018f0000-0000-7000-8000-000000000002")),
        ("hlc", 1),
        ("type", "item_added"),
        ("version", 2),
        ("subject", "case-2"),
        ("user", None),
        ("body", b"{}"),
    ],
)
def test_a_change_in_any_column_changes_the_hash(name: str, value: object) -> None:
    assert chain_hash(an_entry(**{name: value}), FIRST) != chain_hash(an_entry(), FIRST)


def test_every_column_but_the_hash_itself_is_hashed() -> None:
    changed = {f.name for f in fields(Entry)} - {"hash"}

    assert changed == {
        "seq",
        "station",
        "epoch",
        "fact_id",
        "hlc",
        "type",
        "version",
        "subject",
        "user",
        "body",
    }


def test_another_entry_before_gives_another_hash() -> None:
    assert chain_hash(an_entry(), FIRST) != chain_hash(an_entry(), bytes(31) + b"\x01")


@pytest.mark.parametrize(
    ("type_", "version", "body"),
    [
        ("moon_landed", 1, b"{}"),
        ("item_put", 2, b'{"container":"T-1","item_id":"i1"}'),
        ("item_put", 1, b'{"container":"T-1"}'),
        ("item_put", 1, b'{"container":1,"item_id":"i1"}'),
        ("item_put", 1, b"\xff"),
        ("item_put", 1, b""),
    ],
)
def test_a_fact_this_build_does_not_know_is_named(type_: str, version: int, body: bytes) -> None:
    with pytest.raises(UnknownFact, match=type_):
        fact_from(type_, version, body)


def test_a_field_of_a_later_build_with_a_default_does_no_harm() -> None:
    body = msgspec.json.encode({"container": "T-1", "item_id": "i1", "later": 1})

    assert fact_from("item_put", 1, body) == ItemPut(item_id="i1", container="T-1")


def test_moments_in_values_keep_their_zone() -> None:
    moment = datetime(2026, 11, 24, 5, 32, tzinfo=UTC)
    reason = VerdictReason("r", "grants", "c", "s", kept(at=moment))

    fact = LineJudged(line_id="1", verdict=a_verdict(reasons=(reason,)))
    read = fact_from("line_judged", 1, body_of(fact))

    assert isinstance(read, LineJudged)
    assert read.verdict.reasons[0].say().values == {"at": moment}
