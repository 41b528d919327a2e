"""When the hub is well, merely away, or needs somebody."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from builders import AT
from returnstation.app.hub_shown import hub_state
from returnstation.application.hub_state import HubState
from returnstation.application.showing.hub import STUCK_AFTER, clock_trouble, shown_hub
from returnstation.application.troubles import Trouble
from returnstation.application.view import HubView
from returnstation.domain.messages import Say, say
from returnstation.wire.conflicts import ConflictRecord

SEOUL = ZoneInfo("Asia/Seoul")
MET = HubState(met_at=AT)
SECOND = timedelta(seconds=1)


def shown(
    state: HubState | None, oldest: datetime | None = None, now: datetime = AT, conflicts: int = 0
) -> HubView | None:
    records = [
        ConflictRecord(
            conflict_id=str(n),
            kind="order_changed",
            state="open",
            since_ms=0,
            owner="site",
            money="waits",
        )
        for n in range(conflicts)
    ]
    equipment: Any = SimpleNamespace(
        hub=lambda: state,
        now=lambda: now,
        settings=SimpleNamespace(zone=SEOUL),
        conflicts=lambda: records,
    )
    work: Any = SimpleNamespace(facts=SimpleNamespace(of=lambda _: ()))
    return shown_hub(equipment, work, oldest)


def in_trouble(code: str) -> HubState:
    trouble = Trouble(code, url="x", code="y", file="f", shard="s")
    return HubState(met_at=AT, code=code, text=trouble.say(), help=trouble.help(), since=AT)


def seen(view: HubView | None) -> tuple[str, str | None]:
    assert view is not None
    return view.state, view.code


def test_a_station_without_a_hub_shows_none() -> None:
    assert shown(None) is None


def test_a_hub_that_was_met_is_quiet_and_says_when() -> None:
    view = shown(MET, conflicts=2)

    assert seen(view) == ("well", None)
    assert view is not None
    assert view.synced_at == AT.astimezone(SEOUL).replace(second=0, microsecond=0)
    assert view.conflicts == 2


@pytest.mark.parametrize("code", ["hub-unreachable", "hub-busy"])
def test_what_passes_by_itself_is_calm(code: str) -> None:
    assert seen(shown(in_trouble(code))) == ("offline", code)


@pytest.mark.parametrize(
    "code",
    ["sync-stuck", "hub-refused", "enrol-again", "key-unreadable", "feed-unreadable", "disk-full"],
)
def test_what_does_not_pass_by_itself_is_loud(code: str) -> None:
    assert seen(shown(in_trouble(code))) == ("stuck", code)


@pytest.mark.parametrize(
    ("age", "wanted"),
    [(STUCK_AFTER, ("well", None)), (STUCK_AFTER + SECOND, ("stuck", "sync-stuck"))],
)
def test_facts_that_wait_although_the_hub_answers_are_loud_in_the_end(
    age: timedelta, wanted: tuple[str, str | None]
) -> None:
    now = AT + timedelta(hours=1)
    assert seen(shown(HubState(met_at=now), now - age, now)) == wanted


def test_the_key_is_shown_in_the_time_of_the_site() -> None:
    view = shown(replace(MET, key="0123456789abcdef", key_at=AT))

    assert view is not None
    assert (view.key, view.key_at) == ("0123456789abcdef", AT)
    assert view.key_at is not None
    assert view.key_at.tzinfo == SEOUL


def test_facts_written_after_the_last_meeting_are_not_stuck_yet() -> None:
    assert seen(shown(MET, AT + SECOND, AT + timedelta(hours=9))) == ("well", None)


@pytest.mark.parametrize(
    ("offset", "key"),
    [
        (timedelta(minutes=5), None),
        (timedelta(minutes=-5), None),
        (timedelta(minutes=6), "trouble.clock-behind"),
        (timedelta(hours=-2), "trouble.clock-ahead"),
    ],
)
def test_a_clock_that_differs_by_more_than_five_minutes_is_told(
    offset: timedelta, key: str | None
) -> None:
    told = clock_trouble(shown(replace(MET, offset=offset)))

    assert [each.text.key for each in told] == ([] if key is None else [key])


@pytest.mark.parametrize(
    ("stuck", "code", "wanted"),
    [
        (0, None, None),
        (0, "hub-unreachable", None),
        (0, "hub-busy", None),
        (0, "disk-full", say("hub.photos.held", code="disk-full")),
        (1, None, say("hub.photos.stuck", n=1)),
        (2, "hub-unreachable", say("hub.photos.stuck", n=2)),
    ],
)
def test_photos_that_do_not_get_there_are_told_unless_the_hub_is_away_anyway(
    stuck: int, code: str | None, wanted: Say | None
) -> None:
    facts: Any = SimpleNamespace(state=MET)
    photos: Any = SimpleNamespace(stuck=stuck, trouble=code)

    view = shown(hub_state(facts, photos))

    assert view is not None
    assert (view.state, view.photos) == ("well", wanted)
    assert view.help == (say("hub.well.help") if wanted is None else None)


def test_before_photos_are_sent_nothing_is_said_of_them() -> None:
    facts: Any = SimpleNamespace(state=MET)

    assert hub_state(facts, None) == MET
    assert hub_state(None, None) is None
