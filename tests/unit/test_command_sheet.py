"""The sheet of commands: each one is drawn so that a reader gives it back."""

import pytest
import zxingcpp

from returnstation.application.desk.commands import command_sheet
from returnstation.domain.barcodes import Kind, parse_barcode
from returnstation.domain.papers import PaperKind, kind_of, paper_from_json, paper_to_json
from returnstation.gui.words import SCREEN_LANGUAGES
from returnstation.i18n import load_catalog
from returnstation.printing import load_medium, load_model, render
from returnstation.printing.command_sheet import draw_command_sheet
from returnstation.printing.drawing import Grid
from returnstation.printing.raster import rasterize

TEXTS = [code.text for group in command_sheet().groups for code in group.codes]


@pytest.mark.parametrize("size_mm", [(210.0, 297.0), (80.0, None)])
def test_a_reader_gives_back_every_command(size_mm: tuple[float, float | None]) -> None:
    pages = draw_command_sheet(command_sheet(), load_catalog("ko"), size_mm, Grid(203))

    read = {code.text for page in pages for code in zxingcpp.read_barcodes(rasterize(page))}

    assert read == set(TEXTS)


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_the_sheet_is_printed_in_every_language(language: str) -> None:
    rendered = render(command_sheet(), language, load_model("office-pdf"), load_medium("a4"))

    assert rendered.payload.startswith(b"%PDF")


@pytest.mark.parametrize("text", TEXTS)
def test_every_code_is_a_command_and_nothing_else(text: str) -> None:
    barcode = parse_barcode(text)

    assert barcode.best.kind is Kind.COMMAND
    assert barcode.best.value == text.removeprefix("RS:")


def test_the_sheet_is_stored_and_comes_back_as_it_was() -> None:
    sheet = command_sheet()

    assert kind_of(sheet) is PaperKind.COMMAND_SHEET
    assert paper_from_json(PaperKind.COMMAND_SHEET, paper_to_json(sheet)) == sheet
