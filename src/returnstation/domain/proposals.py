"""Propose where an item goes: gates first, then the sum; an unknown product is quarantined."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from returnstation.domain.cases import UNDELIVERABLE
from returnstation.domain.dispositions import SELLABLE, Disposition
from returnstation.domain.economics import Economics, Transport, Wares, Way
from returnstation.domain.gates import GateBook, GateState, Subject, gate_states
from returnstation.domain.messages import Say, say
from returnstation.domain.policy import Eligible
from returnstation.domain.realised import Sample
from returnstation.domain.recovery import Goods, Recovery, recovery

_ALWAYS_OPEN = (
    Disposition.QUARANTINE,
    Disposition.SHIP_BACK,
    Disposition.REPAIR,
    Disposition.TRANSFER,
    Disposition.WRONG_ITEM,
    Disposition.DISPOSE,
    Disposition.DESTROY,
)
"""Nobody sells these, so they have no sum; a person may still choose them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A disposition with its sum, and why it cannot be chosen if so.

    Attributes:
        weight_g: Of the goods, for what is disclosed of them.
        needs_code: It may be chosen with a derogation code only, and is never proposed.
        to_supervisor: It is locked for everybody but a supervisor, who gives such a code.
    """

    disposition: Disposition
    sum: Recovery | None
    locked: Say | None = None
    channel: str | None = None
    needs_code: bool = False
    to_supervisor: bool = False
    weight_g: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposed disposition and everything it was chosen from, best first.

    Attributes:
        why: Why it is proposed when no sum decided.
        do: What to do with the item before anything else, one instruction per gate.
    """

    chosen: Choice
    choices: tuple[Choice, ...]
    gates: tuple[GateState, ...]
    why: Say | None = None
    do: tuple[Say, ...] = ()

    def choice(self, disposition: Disposition) -> Choice:
        """Return what is to be said of a disposition; one without a way out is locked."""
        found = (choice for choice in self.choices if choice.disposition is disposition)
        return next(found, Choice(disposition, None, say("propose.no-way")))


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site proposes by."""

    gates: GateBook
    economics: Economics


def wares_of(subject: Subject) -> Wares:
    """Return an item as the figures see it."""
    product = subject.product
    return Wares(
        merchant_id=subject.merchant_id,
        category=subject.category,
        sku=subject.item.sku,
        weight_g=None if product is None else product.weight_g,
        size=None if product is None else product.size,
    )


def propose(subject: Subject, rules: Rules, samples: Sequence[Sample] = ()) -> Proposal:
    """Return where the item should go.

    Refused goods go back to the customer, undecided and unknown ones to quarantine; the rest, and
    what could not be delivered, by the best sum among what the gates and the grade leave open.
    """
    standing = gate_states(subject, rules.gates)
    choices = _choices(subject, rules.economics, standing, samples)
    forced = _forced(subject, standing)
    if forced is not None:
        disposition, why, do = forced
        chosen = _choice_of(choices, disposition)
        if chosen.locked is not None:
            why, do = chosen.locked, _instructions(standing, disposition)
            chosen = _choice_of(choices, Disposition.QUARANTINE)
        return Proposal(chosen, choices, standing, why, do)
    open_sums = [c for c in choices if c.locked is None and c.sum is not None and not c.needs_code]
    if not open_sums:
        chosen = _choice_of(choices, Disposition.QUARANTINE)
        return Proposal(chosen, choices, standing, say("propose.no-price"))
    return Proposal(open_sums[0], choices, standing)


def _choice_of(choices: Sequence[Choice], disposition: Disposition) -> Choice:
    return next(choice for choice in choices if choice.disposition is disposition)


def _forced(
    subject: Subject, standing: tuple[GateState, ...]
) -> tuple[Disposition, Say, tuple[Say, ...]] | None:
    quarantine, item = Disposition.QUARANTINE, subject.item
    if subject.product is None or item.is_other_product:
        return quarantine, say("propose.unknown-product"), ()
    held = [gate for gate in standing if gate.holds]
    why = next((gate.why for gate in held if gate.why is not None), None)
    if why is not None:
        return quarantine, why, tuple(gate.do for gate in held if gate.do is not None)
    if subject.eligible is Eligible.NO:
        return Disposition.SHIP_BACK, say("propose.refused"), ()
    # What nobody took goes on at once: whatever is owed to the buyer, it stays here.
    if subject.eligible is not Eligible.YES and UNDELIVERABLE not in item.findings:
        return quarantine, say("propose.undecided"), ()
    return None


def _instructions(standing: Sequence[GateState], disposition: Disposition) -> tuple[Say, ...]:
    shut = (gate.do for gate in standing if disposition in gate.shuts)
    return tuple(do for do in shut if do is not None)


def _choices(
    subject: Subject,
    economics: Economics,
    standing: tuple[GateState, ...],
    samples: Sequence[Sample],
) -> tuple[Choice, ...]:
    """Return one choice per disposition, by its best channel; the best first."""
    wares, item = wares_of(subject), subject.item
    goods = None
    if item.grade is not None and item.value is not None:
        goods = Goods(
            wares=wares, grade=item.grade, value=item.value, on=subject.on, samples=samples
        )
    best: dict[Disposition, Choice] = {}
    priced = [
        _choice(
            way,
            _lock(way, subject, economics, standing),
            standing,
            None if goods is None else recovery(way, economics, goods),
        )
        for way in economics.ways_for(wares)
    ]
    for choice in sorted(priced, key=_rank):
        best.setdefault(choice.disposition, choice)
    for disposition in _ALWAYS_OPEN:
        best.setdefault(disposition, _gated(Choice(disposition, None), standing))
    no_agreement = Choice(Disposition.RTV, None, say("propose.no-agreement"))
    best.setdefault(Disposition.RTV, _gated(no_agreement, standing))
    known = (_for_known(choice, subject) for choice in best.values())
    weighed = (replace(choice, weight_g=wares.weight_g) for choice in known)
    return tuple(sorted(weighed, key=_rank))


def _for_known(choice: Choice, subject: Subject) -> Choice:
    """Lock what would bring an unknown product back to a buyer; nobody may choose it."""
    if subject.product is not None or choice.disposition not in SELLABLE or choice.locked:
        return choice
    return replace(choice, locked=say("propose.unknown-product"))


def _lock(
    way: Way, subject: Subject, economics: Economics, standing: tuple[GateState, ...]
) -> Say | None:
    if way.lane is not None and economics.lanes[way.lane].by is Transport.AIR:
        grounded = next((gate for gate in standing if gate.shuts_air), None)
        if grounded is not None:
            return grounded.why
    return _grade_lock(way, subject) or _quota_lock(way, subject)


def _choice(
    way: Way, locked: Say | None, standing: tuple[GateState, ...], sum_: Recovery | None
) -> Choice:
    return _gated(Choice(way.disposition, sum_, locked, way.channel), standing)


def _gated(choice: Choice, standing: tuple[GateState, ...]) -> Choice:
    """Return a choice as the gates leave it; a gate's reason goes before any other."""
    for gate in standing:
        if choice.disposition in gate.shuts:
            return replace(choice, locked=gate.why)
    for gate in standing:
        if choice.disposition in gate.needs_code:
            is_shut = gate.to_supervisor and choice.locked is None
            locked = gate.why if is_shut else choice.locked
            return replace(choice, locked=locked, needs_code=True, to_supervisor=is_shut)
    return choice


def _grade_lock(way: Way, subject: Subject) -> Say | None:
    grade = subject.item.grade
    if grade is None:
        return say("propose.not-graded")
    functional, cosmetic = grade.functional or 0, grade.cosmetic or 0
    if functional < way.functional_floor:
        return _needs(f"F{way.functional_floor}", f"F{functional}")
    if cosmetic < way.cosmetic_floor:
        return _needs(f"C{way.cosmetic_floor}", f"C{cosmetic}")
    return None


def _needs(needed: str, has: str) -> Say:
    return say("propose.needs-grade", needs=needed, has=has)


def _quota_lock(way: Way, subject: Subject) -> Say | None:
    if way.quota is None or subject.given_back.get(way.name, 0) < way.quota:
        return None
    return say(f"propose.quota-{way.period.value}", quota=way.quota)


def _rank(choice: Choice) -> tuple[bool, bool, int]:
    net = 0 if choice.sum is None else choice.sum.net.minor
    return choice.locked is not None, choice.sum is None, -net
