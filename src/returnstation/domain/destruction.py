"""The ban on destroying unsold apparel and footwear: whom it binds, from when, and the way out.

Regulation (EU) 2024/1781 art. 25; the derogations are those of Delegated Regulation (EU) 2026/296
art. 2. Dates, categories and codes are data (``resources/gates``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Size(StrEnum):
    """Size of a firm by Recommendation 2003/361/EC."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    MICRO = "micro"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the ban depends on; None is what nobody knows."""

    category: str
    size: Size | None
    merchant_country: str | None
    buyer_country: str | None
    site_country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DestructionBan:
    """The ban as data.

    Attributes:
        countries: Where the law is in force.
        since: First day by size of firm; sizes that are not named are exempt.
        derogations: Codes under which destruction is allowed all the same, by group.
    """

    categories: frozenset[str]
    countries: frozenset[str]
    since: Mapping[Size, date]
    derogations: Mapping[str, tuple[str, ...]]

    def state(self, standing: Standing, on: date) -> str:
        """Return ``none``, ``passed``, ``proof`` (a code is needed) or ``unsure``.

        A merchant or a site within the Union is bound. A seller abroad whose buyer lives in the
        Union may be: that, and a firm of unknown size, is for a supervisor to decide.
        """
        if standing.category not in self.categories:
            return "none"
        is_bound = self._is_bound(standing)
        if is_bound is False:
            return "none"
        if standing.size is None:
            return "unsure" if on >= min(self.since.values()) else "passed"
        first = self.since.get(standing.size)
        if first is None or on < first:
            return "passed"
        return "proof" if is_bound else "unsure"

    def _is_bound(self, standing: Standing) -> bool | None:
        if {standing.merchant_country, standing.site_country} & self.countries:
            return True
        if standing.merchant_country is None or standing.buyer_country in self.countries:
            return None
        return False
