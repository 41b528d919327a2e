"""Numbers of carriers from ``resources/carriers``, and the site's own from its home.

Every file says what its patterns must read and must not; all of it is tried when the file is
read, so that a wrong pattern is found at the start and not on a parcel.
"""

import re
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

import msgspec

from returnstation import datafiles
from returnstation.application.troubles import Trouble
from returnstation.domain.barcodes import CodePattern, CodePatterns, Kind, canonical
from returnstation.domain.barcodes.check_digits import CHECKS
from returnstation.sitedata.files import BadSiteFile, read_toml

SITE_FILE = "patterns.toml"

_LONGEST_PATTERN = 300
_SITE_KINDS = frozenset(
    {Kind.ORDER, Kind.RMA, Kind.TRACKING, Kind.SKU, Kind.SERIAL, Kind.CONTAINER}
)


class _Number(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pattern: str
    source: str = ""
    examples: dict[str, str]
    not_examples: list[str] = []
    kind: Kind = Kind.TRACKING
    confidence: Literal["sure", "guess"] = "guess"
    check: str | None = None
    symbologies: list[str] = []
    sure_in: list[str] = []
    service: str | None = None
    services: dict[str, str] = {}
    operators: dict[str, str] = {}
    carrier: str | None = None


class _Carrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    number: list[_Number]


class _Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    number: list[_Number]


def load_carriers(folder: Traversable | None = None) -> CodePatterns:
    """Return the patterns of all carriers.

    Raises:
        BadSiteFile: A file has a mistake, or an example is not read as it says.
    """
    patterns: list[CodePattern] = []
    for file in _files(folder):
        record = read_toml(file, _Carrier)
        code = file.name.removesuffix(".toml")
        for place, number in enumerate(record.number, start=1):
            if not number.source:
                raise BadSiteFile(f"{file.name}: number {place}: source is missing")
            patterns.append(_pattern(file.name, place, number, number.carrier or code))
    # A check digit is some evidence: what has one is named first.
    return CodePatterns(tuple(sorted(patterns, key=lambda each: each.check is None)))


def carrier_names(folder: Traversable | None = None) -> dict[str, str]:
    """Return the names of the carriers by code, in English."""
    return {
        file.name.removesuffix(".toml"): read_toml(file, _Carrier).name for file in _files(folder)
    }


def load_patterns(home: Path) -> CodePatterns:
    """Return the patterns of all carriers with those of a site in front.

    Raises:
        Trouble: ``settings-wrong``: the site's file has a mistake.
    """
    carriers = load_carriers()
    file = home / SITE_FILE
    if not file.is_file():
        return carriers
    try:
        own = [
            _own(place, number)
            for place, number in enumerate(read_toml(file, _Site).number, start=1)
        ]
    except OSError as error:
        raise Trouble("file-unreadable", file=str(file)) from error
    except BadSiteFile as error:
        _, _, what = str(error).partition(": ")
        raise Trouble("settings-wrong", file=SITE_FILE, what=what) from error
    return carriers.with_more(own)


def _files(folder: Traversable | None) -> Iterator[Traversable]:
    files = (folder or datafiles.resource("carriers")).iterdir()
    for file in sorted(files, key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield file


def _own(place: int, number: _Number) -> CodePattern:
    if number.kind not in _SITE_KINDS:
        known = ", ".join(sorted(_SITE_KINDS))
        raise BadSiteFile(f"{SITE_FILE}: number {place}: kind: one of {known}")
    return _pattern(SITE_FILE, place, number, number.carrier)


def _pattern(file: str, place: int, number: _Number, carrier: str | None) -> CodePattern:
    where = f"{file}: number {place}"
    if number.check is not None and number.check not in CHECKS:
        raise BadSiteFile(f"{where}: check: one of {', '.join(CHECKS)}")
    pattern = CodePattern(
        kind=number.kind,
        expression=_expression(where, number.pattern),
        carrier=carrier,
        check=None if number.check is None else CHECKS[number.check],
        is_sure=number.confidence == "sure",
        symbologies=tuple(number.symbologies),
        sure_in=tuple(number.sure_in),
        service=number.service,
        services=number.services,
        operators=number.operators,
    )
    _try_out(where, number, pattern)
    return pattern


def _expression(where: str, pattern: str) -> re.Pattern[str]:
    if len(pattern) > _LONGEST_PATTERN:
        raise BadSiteFile(f"{where}: pattern: longer than {_LONGEST_PATTERN} characters")
    try:
        return re.compile(pattern, re.ASCII)
    except re.error as error:
        raise BadSiteFile(f"{where}: pattern: {error}") from error


def _try_out(where: str, number: _Number, pattern: CodePattern) -> None:
    """Read every example; one that is read otherwise than the file says is a mistake."""
    if not number.examples:
        raise BadSiteFile(f"{where}: examples: at least one")
    patterns = CodePatterns((pattern,))
    for text, expected in number.examples.items():
        found = next(patterns.read(text), None)
        if found is None:
            raise BadSiteFile(f"{where}: examples: {text} is not read")
        if found.value != canonical(expected):
            raise BadSiteFile(f"{where}: examples: {text} is read as {found.value}")
    for text in number.not_examples:
        if next(patterns.read(text), None) is not None:
            raise BadSiteFile(f"{where}: not_examples: {text} is read")
