"""A meeting that does not come to its end is told at the desk once facts wait too long for it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from returnstation.app.sync_worker import SyncWorker
from returnstation.application.hub_state import HubState
from returnstation.application.showing.hub import STUCK_AFTER
from returnstation.storage.outbox import Outbox
from stations import Worker
from stick_stand import NOW, Site, a_site
from waiting import until


@contextmanager
def meeting(site: Site) -> Iterator[SyncWorker]:
    """Have a station meet a hub that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        site.station.database.keep_setting("hub_url", url)
        worker = SyncWorker(site.station)
        site.station.syncing = worker
        worker._thread.start()
        line, _ = listener.accept()
        with line:
            yield worker
    assert worker.stop()


def shown(site: Site) -> tuple[str, str | None]:
    hub = site.station.desk.state().hub
    assert hub is not None
    return hub.state, hub.code


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_site(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    "before", [HubState(), HubState(met_at=NOW)], ids=["never met", "met before"]
)
def test_facts_that_a_meeting_does_not_send_are_loud_while_it_goes_on(
    site: Site, before: HubState
) -> None:
    with meeting(site) as worker:
        worker._state = before
        Worker(site.station)

        assert shown(site) == ("well", None)
        site.clock.at += STUCK_AFTER
        assert shown(site) == ("stuck", "sync-stuck")

    until(lambda: shown(site) == ("offline", "hub-unreachable"))


def test_a_long_meeting_that_sends_all_facts_is_no_trouble(site: Site) -> None:
    Worker(site.station)
    with meeting(site):
        Outbox(site.station.database).keep_progress(1, site.head, b"")
        site.clock.at += 2 * STUCK_AFTER

        assert shown(site) == ("well", None)


def test_facts_that_waited_for_days_are_given_the_time_of_a_meeting(site: Site) -> None:
    Worker(site.station)
    site.clock.at += timedelta(days=3)

    with meeting(site):
        assert shown(site) == ("well", None)
        site.clock.at += STUCK_AFTER
        assert shown(site) == ("stuck", "sync-stuck")
