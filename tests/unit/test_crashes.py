"""What a bug leaves behind: one report for each, whoever it happened to."""

import logging
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from returnstation.application.troubles import Trouble
from returnstation.crashes import BugReports, write_crash_report

pytestmark = pytest.mark.bugs
_logger = logging.getLogger(__name__)


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[threading.ExceptHookArgs]:
    """Threads that ended by a bug, as the hook that was there before hears of them."""
    heard: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", heard.append)
    return heard


@pytest.fixture
def home(tmp_path: Path, ended: list[threading.ExceptHookArgs]) -> Iterator[Path]:
    with BugReports(tmp_path):
        yield tmp_path


def reports(home: Path) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in sorted((home / "crashes").glob("*"))]


def survived(number: object) -> None:
    try:
        1 / int(str(number))
    except Exception:
        _logger.exception("round was interrupted")


def end_a_thread() -> None:
    thread = threading.Thread(target=partial(next, iter(())), name="scale")
    thread.start()
    thread.join()


def test_a_bug_that_was_survived_has_a_report_with_its_place(home: Path) -> None:
    survived(0)

    (report,) = reports(home)
    assert "ZeroDivisionError" in report
    assert "in survived" in report


def test_a_bug_that_comes_again_and_again_has_one_report(home: Path) -> None:
    for _ in range(50):
        survived(0)

    assert len(reports(home)) == 1


def test_another_bug_has_a_report_of_its_own(home: Path) -> None:
    survived(0)
    survived("x")

    assert len(reports(home)) == 2


def test_an_error_that_is_no_bug_has_no_report(home: Path) -> None:
    _logger.error("the disk is full")
    _logger.warning("the hub cannot be reached", exc_info=OSError("no route"))
    _logger.error("printing was interrupted", exc_info=Trouble("disk-full"))

    assert reports(home) == []


def test_a_bug_that_ends_a_thread_has_a_report_and_is_told_on(
    home: Path, ended: list[threading.ExceptHookArgs]
) -> None:
    end_a_thread()

    (report,) = reports(home)
    assert "StopIteration" in report
    assert [type(each.exc_value) for each in ended] == [StopIteration]


def test_afterwards_nothing_is_reported(
    tmp_path: Path, ended: list[threading.ExceptHookArgs]
) -> None:
    with BugReports(tmp_path):
        pass

    survived(0)
    end_a_thread()

    assert reports(tmp_path) == []
    assert len(ended) == 1


def test_a_second_who_reports_takes_the_place_of_the_first(home: Path, tmp_path: Path) -> None:
    with BugReports(tmp_path / "second"):
        survived(0)
        end_a_thread()

    assert len(reports(tmp_path / "second")) == 2
    assert reports(home) == []


def test_two_bugs_of_one_moment_have_two_reports(tmp_path: Path) -> None:
    made = {write_crash_report(tmp_path, ValueError(str(number))) for number in range(3)}

    assert len(made) == len(reports(tmp_path)) == 3


def test_a_home_that_cannot_be_written_has_reports_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "crashes").write_text("in the way")

    report = write_crash_report(tmp_path, ValueError("odd"))

    assert "odd" in report.read_text(encoding="utf-8")
    assert tmp_path not in report.parents
    report.unlink()
