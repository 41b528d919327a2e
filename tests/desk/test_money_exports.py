"""Exports of some days: refunds to be paid, and what is disclosed of discarded goods."""

import csv
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from builders import AT, SHOES_GTIN
from returnstation.cli.main import main
from returnstation.settings import load_settings, write_settings
from stations import Worker, a_station, settings

DAY = AT.date()
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("bounds", "count"),
    [
        ([], 1),
        (["--from", str(DAY)], 1),
        (["--to", str(DAY)], 1),
        (["--from", str(DAY), "--to", str(DAY)], 1),
        (["--from", str(AFTER)], 0),
        (["--to", str(BEFORE)], 0),
    ],
)
def test_refunds_are_exported_by_the_day_they_were_told(
    bounds: list[str], count: int, tmp_path: Path
) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.through(SHOES_GTIN[1:])
        worker.desk.do("finish")
    out = tmp_path / "refunds.jsonl"
    command = ["--home", str(tmp_path), "export", "refunds", "--out", str(out)]

    main([*command, *bounds])
    first = [msgspec.json.decode(line) for line in out.read_bytes().splitlines()]
    main([*command, "--all"])
    (state,) = [msgspec.json.decode(line)["state"] for line in out.read_bytes().splitlines()]

    assert len(first) == count
    assert state == ("exported" if count else "waiting")


def test_destroyed_goods_are_disclosed_with_their_ground(tmp_path: Path) -> None:
    (tmp_path / "gates").mkdir()
    (tmp_path / "gates" / "site.toml").write_text(
        'site_country = "DE"\n[merchant.ds]\nsize = "large"\n', encoding="utf-8"
    )
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.desk.scan(SHOES_GTIN[1:])
        worker.inspect_as_new()
        worker.clear_hints()
        asked = worker.desk.dispose("destroy", "merchant_instruction")
        worker.desk.choose("2")
        worker.desk.choose("1")
        item = next(iter(worker.desk.memory.opened().case.items.values()))
    out = tmp_path / "destruction.csv"
    command = ["--home", str(tmp_path), "export", "destruction", "--out", str(out)]

    main([*command, "--from", str(DAY), "--to", str(DAY)])
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    main([*command, "--from", str(AFTER)])
    later = out.read_text(encoding="utf-8").splitlines()

    assert asked.instruction.text.key == "ask.derogation"
    assert item.derogation == "damaged"
    assert [
        (r["category"], r["treatment"], r["ground"], r["units"], r["weight_kg"]) for r in rows
    ] == [("shoes", "disposal", "damaged", "1", "0.900")]
    assert len(later) == 1


def test_limits_stand_beside_every_other_table(tmp_path: Path) -> None:
    limits = {"EUR": "250.00", "ds/KRW": "1", 'odd "name"/EUR': "0.01"}
    written = settings(refund_limits=limits)

    write_settings(tmp_path, written)

    assert load_settings(tmp_path) == written
