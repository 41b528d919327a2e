"""For which sales a merchant's policy holds."""

from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal

from returnstation.domain.policy.words import Category, Channel, ReturnReason


@dataclass(frozen=True, slots=True)
class Season:
    """Days of purchase, first and last included."""

    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRange:
    """Prices of a line, both ends included."""

    currency: str
    at_least: Decimal | None = None
    at_most: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantScope:
    """Conditions of a policy: all that are named must be met; an empty one always is.

    Attributes:
        countries: Where the buyer lives: ISO 3166-1 (``DE``) or 3166-2 (``US-CA``).
        products: SKUs.
        categories: Goods in the words of the law.
        trade_categories: Goods in the words of the trade, e.g. ``shoes``.
        tiers: Tiers of the merchant's loyalty program (``validForMemberTier``).
        season: Days of purchase.
        price: What was paid for the line.
        named: The conditions that are named, by field.
    """

    countries: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    categories: frozenset[Category] = frozenset()
    trade_categories: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    channels: frozenset[Channel] = frozenset()
    reasons: frozenset[ReturnReason] = frozenset()
    season: Season | None = None
    price: PriceRange | None = None
    named: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        conditions = (each.name for each in fields(self) if each.init)
        named = tuple(name for name in conditions if getattr(self, name))
        object.__setattr__(self, "named", named)

    @property
    def specificity(self) -> tuple[bool, int]:
        """How narrow the scope is: named products count most, then the number of conditions."""
        return bool(self.products), len(self.named)

    def covers(self, jurisdiction: str) -> bool:
        """Tell whether the policy is meant for where a buyer lives."""
        return not self.countries or bool({jurisdiction, jurisdiction[:2]} & self.countries)
