"""Turn tables of TOML into the domain's frozen values, naming what does not fit."""

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

_T = TypeVar("_T")


class BadPack(Exception):
    """A file of a pack cannot be read as policy; the message names file and key."""


def shaped(table: Mapping[str, Any], kind: type[_T], where: str) -> _T:
    """Return a table as a value of ``kind``.

    Raises:
        BadPack: A key is unknown or missing, or a value is of the wrong sort.
    """
    unknown = next(unknown_keys(table, kind), None)
    if unknown is not None:
        raise BadPack(f"{where}: unknown key {unknown}")
    try:
        return msgspec.convert(dict(table), kind)
    except msgspec.ValidationError as error:
        raise BadPack(f"{where}: {error}") from error


def unknown_keys(table: Mapping[str, Any], kind: type) -> Iterator[str]:
    """Yield the dotted name of every key that ``kind`` does not have."""
    parts = _parts(kind)
    for key, value in table.items():
        if key not in parts:
            yield key
            continue
        inner = parts[key]
        if inner is None:
            continue
        for nested in value if isinstance(value, list) else [value]:
            if isinstance(nested, dict):
                yield from (f"{key}.{name}" for name in unknown_keys(nested, inner))


@cache
def _parts(kind: type) -> Mapping[str, type | None]:
    """Return the keys of a kind, with the kind of table each may hold."""
    return {name: _dataclass_in(hint) for name, hint in get_type_hints(kind).items()}


def _dataclass_in(hint: Any) -> type | None:
    if isinstance(hint, type) and is_dataclass(hint):
        return hint
    if get_origin(hint) in {tuple, UnionType}:
        return next((found for part in get_args(hint) if (found := _dataclass_in(part))), None)
    return None
