"""Read the statute pack from its folder of TOML files."""

import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from returnstation import datafiles
from returnstation.domain.calendar import CountingRule
from returnstation.domain.policy import Pack, Region, Right
from returnstation.domain.policy.facts import FACTS
from returnstation.domain.policy.terms import Kind, Terms
from returnstation.policydata.shapes import BadPack, shaped

_REGION_FILE = "_region.toml"
_COUNTING_FILE = "counting.toml"

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _RegionFile:
    name: str
    extends: str | None = None
    union: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _RightFile:
    title: str
    kind: Kind
    checked_on: date
    rule: str = ""
    like: str = ""
    version: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    """One file: where it stands, and what it says."""

    region: str
    topic: str
    table: Table

    @property
    def where(self) -> str:
        return f"{self.region}/{self.topic}.toml"


@cache
def load_pack() -> Pack:
    """Return the pack the station ships with."""
    return load_pack_from(datafiles.resource("policy"))


def load_pack_from(folder: Traversable) -> Pack:
    """Return the pack in a folder.

    Raises:
        BadPack: A file is not what it must be; the message names file and key.
    """
    return pack_of(pack_files(folder))


def pack_files(folder: Traversable) -> dict[str, bytes]:
    """Return the files of a pack by their names within it, e.g. ``KR/withdrawal.toml``."""
    return {name: file.read_bytes() for name, file in _files(folder)}


def pack_text(files: Mapping[str, bytes]) -> bytes:
    """Return the files of a pack as one text, to be kept; ``pack_from_text`` reads it."""
    return msgspec.json.encode({name: text.decode() for name, text in files.items()})


def pack_from_text(text: bytes) -> Pack:
    """Return the pack whose text was kept.

    Raises:
        BadPack: This program cannot read a pack of that time any more.
    """
    files = msgspec.json.decode(text, type=dict[str, str])
    return pack_of({name: part.encode() for name, part in files.items()})


def pack_of(files: Mapping[str, bytes]) -> Pack:
    """Return the pack that consists of these files; its version is a hash of them.

    Raises:
        BadPack: A file is not what it must be; the message names file and key.
    """
    digest = sha256()
    tables: dict[str, Table] = {}
    for name, text in sorted(files.items()):
        digest.update(name.encode() + b"\0" + text + b"\0")
        tables[name] = _parse(name, text)
    counting = _counting(tables.pop(_COUNTING_FILE, {}))
    sources = [_source(name, table) for name, table in tables.items()]
    regions = _regions(sources)
    _check_names(regions, counting)
    oldest = min(right.checked_on for region in regions.values() for right in region.rights)
    return Pack(digest.hexdigest()[:16], oldest, regions, counting)


