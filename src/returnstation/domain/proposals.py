"""Propose where an item goes: gates first, then the sum; an unknown product is quarantined."""

from dataclasses import dataclass

from returnstation.domain.cases import UNDELIVERABLE, Item
from returnstation.domain.dispositions import SELLABLE, Disposition
from returnstation.domain.economics import Economics, Recovery, Way, recovery
from returnstation.domain.messages import Say, say
from returnstation.domain.orders import Product
from returnstation.domain.policy import Eligible

_ALWAYS_OPEN = (
    Disposition.QUARANTINE,
    Disposition.SHIP_BACK,
    Disposition.REPAIR,
    Disposition.RTV,
    Disposition.TRANSFER,
    Disposition.WRONG_ITEM,
    Disposition.DISPOSE,
    Disposition.DESTROY,
)
"""Nobody sells these, so they have no sum; a person may still choose them."""

_TEXTILES = frozenset({"apparel", "shoes"})
_SOLD_ON = SELLABLE | {Disposition.LIQUIDATE, Disposition.DONATE}


@dataclass(frozen=True, slots=True)
class GateState:
    """A gate before economics; ``state`` is ``passed``, ``none``, ``locked`` or ``proof``.

    Attributes:
        shuts: Dispositions that are locked while the gate says so.
    """

    name: str
    icon: str
    state: str
    shuts: frozenset[Disposition] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """A disposition with its sum, and why it cannot be chosen if so."""

    disposition: Disposition
    sum: Recovery | None
    locked: Say | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposed disposition and everything it was chosen from, best first.

    Attributes:
        why: Why it is proposed when no sum decided.
    """

    chosen: Choice
    choices: tuple[Choice, ...]
    gates: tuple[GateState, ...]
    why: Say | None = None


def gates(item: Item, product: Product | None) -> tuple[GateState, ...]:
    """Return the five gates for an item, in the order they are shown."""
    flags = frozenset(() if product is None else product.flags)
    hazards = frozenset(() if product is None else product.hazards)
    return (
        _gate("recall", "recall", "recalled" in flags, applies=True, shuts=frozenset(_SOLD_ON)),
        _gate(
            "hygiene",
            "drop",
            "hygiene_seal_broken" in item.findings,
            applies="hygiene_seal" in flags or "hygiene_seal_broken" in item.findings,
            shuts=frozenset(_SOLD_ON),
        ),
        _gate(
            "battery",
            "battery",
            "battery_damaged" in item.findings,
            applies="lithium_battery" in hazards,
            shuts=frozenset(_SOLD_ON | {Disposition.SHIP_BACK}),
        ),
        _gate(
            "data",
            "wipe",
            "data_not_wiped" in item.findings,
            applies="data_bearing" in flags,
            shuts=frozenset(_SOLD_ON),
        ),
        # Regulation (EU) 2024/1781 art. 25 forbids destroying unsold apparel and footwear.
        GateState(
            "destruction",
            "ban",
            "proof" if item.category in _TEXTILES else "none",
        ),
    )


def propose(
    item: Item, product: Product | None, eligible: Eligible | None, economics: Economics
) -> Proposal:
    """Return where the item should go.

    Refused goods go back to the customer, undecided and unknown ones to quarantine; the rest, and
    what could not be delivered, by the best sum among what the gates and the grade leave open.
    """
    standing = gates(item, product)
    choices = _choices(item, product, economics, standing)
    forced = _forced(item, product, eligible, standing)
    if forced is not None:
        disposition, why = forced
        chosen = next(c for c in choices if c.disposition is disposition)
        return Proposal(chosen, choices, standing, why)
    open_sums = [c for c in choices if c.locked is None and c.sum is not None]
    if not open_sums:
        chosen = next(c for c in choices if c.disposition is Disposition.QUARANTINE)
        return Proposal(chosen, choices, standing, say("propose.no-price"))
    return Proposal(open_sums[0], choices, standing)


def _forced(
    item: Item,
    product: Product | None,
    eligible: Eligible | None,
    standing: tuple[GateState, ...],
) -> tuple[Disposition, Say] | None:
    if product is None or item.is_other_product:
        return Disposition.QUARANTINE, say("propose.unknown-product")
    if "expired" in item.findings:
        return Disposition.QUARANTINE, say("propose.expired")
    stopped = next((gate for gate in standing if gate.state == "locked"), None)
    if stopped is not None:
        return Disposition.QUARANTINE, say(f"propose.gate-{stopped.name}")
    if eligible is Eligible.NO:
        return Disposition.SHIP_BACK, say("propose.refused")
    # What nobody took goes on at once: whatever is owed to the buyer, it stays here.
    if eligible is not Eligible.YES and UNDELIVERABLE not in item.findings:
        return Disposition.QUARANTINE, say("propose.undecided")
    return None


def _choices(
    item: Item, product: Product | None, economics: Economics, standing: tuple[GateState, ...]
) -> tuple[Choice, ...]:
    priced = [_choice(way, item, product, economics, standing) for way in economics.ways]
    known = {choice.disposition for choice in priced}
    rest = [
        Choice(disposition, None, _gate_lock(disposition, standing))
        for disposition in _ALWAYS_OPEN
        if disposition not in known
    ]
    return tuple(sorted([*priced, *rest], key=_rank))


def _choice(
    way: Way,
    item: Item,
    product: Product | None,
    economics: Economics,
    standing: tuple[GateState, ...],
) -> Choice:
    weight = None if product is None else product.weight_g
    result = (
        None if item.grade is None else recovery(way, economics, item.value, weight, item.grade)
    )
    locked = _gate_lock(way.disposition, standing) or _grade_lock(way, item)
    return Choice(way.disposition, result, locked, way.channel)


def _gate_lock(disposition: Disposition, standing: tuple[GateState, ...]) -> Say | None:
    for gate in standing:
        if gate.state == "locked" and disposition in gate.shuts:
            return say(f"propose.gate-{gate.name}")
    return None


def _grade_lock(way: Way, item: Item) -> Say | None:
    if item.grade is None:
        return say("propose.not-graded")
    if (item.grade.functional or 0) < way.functional_floor:
        return say("propose.needs-grade", needs=f"F{way.functional_floor}", has=_f(item))
    if (item.grade.cosmetic or 0) < way.cosmetic_floor:
        return say("propose.needs-grade", needs=f"C{way.cosmetic_floor}", has=_c(item))
    return None


def _rank(choice: Choice) -> tuple[bool, bool, int]:
    net = 0 if choice.sum is None else choice.sum.net.minor
    return choice.locked is not None, choice.sum is None, -net


def _gate(
    name: str, icon: str, stops: object, *, applies: bool, shuts: frozenset[Disposition]
) -> GateState:
    if stops:
        return GateState(name, icon, "locked", shuts)
    return GateState(name, icon, "passed" if applies else "none")


def _f(item: Item) -> str:
    return "F0" if item.grade is None else f"F{item.grade.functional}"


def _c(item: Item) -> str:
    return "C0" if item.grade is None else f"C{item.grade.cosmetic}"
