"""The sheet of barcodes that set scanners up: sourced, encoded right, read back."""

from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from returnstation.domain.messages import say
from returnstation.domain.papers import (
    Function3,
    PaperKind,
    ScannerSheet,
    SetupCode,
    kind_of,
    paper_from_json,
    paper_to_json,
)
from returnstation.printing import NotReadable, load_medium, load_model, render
from returnstation.printing.drawing import Code, DoesNotFit, Drawing, Grid
from returnstation.printing.raster import rasterize
from returnstation.printing.symbols import code_128, setup_code
from returnstation.printing.verify import verify
from returnstation.sitedata import BadSiteFile, load_scanner_sheets

SHEETS = load_scanner_sheets()
GRID = Grid(300)
each_sheet = pytest.mark.parametrize("sheet", SHEETS.values(), ids=list(SHEETS))


def drawn(code: Code) -> Drawing:
    return Drawing(code.x + code.width + code.quiet, code.y + code.height + 40, GRID, (code,))


def read(text: str, function_3: Function3) -> list[zxingcpp.Barcode]:
    symbol = setup_code(text, function_3)
    drawing = drawn(Code(40, 40, symbol, 3, 60))
    return list(zxingcpp.read_barcodes(rasterize(drawing).convert("L")))


@settings(max_examples=60)
@given(
    text=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=24),
    function_3=st.sampled_from(Function3),
)
def test_any_setting_reads_back_as_a_setting(text: str, function_3: Function3) -> None:
    (found,) = read(text, function_3)

    assert (found.bytes.decode(), found.extra) == (text, {"ReaderInit": True})


def test_function_code_3_stands_where_the_maker_wants_it() -> None:
    first, last = (setup_code("AB", where).rows[0] for where in Function3)

    # ISO/IEC 15417, table 1: FNC3 in set B is 96, widths 1 1 4 3 1 1.
    assert first[11:22] == last[33:44] == "10111100010"


@pytest.mark.parametrize("text", ["", "\t", "\u00fc", "\x7f", "\u0661"])
def test_what_set_b_lacks_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="code set B"):
        setup_code(text, Function3.LAST)


def test_a_plain_code_is_not_taken_for_a_setting() -> None:
    pretended = replace(code_128("~DEFALT."), is_setup=True)

    drawing = drawn(Code(40, 40, pretended, 3, 60))

    with pytest.raises(NotReadable):
        verify(drawing, rasterize(drawing))


@each_sheet
@pytest.mark.parametrize("language", ["en", "ko", "ja", "de"])
@pytest.mark.parametrize("medium", ["a4", "letter", "receipt-80"])
def test_every_sheet_prints_in_every_language_and_reads_back(
    medium: str, language: str, sheet: ScannerSheet
) -> None:
    rendered = render(sheet, language, load_model("office-pdf"), load_medium(medium))

    assert rendered.payload.startswith(b"%PDF")


@each_sheet
def test_a_sheet_is_stored_and_comes_back_as_it_was(sheet: ScannerSheet) -> None:
    record = paper_to_json(sheet)

    assert kind_of(sheet) is PaperKind.SCANNER_SHEET
    assert paper_from_json(PaperKind.SCANNER_SHEET, record) == sheet


def test_a_code_too_wide_for_the_paper_is_refused() -> None:
    wide = SetupCode(title=say("setup.defaults"), text="X" * 60)
    sheet = replace(SHEETS["honeywell"], codes=(wide,))

    with pytest.raises(DoesNotFit):
        render(sheet, "en", load_model("office-pdf"), load_medium("receipt-80"))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('source = "s"', 'source = " "', "source"),
        ('text = "A."', 'text = "\u00e4"', "text"),
        ('text = "A."', 'text = ""', "text"),
        ('function_3 = "last"', 'function_3 = "anywhere"', "function_3"),
        ('name = "N"', "", "name"),
    ],
)
def test_a_mistake_names_the_file_and_the_key(
    old: str, new: str, named: str, tmp_path: Path
) -> None:
    good = 'name = "N"\nfunction_3 = "last"\nsource = "s"\n[[code]]\nid = "i"\ntext = "A."\nsource = "s"\n'
    (tmp_path / "maker.toml").write_text(good.replace(old, new), encoding="utf-8")

    with pytest.raises(BadSiteFile, match=rf"maker\.toml.*{named}"):
        load_scanner_sheets(tmp_path)
