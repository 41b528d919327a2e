"""Commands: results on stdout, messages on stderr, and what the exit code says."""

import io
import json
from contextlib import closing
from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from builders import SHOES_GTIN
from processes import run_program, run_python
from returnstation import __version__
from returnstation.cli import main
from returnstation.crashes import write_crash_report
from returnstation.i18n import load_catalog
from returnstation.storage.audit import verify
from stations import Worker, a_station

EAN = SHOES_GTIN[1:]


def test_a_scans_text_is_interpreted(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code = main(["scan", "--text", EAN, "--jsonl"])

    said = capsys.readouterr()
    answer = json.loads(said.out)
    assert exit_code == 0
    assert said.err == ""
    assert {"kind": "gtin", "value": SHOES_GTIN, "sure": True, "carrier": None} in answer[
        "meanings"
    ] or answer["meanings"][0]["value"] == SHOES_GTIN


def test_a_text_that_is_no_scan_is_refused_and_the_rest_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code = main(["scan", "--text", "", str(tmp_path / "absent.png"), "--jsonl"])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert exit_code == 1
    assert [line["error"]["code"] for line in lines] == ["scan-empty", "file-unreadable"]


def test_a_scan_of_nothing_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code = main(["scan"])

    said = capsys.readouterr()
    assert exit_code == 2
    assert said.out == ""
    assert "scan" in said.err


@pytest.mark.parametrize("arguments", [["explode"], ["audit"], ["desk"], ["--lang"]])
def test_a_command_line_nobody_understands_is_wrong_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


def test_a_backup_is_whole_and_made_while_the_desk_works(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, target = tmp_path / "home", tmp_path / "backup.db"
    with a_station(home) as station:
        Worker(station).desk.scan("R-77421")

        exit_code = main(["--home", str(home), "backup", str(target)])

        head = station.desk.state().seq
    assert exit_code == 0
    assert verify(target).facts == head
    assert str(target) in capsys.readouterr().out


@pytest.mark.parametrize("place", ["nowhere/backup.db", "home/station.db"])
def test_a_backup_that_cannot_be_made_is_trouble_outside(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    with a_station(home):
        pass

    exit_code = main(["--home", str(home), "backup", str(tmp_path / place)])

    assert exit_code == 3
    assert "backup-failed" in capsys.readouterr().err
    assert verify(home / "station.db").bad is None


def test_a_proof_can_be_read_by_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_station(tmp_path) as station:
        Worker(station)

    exit_code = main(["--home", str(tmp_path), "--json", "audit", "verify"])

    proof = json.loads(capsys.readouterr().out)
    assert exit_code == 0
    assert proof["facts"] == 1
    assert proof["bad"] is None


def test_a_station_without_a_log_is_trouble_outside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code = main(["--home", str(tmp_path), "audit", "verify"])

    assert exit_code == 3
    assert "file-unreadable" in capsys.readouterr().err


def test_troubles_are_told_in_the_language_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--home", str(tmp_path), "--lang", "ko", "audit", "verify"])

    said = capsys.readouterr()
    korean = load_catalog("ko").text("trouble.file-unreadable", file=str(tmp_path / "station.db"))
    assert said.out == ""
    assert korean in said.err


def test_the_doctor_tells_what_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exit_code = main(["--home", str(tmp_path), "--json", "doctor"])

    findings = {
        found["name"]: found for found in map(json.loads, capsys.readouterr().out.splitlines())
    }
    assert exit_code == 0
    assert findings["facts"]["state"] == "absent"
    assert {findings[name]["state"] for name in ("program", "sqlite", "home", "settings")} == {"ok"}
    assert all(set(found) == {"name", "state", "text", "advice"} for found in findings.values())


def test_the_doctor_names_the_newest_crash_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in ("first", "second"):
        newest = write_crash_report(tmp_path, ValueError(text))

    exit_code = main(["--home", str(tmp_path), "doctor"])

    (told,) = (line for line in capsys.readouterr().out.splitlines() if "crashes:" in line)
    assert exit_code == 0
    assert told.endswith(f"crashes: 2 reports — send in the newest: {newest}")


@pytest.mark.parametrize(
    ("file", "content", "name"),
    [
        ("station.toml", b"zone = 'Nowhere/At_All'", "settings"),
        ("station.db", b"garbage!" * 1000, "facts"),
    ],
)
def test_the_doctor_says_what_is_bad_and_what_to_do(
    file: str, content: bytes, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / file).write_bytes(content)

    exit_code = main(["--home", str(tmp_path), "--json", "doctor"])

    findings = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert exit_code == 3
    assert [
        (found["name"], bool(found["advice"])) for found in findings if found["state"] == "bad"
    ] == [(name, True)]


def test_printers_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with a_station(tmp_path):
        pass

    exit_code = main(["--home", str(tmp_path), "--json", "printers", "list"])

    printers = [json.loads(line)["printer"] for line in capsys.readouterr().out.splitlines()]
    assert exit_code == 0
    assert printers == ["labels", "receipts"]


def test_the_program_says_its_version() -> None:
    ended = run_program("--version")

    assert (ended.code, ended.out.strip()) == (0, f"returnstation {__version__}")


def test_a_newer_file_is_trouble_outside_and_no_bug(tmp_path: Path) -> None:
    with a_station(tmp_path):
        pass
    with closing(dbapi2.connect(str(tmp_path / "station.db"))) as connection:
        connection.execute("PRAGMA user_version = 999")

    ended = run_program("--home", str(tmp_path), "desk", "--jsonl")

    assert ended.code == 3
    assert "database-newer" in ended.err
    assert ended.out == ""


BUGGY = """
import sys
from pathlib import Path
from returnstation import datafiles

datafiles._PACKAGE = Path(sys.argv.pop(1))
from returnstation.cli import run
sys.exit(run())
"""


def test_a_bug_writes_a_report_and_names_it(tmp_path: Path) -> None:
    # The program was put together without its data files.
    package, home = tmp_path / "package", tmp_path / "home"
    (package / "_data").mkdir(parents=True)

    ended = run_python("-c", BUGGY, str(package), "--home", str(home), "desk", "--jsonl")

    (report,) = (home / "crashes").iterdir()
    assert ended.code == 70
    assert str(report) in ended.err
    assert "DataFileMissing" in report.read_text(encoding="utf-8")
    assert ended.out == ""


BUGGY_BESIDE = """
import sys, threading

class Lines:
    def readline(self, most):
        beside = threading.Thread(target=lambda: 1 / 0)
        beside.start()
        beside.join()
        return ""

sys.stdin = Lines()
from returnstation.cli import run
sys.exit(run())
"""


def test_a_bug_beside_the_desk_writes_a_report_and_the_desk_goes_on(tmp_path: Path) -> None:
    ended = run_python("-c", BUGGY_BESIDE, "--home", str(tmp_path), "desk", "--jsonl")

    (report,) = (tmp_path / "crashes").iterdir()
    assert ended.code == 0
    assert str(report) in ended.err
    assert "ZeroDivisionError" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "longest"),
    [
        (("containers", "add", "{}", "--disposition", "restock_new"), 40),
        (("user", "add", "{}", "--name", "Lee", "--badge", "B7", "--pin-stdin"), 60),
    ],
)
def test_names_that_facts_would_carry_have_a_longest(
    words: tuple[str, ...], longest: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(name: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO("4711\n"))
        return main(["--home", str(tmp_path), *(word.format(name) for word in words)])

    assert run("A" * longest) == 0
    with pytest.raises(SystemExit) as wrong:
        run("A" * (longest + 1))
    assert wrong.value.code == 2
