"""What an item is expected to bring by each way out, term by term.

The figures are data (``resources/economics``): shares of the product's price by channel and
grade, labour, rework, freight and holding. They are estimates; the sum says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from returnstation.domain.checklists import Grade
from returnstation.domain.dispositions import Disposition
from returnstation.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way out and what it brings.

    Attributes:
        channel: Message key of where it is sold; None where nothing is sold.
        price_percent: Share of the product's price by cosmetic grade, index 0 to 9.
        functional_floor: Lowest functional grade it takes.
        cosmetic_floor: Lowest cosmetic grade it takes.
        labour_minutes: Work still to be done.
        rework, freight_per_kg, holding: In minor units of the site's currency.
        spread_percent: How far real prices lie from the estimate, either side.
    """

    disposition: Disposition
    price_percent: tuple[int, ...]
    functional_floor: int
    cosmetic_floor: int
    labour_minutes: int = 0
    rework: int = 0
    freight_per_kg: int = 0
    holding: int = 0
    channel: str | None = None
    spread_percent: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Economics:
    """The figures of one site.

    Attributes:
        currency: In which recovery is counted.
        labour_per_hour: Minor units.
        rates: Minor units of ``currency`` for one major unit of another currency.
        updated_on: Text of the day the figures were last touched.
    """

    currency: str
    labour_per_hour: int
    ways: tuple[Way, ...]
    rates: Mapping[str, Fraction]
    updated_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """The sum of one way out.

    Attributes:
        price: Expected sale; the other amounts are costs, given as positive amounts.
        spread: Expected error of ``net``, either side.
    """

    way: Way
    price: Money
    labour: Money
    rework: Money
    freight: Money
    holding: Money
    spread: Money

    @property
    def cost(self) -> Money:
        """Everything that goes off the price."""
        return self.labour + self.rework + self.freight + self.holding

    @property
    def net(self) -> Money:
        """What is left."""
        return self.price - self.cost


def recovery(
    way: Way, economics: Economics, value: Money | None, weight_g: int | None, grade: Grade
) -> Recovery | None:
    """Return the sum of one way out, or None when the product's price is not known.

    A weight nobody knows counts as one kilogram.
    """
    worth = None if value is None else in_site_currency(value, economics)
    if worth is None:
        return None
    currency = economics.currency
    percent = way.price_percent[grade.cosmetic or 0]
    grams = 1000 if weight_g is None else weight_g
    price = worth.share(Fraction(percent, 100))
    return Recovery(
        way=way,
        price=price,
        labour=Money(way.labour_minutes * economics.labour_per_hour // 60, currency),
        rework=Money(way.rework, currency),
        freight=Money(way.freight_per_kg * grams // 1000, currency),
        holding=Money(way.holding, currency),
        spread=price.share(Fraction(way.spread_percent, 100)),
    )


def in_site_currency(value: Money, economics: Economics) -> Money | None:
    """Return an amount in the site's currency by the stored rate; None without a rate."""
    if value.currency == economics.currency:
        return value
    rate = economics.rates.get(value.currency)
    if rate is None:
        return None
    return Money(int(Fraction(value.decimal()) * rate), economics.currency)
