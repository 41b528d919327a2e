"""A supervisor is told the last day, and between which days the parcel may have come."""

from pathlib import Path

import msgspec
import pytest

from returnstation.domain.facts import ConflictSettled
from returnstation.i18n import load_catalog
from returnstation.storage.cache_tables import CONFLICT
from returnstation.wire.conflicts import ConflictRecord, Side
from stations import Worker, a_station

RECORD = ConflictRecord(
    conflict_id="unsure",
    kind="clock_unsure",
    state="open",
    since_ms=1_795_498_327_000,
    owner="site",
    money="waits",
    cases=("case-1",),
    sides=(Side(key="case-1", number="ICN3-C000001", station="Desk 1"),),
    details={
        "lines": "KR-1/1",
        "last_day": "2026-11-26",
        "first": "2026-11-24",
        "last": "2026-11-28",
    },
)


def test_it_is_shown_with_its_days_and_settled_like_the_others(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        row = {"conflict_id": "unsure", "state": "open", "body": msgspec.json.encode(RECORD)}
        with station.cache.writing() as connection:
            connection.execute(CONFLICT.insert(), row)
        desk = Worker(station, "SUPERVISOR").desk

        (shown,) = desk.conflicts.open()
        desk.conflicts.settle("unsure", "seen", None, "looked_again")

        assert [each.decision for each in shown.decisions] == ["seen", "none"]
        assert load_catalog("en").say(shown.help).count("24") == 1
        with station.database.look() as work:
            (settled,) = [each.fact for each in work.facts.of("unsure")]
        assert isinstance(settled, ConflictSettled)
        assert settled.kind == "clock_unsure"


@pytest.mark.parametrize("language", ["ko", "en", "ja", "de"])
def test_every_language_names_the_three_days(tmp_path: Path, language: str) -> None:
    with a_station(tmp_path) as station:
        row = {"conflict_id": "unsure", "state": "open", "body": msgspec.json.encode(RECORD)}
        with station.cache.writing() as connection:
            connection.execute(CONFLICT.insert(), row)
        (shown,) = Worker(station, "SUPERVISOR").desk.conflicts.open()

    said = load_catalog(language).say(shown.help)

    assert all(day in said for day in ("24", "26", "28")), said
