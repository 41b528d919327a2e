"""Recovery figures from ``resources/economics/<name>.toml``."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import msgspec

from returnstation import datafiles
from returnstation.domain.dispositions import WITHOUT_GOODS, Disposition
from returnstation.domain.economics import (
    Bracket,
    Closer,
    Cover,
    Economics,
    Lane,
    Learning,
    Period,
    Selector,
    Transport,
    Way,
)
from returnstation.sitedata.files import BadSiteFile, read_toml

_Count = Annotated[int, msgspec.Meta(ge=0)]
_Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
_Decimal = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$")]
_Shares = Annotated[list[_Percent], msgspec.Meta(min_length=10, max_length=10)]
_Functional = Annotated[list[_Percent], msgspec.Meta(min_length=6, max_length=6)]


class _Wares(msgspec.Struct, forbid_unknown_fields=True):
    merchant: str | None = None
    category: str | None = None
    sku: str | None = None


class _Part(msgspec.Struct, forbid_unknown_fields=True):
    part: str
    cost: _Count


class _Figures(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What may be said of a way, and more closely for some wares."""

    price_percent: _Shares | msgspec.UnsetType = msgspec.UNSET
    functional_percent: _Functional | msgspec.UnsetType = msgspec.UNSET
    functional_floor: Annotated[int, msgspec.Meta(ge=0, le=6)] | msgspec.UnsetType = msgspec.UNSET
    cosmetic_floor: Annotated[int, msgspec.Meta(ge=0, le=9)] | msgspec.UnsetType = msgspec.UNSET
    spread_percent: _Percent | msgspec.UnsetType = msgspec.UNSET
    value: _Count | msgspec.UnsetType = msgspec.UNSET
    value_per_kg: _Count | msgspec.UnsetType = msgspec.UNSET
    labour_minutes: _Count | msgspec.UnsetType = msgspec.UNSET
    parts: list[_Part] | msgspec.UnsetType = msgspec.UNSET
    lane: str | msgspec.UnsetType = msgspec.UNSET
    days: _Count | msgspec.UnsetType = msgspec.UNSET
    holding_per_day: _Count | msgspec.UnsetType = msgspec.UNSET
    fall_percent_per_week: _Decimal | msgspec.UnsetType = msgspec.UNSET
    season_ends_on: date | msgspec.UnsetType = msgspec.UNSET
    after_season_percent: _Percent | msgspec.UnsetType = msgspec.UNSET
    cover_from_days: _Count | msgspec.UnsetType = msgspec.UNSET
    cover_fall_percent: _Decimal | msgspec.UnsetType = msgspec.UNSET
    fee_percent: _Decimal | msgspec.UnsetType = msgspec.UNSET
    fee: _Count | msgspec.UnsetType = msgspec.UNSET
    compliance: _Count | msgspec.UnsetType = msgspec.UNSET
    quota: _Count | msgspec.UnsetType = msgspec.UNSET
    period: Period | msgspec.UnsetType = msgspec.UNSET


class _Way(_Figures, forbid_unknown_fields=True, kw_only=True):
    name: str
    disposition: Disposition
    channel: str | None = None
    only: _Wares = msgspec.field(default_factory=_Wares)


class _Closer(_Figures, forbid_unknown_fields=True, kw_only=True):
    way: str
    merchant: str | None = None
    category: str | None = None
    sku: str | None = None


class _Bracket(msgspec.Struct, forbid_unknown_fields=True):
    up_to_g: Annotated[int, msgspec.Meta(ge=1)]
    cost: _Count
    size: str | None = None


class _Lane(msgspec.Struct, forbid_unknown_fields=True):
    start: str
    end: str
    bracket: Annotated[list[_Bracket], msgspec.Meta(min_length=1)]
    per_kg_more: _Count = 0
    by: Transport = Transport.GROUND


class _Cover(msgspec.Struct, forbid_unknown_fields=True):
    days: _Count
    merchant: str | None = None
    category: str | None = None
    sku: str | None = None


class _Learning(msgspec.Struct, forbid_unknown_fields=True):
    weight: Annotated[int, msgspec.Meta(ge=1)] = 20
    window_days: Annotated[int, msgspec.Meta(ge=1)] = 365


class _File(msgspec.Struct, forbid_unknown_fields=True):
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$")]
    labour_per_hour: _Count
    updated_on: date
    rates: dict[str, _Decimal]
    way: list[_Way]
    lane: dict[str, _Lane] = {}
    closer: list[_Closer] = []
    cover: list[_Cover] = []
    learning: _Learning = msgspec.field(default_factory=_Learning)
    labour_spread_percent: _Percent = 25
    holding_spread_percent: _Percent = 30


_NAMES = frozenset({"name", "disposition", "channel", "only", "way", "merchant", "category", "sku"})
_DECIMALS = ("fall_percent_per_week", "cover_fall_percent", "fee_percent")
_NEEDED = ("price_percent", "functional_floor", "cosmetic_floor")


