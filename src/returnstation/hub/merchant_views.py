"""What merchants read: the shapes of cases, items, movements, refunds and conflicts.

New fields may be added; a reader passes over those it does not know.
"""

from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from returnstation.domain.money import Money

_T = TypeVar("_T")


class CaseOut(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel that came back.

    Attributes:
        number: As printed on its papers.
        order_number: Of its orders, joined by comma and space.
        state: ``open``, ``held``, ``finished`` or ``cancelled``.
        refund: How what the customer gets was reckoned.
        verdicts: What law and policy say, by order line.
        photos: SHA-256 of each.
        clock_unsure: The moments are within what is known of a clock nobody could compare.
    """

    case_id: str
    number: str
    order_number: str
    state: str
    station: str
    opened_at: datetime
    ended_at: datetime | None = None
    rma: str | None = None
    jurisdiction: str | None = None
    language: str | None = None
    held_why: str | None = None
    seconds: int = 0
    refund: Any = None
    verdicts: Any = None
    photos: tuple[str, ...] = ()
    clock_unsure: bool = False


class ItemOut(msgspec.Struct, frozen=True, kw_only=True):
    """One unit, or one lot of equal units, that was in a parcel.

    Attributes:
        lpn: On its label.
        functional, cosmetic: Grades F1 to F6 and C0 to C9, as numbers.
        disposition: Where it goes; None as long as nobody decided.
        custody: Where it is: ``received``, ``in_container``, ``left`` or ``missing``.
    """

    case_id: str
    case_number: str
    order_number: str
    item_id: str
    sku: str
    quantity: int
    custody: str
    review: str
    lpn: str | None = None
    functional: int | None = None
    cosmetic: int | None = None
    disposition: str | None = None
    outcome: str | None = None
    container: str | None = None


class MovementOut(msgspec.Struct, frozen=True, kw_only=True):
    """Goods went from one stock to another; the newest word of a movement counts.

    Attributes:
        came_from, went_to: ``buyer``, ``received``, a disposition, or ``left``.
    """

    movement_id: str
    case_id: str
    item_id: str
    sku: str
    quantity: int
    came_from: str
    went_to: str
    at: datetime


class RefundOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the merchant is told to pay; whoever reads a key twice pays once.

    Attributes:
        state: What the merchant reported, else as ``instruction``.
        instruction: ``due``; ``waits`` and ``void`` for a conflict's sake.
        details: By which means, with taxes.
    """

    key: str
    case_id: str
    case_number: str
    order_number: str
    state: str
    instruction: str
    total: Money
    instructed_at: datetime
    details: Any = None
    reported_at: datetime | None = None
    note: str = ""


class ConflictOut(msgspec.Struct, frozen=True, kw_only=True):
    """What does not go together.

    Attributes:
        state: ``open``; ``told`` when nobody need act; ``settled``.
        money: What it does to refunds: ``flows``, ``waits`` or ``once``.
    """

    conflict_id: str
    kind: str
    state: str
    money: str
    owner: str
    since: datetime
    cases: tuple[str, ...] = ()
    effective: str | None = None
    details: Any = None
    settled: Any = None


KINDS: dict[str, type[msgspec.Struct]] = {
    "movements": MovementOut,
    "items": ItemOut,
    "conflicts": ConflictOut,
    "refunds": RefundOut,
    "cases": CaseOut,
}
"""What can be read, by the word in the address; what is told of one case goes in this order."""


class Changed(msgspec.Struct, Generic[_T], frozen=True, kw_only=True):
    """Something is so now.

    Attributes:
        is_gone: It is no more; ``value`` is what it was.
    """

    key: str
    is_gone: bool
    value: _T


class Changes(msgspec.Struct, Generic[_T], frozen=True, kw_only=True):
    """What changed, oldest change first.

    Attributes:
        next: Where to go on: give it as ``after``.
        is_last: There was no more when it was read.
    """

    rows: list[Changed[_T]]
    next: str
    is_last: bool


PAGES: dict[str, Any] = {
    "movements": Changes[MovementOut],
    "items": Changes[ItemOut],
    "conflicts": Changes[ConflictOut],
    "refunds": Changes[RefundOut],
    "cases": Changes[CaseOut],
}
"""Shape of a page of each."""


class WholeCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case with everything in it."""

    case: CaseOut
    items: list[ItemOut] = []
    movements: list[MovementOut] = []
    refunds: list[RefundOut] = []
    conflicts: list[ConflictOut] = []


class RefundReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an instruction.

    Attributes:
        state: ``acknowledged``, ``executed`` or ``failed``; ``executed`` is the end.
    """

    state: str
    note: str = ""


class RefusedItem(msgspec.Struct, frozen=True, kw_only=True):
    """One of several things sent that was not taken.

    Attributes:
        index: Its place, from 0.
        field: Where the trouble is, e.g. ``lines[0].quantity``; empty for the whole.
        code: Stable, in kebab case.
        why: In English, for people.
    """

    index: int
    field: str
    code: str
    why: str = ""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of what was sent.

    Attributes:
        taken: How many were good; those that were known already are among them.
        changed: How many were new or different.
    """

    taken: int
    changed: int
    refused: list[RefusedItem] = []


class PolicyIn(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's return policy.

    Attributes:
        terms: schema.org MerchantReturnPolicy, or an ``@graph`` of several.
        on_stale: What becomes of a decision made by terms that had changed meanwhile:
            ``honour``, ``recheck`` or ``block``.
        is_displayed: The terms were posted or disclosed as the law asks.
    """

    terms: dict[str, Any]
    on_stale: str = "recheck"
    is_displayed: bool | None = None


class PolicyOut(msgspec.Struct, frozen=True, kw_only=True):
    """The terms in force.

    Attributes:
        version: By which verdicts name them.
        warnings: Terms below what law gives consumers, and where.
    """

    version: str
    on_stale: str
    from_ms: int
    terms: dict[str, Any]
    warnings: list[Any] = []


class EndpointIn(msgspec.Struct, frozen=True, kw_only=True):
    """Where the merchant wants to be told.

    Attributes:
        url: ``https`` of a public host.
        types: Of events; empty for all.
    """

    url: str
    types: tuple[str, ...] = ()


class EndpointOut(msgspec.Struct, frozen=True, kw_only=True):
    """A place the merchant is told at.

    Attributes:
        secret: Only when it was just made: ``whsec_`` and base64.
        off_why: Why nothing is sent any more; empty when it is.
        pending: Events on their way.
    """

    endpoint_id: str
    url: str
    types: tuple[str, ...]
    off_why: str = ""
    failures: int = 0
    pending: int = 0
    secret: str | None = None


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """How many events are sent again."""

    events: int
