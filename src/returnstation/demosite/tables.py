"""What ``resources/demo`` says: places, merchants and families of goods."""

import tomllib
from typing import Any

import msgspec

from returnstation import datafiles
from returnstation.domain.policy import Category


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where customers live.

    Attributes:
        code: Jurisdiction.
        share: How many of the orders, by weight.
        names: How a full name is made of ``{given}`` and ``{family}``.
        cities: City and postcode, parted by a colon; ``#`` is a digit.
    """

    code: str
    share: int
    language: str
    currency: str
    vat_percent: int
    names: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    cities: tuple[str, ...]
    streets: tuple[str, ...]
    phone: str
    carriers: dict[str, int]
    return_carriers: dict[str, int]


class Seller(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A merchant, and how it numbers orders; ``policy`` names a file of ``resources/merchants``."""

    merchant_id: str
    name: str
    country: str
    language: str
    feedback_url: str
    order_number: str
    first_number: int
    share: int
    gtin_prefix: str
    policy: str
    policy_displayed: bool | None = None

    def terms(self) -> dict[str, Any]:
        """Return its return policies as they stand in the file."""
        file = datafiles.resource("merchants", f"{self.policy}.json")
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Any])


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Goods that differ by colour and size only.

    Attributes:
        price: In won.
        parts: What a whole one has.
        drawing: Which shape its picture shows; none has no picture.
    """

    merchant: str
    sku: str
    ko: str
    en: str
    category: str
    legal: Category
    price: int
    weight_g: int
    colours: tuple[str, ...] = ("",)
    sizes: tuple[str, ...] = ("",)
    hazards: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    serials: str = ""
    gtin_prefix: str | None = None
    parts: tuple[str, ...] = ()
    drawing: str = ""


class _Goods(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    merchant: tuple[Seller, ...]
    family: tuple[Family, ...]
    rates: dict[str, str]


class _Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    place: tuple[Place, ...]


class Tables(msgspec.Struct, frozen=True):
    """Everything the demo site is made of."""

    places: tuple[Place, ...]
    sellers: tuple[Seller, ...]
    families: tuple[Family, ...]
    rates: dict[str, str]


def load_tables() -> Tables:
    """Read the tables that ship with the station."""
    goods = msgspec.convert(_toml("goods.toml"), _Goods)
    places = msgspec.convert(_toml("places.toml"), _Places)
    return Tables(places.place, goods.merchant, goods.family, goods.rates)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(datafiles.resource("demo", name).read_text(encoding="utf-8"))
