"""The sum of one way out, term by term, with its error."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import isqrt

from returnstation.domain.checklists import Grade
from returnstation.domain.economics import Economics, Wares, Way
from returnstation.domain.messages import Say, say
from returnstation.domain.money import Money, total
from returnstation.domain.realised import MILLION, Expected, Sample, expected


@dataclass(frozen=True, slots=True)
class Term:
    """One line of a sum.

    Attributes:
        name: ``sum.<name>`` says it.
        amount: Costs are below zero.
        error: Either side, in minor units.
        detail: From what it follows.
    """

    name: str
    amount: Money
    error: int = 0
    detail: Say | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """The whole sum of one way out; ``net`` is its terms and nothing else.

    Attributes:
        expected: The share of the price it was counted with, and from how many sales.
        worth: The product's price in the site's currency.
        days: Until it is sold.
    """

    way: Way
    terms: tuple[Term, ...]
    expected: Expected
    worth: Money
    days: int

    @property
    def price(self) -> Money:
        """What it is expected to bring."""
        return self.terms[0].amount

    @property
    def net(self) -> Money:
        """What is left."""
        return total(tuple(term.amount for term in self.terms), self.worth.currency)

    @property
    def cost(self) -> Money:
        """Everything that goes off the price, as a positive amount."""
        return self.price - self.net

    @property
    def error(self) -> Money:
        """How far the result may lie off, either side: the terms err independently."""
        squares = sum(term.error**2 for term in self.terms)
        root = isqrt(squares)
        return Money(root + (root * root < squares), self.worth.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Graded goods on a day, as the sums need them.

    Attributes:
        value: The product's price.
        samples: Realised sales of its category and of the product.
    """

    wares: Wares
    grade: Grade
    value: Money
    on: date
    samples: Sequence[Sample] = ()


def recovery(way: Way, economics: Economics, goods: Goods) -> Recovery | None:
    """Return the sum of one way out, or None when the price cannot be counted here."""
    worth = economics.exchanged(goods.value)
    if worth is None:
        return None
    found = expected(way, goods.grade, goods.samples, economics.learning)
    over = _over(way, economics, goods.wares)
    days = way.days + over
    share = found.share * _waiting(way, days, goods.on) * _covered(way, over)
    price = _price(way, worth, share / MILLION, goods.wares)
    error = worth.minor * found.spread // MILLION
    terms = (
        Term("price", price, error, None if way.channel is None else say(way.channel)),
        *_costs(way, economics, goods.wares, days),
        *_fees(way, price),
    )
    return Recovery(way=way, terms=terms, expected=found, worth=worth, days=days)


def _price(way: Way, worth: Money, share: Fraction, wares: Wares) -> Money:
    grams = 1000 if wares.weight_g is None else wares.weight_g
    without_sale = way.value + way.value_per_kg * grams // 1000
    return worth.share(share) + Money(without_sale, worth.currency)


def _over(way: Way, economics: Economics, wares: Wares) -> int:
    """Return by how many days the stock lasts longer than it should."""
    cover = economics.cover_of(wares)
    if cover is None or way.cover_from_days is None:
        return 0
    return max(0, cover - way.cover_from_days)


def _covered(way: Way, over: int) -> Fraction:
    return max(Fraction(0), 1 - way.cover_fall_percent * over / 100)


def _waiting(way: Way, days: int, on: date) -> Fraction:
    left = max(Fraction(0), 1 - way.fall_percent_per_week * days / 700)
    if way.season_ends_on is not None and on + timedelta(days=days) > way.season_ends_on:
        return left * Fraction(way.after_season_percent, 100)
    return left


def _costs(way: Way, economics: Economics, wares: Wares, days: int) -> tuple[Term, ...]:
    labour = way.labour_minutes * economics.labour_per_hour // 60
    holding = way.holding_per_day * days
    lane = None if way.lane is None else economics.lanes[way.lane]
    freight = 0 if lane is None else lane.cost(wares)
    where = None if lane is None else say("sum.lane", start=say(lane.origin), end=say(lane.target))

    def cost(name: str, amount: int, percent: int, detail: Say | None) -> Term:
        shown = detail if amount else None
        return Term(name, Money(-amount, economics.currency), amount * percent // 100, shown)

    return (
        cost(
            "labour",
            labour,
            economics.labour_spread_percent,
            say("sum.minutes", n=way.labour_minutes),
        ),
        cost("rework", sum(amount for _, amount in way.parts), 0, _parts(way)),
        cost("freight", freight, 0, where),
        cost("holding", holding, economics.holding_spread_percent, say("sum.days", n=days)),
        cost("compliance", way.compliance, 0, None),
    )


def _parts(way: Way) -> Say | None:
    names = [say(name) for name, _ in way.parts]
    if not names:
        return None
    found = names[0]
    for name in names[1:]:
        found = say("sum.and", first=found, second=name)
    return found


def _fees(way: Way, price: Money) -> tuple[Term, ...]:
    fee = price.share(way.fee_percent / 100) + Money(way.fee, price.currency)
    if not fee:
        return ()
    percent = say("sum.percent", percent=_decimal(way.fee_percent))
    return (Term("fee", -fee, 0, percent if way.fee_percent else None),)


def _decimal(percent: Fraction) -> str:
    return f"{float(percent):g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounded:
    """A sum without digits its error does not bear out; its terms still give its net."""

    terms: tuple[Term, ...]
    net: Money

    @property
    def price(self) -> Money:
        """What it is expected to bring."""
        return self.terms[0].amount

    @property
    def cost(self) -> Money:
        """What goes off the price, below zero."""
        return self.net - self.price


def step_of(error: Money) -> int:
    """Return the smallest unit worth showing: the second digit of the error.

    >>> step_of(Money(9012, "KRW")), step_of(Money(85, "KRW")), step_of(Money(0, "KRW"))
    (100, 1, 1)
    """
    return int(10 ** max(0, len(str(error.minor)) - 2))


def rounded(sum_: Recovery, step: int) -> Rounded:
    """Return a sum in whole steps; what rounding leaves over goes to its largest term."""
    net = to_step(sum_.net, step)
    terms = [Term(t.name, to_step(t.amount, step), t.error, t.detail) for t in sum_.terms]
    left = net - total(tuple(term.amount for term in terms), net.currency)
    place = max(range(len(terms)), key=lambda n: abs(sum_.terms[n].amount.minor))
    largest = terms[place]
    terms[place] = Term(largest.name, largest.amount + left, largest.error, largest.detail)
    return Rounded(terms=tuple(terms), net=net)


def to_step(amount: Money, step: int) -> Money:
    """Return an amount rounded to whole steps, halves away from zero."""
    sign = -1 if amount.minor < 0 else 1
    return Money(sign * ((abs(amount.minor) * 2 + step) // (2 * step)) * step, amount.currency)
