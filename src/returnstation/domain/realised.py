"""What was really paid: sales that came back as figures, and how they move an estimate.

An estimate of the site's file counts as much as ``k`` sales (``Learning.weight``). With ``n``
sales of mean ``m`` the expected share is ``(k * estimate + n * m) / (k + n)``: few sales move it
little, many carry it. Sales of the category move the estimate first, those of the product move
the result again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import isqrt

from returnstation.domain.checklists import BEST_COSMETIC, BEST_FUNCTIONAL, Grade
from returnstation.domain.economics import Learning, Way
from returnstation.domain.money import Money

MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One returned item as it was sold.

    Attributes:
        sale_id: Of whoever sold it; the same id again is the same sale.
        channel: Without its family, e.g. ``outlet``.
        list_price: What the product costs new; in the currency of ``price``.
    """

    sale_id: str
    merchant_id: str
    sku: str
    category: str
    channel: str
    grade: Grade
    price: Money
    list_price: Money
    sold_on: date

    @property
    def share(self) -> int:
        """What it brought, in millionths of the list price."""
        return self.price.minor * MILLION // self.list_price.minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Sales of one channel and grade, added up.

    Attributes:
        is_product: Of the product itself; else of others of its category.
        shares, squares: Sums of their shares in millionths, and of the squares of these.
    """

    channel: str
    grade: Grade
    is_product: bool
    count: int
    shares: int
    squares: int
    last_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """An expected share of the list price.

    Attributes:
        share, spread: In millionths; ``spread`` is what one sale may lie off, either side.
        count: Sales of this grade it was learned from.
        last_on: Day of the latest of them.
    """

    share: int
    spread: int
    count: int = 0
    last_on: date | None = None


def estimate(way: Way, grade: Grade) -> Expected:
    """Return what the site's file expects at a grade."""
    cosmetic, functional = grade.cosmetic or 0, grade.functional or 1
    percent = way.price_percent[cosmetic] * way.functional_percent[functional - 1]
    share = percent * MILLION // 10_000
    return Expected(share=share, spread=share * way.spread_percent // 100)


def expected(way: Way, grade: Grade, samples: Sequence[Sample], learning: Learning) -> Expected:
    """Return what a grade is expected to bring, after what was really paid.

    A grade never shows more than a better one does: chance may have it so in a few sales, and
    then the lower figure counts.
    """
    own = [s for s in samples if way.channel is not None and s.channel == _code(way.channel)]
    here = _learned(way, grade, own, learning)
    if not own:
        return here
    cosmetic, functional = grade.cosmetic or 0, grade.functional or 1
    better = (
        _learned(way, Grade(f, c), own, learning).share
        for f in range(functional, BEST_FUNCTIONAL + 1)
        for c in range(cosmetic, BEST_COSMETIC + 1)
    )
    share = min(better)
    return Expected(share=share, spread=here.spread, count=here.count, last_on=here.last_on)


def _learned(way: Way, grade: Grade, samples: Sequence[Sample], learning: Learning) -> Expected:
    known = estimate(way, grade)
    for is_product in (False, True):
        of_kind = [s for s in samples if s.grade == grade and s.is_product is is_product]
        for sample in of_kind:
            known = _moved(known, sample, learning.weight)
    return known


def _moved(before: Expected, sample: Sample, weight: int) -> Expected:
    count = weight + sample.count
    share = Fraction(weight * before.share + sample.shares, count)
    # Squares about the new mean: those of the estimate, as often as it counts, and those sold.
    own = weight * (before.spread**2 + (before.share - share) ** 2)
    sold = sample.squares - 2 * share * sample.shares + sample.count * share**2
    variance = (own + sold) / count
    # One sale more lies off by its own spread and by what the mean is not yet sure of.
    spread = isqrt(int(variance * Fraction(count + 1, count)))
    last = max(filter(None, (before.last_on, sample.last_on)))
    return Expected(
        share=int(share), spread=spread, count=before.count + sample.count, last_on=last
    )


def _code(channel: str) -> str:
    return channel.removeprefix("channel.")