def load_economics(name: str = "default", home: Path | None = None) -> Economics:
    """Return the figures of a site: those of its home before those that ship.

    Raises:
        BadSiteFile: The file has a mistake.
    """
    file: Traversable | None = None if home is None else home / "economics" / f"{name}.toml"
    if file is None or not file.is_file():
        file = datafiles.resource("economics", f"{name}.toml")
    return read_economics(file)


def read_economics(file: Traversable) -> Economics:
    """Return the figures of one file.

    Raises:
        BadSiteFile: It has a mistake.
    """
    record = read_toml(file, _File)
    faults = next(_faults(record), None)
    if faults is not None:
        raise BadSiteFile(f"{file.name}: {faults}")
    return Economics(
        currency=record.currency,
        labour_per_hour=record.labour_per_hour,
        ways=tuple(
            Way(
                name=way.name,
                disposition=way.disposition,
                channel=way.channel,
                only=_selector(way.only),
                **_figures(way),
            )
            for way in record.way
        ),
        rates={currency: Fraction(rate) for currency, rate in record.rates.items()},
        updated_on=record.updated_on,
        lanes={name: _lane(lane) for name, lane in record.lane.items()},
        closer=tuple(
            Closer(way=each.way, wares=_selector(each), figures=_figures(each))
            for each in record.closer
        ),
        covers=tuple(Cover(wares=_selector(each), days=each.days) for each in record.cover),
        learning=Learning(weight=record.learning.weight, window_days=record.learning.window_days),
        labour_spread_percent=record.labour_spread_percent,
        holding_spread_percent=record.holding_spread_percent,
    )


def _faults(record: _File) -> Iterator[str]:
    """Yield what the types cannot say, each with its key."""
    names = [way.name for way in record.way]
    for currency, rate in record.rates.items():
        if not Fraction(rate):
            yield f"rates: {currency}: nothing"
    for way in record.way:
        if names.count(way.name) > 1:
            yield f"way: {way.name} stands twice"
        yield from _way_faults(way)
        yield from _figure_faults(f"way {way.name}", way, record)
    for number, each in enumerate(record.closer, start=1):
        if each.way not in names:
            yield f"closer {number}: way: {each.way} is no way"
        yield from _figure_faults(f"closer {number}", each, record)
    for name, lane in record.lane.items():
        yield from _lane_faults(name, lane)


def _way_faults(way: _Way) -> Iterator[str]:
    if way.disposition in WITHOUT_GOODS:
        yield f"way {way.name}: disposition: {way.disposition} has no goods"
    missing = (key for key in _NEEDED if getattr(way, key) is msgspec.UNSET)
    yield from (f"way {way.name}: {key}: missing" for key in missing)


def _figure_faults(place: str, figures: _Figures, record: _File) -> Iterator[str]:
    for key in ("price_percent", "functional_percent"):
        shares = getattr(figures, key)
        if shares is not msgspec.UNSET and not _never_falls(shares):
            yield f"{place}: {key}: a worse grade brings more than a better one"
    if figures.lane is not msgspec.UNSET and figures.lane not in record.lane:
        yield f"{place}: lane: {figures.lane} is no lane"


def _lane_faults(name: str, lane: _Lane) -> Iterator[str]:
    sizes = {bracket.size for bracket in lane.bracket}
    if None not in sizes:
        yield f"lane {name}: bracket: none is for every size"
    for size in sizes:
        own = [bracket for bracket in lane.bracket if bracket.size == size]
        weights = [bracket.up_to_g for bracket in own]
        if len(set(weights)) < len(weights) or not _never_falls(weights):
            yield f"lane {name}: bracket: up_to_g: not the lightest first"
        if not _never_falls([bracket.cost for bracket in own]):
            yield f"lane {name}: bracket: cost: a heavier parcel costs less"


def _never_falls(numbers: Sequence[int]) -> bool:
    return all(before <= after for before, after in pairwise(numbers))


def _figures(record: _Figures) -> dict[str, Any]:
    given = msgspec.structs.asdict(record)
    found = {
        key: value
        for key, value in given.items()
        if value is not msgspec.UNSET and key not in _NAMES
    }
    for key in _DECIMALS:
        if key in found:
            found[key] = Fraction(found[key])
    for key in ("price_percent", "functional_percent"):
        if key in found:
            found[key] = tuple(found[key])
    if "parts" in found:
        found["parts"] = tuple((part.part, part.cost) for part in found["parts"])
    return found


def _selector(record: _Wares | _Closer | _Cover) -> Selector:
    return Selector(merchant=record.merchant, category=record.category, sku=record.sku)


def _lane(record: _Lane) -> Lane:
    brackets = tuple(
        Bracket(up_to_g=each.up_to_g, cost=each.cost, size=each.size) for each in record.bracket
    )
    return Lane(
        origin=record.start,
        target=record.end,
        brackets=brackets,
        per_kg_more=record.per_kg_more,
        by=record.by,
    )
