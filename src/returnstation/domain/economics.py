"""What the ways out of an item cost and bring: figures of a site, all of them data.

The figures are in ``resources/economics``: per way, and more closely for a merchant, a category
or a product; the closest figure counts. Amounts are minor units of the site's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from returnstation.domain.dispositions import Disposition
from returnstation.domain.money import Money, exponent


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """For what a figure is meant; None is everything."""

    merchant: str | None = None
    category: str | None = None
    sku: str | None = None

    def meets(self, wares: "Wares") -> bool:
        """Tell whether it is meant for these wares."""
        return (
            self.merchant in {None, wares.merchant_id}
            and self.category in {None, wares.category}
            and self.sku in {None, wares.sku}
        )

    def within(self, other: "Selector") -> "Selector":
        """Return what both are meant for; where both name something, this one counts."""
        return Selector(
            merchant=self.merchant or other.merchant,
            category=self.category or other.category,
            sku=self.sku or other.sku,
        )

    @property
    def closeness(self) -> tuple[bool, bool, bool]:
        """How close it is: a product before a category, a category before a merchant."""
        return self.sku is not None, self.category is not None, self.merchant is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wares:
    """What is to be sold, as the figures see it.

    Attributes:
        size: ``small``, ``medium`` or ``large``; None when nobody said.
    """

    merchant_id: str | None = None
    category: str = "general"
    sku: str | None = None
    weight_g: int | None = None
    size: str | None = None


class Transport(StrEnum):
    """How a lane is travelled."""

    GROUND = "ground"
    AIR = "air"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """What a lane costs up to a weight, for one size of parcel or for all."""

    up_to_g: int
    cost: int
    size: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """From one place to another.

    Attributes:
        origin, target: Message keys of places.
        brackets: By weight, the lightest first.
        per_kg_more: For each kilogram begun above the last bracket.
    """

    origin: str
    target: str
    brackets: tuple[Bracket, ...]
    per_kg_more: int = 0
    by: Transport = Transport.GROUND

    def cost(self, wares: Wares) -> int:
        """Return what the lane costs; a weight nobody knows counts as one kilogram."""
        grams = 1000 if wares.weight_g is None else wares.weight_g
        own = [b for b in self.brackets if b.size is not None and b.size == wares.size]
        brackets = own or [b for b in self.brackets if b.size is None]
        for bracket in brackets:
            if grams <= bracket.up_to_g:
                return bracket.cost
        last = brackets[-1]
        return last.cost + -(-(grams - last.up_to_g) // 1000) * self.per_kg_more


class Period(StrEnum):
    """For how long a quota counts."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    def begins(self, on: date) -> date:
        """Return the first day of the period a day is in."""
        match self:
            case Period.WEEK:
                return on - timedelta(days=on.weekday())
            case Period.MONTH:
                return on.replace(day=1)
        return on.replace(month=1, day=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way out and its figures.

    Attributes:
        name: By which other figures and realised sales name it.
        only: For what it exists at all, e.g. an agreement with one supplier.
        channel: Message key of where it is sold; None where nothing is sold.
        price_percent: Share of the product's price by cosmetic grade, C0 to C9, never falling.
        functional_percent: Share of that by functional grade, F1 to F6, never falling.
        functional_floor, cosmetic_floor: Lowest grades it takes.
        spread_percent: How far real prices lie from the expected one, of that price.
        value, value_per_kg: Brought without a sale: a donation's worth, material.
        parts: Message keys of what rework needs, with cost.
        days: Until it is sold, while stock covers no more than ``cover_from_days``.
        fall_percent_per_week: Lost for each week it waits, of the price.
        season_ends_on: After this day the price is ``after_season_percent`` of itself.
        cover_fall_percent: Lost for each day stock lasts beyond ``cover_from_days``.
        fee_percent, fee: Of the marketplace, or kept by the supplier.
        quota: Pieces taken back in a period; None is no limit.
        counts: Which of a merchant's goods use the quota up: those the agreement is about.
    """

    name: str
    disposition: Disposition
    price_percent: tuple[int, ...]
    functional_floor: int
    cosmetic_floor: int
    functional_percent: tuple[int, ...] = (100,) * 6
    only: Selector = Selector()
    channel: str | None = None
    spread_percent: int = 10
    value: int = 0
    value_per_kg: int = 0
    labour_minutes: int = 0
    parts: tuple[tuple[str, int], ...] = ()
    lane: str | None = None
    days: int = 0
    holding_per_day: int = 0
    fall_percent_per_week: Fraction = Fraction(0)
    season_ends_on: date | None = None
    after_season_percent: int = 100
    cover_from_days: int | None = None
    cover_fall_percent: Fraction = Fraction(0)
    fee_percent: Fraction = Fraction(0)
    fee: int = 0
    compliance: int = 0
    quota: int | None = None
    period: Period = Period.MONTH
    counts: Selector = Selector()


@dataclass(frozen=True, slots=True, kw_only=True)
class Closer:
    """Figures of a way for a merchant, a category or a product."""

    way: str
    wares: Selector
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """How many days the stock of something lasts."""

    wares: Selector
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """How realised sales move an estimate.

    Attributes:
        weight: How many sales the estimate of the file is worth.
        window_days: How old a sale may be.
    """

    weight: int = 20
    window_days: int = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Economics:
    """The figures of one site.

    Attributes:
        currency: In which recovery is counted.
        rates: Units of ``currency`` for one unit of another currency.
        labour_spread_percent, holding_spread_percent: How far real times lie from these.
        updated_on: When somebody last went over the figures.
    """

    currency: str
    labour_per_hour: int
    ways: tuple[Way, ...]
    rates: Mapping[str, Fraction]
    updated_on: date
    lanes: Mapping[str, Lane] = field(default_factory=dict)
    closer: tuple[Closer, ...] = ()
    covers: tuple[Cover, ...] = ()
    learning: Learning = Learning()
    labour_spread_percent: int = 25
    holding_spread_percent: int = 30

    def ways_for(self, wares: Wares) -> tuple[Way, ...]:
        """Return the ways that exist for wares, each with its closest figures."""
        ways = (way for way in self.ways if way.only.meets(wares))
        return tuple(self._closest(way, wares) for way in ways)

    def cover_of(self, wares: Wares) -> int | None:
        """Return how long the stock lasts; None when nobody knows."""
        fitting = [cover for cover in self.covers if cover.wares.meets(wares)]
        closest = max(fitting, key=lambda cover: cover.wares.closeness, default=None)
        return None if closest is None else closest.days

    def exchanged(self, value: Money) -> Money | None:
        """Return an amount in the site's currency by the stored rate; None without a rate."""
        if value.currency == self.currency:
            return value
        rate = self.rates.get(value.currency)
        if rate is None:
            return None
        return Money(
            int(Fraction(value.decimal()) * rate * 10 ** exponent(self.currency)), self.currency
        )

    def _closest(self, way: Way, wares: Wares) -> Way:
        fitting = [c for c in self.closer if c.way == way.name and c.wares.meets(wares)]
        way = replace(way, counts=way.only)
        for closer in sorted(fitting, key=lambda c: c.wares.closeness):
            counts = closer.wares.within(way.only) if "quota" in closer.figures else way.counts
            way = replace(way, **closer.figures, counts=counts)
        return way
