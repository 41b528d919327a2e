r"""Pictures with ground truth: drawn anew from a seed, or from a folder.

Beside the pictures of a folder lies ``truth.tsv`` — file, symbology and text on each line,
``\x1d`` for a separator; a picture without codes has a line with ``none`` — or ``truth.json``,
``{"file": [{"symbology": "qr", "text": "…"}]}``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import msgspec

from returnstation.application.troubles import Trouble
from returnstation.cli.bench.decoding.codes import SYMBOLOGIES, Drawn, draw_code
from returnstation.cli.bench.decoding.lots import Lots
from returnstation.cli.bench.decoding.sheets import draw_label
from returnstation.cli.bench.decoding.shots import WAYS, photograph
from returnstation.scanning.pictures_files import BadPicture, open_picture
from returnstation.scanning.pictures_frames import Pixels

NONE = "none"
"""What a picture without codes is filed under."""

_SEVERAL_EVERY, _NONE_EVERY = 12, 10


@dataclass(frozen=True, slots=True)
class Truth:
    """One code that is in a picture."""

    symbology: str
    text: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture and what is in it.

    Attributes:
        way: How it was taken, e.g. ``glare``.
    """

    name: str
    pixels: Pixels
    truths: tuple[Truth, ...]
    way: str = ""


def drawn_samples(count: int, seed: int) -> Iterator[Sample]:
    """Yield pictures of labels as a desk camera takes them; the same ones for one seed."""
    for number in range(count):
        lots = Lots(f"{seed}-{number}")
        codes = _codes(number, lots)
        way = WAYS[(number // len(SYMBOLOGIES) + number) % len(WAYS)]
        pixels = photograph(draw_label(codes, lots), way, min_unit(codes), lots)
        truths = tuple(Truth(code.symbology, code.text) for code in codes)
        yield Sample(f"{number:05d}-{way}.png", pixels, truths, way)


def min_unit(codes: Sequence[Drawn]) -> float:
    """Return how many pixels a module of a sharp photo must have."""
    return max((code.unit for code in codes), default=2.4)


def _codes(number: int, lots: Lots) -> tuple[Drawn, ...]:
    if number % _NONE_EVERY == _NONE_EVERY - 1:
        return ()
    if number % _SEVERAL_EVERY == _SEVERAL_EVERY - 1:
        names = lots.sample(("code128", "gs1-128", "qr", "datamatrix", "ean13", "itf14"), 3)
        return tuple(draw_code(name, lots) for name in names)
    return (draw_code(SYMBOLOGIES[number % len(SYMBOLOGIES)], lots),)


def folder_samples(folder: Path) -> Iterator[Sample]:
    """Yield the pictures of a folder that its truth names.

    Raises:
        Trouble: ``file-unreadable``.
    """
    for name, truths in _truth_of(folder).items():
        try:
            pixels = open_picture((folder / name).read_bytes()).pixels
        except (OSError, BadPicture) as error:
            raise Trouble("file-unreadable", file=str(folder / name)) from error
        yield Sample(name, pixels, truths)


def keep_sample(folder: Path, sample: Sample) -> None:
    """Write a picture into a folder and a line for each of its codes into ``truth.tsv``."""
    folder.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(folder / sample.name), sample.pixels)
    with (folder / "truth.tsv").open("a", encoding="utf-8") as file:
        for truth in sample.truths or (Truth(NONE, ""),):
            text = truth.text.encode("unicode_escape").decode()
            file.write(f"{sample.name}\t{truth.symbology}\t{text}\n")


def _truth_of(folder: Path) -> dict[str, tuple[Truth, ...]]:
    try:
        if (folder / "truth.json").is_file():
            found = msgspec.json.decode(
                (folder / "truth.json").read_bytes(), type=dict[str, list[Truth]]
            )
            return {name: tuple(truths) for name, truths in found.items()}
        return _read_lines((folder / "truth.tsv").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Trouble("file-unreadable", file=str(folder / "truth.tsv")) from error


def _read_lines(text: str) -> dict[str, tuple[Truth, ...]]:
    found: dict[str, tuple[Truth, ...]] = {}
    for line in text.splitlines():
        name, symbology, code = (*line.split("\t"), "", "")[:3]
        truths = found.get(name, ())
        if symbology != NONE:
            code = code.encode("latin-1", "backslashreplace").decode("unicode_escape")
            truths = (*truths, Truth(symbology, code))
        found[name] = truths
    return found
