"""Read TOML files into typed records; a mistake names file and key."""

import tomllib
from importlib.resources.abc import Traversable
from typing import TypeVar

import msgspec

_T = TypeVar("_T")


class BadSiteFile(Exception):
    """A data file has a mistake; the message names the file, the key and what is wrong."""


def read_toml(file: Traversable, kind: type[_T]) -> _T:
    """Return a TOML file as a record.

    Raises:
        BadSiteFile: No TOML, unknown or missing keys, values of the wrong kind.
    """
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), kind)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadSiteFile(f"{file.name}: {error}") from error
