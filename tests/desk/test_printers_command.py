"""``returnstation printers find``, ``probe`` and ``test``."""

import json
import socket
from pathlib import Path

import pytest

from returnstation.cli.main import main
from returnstation.settings import PrinterSettings, Settings, write_settings


def command(home: Path, *arguments: str) -> int:
    return main(["--home", str(home), "--json", "printers", *arguments])


def test_a_test_page_is_printed_and_its_outcome_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = command(tmp_path, "test", "labels")

    (file,) = (tmp_path / "printed" / "labels").iterdir()
    assert code == 0
    assert file.suffix == ".zpl"
    assert json.loads(capsys.readouterr().out) == {
        "printer": "labels",
        "state": "confirmed",
        "trouble": None,
        "message": None,
    }


def test_a_printer_that_is_not_there_is_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    labels = PrinterSettings("zebra-zd421-203", "label-50x30", address)
    settings = Settings(printers={"labels": labels, "receipts": labels})
    write_settings(tmp_path, settings)

    code = command(tmp_path, "test", "labels")

    told = json.loads(capsys.readouterr().out)
    assert code == 3
    assert (told["state"], told["trouble"]) == ("rendered", "refused")
    assert "takes no connection" in told["message"]


def test_a_printer_the_settings_do_not_name_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(tmp_path, "test", "lables") == 2
    assert "labels, receipts" in capsys.readouterr().err


def test_an_address_is_probed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"

    closed = command(tmp_path, "probe", address)
    told = json.loads(capsys.readouterr().out)
    nonsense = command(tmp_path, "probe", "lpt1:")

    assert (closed, nonsense) == (3, 2)
    assert told == {
        "address": address,
        "spoken": None,
        "identity": "",
        "model": None,
        "is_open": False,
    }


def test_finding_printers_never_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = command(tmp_path, "find", "--seconds", "0.1")

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert all({"address", "name", "how", "model"} <= json.loads(line).keys() for line in lines)
