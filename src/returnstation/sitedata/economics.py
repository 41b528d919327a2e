"""Recovery figures from ``resources/economics/<name>.toml``."""

from fractions import Fraction

import msgspec

from returnstation import datafiles
from returnstation.domain.dispositions import Disposition
from returnstation.domain.economics import Economics, Way
from returnstation.sitedata.files import BadSiteFile, read_toml


class _Way(msgspec.Struct, forbid_unknown_fields=True):
    disposition: Disposition
    price_percent: list[int]
    functional_floor: int
    cosmetic_floor: int
    channel: str | None = None
    labour_minutes: int = 0
    rework: int = 0
    freight_per_kg: int = 0
    holding: int = 0
    spread_percent: int = 10


class _File(msgspec.Struct, forbid_unknown_fields=True):
    currency: str
    labour_per_hour: int
    updated_on: str
    rates: dict[str, str]
    way: list[_Way]


def load_economics(name: str = "default") -> Economics:
    """Return the figures of a site.

    Raises:
        BadSiteFile: The file has a mistake.
    """
    file = datafiles.resource("economics", f"{name}.toml")
    record = read_toml(file, _File)
    for way in record.way:
        if len(way.price_percent) != 10:
            raise BadSiteFile(f"{file.name}: {way.disposition}: ten shares, for C0 to C9")
    return Economics(
        currency=record.currency,
        labour_per_hour=record.labour_per_hour,
        ways=tuple(
            Way(**{**msgspec.structs.asdict(way), "price_percent": tuple(way.price_percent)})
            for way in record.way
        ),
        rates={currency: Fraction(rate) for currency, rate in record.rates.items()},
        updated_on=record.updated_on,
    )
