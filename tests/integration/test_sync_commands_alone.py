"""What a window could not know of is not done beside it: meetings, keys, enrolment."""

from pathlib import Path

import pytest

from returnstation.cli.main import main
from stations import Worker, a_station


@pytest.mark.parametrize(
    "words", [("now",), ("rotate",), ("enrol", "http://127.0.0.1:9", "CODE")], ids=lambda it: it[0]
)
def test_a_command_that_changes_what_a_window_works_with_waits_until_it_is_closed(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_station(tmp_path) as station:
        Worker(station)
        assert main(["--home", str(tmp_path), "sync", *words]) == 3
        assert "desk-in-use" in capsys.readouterr().err

    assert main(["--home", str(tmp_path), "sync", *words]) == 3
    assert "desk-in-use" not in capsys.readouterr().err


@pytest.mark.parametrize("words", [("status",), ("rotate", "--every", "90")])
def test_a_command_that_only_looks_or_sets_works_beside_a_window(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_station(tmp_path) as station:
        Worker(station)
        assert main(["--home", str(tmp_path), "sync", *words]) == 0
    assert not capsys.readouterr().err
