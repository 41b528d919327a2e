"""Gates before economics: what must not be sold, sent or destroyed, whatever it would bring.

The gates are data (``resources/gates``). Each says what it shuts and what to do; no price opens
one. What cannot be decided from what is known is left to a supervisor, never passed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from returnstation.domain.cases import Item
from returnstation.domain.destruction import DestructionBan, Size, Standing
from returnstation.domain.dispositions import Disposition
from returnstation.domain.messages import Say, say
from returnstation.domain.orders import Product
from returnstation.domain.policy import Eligible
from returnstation.domain.recalls import Recall


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An item on a day: what it is, whose, and where it is.

    Attributes:
        merchant_country, buyer_country, site_country: ISO 3166-1; None when nobody knows.
        given_back: How many were given back under each agreement in its present period, by
            the name of the way.
    """

    item: Item
    on: date
    product: Product | None = None
    eligible: Eligible | None = None
    merchant_id: str | None = None
    merchant_country: str | None = None
    buyer_country: str | None = None
    site_country: str | None = None
    given_back: Mapping[str, int] = field(default_factory=dict)

    @property
    def category(self) -> str:
        """The trade's word for what it is."""
        return self.item.category if self.product is None else self.product.category

    @property
    def goes_abroad(self) -> bool:
        """The way back to the buyer leaves the country, or may."""
        return self.buyer_country is None or self.buyer_country != self.site_country


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Marks on a product or item; any one of them is enough."""

    flags: frozenset[str] = frozenset()
    hazards: frozenset[str] = frozenset()
    findings: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()

    def are_on(self, subject: Subject) -> bool:
        """Tell whether the subject bears one of them."""
        product = subject.product
        flags = () if product is None else product.flags
        hazards = () if product is None else product.hazards
        return bool(
            self.flags.intersection(flags)
            or self.hazards.intersection(hazards)
            or self.findings.intersection(subject.item.findings)
            or subject.category in self.categories
        )


class Test(StrEnum):
    """What shuts a gate beside the marks it names."""

    __test__ = False  # no test of pytest's

    MARKS = "marks"
    RECALL_LIST = "recall_list"
    EXPIRY = "expiry"
    WIPE = "wipe"
    TRANSPORT = "transport"
    MERCHANT_RULE = "merchant_rule"
    DESTRUCTION = "destruction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One gate.

    Attributes:
        applies: Marks of what it is about; it is shown as passed when it applies and is open.
        stops: Marks that shut it.
        shuts: Dispositions that are locked while it is shut.
        air: Marks that forbid the air only: ways by air are locked, and the way back abroad.
        holds: While it is shut the item goes to quarantine, whatever else would be open.
    """

    name: str
    icon: str
    test: Test
    applies: Signs = Signs()
    stops: Signs = Signs()
    shuts: frozenset[Disposition] = frozenset()
    air: Signs = Signs()
    is_for_all: bool = False
    holds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantRules:
    """What a merchant told the site.

    Attributes:
        size: Of the firm, by Recommendation 2003/361/EC; None when it did not say.
        forbids: Dispositions its brands forbid, e.g. ``liquidate``.
    """

    size: Size | None = None
    forbids: frozenset[Disposition] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class GateBook:
    """All gates of a site, with the lists they need.

    Attributes:
        gates: In the order they are shown.
    """

    gates: tuple[Gate, ...]
    ban: DestructionBan
    recalls: tuple[Recall, ...] = ()
    merchants: Mapping[str, MerchantRules] = field(default_factory=dict)
    site_country: str | None = None

    def rules_of(self, merchant_id: str | None) -> MerchantRules:
        """Return what is known of a merchant."""
        return self.merchants.get(merchant_id or "", MerchantRules())


