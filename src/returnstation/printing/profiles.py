"""Printer models and media, read from ``printers/``."""

import tomllib
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from returnstation import datafiles
from returnstation.domain.papers import PaperKind

_P = TypeVar("_P", bound="Model | Medium")


class BadProfile(ValueError):
    """A printer or medium does not exist or its file is wrong; the message says what."""


class Language(StrEnum):
    """What a printer understands."""

    ZPL = "zpl"
    PDF = "pdf"


class Graphic(StrEnum):
    """How a bitmap is packed in ZPL."""

    ACS = "acs"
    Z64 = "z64"
    HEX = "hex"


class StatusDialect(StrEnum):
    """How a printer is asked how it is."""

    HS = "hs"
    NONE = "none"


class Medium(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is loaded in a printer; without a height it is a roll, cut where the text ends."""

    name: str
    width_mm: float
    papers: frozenset[PaperKind]
    height_mm: float | None = None
    id: str = ""


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a machine can do; the keys are explained in ``printers/README.md``."""

    name: str
    language: Language
    dpi: int
    media: frozenset[str]
    head_dots: int | None = None
    graphic: Graphic = Graphic.ACS
    status: StatusDialect = StatusDialect.NONE
    status_timeout_ms: int = 1500
    id: str = ""


def load_model(model_id: str) -> Model:
    """Return a printer model.

    Raises:
        BadProfile: There is no such model, or its file is wrong.
    """
    written = _read("models", model_id)
    if parent := written.pop("inherits", None):
        written = _read("models", str(parent)) | written
    return _converted(written, Model, model_id)


def load_medium(medium_id: str) -> Medium:
    """Return a medium.

    Raises:
        BadProfile: There is no such medium, or its file is wrong.
    """
    return _converted(_read("media", medium_id), Medium, medium_id)


def model_ids() -> tuple[str, ...]:
    """Return the models there are."""
    return _ids("models")


def medium_ids() -> tuple[str, ...]:
    """Return the media there are."""
    return _ids("media")


def _ids(folder: str) -> tuple[str, ...]:
    names = (file.name for file in datafiles.printer_data(folder).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def _read(folder: str, name: str) -> dict[str, Any]:
    if name not in _ids(folder):
        raise BadProfile(f"{folder}/{name}")
    try:
        return tomllib.loads(datafiles.printer_data(folder, f"{name}.toml").read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as odd:
        raise BadProfile(f"{folder}/{name}: {odd}") from odd


def _converted(written: dict[str, Any], kind: type[_P], name: str) -> _P:
    try:
        return msgspec.convert(written | {"id": name}, kind)
    except msgspec.ValidationError as odd:
        raise BadProfile(f"{name}: {odd}") from odd
