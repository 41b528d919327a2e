"""The item in hand as it is shown: question, proposal, label."""

from collections.abc import Sequence

from returnstation.application.desk.exits import OTHER_KEY, Exits, alternatives, rest
from returnstation.application.desk.items import Items
from returnstation.application.view import (
    Alternative,
    ContainerView,
    Gate,
    LabelStep,
    LabelView,
    Option,
    PhotoView,
    ProposalView,
    QuestionView,
    SumLine,
)
from returnstation.domain.cases import Case, Item
from returnstation.domain.checklists import Question
from returnstation.domain.containers import Container
from returnstation.domain.economics import Recovery
from returnstation.domain.messages import Say, say
from returnstation.domain.papers import JobState, PrintJob
from returnstation.domain.proposals import Choice, Proposal

_MOST_PHOTOS = 4


def shown_question(items: Items, case: Case, item: Item) -> tuple[QuestionView, tuple[Option, ...]]:
    """Return the question in hand and its answers, worst first."""
    checklist = items.checklist(item)
    question = items.next_question(item)
    functional, cosmetic = checklist.possible(item.answers)
    reason = None
    if item.line_id is not None:
        reason = case.line(item.line_id).reason
    view = QuestionView(
        item_id=item.item_id,
        product=item.title,
        number=min(len(item.answers) + 1, len(checklist.questions)),
        of=len(checklist.questions),
        functional=tuple(f"F{grade}" for grade in functional),
        cosmetic=tuple(f"C{grade}" for grade in cosmetic),
        photos=_photos(item, question),
        claimed=None if reason is None else say(f"reason.{reason.value}"),
        notes=item.notes,
    )
    if question is None:
        return view, ()
    answers = tuple(
        Option(
            answer.key,
            say(answer.text),
            say(f"{answer.text}.help"),
            picture=answer.text.replace(".", "-"),
        )
        for answer in question.answers
    )
    return view, answers


def _photos(item: Item, question: Question | None) -> tuple[PhotoView, ...]:
    """Return the latest photos, and the place of one that an answer will ask for."""
    taken = [PhotoView(say("photo.taken"), photo.digest) for photo in item.photos]
    if question is None or any(p.question == question.question_id for p in item.photos):
        return tuple(taken[-_MOST_PHOTOS:])
    if not any(answer.needs_photo for answer in question.answers):
        return tuple(taken[-_MOST_PHOTOS:])
    wanted = PhotoView(say("photo.wanted"), None, is_now=True)
    return (*taken[1 - _MOST_PHOTOS :], wanted)


def shown_proposal(
    exits: Exits, case: Case, item: Item, totes: Sequence[Container]
) -> ProposalView:
    """Return the proposal with its sum, gates and alternatives."""
    proposal = exits.proposal(case, item)
    chosen = proposal.chosen
    tote = _target(totes, chosen)
    currency = exits.recording.equipment.economics.currency
    return ProposalView(
        item_id=item.item_id,
        product=item.title,
        grade="" if item.grade is None else str(item.grade),
        disposition=chosen.disposition.value,
        channel=None if chosen.channel is None else say(chosen.channel),
        container=None if tote is None else tote.code,
        place=None if tote is None else tote.place,
        sum=() if chosen.sum is None or proposal.why is not None else _sum(chosen.sum),
        net=None if chosen.sum is None or proposal.why is not None else chosen.sum.net,
        note=_note(exits, proposal, currency),
        gates=tuple(
            Gate(
                gate.icon,
                say(f"gate.{gate.name}"),
                gate.state,
                say(f"gate.{gate.name}.{gate.state}"),
            )
            for gate in proposal.gates
        ),
        alternatives=_alternatives(proposal),
    )


def shown_label(
    exits: Exits, case: Case, item: Item, totes: Sequence[Container], jobs: Sequence[PrintJob]
) -> LabelView:
    """Return the three steps of a label, its picture and the totes."""
    job = jobs[-1] if jobs else None
    target = next((tote for tote in totes if tote.code == item.container), None)
    return LabelView(
        item_id=item.item_id,
        lpn=item.lpn or "",
        label=exits.label(case, item),
        steps=_steps(item, job, target),
        containers=tuple(
            ContainerView(
                tote.place,
                tote.code,
                tote.disposition.value,
                tote.filled,
                tote.capacity,
                target is not None and tote.code == target.code,
            )
            for tote in totes
        ),
    )


def _steps(item: Item, job: PrintJob | None, target: Container | None) -> tuple[LabelStep, ...]:
    printed = item.scanned_back or (
        job is not None and job.state in {JobState.SENT, JobState.CONFIRMED}
    )
    is_stuck = job is not None and job.trouble is not None and not printed
    first = "failed" if is_stuck else "done" if printed else "now"
    detail = (
        say("label.printed.stuck") if is_stuck else say("label.printed.detail", lpn=item.lpn or "")
    )
    where = (
        say("label.put.none")
        if target is None
        else say("label.put.detail", place=target.place, code=target.code)
    )
    return (
        LabelStep(first, say("label.printed"), detail),
        LabelStep(
            "done" if item.scanned_back else "now" if printed else "next",
            say("label.scan-back"),
            say("label.scan-back.detail"),
        ),
        LabelStep("now" if item.scanned_back else "next", say("label.put"), where),
    )


def _sum(recovery: Recovery) -> tuple[SumLine, ...]:
    terms = (
        ("sum.price", recovery.price, recovery.way.channel),
        ("sum.labour", -recovery.labour, None),
        ("sum.rework", -recovery.rework, None),
        ("sum.freight", -recovery.freight, None),
        ("sum.holding", -recovery.holding, None),
    )
    return tuple(
        SumLine(say(key), amount, None if detail is None else say(detail))
        for key, amount, detail in terms
    )


def _note(exits: Exits, proposal: Proposal, currency: str) -> Say:
    if proposal.why is not None:
        return proposal.why
    economics = exits.recording.equipment.economics
    chosen = proposal.chosen.sum
    if chosen is None:
        return say("propose.no-price")
    return say("propose.estimate", spread=chosen.spread, day=economics.updated_on, unit=currency)


def _alternatives(proposal: Proposal) -> tuple[Alternative, ...]:
    best = None if proposal.why is not None else proposal.chosen.sum
    rows = [_alternative("Enter", proposal.chosen, best, is_proposal=True)]
    rows += [
        _alternative(key, choice, best, is_proposal=False)
        for key, choice in alternatives(proposal).items()
    ]
    if rest(proposal):
        rows.append(Alternative(OTHER_KEY, "other", None, None, None, None, None))
    rows += [
        _alternative("", choice, best, is_proposal=False)
        for choice in proposal.choices
        if choice.locked is not None and choice.disposition is not proposal.chosen.disposition
    ]
    return tuple(rows)


def _alternative(
    key: str, choice: Choice, best: Recovery | None, *, is_proposal: bool
) -> Alternative:
    known = choice.sum
    return Alternative(
        key=key,
        disposition=choice.disposition.value,
        channel=None if choice.channel is None else say(choice.channel),
        price=None if known is None else known.price,
        cost=None if known is None else -known.cost,
        net=None if known is None else known.net,
        difference=None if known is None or best is None else known.net - best.net,
        is_proposal=is_proposal,
        locked=None if is_proposal else choice.locked,
    )


def _target(totes: Sequence[Container], choice: Choice) -> Container | None:
    return next(
        (tote for tote in totes if tote.disposition is choice.disposition and tote.has_room), None
    )