def _files(folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            for name, file in _files(entry):
                yield f"{entry.name}/{name}", file
        elif entry.name.endswith(".toml"):
            yield entry.name, entry


def _parse(name: str, text: bytes) -> Table:
    try:
        return tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadPack(f"{name}: {error}") from error


def _source(name: str, table: Table) -> _Source:
    region, _, topic = name.partition("/")
    if not topic or "/" in topic:
        raise BadPack(f"{name}: a file belongs into the folder of its region")
    return _Source(region, topic.removesuffix(".toml"), table)


def _counting(table: Table) -> dict[str, CountingRule]:
    return {
        name: shaped({**rule, "name": name}, CountingRule, f"{_COUNTING_FILE}: {name}")
        for name, rule in table.items()
    }


def _regions(sources: list[_Source]) -> dict[str, Region]:
    heads = {
        source.region: shaped(source.table, _RegionFile, source.where)
        for source in sources
        if source.topic == "_region"
    }
    rights = _rights([source for source in sources if source.topic != "_region"], heads)
    return {
        code: Region(code, head.name, head.extends, head.union, _with_parents(code, heads, rights))
        for code, head in heads.items()
    }


def _with_parents(
    code: str, heads: Mapping[str, _RegionFile], rights: Mapping[str, list[Right]]
) -> tuple[Right, ...]:
    """Return a region's rights and its parents'; the nearer one of a rule id counts."""
    found: dict[str, Right] = {}
    place: str | None = code
    while place is not None:
        head = heads.get(place)
        if head is None:
            raise BadPack(f"{code}/{_REGION_FILE}: extends {place}, which is not there")
        for right in rights.get(place, []):
            found.setdefault(right.rule, right)
        place = head.extends
    return tuple(found.values())


def _rights(sources: list[_Source], heads: Mapping[str, _RegionFile]) -> dict[str, list[Right]]:
    by_name = {f"{source.region}/{source.topic}": source for source in sources}
    rights: dict[str, list[Right]] = {}
    for source in sources:
        if source.region not in heads:
            raise BadPack(f"{source.where}: the folder has no {_REGION_FILE}")
        right = _right(source, by_name)
        if any(right.rule == other.rule for other in rights.get(source.region, [])):
            raise BadPack(f"{source.where}: rule {right.rule} stands in another file as well")
        if right.rule:
            rights.setdefault(source.region, []).append(right)
    return rights


def _right(source: _Source, by_name: Mapping[str, _Source]) -> Right:
    head = shaped(source.table, _RightFile, source.where)
    versions = tuple(_versions(source, by_name))
    if head.rule and not versions:
        raise BadPack(f"{source.where}: no version")
    if not head.rule:
        return Right("", head.kind, source.region, head.title, head.checked_on, ())
    terms = tuple(shaped(table, Terms, source.where) for table in versions)
    return Right(head.rule, head.kind, source.region, head.title, head.checked_on, terms)


def _versions(source: _Source, by_name: Mapping[str, _Source]) -> Iterator[Table]:
    """Yield the whole terms of each version, oldest first.

    A version says only what changed; what it leaves out stays as before, and what was never
    said is taken from the file it is ``like``, as that stood on the same day.
    """
    own = _dated(source)
    like = source.table.get("like")
    if like is not None and like not in by_name:
        raise BadPack(f"{source.where}: like {like}, which is not there")
    model = list(_versions(by_name[like], by_name)) if like else []
    first = own[0]["since"] if own else None
    days = {table["since"] for table in own}
    days |= {table["since"] for table in model if first is not None and table["since"] > first}
    for day in sorted(days):
        # States often acted a little before the day their model names.
        oldest = model[0] if model else {}
        base = next((table for table in reversed(model) if table["since"] <= day), oldest)
        table = dict(base)
        for version in own:
            if version["since"] <= day:
                # A new source comes with its own address, or with none.
                table |= {"url": "", **version}
        yield table | {"since": day}


def _dated(source: _Source) -> list[Table]:
    versions = source.table.get("version", [])
    for version in versions:
        for key in ("since", "source", "confidence"):
            if key not in version:
                raise BadPack(f"{source.where}: version without {key}")
        if type(version["since"]) is not date:
            raise BadPack(f"{source.where}: since is not a day")
    return sorted(versions, key=lambda version: version["since"])


def _check_names(regions: Mapping[str, Region], counting: Mapping[str, CountingRule]) -> None:
    rights = (
        right
        for region in regions.values()
        for right in region.rights
        if right.region == region.code
    )
    for right in rights:
        for terms in right.versions:
            _known(right.rule, "counting rule", _counting_names(terms), counting)
            _known(right.rule, "fact", _fact_names(terms), FACTS)


def _known(rule: str, kind: str, names: Iterable[str], known: Container[str]) -> None:
    for name in names:
        if name not in known:
            raise BadPack(f"{rule}: unknown {kind} {name}")


def _counting_names(terms: Terms) -> Iterator[str]:
    special = (one.window for one in terms.special_windows)
    parts = (terms.window, terms.protected_window, terms.refund, *special)
    yield from filter(None, (terms.counting, terms.grace_counting))
    yield from (part.counting for part in parts if part is not None and part.counting)


def _fact_names(terms: Terms) -> Iterator[str]:
    late = terms.late_information
    yield from terms.requires
    yield from filter(None, (terms.protected_requires, late.told_by if late else ""))
    for exemption in terms.exemptions:
        yield from (*exemption.when, *exemption.any_of, *filter(None, (exemption.unless,)))
