"""Fold a case from its facts.

Nothing is edited. A correction takes facts out of the fold, so undoing an act and never having
done it give the same case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import singledispatch

from returnstation.domain.cases import GIFT, Case, CaseState, Custody, Item, NotedClue, Review
from returnstation.domain.dispositions import WITHOUT_GOODS
from returnstation.domain.facts import (
    AnswerGiven,
    CaseCancelled,
    CaseFinished,
    CaseHeld,
    CaseOpened,
    CaseResumed,
    ClueNoted,
    Corrected,
    DeviceWiped,
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
    LotCounted,
    LotSplit,
    NoteAdded,
    OrderAttached,
    OrderFound,
    OverpaymentSeen,
    ParcelUndeliverable,
    PhotoTaken,
    PostageStated,
    Recorded,
    RefundApproved,
    RefundInstructed,
    RefundReported,
    RefundResolved,
    ResolutionChosen,
    ValueAssessed,
)
from returnstation.domain.folding_items import ItemFact, changed
from returnstation.domain.verdicts import never_delivered


class NoSuchCase(LookupError):
    """The facts do not open a case."""


def fold(facts: Iterable[Recorded]) -> Case:
    """Return the case these facts tell of, in the order they were recorded.

    Raises:
        NoSuchCase: The first fact that counts does not open a case.
    """
    told = list(facts)
    counted = valid(told)
    if not counted or not isinstance(counted[0].fact, CaseOpened):
        raise NoSuchCase(told[0].subject if told else "")
    first, opened = counted[0], counted[0].fact
    case = Case(case_id=first.subject, opened=opened, opened_at=first.at, opened_by=first.user)
    for recorded in counted[1:]:
        case = _apply(recorded.fact, case, recorded)
    return case


def valid(told: Sequence[Recorded]) -> Sequence[Recorded]:
    """Return the facts that count: what was corrected does not, nor do the corrections."""
    void = {
        fact_id
        for recorded in told
        if isinstance(recorded.fact, Corrected)
        for fact_id in recorded.fact.fact_ids
    }
    return [r for r in told if r.fact_id not in void and not isinstance(r.fact, Corrected)]


def foresee(told: Sequence[Recorded], facts: Sequence[Fact]) -> Case:
    """Return the case as it would be if these facts were recorded now, by the last user."""
    last = told[-1]
    imagined = [replace(last, fact_id="", seq=last.seq + 1, fact=fact) for fact in facts]
    return fold([*told, *imagined])


@singledispatch
def _apply(_fact: object, case: Case, _recorded: Recorded) -> Case:
    return case  # facts that change no state: queued papers, sign-ins


@_apply.register
def _(fact: ItemFact, case: Case, _recorded: Recorded) -> Case:
    return _with(case, changed(case.items[fact.item_id], fact))


@_apply.register
def _(fact: OrderAttached, case: Case, _recorded: Recorded) -> Case:
    items = dict(case.items)
    for landed in fact.landed:
        item = items[landed.item_id]
        items[landed.item_id] = replace(
            item,
            line_id=landed.line_id,
            finding=landed.finding,
            findings=tuple(dict.fromkeys((*item.findings, *landed.findings))),
        )
    is_gift = case.is_gift or GIFT in fact.because
    return replace(case, opened=fact.opened, items=items, found=None, is_gift=is_gift)


@_apply.register
def _(fact: ClueNoted, case: Case, recorded: Recorded) -> Case:
    others = tuple(clue for clue in case.clues if clue.kind != fact.kind)
    noted = NotedClue(recorded.fact_id, fact.kind, fact.value)
    return replace(case, clues=(*others, noted))


@_apply.register
def _(fact: OrderFound, case: Case, _recorded: Recorded) -> Case:
    waits = case.state in {CaseState.HELD, CaseState.FINISHED}
    return replace(case, found=fact, held_why="order_found" if waits else case.held_why)


@_apply.register
def _(fact: ParcelUndeliverable, case: Case, _recorded: Recorded) -> Case:
    verdicts = {line_id: never_delivered(verdict) for line_id, verdict in case.verdicts.items()}
    return replace(case, undeliverable=fact.why, verdicts=verdicts)


@_apply.register
def _(fact: LineJudged, case: Case, _recorded: Recorded) -> Case:
    is_taken = case.undeliverable is None
    verdict = fact.verdict if is_taken else never_delivered(fact.verdict)
    return replace(case, verdicts={**case.verdicts, fact.line_id: verdict})


@_apply.register
def _(fact: FactStated, case: Case, _recorded: Recorded) -> Case:
    known = {**case.stated.get(fact.line_id, {}), fact.name: fact.value}
    return replace(case, stated={**case.stated, fact.line_id: known})


@_apply.register
def _(fact: ItemAdded, case: Case, recorded: Recorded) -> Case:
    item = Item(
        item_id=fact.item_id,
        line_id=fact.line_id,
        finding=fact.finding,
        title=fact.title,
        added_at=recorded.at,
        added_by=recorded.user,
        sku=fact.sku,
        gtin=fact.gtin,
        serial=fact.serial,
        lot=fact.lot,
        expires_on=fact.expires_on,
        category=fact.category,
        checklist=fact.checklist,
        checklist_hash=fact.checklist_hash,
        quantity=fact.quantity,
        parts=fact.parts,
        findings=fact.findings,
        earlier=fact.earlier,
        value=fact.value,
    )
    return replace(case, items={**case.items, item.item_id: item})


@_apply.register
def _(fact: AnswerGiven, case: Case, _recorded: Recorded) -> Case:
    item = case.items[fact.item_id]
    value = {} if fact.value is None else {fact.question: fact.value}
    return _with(
        case,
        replace(
            item,
            answers={**item.answers, fact.question: fact.answer},
            values={**item.values, **value},
            serial=fact.serial or item.serial,
            lot=fact.lot or item.lot,
            expires_on=fact.expires_on or item.expires_on,
            lacking=(*item.lacking, *fact.lacking),
            earlier=tuple(dict.fromkeys((*item.earlier, *fact.earlier))),
        ),
    )


@_apply.register
def _(fact: LotCounted, case: Case, _recorded: Recorded) -> Case:
    return _with(case, replace(case.items[fact.item_id], quantity=fact.quantity))


@_apply.register
def _(fact: LotSplit, case: Case, recorded: Recorded) -> Case:
    lot = case.items[fact.item_id]
    apart = replace(
        lot,
        item_id=fact.new_item_id,
        quantity=fact.quantity,
        added_at=recorded.at,
        added_by=recorded.user,
        answers={},
        values={},
        photos=(),
        notes=(),
        lacking=(),
        grade=None,
        graded_at=None,
        merchant_grade=None,
    )
    left = replace(lot, quantity=lot.quantity - fact.quantity)
    return _with(_with(case, left), apart)


@_apply.register
def _(fact: NoteAdded, case: Case, _recorded: Recorded) -> Case:
    if fact.item_id is None:
        return replace(case, notes=(*case.notes, fact.text))
    item = case.items[fact.item_id]
    return _with(case, replace(item, notes=(*item.notes, fact.text)))


@_apply.register
def _(fact: PhotoTaken, case: Case, _recorded: Recorded) -> Case:
    if fact.item_id is None:
        return replace(case, photos=(*case.photos, fact))
    item = case.items[fact.item_id]
    return _with(case, replace(item, photos=(*item.photos, fact)))


@_apply.register
def _(fact: ItemGraded, case: Case, recorded: Recorded) -> Case:
    item = case.items[fact.item_id]
    return _with(
        case,
        replace(
            item,
            grade=fact.grade,
            graded_at=recorded.at,
            merchant_grade=fact.merchant_grade,
            seconds=fact.seconds,
            findings=tuple(dict.fromkeys((*item.findings, *fact.findings))),
        ),
    )


@_apply.register
def _(fact: DeviceWiped, case: Case, _recorded: Recorded) -> Case:
    return _with(case, replace(case.items[fact.item_id], wiped=fact.method))


@_apply.register
def _(fact: ItemDisposed, case: Case, _recorded: Recorded) -> Case:
    item = case.items[fact.item_id]
    without_goods = fact.disposition in WITHOUT_GOODS
    return _with(
        case,
        replace(
            item,
            disposition=fact.disposition,
            proposed=fact.proposed,
            reason=fact.reason,
            net=fact.net,
            lpn=fact.lpn or item.lpn,
            container=fact.container,
            custody=Custody.MISSING if without_goods else item.custody,
            derogation=fact.derogation,
            unit_g=fact.weight_g,
        ),
    )


@_apply.register
def _(fact: LabelScannedBack, case: Case, _recorded: Recorded) -> Case:
    return _with(case, replace(case.items[fact.item_id], scanned_back=True))


@_apply.register
def _(fact: ItemPut, case: Case, _recorded: Recorded) -> Case:
    item = case.items[fact.item_id]
    put = replace(item, custody=Custody.IN_CONTAINER, container=fact.container)
    return _with(case, replace(put, scanned_back=True))


@_apply.register
def _(fact: LineMissing, case: Case, _recorded: Recorded) -> Case:
    already = case.missing.get(fact.line_id, 0)
    return replace(case, missing={**case.missing, fact.line_id: already + fact.quantity})


@_apply.register
def _(fact: RefundResolved, case: Case, _recorded: Recorded) -> Case:
    reviewed = {line.line_id for line in fact.lines if line.outcome == "review"}
    items = {
        item_id: replace(item, review=Review.WAITING)
        if item.line_id in reviewed and item.review is Review.NONE
        else item
        for item_id, item in case.items.items()
    }
    return replace(case, refund=fact, items=items)


@_apply.register
def _(fact: ResolutionChosen, case: Case, _recorded: Recorded) -> Case:
    return replace(case, chosen={**case.chosen, fact.line_id: fact})


@_apply.register
def _(fact: ValueAssessed, case: Case, _recorded: Recorded) -> Case:
    return replace(case, assessed={**case.assessed, fact.line_id: fact})


@_apply.register
def _(fact: OverpaymentSeen, case: Case, _recorded: Recorded) -> Case:
    return replace(case, overpayment_seen=fact)


@_apply.register
def _(fact: PostageStated, case: Case, _recorded: Recorded) -> Case:
    return replace(case, postage=fact.amount)


@_apply.register
def _(fact: RefundApproved, case: Case, _recorded: Recorded) -> Case:
    return replace(case, approved=fact)


@_apply.register
def _(fact: RefundInstructed, case: Case, _recorded: Recorded) -> Case:
    return replace(case, instructed=(*case.instructed, fact))


@_apply.register
def _(fact: RefundReported, case: Case, _recorded: Recorded) -> Case:
    return replace(case, reported={**case.reported, fact.key: fact})


@_apply.register
def _(fact: CaseHeld, case: Case, recorded: Recorded) -> Case:
    return replace(case, state=CaseState.HELD, held_why=fact.why, held_at=recorded.at)


@_apply.register
def _(_fact: CaseResumed, case: Case, _recorded: Recorded) -> Case:
    return replace(case, state=CaseState.OPEN, held_why=None, held_at=None)


@_apply.register
def _(fact: CaseFinished, case: Case, recorded: Recorded) -> Case:
    return replace(case, state=CaseState.FINISHED, ended_at=recorded.at, seconds=fact.seconds)


@_apply.register
def _(_fact: CaseCancelled, case: Case, recorded: Recorded) -> Case:
    return replace(case, state=CaseState.CANCELLED, ended_at=recorded.at)


@_apply.register
def _(fact: ItemApproved, case: Case, _recorded: Recorded) -> Case:
    item = case.items[fact.item_id]
    return _with(case, replace(item, review=Review.APPROVED, outcome=fact.outcome or item.outcome))


@_apply.register
def _(fact: ItemOverridden, case: Case, _recorded: Recorded) -> Case:
    item = case.items[fact.item_id]
    return _with(
        case,
        replace(
            item,
            review=Review.OVERRIDDEN,
            outcome=fact.outcome,
            disposition=fact.disposition,
            reason=fact.reason,
        ),
    )


def _with(case: Case, item: Item) -> Case:
    return replace(case, items={**case.items, item.item_id: item})
