"""A backup put in place: what was given after it was made is never given again."""

from pathlib import Path

import pytest

from builders import SHOES_GTIN, an_order
from returnstation.cli.main import main
from returnstation.storage.station import PASSED_OVER
from stations import Worker, a_station


def taken_in(home: Path, number: str) -> tuple[str, str]:
    """Take in what an order sold; return the numbers of the case and of its item."""
    with a_station(home, [an_order(number=number)]) as station:
        worker = Worker(station)
        opened = worker.desk.scan(number).case
        assert opened is not None
        worker.desk.scan(SHOES_GTIN[1:])
        worker.inspect_as_new()
        worker.clear_hints()
        view = worker.desk.do("accept")
        assert view.label is not None
        lpn = view.label.lpn
        worker.label(view)
        worker.desk.do("finish")
        return opened.number, lpn


def run(home: Path, *words: str) -> int:
    return main(["--home", str(home), *words])


def test_numbers_that_were_given_after_the_backup_are_not_given_again(tmp_path: Path) -> None:
    home, backup = tmp_path / "home", tmp_path / "backup.db"
    home.mkdir()
    before = taken_in(home, "KR-1")
    assert run(home, "backup", str(backup)) == 0
    lost = taken_in(home, "KR-2")

    assert run(home, "restore", str(backup)) == 0

    case, lpn = taken_in(home, "KR-3")
    assert (before[0], lost[0]) == ("ICN3-C000001", "ICN3-C000002")
    assert case == f"ICN3-C{PASSED_OVER + 2:06}"
    assert lpn == f"ICN3-{PASSED_OVER + 2:07}"


def test_no_backup_is_put_in_place_while_somebody_works(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, backup = tmp_path / "home", tmp_path / "backup.db"
    home.mkdir()
    taken_in(home, "KR-1")
    assert run(home, "backup", str(backup)) == 0

    with a_station(home) as station:
        Worker(station)
        assert run(home, "restore", str(backup)) == 3

        assert "desk-in-use" in capsys.readouterr().err
        assert not (home / "station-before-restore.db").exists()
    assert run(home, "restore", str(backup)) == 0


def test_a_backup_is_put_in_place_on_a_new_machine(tmp_path: Path) -> None:
    home, backup = tmp_path / "home", tmp_path / "backup.db"
    home.mkdir()
    taken_in(home, "KR-1")
    run(home, "backup", str(backup))

    assert run(tmp_path / "new" / "home", "restore", str(backup)) == 0
    assert (tmp_path / "new" / "home" / "station.db").is_file()
