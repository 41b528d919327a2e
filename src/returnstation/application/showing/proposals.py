"""The proposal as it is shown: gates, the whole sum, what else could be chosen, and why."""

from collections.abc import Iterator, Sequence

from returnstation.application.desk.exits import (
    OTHER_KEY,
    Exits,
    alternatives,
    rest,
    wants_wiping,
)
from returnstation.application.view import Alternative, Gate, ProposalView, SumLine
from returnstation.domain.cases import Case, Item
from returnstation.domain.containers import Container
from returnstation.domain.economics import Economics
from returnstation.domain.gates import GateState
from returnstation.domain.messages import Say, say
from returnstation.domain.money import Money
from returnstation.domain.proposals import Choice, Proposal
from returnstation.domain.recovery import Recovery, Rounded, rounded, step_of, to_step

_FEWEST_GATES = 5
"""Gates that are not about the item fill the row up to so many."""


def shown_proposal(
    exits: Exits, case: Case, item: Item, totes: Sequence[Container]
) -> ProposalView:
    """Return the proposal with its sum, gates and alternatives."""
    proposal = exits.proposal(case, item)
    economics = exits.recording.equipment.economics
    chosen, step = proposal.chosen, _step(proposal)
    found = None if proposal.why is not None else chosen.sum
    shown = None if found is None else rounded(found, step)
    tote = _target(totes, chosen)
    return ProposalView(
        item_id=item.item_id,
        product=item.title,
        grade="" if item.grade is None else str(item.grade),
        disposition=chosen.disposition.value,
        channel=None if chosen.channel is None else say(chosen.channel),
        container=None if tote is None else tote.code,
        place=None if tote is None else tote.place,
        sum=() if shown is None else _lines(shown),
        net=None if shown is None else shown.net,
        note=_note(proposal, economics, step),
        gates=tuple(_gate(gate) for gate in _to_show(proposal.gates)),
        alternatives=_alternatives(proposal, step),
        do=proposal.do,
        wants_wiping=wants_wiping(proposal),
        figures=() if found is None else tuple(_figures(found, economics, item)),
    )


def _step(proposal: Proposal) -> int:
    """Return the unit of every figure of the page: what the proposal's error bears out."""
    sums = [choice.sum for choice in proposal.choices if choice.sum is not None]
    known = proposal.chosen.sum if proposal.chosen.sum is not None else next(iter(sums), None)
    return 1 if known is None else step_of(known.error)


def _to_show(gates: Sequence[GateState]) -> list[GateState]:
    """Return every gate that is about the item, and others as long as there is room."""
    about = {gate.name for gate in gates if gate.state != "none"}
    others = [gate.name for gate in gates if gate.name not in about]
    names = about | set(others[: max(0, _FEWEST_GATES - len(about))])
    return [gate for gate in gates if gate.name in names]


def _gate(gate: GateState) -> Gate:
    return Gate(gate.icon, say(f"gate.{gate.name}"), gate.state, gate.text)


def _lines(shown: Rounded) -> tuple[SumLine, ...]:
    return tuple(SumLine(say(f"sum.{t.name}"), t.amount, t.detail) for t in shown.terms)


def _note(proposal: Proposal, economics: Economics, step: int) -> Say:
    if proposal.why is not None:
        return proposal.why
    found = proposal.chosen.sum
    if found is None:
        return say("propose.no-price")
    error, learned = to_step(found.error, step), found.expected
    if learned.last_on is None:
        return say("propose.estimate", spread=error, day=economics.updated_on)
    day = max(learned.last_on, economics.updated_on)
    return say("propose.learned", spread=error, n=learned.count, day=day)


def _figures(found: Recovery, economics: Economics, item: Item) -> Iterator[tuple[Say, Say | None]]:
    """Yield what a sum was counted with, each with where it is from."""
    way, learned = found.way, found.expected
    file = say("figures.file", day=economics.updated_on)
    percent = f"{learned.share / 10_000:.3g}"
    grade = "" if item.grade is None else str(item.grade)
    sales = say("figures.sales", n=learned.count, day=learned.last_on, k=economics.learning.weight)
    yield (
        say("figures.price", price=found.worth, percent=percent, grade=grade),
        file if learned.last_on is None else sales,
    )
    yield say("figures.wait", n=found.days, percent=f"{float(way.fall_percent_per_week):g}"), file
    if found.days > way.days:
        yield say("figures.cover", n=found.days - way.days), file
    hour = Money(economics.labour_per_hour, economics.currency)
    yield say("figures.labour", n=way.labour_minutes, hour=hour), file
    yield say("figures.error", error=found.error), None


def _alternatives(proposal: Proposal, step: int) -> tuple[Alternative, ...]:
    best = None if proposal.why is not None else proposal.chosen.sum
    net = None if best is None else rounded(best, step).net
    rows = [_alternative("Enter", proposal.chosen, net, step)]
    rows += [_alternative(key, c, net, step) for key, c in alternatives(proposal).items()]
    if rest(proposal):
        rows.append(Alternative(OTHER_KEY, "other", None, None, None, None, None))
    rows += [
        _alternative("", choice, net, step)
        for choice in proposal.choices
        if choice.locked is not None and choice.disposition is not proposal.chosen.disposition
    ]
    return tuple(rows)


def _alternative(key: str, choice: Choice, best: Money | None, step: int) -> Alternative:
    known = None if choice.sum is None else rounded(choice.sum, step)
    is_proposal = key == "Enter"
    return Alternative(
        key=key,
        disposition=choice.disposition.value,
        channel=None if choice.channel is None else say(choice.channel),
        price=None if known is None else known.price,
        cost=None if known is None else known.cost,
        net=None if known is None else known.net,
        difference=None if known is None or best is None else known.net - best,
        is_proposal=is_proposal,
        locked=None if is_proposal else choice.locked,
    )


def _target(totes: Sequence[Container], choice: Choice) -> Container | None:
    return next(
        (tote for tote in totes if tote.disposition is choice.disposition and tote.has_room), None
    )
