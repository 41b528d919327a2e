"""Papers as files: PDF, or PNG page by page."""

from pathlib import Path
from typing import TYPE_CHECKING

from returnstation.app import Station
from returnstation.application.papers_of_items import kept_pictures
from returnstation.application.troubles import Refused, Trouble
from returnstation.domain.papers import Paper, kind_of

if TYPE_CHECKING:
    from returnstation.printing import Medium, Model

_FILES = "office-pdf"
"""The model that has every medium."""


def write_paper(
    station: Station, paper: Paper, language: str, where: tuple[Path, str | None]
) -> list[Path]:
    """Write a paper as its printer would print it; return the files.

    Args:
        station: Whose photos and printers.
        paper: What to draw.
        language: Of its reader.
        where: The file, and the medium unless that of the printer.

    Raises:
        Refused: It cannot be drawn so.
        Trouble: The file cannot be written.
    """
    from returnstation.printing import BadProfile, DoesNotFit, MissingGlyph, NotReadable, NotSetUp
    from returnstation.printing.files import as_pdf, as_png, pages_of

    out, medium_id = where
    try:
        model, medium = _paper_for(station, paper, medium_id)
        pictures = kept_pictures(station.equipment.photos)
        pages = pages_of(paper, language, model, medium, pictures)
    except (BadProfile, DoesNotFit, MissingGlyph, NotReadable, NotSetUp) as odd:
        raise Refused("paper-not-drawn", why=str(odd)) from odd
    is_png = out.suffix.lower() == ".png"
    contents = list(as_png(pages)) if is_png else [as_pdf(pages, paper, language)]
    files = [out, *(out.with_stem(f"{out.stem}-{n}") for n in range(2, len(contents) + 1))]
    for file, content in zip(files, contents, strict=True):
        try:
            file.write_bytes(content)
        except OSError as error:
            raise Trouble("file-unwritable", file=str(file)) from error
    return files


def _paper_for(station: Station, paper: Paper, medium_id: str | None) -> "tuple[Model, Medium]":
    """Return the printer of a paper, else what files are drawn for."""
    from returnstation.printing import load_medium, load_model, medium_ids

    name = station.printer_for(kind_of(paper))
    if name is not None and medium_id is None:
        return station.printers[name].model, station.printers[name].medium
    model = load_model(_FILES)
    if medium_id is not None:
        return model, load_medium(medium_id)
    media = (load_medium(each) for each in medium_ids() if each in model.media)
    return model, next(medium for medium in media if kind_of(paper) in medium.papers)
