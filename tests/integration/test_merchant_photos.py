"""A merchant sees the photos of its cases, and of nobody else's."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import AT, an_order
from merchant_stand import STATIONS, Stand, a_stand, asked, key_for
from returnstation.domain.facts import PhotoTaken
from returnstation.hub.database import HubDatabase
from returnstation.hub.erasing import Erasing
from returnstation.hub.photos import JPEG
from returnstation.storage.outbox import Outbox
from returnstation.wire.batches import SentFact
from stations import Worker, a_station

PHOTO, SMALL = JPEG + b"large" * 99, JPEG + b"small"
DIGEST = sha256(PHOTO).hexdigest()
NAMED_ONLY = sha256(b"not sent yet").hexdigest()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Sequence[SentFact]:
    """A desk where one photo was taken, and another that is still on its way."""
    with a_station(tmp_path_factory.mktemp("desk")) as station:
        desk = Worker(station).desk
        desk.scan(an_order().shipments[0].tracking)
        assert desk.memory.open is not None
        with station.database.work() as work:
            taken = [PhotoTaken(digest=each) for each in (DIGEST, NAMED_ONLY)]
            work.facts.append(desk.memory.open.case.case_id, None, taken, AT)
            work.commit()
        return Outbox(station.database).after(0, 10_000)


@pytest.fixture
def stand(tmp_path: Path, log: Sequence[SentFact]) -> Iterator[Stand]:
    path = tmp_path / "hub.db"
    with (
        closing(HubDatabase(f"sqlite:///{path}", "hub-a")) as database,
        a_stand(database, tmp_path) as made,
    ):
        assert made.ask("PUT", made.of("orders"), an_order()).status == 200
        made.take(log)
        now = made.hub.now_ms()
        made.hub.photos.put(STATIONS[0], DIGEST, PHOTO, now)
        made.hub.photos.put_thumbnail(STATIONS[0], DIGEST, SMALL, now)
        yield made


def test_a_photo_comes_whole_and_small_and_lies_in_no_cache(stand: Stand) -> None:
    whole = stand.ask("GET", stand.of(f"photos/{DIGEST}"))
    small = stand.ask("GET", stand.of(f"photos/{DIGEST}?size=small"))

    assert (whole.status, whole.body, small.body) == (200, PHOTO, SMALL)
    assert whole.headers["content-type"] == "image/jpeg"
    assert whole.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("asked_for", "status", "code"),
    [
        (NAMED_ONLY, 404, "photo-not-here"),
        (sha256(b"nobody's").hexdigest(), 404, "photo-unknown"),
        (DIGEST.upper(), 404, "photo-unknown"),
        (f"{DIGEST}?size=huge", 400, "photo-size-wrong"),
    ],
)
def test_what_is_no_photo_of_a_case_is_refused(
    stand: Stand, asked_for: str, status: int, code: str
) -> None:
    answer = stand.ask("GET", stand.of(f"photos/{asked_for}"))

    assert (answer.status, answer.code) == (status, code)


def test_another_merchant_does_not_see_it(stand: Stand) -> None:
    bearer = {"authorization": f"Bearer {key_for(stand, 'other')}"}
    answer = asked(stand.app, "GET", f"/v1/merchants/other/photos/{DIGEST}", b"", bearer)

    assert (answer.status, answer.code) == (404, "photo-unknown")


def test_an_erased_photo_is_gone(stand: Stand) -> None:
    Erasing(stand.hub).erase("ds", an_order().number)
    stand.project()

    answer = stand.ask("GET", stand.of(f"photos/{DIGEST}"))
    assert (answer.status, answer.code) == (410, "photo-erased")


@given(st.text(max_size=80))
@settings(suppress_health_check=list(HealthCheck), max_examples=40)
def test_no_name_leads_out_of_the_photos(stand: Stand, name: str) -> None:
    answer = stand.ask("GET", stand.of(f"photos/{quote(name, safe='')}"))

    assert answer.status in {404, 405}
