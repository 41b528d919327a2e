"""Photos at a hub that keeps them in a bucket, and a bucket that stands still."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from hubs import HubProcess, a_hub
from returnstation.app import Station
from returnstation.app.syncing import meet_once
from returnstation.application.troubles import Trouble
from returnstation.hub.photos import JPEG
from returnstation.hub.serving import PHOTOS
from returnstation.wire.messages import PATHS
from s3_stand import BUCKET, STANDS_STILL_S, S3Stand, an_s3
from stations import Worker, a_station
from waiting import until

SITE = "ICN3"
THREADS = 40
"""Of a hub's process."""


@pytest.fixture
def s3() -> Iterator[S3Stand]:
    with an_s3() as stand:
        yield stand


@pytest.fixture
def hub(s3: S3Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubProcess]:
    monkeypatch.setenv(PHOTOS, f"s3://{BUCKET}/photos")
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    with a_hub(tmp_path / "hub") as started:
        yield started


@pytest.fixture
def station(hub: HubProcess, tmp_path: Path) -> Iterator[Station]:
    with a_station(tmp_path / "station") as opened:
        opened.hub.enrol(hub.url, hub.code_for(SITE))
        yield opened


def send(station: Station, number: int) -> int:
    """Send a photo, and return the status of the answer; 0 for none in time."""
    photo = JPEG + str(number).encode()
    with closing(station.hub.client()) as client:
        client.patience_s = STANDS_STILL_S
        try:
            digest = sha256(photo).hexdigest()
            return int(client.raw("PUT", PATHS["photo"] + digest, photo).status)
        except Trouble:
            return 0


def test_a_photo_lies_sealed_in_the_bucket(s3: S3Stand, station: Station) -> None:
    assert send(station, 1) == 200

    (content,) = s3.objects.values()
    assert JPEG + b"1" not in content


def test_a_bucket_that_stands_still_keeps_no_facts_waiting(s3: S3Stand, station: Station) -> None:
    s3.goes_on.clear()
    with ThreadPoolExecutor(THREADS + 10) as senders:
        waiting = [senders.submit(send, station, n) for n in range(THREADS + 10)]
        until(lambda: s3.asked > 1)
        Worker(station).desk.scan("RR473124829DE")
        station.hub.patience_s = STANDS_STILL_S / 2
        sent = meet_once(station).sent
        s3.goes_on.set()
        answers = {each.result() for each in waiting}

    assert sent > 0
    assert answers == {200}
