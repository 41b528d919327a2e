"""Column profiles: what the columns of somebody's file mean, as TOML.

A site keeps its own beside ours, in ``<home>/profiles``; a name of its own goes first.
"""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from returnstation import datafiles
from returnstation.application.troubles import Refused, Trouble

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}\Z")


class Kind(StrEnum):
    """What a file holds."""

    ORDERS = "orders"
    RMAS = "rmas"
    PRODUCTS = "products"
    MERCHANTS = "merchants"
    USERS = "users"
    REFUNDS = "refunds"
    ECONOMICS = "economics"


ORDER_HEAD = (
    "merchant_id", "order_number", "ordered_on", "currency", "customer_name", "jurisdiction",
    "country", "region", "language", "buyer", "postcode", "city", "phone", "email", "tier",
    "channel", "payment", "shipping", "order_discount", "tenders", "duties", "settled_in", "rate",
    "rate_on",
)  # fmt: skip
ORDER_LINE = (
    "line_number", "sku", "title", "quantity", "unit_price", "line_discount", "tax", "gtin",
    "category", "legal", "serials", "tracking", "carrier", "sscc", "shipped_on", "delivered_on",
    "gift", "tax_rate",
)  # fmt: skip

FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.ORDERS: (*ORDER_HEAD, *ORDER_LINE),
    Kind.RMAS: (
        "merchant_id", "rma_number", "order_number", "requested_on", "sku", "quantity", "reason",
        "comment", "tracking", "wants", "label_cost", "label_currency",
        "postage",
    ),
    Kind.PRODUCTS: (
        "merchant_id", "sku", "title", "gtin", "category", "legal", "weight_g", "price",
        "currency", "hazards", "flags", "picture", "size", "parts",
    ),
    Kind.MERCHANTS: (
        "merchant_id", "name", "country", "language", "feedback_url", "policy",
        "policy_displayed", "refunds_duties",
    ),
    Kind.USERS: ("user_id", "name", "role", "badge", "pin", "language", "theme"),
    Kind.REFUNDS: ("key", "state", "note"),
    Kind.ECONOMICS: (
        "sale_id", "merchant_id", "sku", "category", "channel", "grade", "price", "list_price",
        "currency", "sold_on",
    ),
}  # fmt: skip
"""Our names of what a row may say."""

REQUIRED: Mapping[Kind, tuple[str, ...]] = {
    Kind.ORDERS: (
        "merchant_id", "order_number", "ordered_on", "currency", "sku", "quantity", "unit_price",
    ),
    Kind.RMAS: ("merchant_id", "rma_number", "order_number", "requested_on", "sku"),
    Kind.PRODUCTS: ("merchant_id", "sku", "title"),
    Kind.MERCHANTS: ("merchant_id", "name", "country"),
    Kind.USERS: ("user_id", "name", "role", "badge", "pin"),
    Kind.REFUNDS: ("key", "state"),
    Kind.ECONOMICS: (
        "sale_id", "merchant_id", "sku", "channel", "grade", "price", "currency", "sold_on",
    ),
}  # fmt: skip
"""What no row can do without."""


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the columns of a file mean; ``resources/profiles/README.md`` explains every key."""

    kind: Kind
    columns: dict[str, str | list[str]]
    constants: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    dates: tuple[str, ...] = ("iso",)
    has_decimal_comma: bool = False
    thousands: str = ""
    money_marks: list[str] = []
    list_separator: str = "|"
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    nested_rows: str | None = None
    carries_down: bool = False

    def names(self, field: str) -> tuple[str, ...]:
        """Return the columns that may hold a field, the first one that is filled counts."""
        found = self.columns.get(field, ())
        return (found,) if isinstance(found, str) else tuple(found)

    def known_columns(self) -> frozenset[str]:
        """Return every column the profile reads."""
        return frozenset(name for field in self.columns for name in self.names(field))

    def missing_from(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Return what a head line lacks of the columns no row can do without."""
        return tuple(
            " / ".join(self.names(field)) or field
            for field in REQUIRED[self.kind]
            if field not in self.constants and not set(self.names(field)) & set(columns)
        )


def load_profile(kind: Kind, name: str, home: Path | None = None) -> Profile:
    """Return a profile by its name, the site's own before ours.

    Raises:
        Refused: ``import-profile-unknown``.
        Trouble: ``settings-wrong``: the file has a mistake.
    """
    file = f"{kind.value}-{name}.toml"
    folders: list[Traversable] = [datafiles.resource("profiles")]
    if home is not None:
        folders.insert(0, home / "profiles")
    for folder in folders:
        if _NAME.match(name) and folder.joinpath(file).is_file():
            return _read(folder.joinpath(file), kind)
    raise Refused("import-profile-unknown", name=name, known=", ".join(profile_names(kind, home)))


def profile_names(kind: Kind, home: Path | None = None) -> tuple[str, ...]:
    """Return the names of the profiles for one kind of file."""
    folders: list[Traversable] = [datafiles.resource("profiles")]
    if home is not None and (home / "profiles").is_dir():
        folders.append(home / "profiles")
    start = f"{kind.value}-"
    files = {file.name for folder in folders for file in folder.iterdir()}
    return tuple(
        sorted(
            name.removeprefix(start).removesuffix(".toml")
            for name in files
            if name.startswith(start) and name.endswith(".toml")
        )
    )


def _read(file: Traversable, kind: Kind) -> Profile:
    try:
        profile = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Profile)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise Trouble("settings-wrong", file=file.name, what=str(error)) from error
    if len(profile.delimiter or ",") != 1 or not _keeps_lines(profile.encoding or "utf-8"):
        raise Trouble("settings-wrong", file=file.name, what="delimiter, encoding")
    unknown = {*profile.columns, *profile.constants, *profile.values} - set(FIELDS[kind])
    if profile.kind is not kind or unknown:
        what = ", ".join(sorted(unknown)) or f"kind = {profile.kind.value}"
        raise Trouble("settings-wrong", file=file.name, what=what)
    return profile


def _keeps_lines(encoding: str) -> bool:
    """Tell whether an encoding is known, and line ends are the bytes that they are in ASCII."""
    try:
        return "a,\n".encode(encoding.removesuffix("-sig")) == b"a,\n"
    except LookupError:
        return False
