"""Printer models and media, read from ``printers/``."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from returnstation import datafiles
from returnstation.domain.papers import PaperKind
from returnstation.printing.drawing import Grid

_P = TypeVar("_P", bound="Model | Medium")


class BadProfile(ValueError):
    """A printer or medium does not exist or its file is wrong; the message says what."""


class Language(StrEnum):
    """What a printer understands."""

    ZPL = "zpl"
    TSPL = "tspl"
    EPL2 = "epl2"
    SBPL = "sbpl"
    ESCPOS = "escpos"
    BROTHER_QL = "brother_ql"
    PDF = "pdf"
    PNG = "png"
    PWG = "pwg"
    IPP = "ipp"


class Sensing(StrEnum):
    """How a printer finds where a label ends."""

    GAP = "gap"
    MARK = "mark"
    CONTINUOUS = "continuous"


class Graphic(StrEnum):
    """How a bitmap is packed in ZPL."""

    ACS = "acs"
    Z64 = "z64"
    HEX = "hex"


class StatusDialect(StrEnum):
    """How a printer is asked how it is."""

    HS = "hs"
    TSPL = "tspl"
    SBPL = "sbpl"
    DLE_EOT = "dle_eot"
    BROTHER_QL = "brother_ql"
    NONE = "none"


class Silence(StrEnum):
    """What it means that a printer does not answer: nothing goes out, or nobody knows."""

    ATTENTION = "attention"
    UNKNOWN = "unknown"


# What can be said in each language besides the picture; the rest is left to the printer's menu.
_SETTINGS = {
    Language.ZPL: {"darkness", "speed", "cut"},
    Language.TSPL: {"darkness", "speed", "cut"},
    Language.EPL2: {"darkness", "speed"},
    Language.ESCPOS: {"cut", "guard"},
    Language.BROTHER_QL: {"cut", "right_pins"},
}


# What is drawn for no head of a known width.
_HEADLESS = {Language.PDF, Language.PNG, Language.PWG, Language.IPP}


class Medium(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is loaded in a printer; without a height it is a roll, cut where the text ends.

    The keys are explained in ``printers/README.md``.
    """

    name: str
    width_mm: float
    papers: frozenset[PaperKind]
    height_mm: float | None = None
    sensing: Sensing = Sensing.GAP
    gap_mm: float = 3
    printable_width_mm: float | None = None
    printable_height_mm: float | None = None
    right_pins: int = 0
    id: str = ""


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a machine can do; the keys are explained in ``printers/README.md``."""

    name: str
    language: Language
    dpi: int
    media: frozenset[str]
    source: str
    head_dots: int | None = None
    graphic: Graphic = Graphic.ACS
    darkness: int | None = None
    speed: int | None = None
    cut: bool = False
    guard: bool = False
    right_pins: int = 0
    status: StatusDialect = StatusDialect.NONE
    status_timeout_ms: int = 1500
    silence: Silence = Silence.ATTENTION
    offset_mm: tuple[float, float] = (0.0, 0.0)
    id: str = ""

    def __post_init__(self) -> None:
        said = {"darkness": self.darkness is not None, "speed": self.speed is not None}
        said |= {"cut": self.cut, "guard": self.guard, "right_pins": self.right_pins != 0}
        for key in sorted(key for key, is_said in said.items() if is_said):
            if key not in _SETTINGS.get(self.language, set()):
                raise ValueError(f"{key} means nothing in {self.language}")
        if self.language not in _HEADLESS and self.head_dots is None:
            raise ValueError("head_dots is missing")


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the test page of one printer showed.

    Attributes:
        offset_mm: How far everything is moved to the right and down.
        darkness: In the machine's own numbers; None for what the model says.
    """

    offset_mm: tuple[float, float] = (0.0, 0.0)
    darkness: int | None = None

    def of(self, model: Model) -> Model:
        """Return a model as this one machine of it prints.

        Raises:
            BadProfile: Darkness means nothing in its language.
        """
        darkness = model.darkness if self.darkness is None else self.darkness
        try:
            return msgspec.structs.replace(model, offset_mm=self.offset_mm, darkness=darkness)
        except ValueError as odd:
            raise BadProfile(f"{model.id}: {odd}") from odd


def drawn_size(model: Model, medium: Medium) -> tuple[float, float | None]:
    """Return width and height in mm of what a printer can draw on; a roll has no height.

    The heads of receipt printers are narrower than their rolls, so a roll is drawn as wide as
    the head; a label that is wider than the head is not for it.

    Raises:
        BadProfile: The label is wider than the head.
    """
    width = medium.printable_width_mm or medium.width_mm
    height = medium.printable_height_mm or medium.height_mm
    if model.head_dots is None or Grid(model.dpi).dots(width) <= model.head_dots:
        return width, height
    if height is not None:
        raise BadProfile(f"{model.id}, {medium.id}")
    return model.head_dots * 25.4 / model.dpi, None


def load_model(model_id: str) -> Model:
    """Return a printer model.

    Raises:
        BadProfile: There is no such model, or its file is wrong.
    """
    return model_from(_text("models", model_id), model_id)


def model_from(text: str, name: str) -> Model:
    """Return the printer model that a file describes.

    Raises:
        BadProfile: The file is wrong.
    """
    written = _parsed(text, name)
    if parent := written.pop("inherits", None):
        written = _parsed(_text("models", str(parent)), str(parent)) | written
    return _converted(written, Model, name)


def load_medium(medium_id: str) -> Medium:
    """Return a medium.

    Raises:
        BadProfile: There is no such medium, or its file is wrong.
    """
    return _converted(_parsed(_text("media", medium_id), medium_id), Medium, medium_id)


def model_ids() -> tuple[str, ...]:
    """Return the models there are."""
    return _ids("models")


def medium_ids() -> tuple[str, ...]:
    """Return the media there are."""
    return _ids("media")


def _ids(folder: str) -> tuple[str, ...]:
    names = (file.name for file in datafiles.printer_data(folder).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def _text(folder: str, name: str) -> str:
    if name not in _ids(folder):
        raise BadProfile(f"{folder}/{name}")
    try:
        return datafiles.printer_data(folder, f"{name}.toml").read_text("utf-8")
    except UnicodeDecodeError as odd:
        raise BadProfile(f"{folder}/{name}: {odd}") from odd


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as odd:
        raise BadProfile(f"{name}: {odd}") from odd


def _converted(written: dict[str, Any], kind: type[_P], name: str) -> _P:
    try:
        return msgspec.convert(written | {"id": name}, kind)
    except msgspec.ValidationError as odd:
        raise BadProfile(f"{name}: {odd}") from odd
