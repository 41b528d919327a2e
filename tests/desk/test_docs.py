"""What the documents say can be run as it stands there."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest

from returnstation.app import Station
from returnstation.cli.desk import _ACTS, serve
from returnstation.demosite import SEED, Shelves, generate, install
from returnstation.storage.filling import Filling
from stations import Clock, counted_id

DOCS = Path(__file__).parents[2] / "docs"
HEADLESS = (DOCS / "headless-desk.md").read_text(encoding="utf-8")


@contextmanager
def opened(home: Path) -> Iterator[Shelves]:
    station = Station(home, Clock(), counted_id)
    try:
        yield Shelves(Filling(station.cache), station.database.work, station.equipment.pins)
    finally:
        station.close()


def test_the_example_of_the_headless_desk_runs_as_written(tmp_path: Path) -> None:
    found = re.search(r"```jsonl\n(.*?)```", HEADLESS, re.DOTALL)
    assert found is not None
    clock = Clock()
    install(generate(SEED, clock.at.date()), tmp_path, opened)
    station = Station(tmp_path, clock, counted_id)
    answers = StringIO()
    try:
        serve(station, StringIO(found[1]), answers, "en")
    finally:
        station.close()

    told = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert len(told) == len(found[1].splitlines())
    assert [answer.get("error") for answer in told if not answer["ok"]] == []


@pytest.mark.parametrize("command", sorted(_ACTS))
def test_every_command_is_documented(command: str) -> None:
    assert f"| `{command}` |" in HEADLESS


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_key_of_the_desk_is_in_the_users_guide(language: str) -> None:
    guide = (DOCS / f"users-guide.{language}.md").read_text(encoding="utf-8")

    missing = [key for key in ("F1", "F2", "F3", "F4", "F6", "F7", "F8", "F9", "F10", "F12", "Esc")
               if f"`{key}`" not in guide]  # fmt: skip

    assert missing == []
