"""``export`` on a station with a finished case."""

import csv
import hashlib
import io
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from returnstation.app import Station
from returnstation.application.ports import User
from returnstation.cli import main


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a station where somebody inspected a product of a blind parcel."""
    home = tmp_path / "home"
    with closing(Station(home, lambda: datetime(2026, 11, 20, 15, 30, tzinfo=UTC))) as station:
        verifier = station.equipment.pins.hash("1234")
        with station.database.work() as work:
            work.people.put(
                User(user_id="kim", name="김지윤", role="operator", badge="OP1", pin_hash=verifier)
            )
            work.commit()
        desk = station.desk
        desk.sign_in("OP1", "1234")
        desk.do("blind")
        desk.scan("8801234567893")
        desk.grade(6, 9)
        desk.do("accept")
    return home


def test_the_exported_log_proves_itself(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(home), "export", "audit"]) == 0

    before = bytes(32)
    lines = capsys.readouterr().out.splitlines()
    for line in lines:
        fact = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        names = (
            "station", "epoch", "seq", "fact_id", "hlc", "type", "version", "subject", "user",
        )  # fmt: skip
        head = b"[" + b",".join(bytes(fact[name]) for name in names) + b"]"
        before = hashlib.sha256(before + head + b"\n" + bytes(fact["body"])).digest()
        assert msgspec.json.decode(fact["hash"]) == before.hex()
    assert len(lines) >= 3


@pytest.mark.parametrize(("day", "rows"), [("2026-11-20", 0), ("2026-11-21", 1), ("2026-11-22", 0)])
def test_inspections_are_exported_by_local_days(
    home: Path, capsys: pytest.CaptureFixture[str], day: str, rows: int
) -> None:
    code = main(["--home", str(home), "export", "inspections", "--from", day, "--to", day])

    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert (code, len(table)) == (0, rows)


def test_a_file_is_there_whole(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "audit.jsonl"

    assert main(["--home", str(home), "export", "audit", "--out", str(out)]) == 0

    assert out.read_text(encoding="utf-8").endswith("}\n")
    assert not list(tmp_path.glob("*.part"))


def test_a_place_that_cannot_be_written_is_trouble_outside(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "none" / "audit.jsonl"

    assert main(["--home", str(home), "export", "audit", "--out", str(out)]) == 3
