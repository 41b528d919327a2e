"""The statute pack: rights per region, in dated versions, with their sources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from returnstation.domain.calendar import Calendar, CountingRule, Place
from returnstation.domain.policy.terms import Kind, Terms


@dataclass(frozen=True, slots=True)
class Right:
    """One right or rule of a region.

    Attributes:
        rule: Rule id.
        versions: Its terms, oldest first.
        checked_on: The day somebody compared it with its source.
    """

    rule: str
    kind: Kind
    region: str
    title: str
    checked_on: date
    versions: tuple[Terms, ...]

    def on(self, day: date) -> Terms | None:
        """Return the terms in force on a day, or None when there were none yet."""
        return next((terms for terms in reversed(self.versions) if terms.since <= day), None)


@dataclass(frozen=True, slots=True)
class Region:
    """A country, one of its parts, or a union of countries.

    Attributes:
        rights: Its own rights, and those of its parents behind them.
        union: Holds rights for its members; nobody lives there.
    """

    code: str
    name: str
    parent: str | None = None
    union: bool = False
    rights: tuple[Right, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """Every region's rights; immutable.

    Attributes:
        version: Hash of the files it was read from; a decision keeps it.
        checked_on: The oldest day on which somebody compared a value with its source.
    """

    version: str
    checked_on: date
    regions: Mapping[str, Region] = field(default_factory=dict)
    counting: Mapping[str, CountingRule] = field(default_factory=dict)

    def region(self, jurisdiction: str) -> Region | None:
        """Return the region for where a buyer lives: the part of a country, or the country."""
        found = self.regions.get(jurisdiction) or self.regions.get(jurisdiction[:2])
        return None if found is None or found.union else found

    def calendar(self, jurisdiction: str) -> Calendar:
        """Return the counting rules as seen from where a buyer lives."""
        country, _, part = jurisdiction.partition("-")
        return Calendar(self.counting, Place(country, part))

    def rights(self) -> Iterator[Right]:
        """Yield every right once."""
        for region in self.regions.values():
            yield from (right for right in region.rights if right.region == region.code)
