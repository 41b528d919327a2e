"""The test bench of a whole station: for supervisors, on its own past, beside the work."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from builders import SHOES_GTIN
from returnstation import datafiles
from returnstation.app import Station
from returnstation.application.troubles import Refused
from returnstation.application.trying import Period, Stopped, Trial
from returnstation.domain.replays import Change
from returnstation.policydata import pack_files
from stations import Worker, a_station

EAN = SHOES_GTIN[1:]
ALWAYS = Period(date(1970, 1, 1), date(2199, 1, 1))
ASKED: list[Callable[[Station], object]] = [
    lambda station: station.trials.bench(),
    lambda station: station.trials.size(ALWAYS),
    lambda station: station.trials.run(Trial("short"), ALWAYS, ignore),
]


def ignore(_cases: int, _change: Change | None) -> None:
    """Want to know nothing."""


def write_draft(home: Path) -> None:
    """Write a draft that gives German buyers ten days."""
    text = pack_files(datafiles.resource("policy"))["EU/withdrawal.toml"].decode()
    shorter = text.replace("length = 14", "length = 10")
    assert shorter != text
    (home / "drafts" / "short" / "EU").mkdir(parents=True)
    (home / "drafts" / "short" / "EU" / "withdrawal.toml").write_text(shorter, encoding="utf-8")


@pytest.mark.parametrize("asked", ASKED)
def test_an_operator_may_not_try_rules(asked: Callable[[Station], object], tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        Worker(station)

        with pytest.raises(Refused, match="not-allowed"):
            asked(station)


def test_nobody_may_try_rules_while_nobody_is_signed_in(tmp_path: Path) -> None:
    with a_station(tmp_path) as station, pytest.raises(Refused, match="not-allowed"):
        station.trials.bench()


def test_a_supervisor_tries_a_draft_of_the_home_on_its_own_past(tmp_path: Path) -> None:
    write_draft(tmp_path)
    with a_station(tmp_path) as station:
        Worker(station, "SUPERVISOR").desk.scan("R-77421")

        bench = station.trials.bench()
        size = station.trials.size(ALWAYS)
        report = station.trials.run(bench.offers[0].trial, ALWAYS, ignore)

    assert bench.folder == str(tmp_path / "drafts")
    assert bench.offers[0].files == ("EU/withdrawal.toml",)
    assert (size, report.cases) == (1, 1)
    assert report.replay.returns > 0


def test_the_desk_goes_on_while_a_trial_runs(tmp_path: Path) -> None:
    write_draft(tmp_path)
    under_way, scanned = threading.Event(), threading.Event()

    def wait_for_the_scan(_cases: int, _change: Change | None) -> None:
        under_way.set()
        assert scanned.wait(10)
        raise Stopped

    with a_station(tmp_path) as station:
        worker = Worker(station, "SUPERVISOR")
        worker.desk.scan("R-77421")
        trials, ended = station.trials, []

        def run() -> None:
            with pytest.raises(Stopped):
                trials.run(Trial("short"), ALWAYS, wait_for_the_scan)
            ended.append(True)

        thread = threading.Thread(target=run)
        thread.start()
        assert under_way.wait(10)
        view = worker.desk.scan(EAN)
        scanned.set()
        thread.join(10)

    assert view.question is not None
    assert ended == [True]
