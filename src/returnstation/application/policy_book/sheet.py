"""What the rule book shows: messages and values, sources in their own language.

Texts may carry two marks for whoever paints them: ``**strong**`` and ``~~struck through~~``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from returnstation.domain.messages import Say
from returnstation.domain.policy import Channel, Confidence, PolicySet


class Topic(StrEnum):
    """The questions of a sheet, in their order."""

    WINDOW = "window"
    REST_DAY = "rest_day"
    REFUND = "refund"
    RETURN_COST = "return_cost"
    FEE = "fee"
    DEDUCTION = "deduction"
    FAULT = "fault"
    EXCLUSION = "exclusion"


class Stance(StrEnum):
    """How an answer is to be read."""

    HOLDS = "holds"
    BARRED = "barred"  # a merchant's term the law does not allow
    SILENT = "silent"  # no right, or the law says nothing


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sheet answers for; the buyer is a consumer.

    Attributes:
        merchant_id: Whose terms are shown beside the law; None shows the law alone.
    """

    day: date
    channel: Channel = Channel.ONLINE
    merchant_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One answer.

    Attributes:
        texts: Sentences, the most important first.
        source: Statute and article, in their own language; empty when no law says it.
        also: What stands beside the source, e.g. that law goes before terms.
        confidence: How sure the pack is; None when no rule of it answers.
        rule: The rule that answers; empty when none does.
    """

    topic: Topic
    texts: tuple[Say, ...]
    stance: Stance = Stance.HOLDS
    source: str = ""
    also: Say | None = None
    confidence: Confidence | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Land:
    """A country, or a part of one.

    Attributes:
        code: ISO 3166: ``KR``, ``US-CA``.
        name: As the pack calls it; a reader's language may know a better one.
        follows: The region whose rules hold as well; empty when there is none.
    """

    code: str
    name: str
    follows: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What applies in one country.

    Attributes:
        gist: How long a buyer may change their mind, in a word or two.
        cells: One per ``Topic``, in its order.
        pack: Version of the pack.
        shop: Name of the merchant whose terms are shown; empty when none is.
    """

    land: Land
    asked: Asked
    gist: Say
    cells: tuple[Cell, ...]
    pack: str
    shop: str = ""


class VersionState(StrEnum):
    """Where a version stands on the day asked for."""

    NOW = "now"
    PAST = "past"
    COMING = "coming"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """One dated version of a right.

    Attributes:
        until: Its last day; None while no later version is known.
        gist: What it says of time, where it does.
        note: What a reader should know, in English.
        notes: The same in other languages, by code.
    """

    since: date
    until: date | None
    state: VersionState
    source: str
    url: str
    note: str
    notes: Mapping[str, str]
    confidence: Confidence
    gist: Say | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RightView:
    """A right with its history.

    Attributes:
        versions: The one in force first, then those to come, then those of the past.
        is_stale: Nobody compared it with its source for twelve months.
    """

    rule: str
    kind: Say
    region: str
    title: str
    checked_on: date
    is_stale: bool
    versions: tuple[VersionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A right somebody should compare with its source.

    Attributes:
        is_stale: Nobody did so for twelve months.
        is_unsure: The pack itself is of low confidence.
    """

    rule: str
    region: str
    title: str
    source: str
    checked_on: date
    is_stale: bool
    is_unsure: bool


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant, by its own name."""

    merchant_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Home:
    """With what the book opens: two countries, and the merchants of this site.

    Attributes:
        shops: The one of the open or last case first.
    """

    left: str
    right: str
    shops: tuple[Shop, ...] = ()


class Site(Protocol):
    """What the book wants to know of the site."""

    def country(self) -> str | None:
        """Return where the site is, as far as it can be told."""

    def countries(self) -> Sequence[str]:
        """Return where buyers live: of the open or last case, then the most frequent."""

    def shops(self) -> Sequence[Shop]:
        """Return the merchants: of the open or last case, then the others by name."""

    def terms(self, merchant_id: str) -> PolicySet | None:
        """Return a merchant's own terms."""


class Book(Protocol):
    """The rule book, as the window needs it; a call may take milliseconds of disk."""

    def home(self) -> Home:
        """Return with what to open."""

    def lands(self) -> Sequence[Land]:
        """Return every country and part of one the pack knows, by code."""

    def sheet(self, code: str, asked: Asked) -> Sheet:
        """Return what applies in a country."""

    def rights(self, code: str, day: date) -> Sequence[RightView]:
        """Return every right of a country with its history."""

    def to_check(self, day: date) -> Sequence[Due]:
        """Return what nobody compared with its source for twelve months, and what is unsure."""
