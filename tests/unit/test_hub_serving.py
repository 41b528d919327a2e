"""How many processes answer when nobody says."""

import os
from pathlib import Path

import pytest

from returnstation.hub.serving import Serving

HOME = Path("hub")
SERVER = "postgresql://hub@db/hub"


@pytest.mark.parametrize("database", ["", "sqlite:///srv/hub.db"])
def test_a_file_is_served_by_one_process(database: str) -> None:
    assert Serving(HOME, database).processes == 1


@pytest.mark.parametrize(
    ("processors", "processes"), [(None, 1), (1, 1), (2, 2), (4, 4), (5, 4), (64, 4)]
)
def test_a_server_is_used_from_every_processor_but_no_more_than_four(
    monkeypatch: pytest.MonkeyPatch, processors: int | None, processes: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)

    assert Serving(HOME, SERVER).processes == processes


@pytest.mark.parametrize("database", ["", SERVER])
def test_what_was_said_counts(database: str) -> None:
    assert Serving(HOME, database, workers=7).processes == 7