@dataclass(frozen=True, slots=True, kw_only=True)
class GateState:
    """How a gate stands for one item.

    Attributes:
        state: ``none`` (not about this), ``passed``, ``proof`` (open with a code) or ``locked``.
        text: The state in a word or two.
        shuts: Dispositions that are locked.
        needs_code: Dispositions that are open with a derogation code only.
        to_supervisor: A supervisor may open it with a code.
        shuts_air: Ways by air are locked.
        holds: The item goes to quarantine.
        why: Why a locked choice is locked.
        do: What to do now; None when there is nothing to do.
    """

    name: str
    icon: str
    test: Test
    state: str
    text: Say
    shuts: frozenset[Disposition] = frozenset()
    needs_code: frozenset[Disposition] = frozenset()
    to_supervisor: bool = False
    shuts_air: bool = False
    holds: bool = False
    why: Say | None = None
    do: Say | None = None


def gate_states(subject: Subject, book: GateBook) -> tuple[GateState, ...]:
    """Return how every gate stands for an item, in the order they are shown."""
    return tuple(_state(gate, subject, book) for gate in book.gates)


def _state(gate: Gate, subject: Subject, book: GateBook) -> GateState:
    if gate.test is Test.DESTRUCTION:
        return _destruction(gate, subject, book)
    applies = gate.is_for_all or gate.applies.are_on(subject)
    shuts, by_air = _shut(gate, subject, book)
    if not shuts and not by_air:
        return _open(gate, "passed" if applies else "none")
    return GateState(
        name=gate.name,
        icon=gate.icon,
        test=gate.test,
        state="locked",
        text=say(f"gate.{gate.name}.locked"),
        shuts=shuts,
        shuts_air=by_air,
        holds=gate.holds,
        why=say(f"gate.{gate.name}.why"),
        do=say(f"gate.{gate.name}.do"),
    )


def _open(gate: Gate, state: str) -> GateState:
    text = say(f"gate.{gate.name}.{state}")
    return GateState(name=gate.name, icon=gate.icon, test=gate.test, state=state, text=text)


def _shut(gate: Gate, subject: Subject, book: GateBook) -> tuple[frozenset[Disposition], bool]:
    """Return what a gate shuts for an item, and whether it shuts the air."""
    if gate.test is Test.MERCHANT_RULE:
        forbidden = book.rules_of(subject.merchant_id).forbids
        return forbidden | (gate.shuts if gate.stops.are_on(subject) else frozenset()), False
    by_air = gate.air.are_on(subject)
    shuts = gate.shuts if _stops(gate, subject, book) else frozenset[Disposition]()
    if by_air and subject.goes_abroad:
        shuts |= {Disposition.SHIP_BACK}
    return shuts, by_air


def _stops(gate: Gate, subject: Subject, book: GateBook) -> bool:
    if gate.stops.are_on(subject) and gate.test is not Test.WIPE:
        return True
    item = subject.item
    match gate.test:
        case Test.RECALL_LIST:
            return any(
                recall.meets(subject.merchant_id, item, subject.on) for recall in book.recalls
            )
        case Test.EXPIRY:
            return item.expires_on is not None and item.expires_on < subject.on
        case Test.WIPE:
            about = gate.applies.are_on(subject) or gate.stops.are_on(subject)
            return about and item.wiped is None
    return False


def _destruction(gate: Gate, subject: Subject, book: GateBook) -> GateState:
    standing = Standing(
        category=subject.category,
        size=book.rules_of(subject.merchant_id).size,
        merchant_country=subject.merchant_country,
        buyer_country=subject.buyer_country,
        site_country=subject.site_country,
    )
    state = book.ban.state(standing, subject.on)
    if state in {"none", "passed"}:
        return _open(gate, state)
    return GateState(
        name=gate.name,
        icon=gate.icon,
        test=gate.test,
        state="proof" if state == "proof" else "locked",
        text=say(f"gate.{gate.name}.{state}"),
        needs_code=gate.shuts,
        to_supervisor=state == "unsure",
        why=say(f"gate.{gate.name}.why-{state}"),
        do=say(f"gate.{gate.name}.do"),
    )
