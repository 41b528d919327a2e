"""A case is what its facts tell; what is corrected never was."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import AT, a_case_line, a_verdict, euros, opened, told
from returnstation.domain.cases import Case, CaseState, Custody, ItemStage, Review
from returnstation.domain.checklists import Grade
from returnstation.domain.dispositions import WITHOUT_GOODS, Disposition
from returnstation.domain.facts import (
    AnswerGiven,
    CaseCancelled,
    CaseFinished,
    CaseHeld,
    CaseResumed,
    Corrected,
    Fact,
    FactStated,
    ItemAdded,
    ItemApproved,
    ItemDisposed,
    ItemGraded,
    ItemOverridden,
    ItemPut,
    LabelScannedBack,
    LineJudged,
    LineMissing,
    NoteAdded,
    PaperQueued,
    PhotoTaken,
    Recorded,
    RefundResolved,
    ResolvedLine,
    SignedIn,
)
from returnstation.domain.folding import NoSuchCase, fold, foresee

LINE = "DS-118402/1"


def added(item_id: str = "i1", **changes: Any) -> ItemAdded:
    return ItemAdded(item_id=item_id, line_id=LINE, finding="expected", title="t", **changes)


def graded(item_id: str = "i1") -> ItemGraded:
    return ItemGraded(item_id=item_id, grade=Grade(6, 9), findings=(), seconds=5)


def disposed(item_id: str = "i1", to: Disposition = Disposition.RESTOCK_NEW) -> ItemDisposed:
    return ItemDisposed(
        item_id=item_id, disposition=to, proposed=to, lpn=f"LPN-{item_id}", container="T-1"
    )


ACTS: Mapping[str, Callable[[str], Fact]] = {
    "grade": graded,
    "dispose": disposed,
    "scan back": lambda item: LabelScannedBack(item_id=item, lpn=f"LPN-{item}"),
    "put": lambda item: ItemPut(item_id=item, container="T-1"),
    "answer": lambda item: AnswerGiven(item_id=item, question="q", answer="2", seconds=1),
    "note": lambda item: NoteAdded(text="n", item_id=item),
    "photo": lambda item: PhotoTaken(item_id=item, digest="ab" * 32),
    "approve": lambda item: ItemApproved(item_id=item),
    "override": lambda item: ItemOverridden(
        item_id=item, outcome="refused", disposition=Disposition.DONATE, reason="r"
    ),
}
ON_CASE: tuple[Fact, ...] = (
    LineJudged(line_id=LINE, verdict=a_verdict()),
    FactStated(line_id=LINE, name="notified_in_time", value=True),
    LineMissing(line_id=LINE, quantity=1),
    NoteAdded(text="case"),
    CaseHeld(why="later"),
    CaseResumed(),
    CaseFinished(seconds=60),
    PaperQueued(job_id="j1", kind="receipt"),
    SignedIn(user_id="u1"),
    RefundResolved(
        lines=(ResolvedLine(line_id=LINE, outcome="review", method=None, amount=euros(0)),),
        shipping=euros(0),
        total=euros(0),
    ),
)


@st.composite
def acts(draw: st.DrawFn) -> list[list[Fact]]:
    """Draw acts in an order that makes sense: an item is touched only after it was added."""
    items = [f"i{number}" for number in range(draw(st.integers(1, 3)))]
    sequence: list[list[Fact]] = [[added(item)] for item in items]
    for _ in range(draw(st.integers(0, 10))):
        if draw(st.booleans()):
            name = draw(st.sampled_from(sorted(ACTS)))
            sequence.append([ACTS[name](draw(st.sampled_from(items)))])
        else:
            sequence.append(draw(st.lists(st.sampled_from(ON_CASE), min_size=1, max_size=3)))
    return sequence


def recorded(acts: list[list[Fact]]) -> list[Recorded]:
    facts: list[Fact] = [opened()]
    for act in acts:
        facts += act
    return list(told(*facts))


@given(acts(), acts())
def test_undoing_the_newest_act_and_never_doing_it_are_the_same(
    before: list[list[Fact]], undone: list[list[Fact]]
) -> None:
    kept = recorded(before)
    whole = list(told(opened(), *[f for act in [*before, *undone] for f in act]))
    void = tuple(entry.fact_id for entry in whole[len(kept) :])
    correction = Corrected(fact_ids=void, declaration="did_not_occur", why="undo")

    told_on = [*whole, Recorded(len(whole) + 1, "c", AT, "u1", "case-1", correction)]

    assert fold(told_on) == fold(kept)


@given(acts())
def test_folding_again_tells_the_same_case(sequence: list[list[Fact]]) -> None:
    facts = recorded(sequence)

    assert fold(facts) == fold(tuple(facts))


@given(acts(), acts())
def test_to_foresee_is_to_fold_what_would_be_written(
    now: list[list[Fact]], later: list[list[Fact]]
) -> None:
    facts = recorded(now)
    ahead = [fact for act in later for fact in act]
    last = facts[-1]
    written = [Recorded(last.seq + 1, "", last.at, last.user, last.subject, fact) for fact in ahead]

    assert foresee(facts, ahead) == fold([*facts, *written])


def test_facts_count_in_the_order_they_were_recorded() -> None:
    first = AnswerGiven(item_id="i1", question="q", answer="1", seconds=1)
    second = AnswerGiven(item_id="i1", question="q", answer="2", seconds=1)

    assert fold(told(opened(), added(), first, second)).items["i1"].answers == {"q": "2"}
    assert fold(told(opened(), added(), second, first)).items["i1"].answers == {"q": "1"}


@pytest.mark.parametrize("facts", [(), (added(),), (CaseResumed(), opened())])
def test_without_an_opening_there_is_no_case(facts: tuple[Fact, ...]) -> None:
    with pytest.raises(NoSuchCase):
        fold(told(*facts))


def test_a_case_whose_opening_is_void_is_no_case() -> None:
    void = Corrected(fact_ids=("fact-1",), declaration="did_not_occur", why="undo")

    with pytest.raises(NoSuchCase):
        fold(told(opened(), void))


def test_an_item_goes_from_question_to_done_one_step_at_a_time() -> None:
    steps: list[Fact] = [
        opened(),
        added(),
        graded(),
        disposed(),
        LabelScannedBack(item_id="i1", lpn="LPN-i1"),
        ItemPut(item_id="i1", container="T-1"),
    ]

    stages = [fold(told(*steps[:n])).items["i1"].stage for n in range(2, len(steps) + 1)]

    assert stages == [
        ItemStage.QUESTION,
        ItemStage.DISPOSE,
        ItemStage.SCAN_BACK,
        ItemStage.PUT,
        ItemStage.DONE,
    ]


@pytest.mark.parametrize("disposition", sorted(WITHOUT_GOODS))
def test_what_does_not_lie_on_the_desk_needs_no_label(disposition: Disposition) -> None:
    item = fold(told(opened(), added(), graded(), disposed(to=disposition))).items["i1"]

    assert item.stage is ItemStage.DONE
    assert item.custody is Custody.MISSING


def test_a_case_is_held_resumed_finished() -> None:
    held = fold(told(opened(), CaseHeld(why="later")))
    back = fold(told(opened(), CaseHeld(why="later"), CaseResumed()))
    done = fold(told(opened(), CaseFinished(seconds=61)))
    off = fold(told(opened(), CaseCancelled(why="opened_by_mistake")))

    assert (held.state, held.held_why) == (CaseState.HELD, "later")
    assert (back.state, back.held_why, back.held_at) == (CaseState.OPEN, None, None)
    assert (done.state, done.seconds) == (CaseState.FINISHED, 61)
    assert off.state is CaseState.CANCELLED


def test_units_missing_add_up_and_are_no_longer_expected() -> None:
    line = a_case_line(quantity=3)
    missing = LineMissing(line_id=LINE, quantity=1)

    case = fold(told(opened(line), missing, missing))

    assert case.missing == {LINE: 2}
    assert case.expected(line) == 1


@pytest.mark.parametrize(
    "facts",
    [
        (LineMissing(line_id=LINE, quantity=1),),
        (added(), graded(), disposed(), ItemPut(item_id="i1", container="T")),
    ],
)
def test_a_case_is_complete_when_all_announced_units_are_settled(facts: tuple[Fact, ...]) -> None:
    assert fold(told(opened(), *facts)).is_complete


@pytest.mark.parametrize("facts", [(), (added(),), (added(), graded(), disposed())])
def test_a_case_with_something_to_do_is_not_complete(facts: tuple[Fact, ...]) -> None:
    assert not fold(told(opened(), *facts)).is_complete


def test_a_case_without_announced_lines_is_never_complete_by_itself() -> None:
    case = fold(told(opened(a_case_line(is_announced=False))))

    assert not case.is_complete
    assert case.expected(case.opened.lines[0]) == 0


def test_findings_of_scan_and_inspection_are_kept_once() -> None:
    scan = added(findings=("serial_not_read",))
    inspection = ItemGraded(
        item_id="i1", grade=Grade(4, 4), findings=("serial_not_read", "defective"), seconds=1
    )

    item = fold(told(opened(), scan, inspection)).items["i1"]

    assert item.findings == ("serial_not_read", "defective")


def test_a_refund_under_review_makes_its_items_wait_unless_somebody_looked() -> None:
    refund = ON_CASE[-1]

    waiting = fold(told(opened(), added(), refund)).items["i1"]
    seen = fold(told(opened(), added(), ItemApproved(item_id="i1"), refund)).items["i1"]

    assert waiting.review is Review.WAITING
    assert seen.review is Review.APPROVED


def test_a_supervisor_decides_outcome_and_disposition() -> None:
    case = fold(told(opened(), added(), graded(), disposed(), ACTS["override"]("i1")))
    item = case.items["i1"]

    assert (item.review, item.outcome, item.disposition) == (
        Review.OVERRIDDEN,
        "refused",
        Disposition.DONATE,
    )
    assert item.proposed is Disposition.RESTOCK_NEW


def test_a_verdict_is_replaced_by_a_later_one() -> None:
    later = a_verdict(refund_due_on=date(2026, 12, 1))

    case: Case = fold(
        told(opened(), ON_CASE[0], LineJudged(line_id=LINE, verdict=later)),
    )

    assert case.verdicts[LINE] == later
