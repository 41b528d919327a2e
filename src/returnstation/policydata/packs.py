"""Read the statute pack from its folder of TOML files."""

import tomllib
from collections.abc import Container, Iterator, Mapping
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
from returnstation.domain.policy.terms import Kind, Terms
from returnstation.policydata.shapes import BadPack, shaped
from returnstation.policydata.values import wrong_in_counting, wrong_in_terms
from returnstation.policydata.versions import Source, Table, model_first, versions_of

_REGION_FILE = "_region.toml"
_COUNTING_FILE = "counting.toml"


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
    regions = _regions([_source(name, table) for name, table in tables.items()], counting)
    checked = [right.checked_on for region in regions.values() for right in region.rights]
    oldest = min(checked, default=None)
    if oldest is None:
        raise BadPack("no rule in any file")
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


def _source(name: str, table: Table) -> Source:
    region, _, topic = name.partition("/")
    if not topic or "/" in topic:
        raise BadPack(f"{name}: a file belongs into the folder of its region")
    return Source(region, topic.removesuffix(".toml"), table)


def _counting(table: Table) -> dict[str, CountingRule]:
    return {name: _counting_rule(name, rule) for name, rule in table.items()}


def _counting_rule(name: str, table: Any) -> CountingRule:
    where = f"{_COUNTING_FILE}: {name}"
    if not isinstance(table, dict):
        raise BadPack(f"{where} is no [{name}]")
    rule = shaped({**table, "name": name}, CountingRule, where)
    for problem in wrong_in_counting(rule):
        raise BadPack(f"{where}: {problem}")
    return rule


def _regions(sources: list[Source], counting: Container[str]) -> dict[str, Region]:
    heads = {
        source.region: shaped(source.table, _RegionFile, source.where)
        for source in sources
        if source.topic == "_region"
    }
    topics = [source for source in sources if source.topic != "_region"]
    rights = _rights(topics, heads, counting)
    return {
        code: Region(code, head.name, head.extends, head.union, _with_parents(code, heads, rights))
        for code, head in heads.items()
    }


def _with_parents(
    code: str, heads: Mapping[str, _RegionFile], rights: Mapping[str, list[Right]]
) -> tuple[Right, ...]:
    """Return a region's rights and its parents'; the nearer one of a rule id counts."""
    found: dict[str, Right] = {}
    passed: list[str] = []
    place: str | None = code
    while place is not None:
        head = heads.get(place)
        if head is None:
            raise BadPack(f"{code}/{_REGION_FILE}: extends {place}, which is not there")
        if place in passed:
            raise BadPack(f"{code}/{_REGION_FILE}: extends {place}, which extends this region")
        passed.append(place)
        for right in rights.get(place, []):
            found.setdefault(right.rule, right)
        place = head.extends
    return tuple(found.values())


def _rights(
    sources: list[Source], heads: Mapping[str, _RegionFile], counting: Container[str]
) -> dict[str, list[Right]]:
    by_name = {source.name: source for source in sources}
    read = {each.name: _right(each, by_name, counting) for each in model_first(by_name)}
    rights: dict[str, list[Right]] = {}
    for source in sources:
        if source.region not in heads:
            raise BadPack(f"{source.where}: the folder has no {_REGION_FILE}")
        right = read[source.name]
        if any(right.rule == other.rule for other in rights.get(source.region, [])):
            raise BadPack(f"{source.where}: rule {right.rule} stands in another file as well")
        if right.rule:
            rights.setdefault(source.region, []).append(right)
    return rights


def _right(source: Source, by_name: Mapping[str, Source], counting: Container[str]) -> Right:
    """Return the right of a file; a mere model has no rule, but is read as one."""
    head = shaped(source.table, _RightFile, source.where)
    tables = versions_of(source, by_name)
    versions = tuple(shaped(table, Terms, source.where) for table in tables)
    if head.rule and not versions:
        raise BadPack(f"{source.where}: no version")
    for terms in versions:
        for problem in wrong_in_terms(terms, counting):
            raise BadPack(f"{source.where}: {problem}")
    return Right(head.rule, head.kind, source.region, head.title, head.checked_on, versions)
