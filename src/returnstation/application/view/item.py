"""The item in hand: question, proposal, label."""

from dataclasses import dataclass

from returnstation.application.view.signs import SumLine
from returnstation.domain.messages import Say
from returnstation.domain.money import Money
from returnstation.domain.papers import ItemLabel


@dataclass(frozen=True, slots=True)
class PhotoView:
    """One picture of the strip; ``digest`` is None while it is still to be taken."""

    label: Say
    digest: str | None
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class RangeView:
    """An answer that follows from a value, and which values lead to it."""

    title: Say
    limits: Say | None


@dataclass(frozen=True, slots=True)
class ValueView:
    """A value a question wants; ``options`` are for when there is none.

    Attributes:
        hint: What to type or scan.
        is_number: Digits are enough to type it.
        ranges: What follows from which value, worst first.
        start: What stands in the field before anything is typed.
        signs: Keys to touch beside the digits, e.g. ``.%``.
    """

    hint: Say
    unit: str | None
    is_number: bool
    ranges: tuple[RangeView, ...] = ()
    start: str = ""
    signs: str = ""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """The inspection question in hand; its answers are the view's ``options``, worst first.

    Attributes:
        number, of: Place among the questions, from 1.
        functional, cosmetic: Grades still possible (``F1``.. and ``C0``..); one left is fixed.
        claimed: What the customer gave as the reason.
        kind: ``choice``, ``pass_fail``, ``measure``, ``count``, ``text``, ``scan`` or ``parts``.
        value: What is to be typed, measured or scanned; None where an answer is chosen.
        picture: Name of a drawing in resources/checklists that shows where to look.
        quantity: Units of the lot.
        merchant_grade: What the merchant calls the best grade still possible.
        checklist, version: Which checklist asks.
    """

    item_id: str
    product: str
    number: int
    of: int
    functional: tuple[str, ...]
    cosmetic: tuple[str, ...]
    photos: tuple[PhotoView, ...]
    claimed: Say | None
    notes: tuple[str, ...] = ()
    kind: str = "choice"
    value: ValueView | None = None
    picture: str | None = None
    quantity: int = 1
    merchant_grade: str | None = None
    checklist: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate before economics; ``state`` is ``passed``, ``none``, ``locked`` or ``proof``."""

    icon: str
    name: Say
    state: str
    text: Say


@dataclass(frozen=True, slots=True)
class Alternative:
    """A disposition that may be chosen instead; ``net`` is None when no sales are known.

    ``disposition`` may be ``other``, which leads to all that have no digit of their own.
    """

    key: str
    disposition: str
    channel: Say | None
    price: Money | None
    cost: Money | None
    net: Money | None
    difference: Money | None
    is_proposal: bool = False
    locked: Say | None = None


@dataclass(frozen=True, slots=True)
class ProposalView:
    """The proposed disposition with its sum.

    Attributes:
        do: What to do with the item before anything else; nothing when no gate holds it.
        figures: What the sum was counted with, and from where each figure is.
    """

    item_id: str
    product: str
    grade: str
    disposition: str
    channel: Say | None
    container: str | None
    place: int | None
    sum: tuple[SumLine, ...]
    net: Money | None
    note: Say
    gates: tuple[Gate, ...]
    alternatives: tuple[Alternative, ...]
    do: tuple[Say, ...] = ()
    wants_wiping: bool = False
    figures: tuple[tuple[Say, Say | None], ...] = ()


@dataclass(frozen=True, slots=True)
class ContainerView:
    """A tote behind the desk."""

    place: int
    code: str
    disposition: str
    filled: int
    capacity: int
    is_target: bool = False


@dataclass(frozen=True, slots=True)
class LabelStep:
    """One of the three steps; ``state`` is ``done``, ``now``, ``next`` or ``failed``."""

    state: str
    title: Say
    detail: Say | None


@dataclass(frozen=True, slots=True)
class LabelView:
    """The label just queued, and where the item goes."""

    item_id: str
    lpn: str
    label: ItemLabel
    steps: tuple[LabelStep, ...]
    containers: tuple[ContainerView, ...]
