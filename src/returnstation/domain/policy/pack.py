"""The statute pack: rights per region, in dated versions, with their sources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Region:
    """A country, one of its parts, or a union of countries."""

    code: str
    parent: str | None = None


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
