"""Sheets that set scanners up, through the command line and the print queue."""

from pathlib import Path

import pytest

from returnstation.app.sources import print_scanner_sheets
from returnstation.cli.main import main
from returnstation.sitedata import load_scanner_sheets
from stations import a_station


def test_a_sheet_goes_through_the_printer_for_office_papers(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        count = print_scanner_sheets(station, "ko")
        is_done = station.finish_printing()

    printed = list((tmp_path / "printed" / "receipts").glob("*scanner_sheet.pdf"))
    assert is_done
    assert len(printed) == count == len(load_scanner_sheets())


def test_a_scanner_nobody_knows_prints_nothing(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        assert print_scanner_sheets(station, "en", "zx81") == 0


def test_the_command_writes_a_pdf(tmp_path: Path) -> None:
    out = tmp_path / "sheet.pdf"

    code = main(["--home", str(tmp_path), "scanners", "sheet", "honeywell", "--out", str(out)])

    assert code == 0
    assert out.read_bytes().startswith(b"%PDF")


def test_the_command_prints_with_the_station(tmp_path: Path) -> None:
    with a_station(tmp_path):
        pass

    code = main(["--home", str(tmp_path), "scanners", "sheet", "honeywell"])

    assert code == 0
    assert list((tmp_path / "printed" / "receipts").glob("*.pdf"))


def test_the_command_lists_what_it_knows(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["scanners", "list"])

    assert code == 0
    assert "honeywell" in capsys.readouterr().out


def test_a_scanner_nobody_knows_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["scanners", "sheet", "zx81"])

    assert code == 2
    assert "zx81" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_trouble(tmp_path: Path) -> None:
    out = tmp_path / "missing" / "sheet.pdf"

    assert main(["scanners", "sheet", "honeywell", "--out", str(out)]) == 3
