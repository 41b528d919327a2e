"""Gates from ``resources/gates``, and the site's own recalls and merchants from its home."""

from collections.abc import Iterator
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from returnstation import datafiles
from returnstation.application.troubles import Trouble
from returnstation.domain.barcodes.check_digits import has_gs1_check_digit, is_number
from returnstation.domain.destruction import DestructionBan, Size
from returnstation.domain.dispositions import Disposition
from returnstation.domain.gates import Gate, GateBook, MerchantRules, Signs, Test
from returnstation.domain.recalls import Recall
from returnstation.sitedata.files import BadSiteFile, read_toml

SITE_FOLDER = "gates"
_MOST = 9
"""A person chooses one by a digit."""

_Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
_Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]


class _Signs(msgspec.Struct, forbid_unknown_fields=True):
    flags: list[_Code] = []
    hazards: list[_Code] = []
    findings: list[_Code] = []
    categories: list[_Code] = []

    def signs(self) -> Signs:
        return Signs(
            flags=frozenset(self.flags),
            hazards=frozenset(self.hazards),
            findings=frozenset(self.findings),
            categories=frozenset(self.categories),
        )


class _Gate(msgspec.Struct, forbid_unknown_fields=True):
    name: _Code
    icon: str
    test: Test
    shuts: list[Disposition]
    applies: _Signs = msgspec.field(default_factory=_Signs)
    stops: _Signs = msgspec.field(default_factory=_Signs)
    air: _Signs = msgspec.field(default_factory=_Signs)
    is_for_all: bool = False
    holds: bool = False


class _Reference(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    url: str


class _Since(msgspec.Struct, forbid_unknown_fields=True):
    size: Size
    on: date


class _Group(msgspec.Struct, forbid_unknown_fields=True):
    name: _Code
    codes: Annotated[list[_Code], msgspec.Meta(min_length=1, max_length=_MOST)]


class _Derogations(msgspec.Struct, forbid_unknown_fields=True):
    groups: Annotated[list[_Group], msgspec.Meta(min_length=1, max_length=_MOST)]
    confidence: Literal["high", "medium", "low"]
    checked_on: date
    reference: _Reference


class _Ban(msgspec.Struct, forbid_unknown_fields=True):
    categories: list[_Code]
    countries: list[_Country]
    confidence: Literal["high", "medium", "low"]
    checked_on: date
    reference: _Reference
    since: Annotated[list[_Since], msgspec.Meta(min_length=1)]
    derogations: _Derogations


class _File(msgspec.Struct, forbid_unknown_fields=True):
    gate: list[_Gate]
    ban: _Ban


class _Recall(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    merchant: str | None = None
    gtins: list[str] = []
    skus: list[str] = []
    lots: list[str] = []
    serials: list[tuple[str, str]] = []
    since: date | None = None


class _Merchant(msgspec.Struct, forbid_unknown_fields=True):
    size: Size | None = None
    forbids: list[Disposition] = []


class _Site(msgspec.Struct, forbid_unknown_fields=True):
    site_country: _Country | None = None
    recall: list[_Recall] = []
    merchant: dict[str, _Merchant] = {}


def load_gates(home: Path | None = None, file: Traversable | None = None) -> GateBook:
    """Return the gates with the site's own lists.

    Raises:
        BadSiteFile: Our file has a mistake.
        Trouble: ``settings-wrong``: a file of the site has one.
    """
    source = file or datafiles.resource("gates", "default.toml")
    record = read_toml(source, _File)
    gates = tuple(_gate(source, gate) for gate in record.gate)
    names = [gate.name for gate in gates]
    for name in names:
        if names.count(name) > 1:
            raise BadSiteFile(f"{source.name}: gate: {name} stands twice")
    try:
        sites = list(_sites(home))
    except BadSiteFile as error:
        name, _, what = str(error).partition(": ")
        raise Trouble("settings-wrong", file=f"{SITE_FOLDER}/{name}", what=what) from error
    return GateBook(
        gates=gates,
        ban=DestructionBan(
            categories=frozenset(record.ban.categories),
            countries=frozenset(record.ban.countries),
            since={each.size: each.on for each in record.ban.since},
            derogations={g.name: tuple(g.codes) for g in record.ban.derogations.groups},
        ),
        recalls=tuple(recall for site in sites for recall in map(_recall, site.recall)),
        merchants={
            name: MerchantRules(size=rules.size, forbids=frozenset(rules.forbids))
            for site in sites
            for name, rules in site.merchant.items()
        },
        site_country=next((site.site_country for site in sites if site.site_country), None),
    )


def _gate(file: Traversable, record: _Gate) -> Gate:
    if not record.shuts:
        raise BadSiteFile(f"{file.name}: {record.name}: shuts: nothing")
    if Disposition.QUARANTINE in record.shuts:
        raise BadSiteFile(f"{file.name}: {record.name}: shuts: quarantine is always open")
    return Gate(
        name=record.name,
        icon=record.icon,
        test=record.test,
        applies=record.applies.signs(),
        stops=record.stops.signs(),
        shuts=frozenset(record.shuts),
        air=record.air.signs(),
        is_for_all=record.is_for_all,
        holds=record.holds,
    )


def _sites(home: Path | None) -> Iterator[_Site]:
    folder = None if home is None else home / SITE_FOLDER
    if folder is None or not folder.is_dir():
        return
    for file in sorted(folder.glob("*.toml")):
        site = read_toml(file, _Site)
        for recall in site.recall:
            _check(file, recall)
        yield site


def _check(file: Path, recall: _Recall) -> None:
    """Refuse a recall that could never meet anything, or would meet what it does not name."""
    if not recall.gtins and not recall.skus:
        raise BadSiteFile(f"{file.name}: recall {recall.id}: gtins or skus")
    for gtin in recall.gtins:
        if not is_number(gtin) or not has_gs1_check_digit(gtin):
            raise BadSiteFile(f"{file.name}: recall {recall.id}: gtins: {gtin}")
    for first, last in recall.serials:
        if len(first) != len(last) or first > last:
            raise BadSiteFile(f"{file.name}: recall {recall.id}: serials: {first} to {last}")


def _recall(record: _Recall) -> Recall:
    return Recall(
        recall_id=record.id,
        merchant_id=record.merchant,
        gtins=frozenset(gtin.zfill(14) for gtin in record.gtins),
        skus=frozenset(record.skus),
        lots=frozenset(record.lots),
        serials=tuple(record.serials),
        since=record.since,
    )
