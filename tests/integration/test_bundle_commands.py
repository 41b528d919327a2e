"""Sticks are written and read by one program at a time: the window, or a command."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from builders import a_merchant, an_order
from returnstation.app.bundling import read_answer
from returnstation.cli.main import main
from returnstation.hub.bundle_answers import Answering
from returnstation.hub.bundles import Sticks
from returnstation.hub.records import Change, Records
from returnstation.storage.snapshots import build_snapshot
from returnstation.wire.feeds import key_of
from stations import Worker
from stick_stand import SITE, Site, a_site

SHARD, NUMBER = "merchant:ds", "STICK-1"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_site(tmp_path) as made:
        yield made


def bundle(site: Site, *words: str) -> int:
    return main(["--home", str(site.station.home), "bundle", *words])


def a_whole_cache(site: Site) -> Path:
    """Carry a stick to a hub with an order, and return its answer."""
    site.hub.feeds.subscribe(SITE, SHARD)
    with site.hub.database.work() as connection:
        merchant = Change("merchant", "ds", msgspec.json.encode(a_merchant()))
        order = msgspec.json.encode(an_order(number=NUMBER))
        Records(connection, SHARD, 1, 7).put(
            [merchant, Change("order", key_of("ds", NUMBER), order)]
        )
    brought = [Sticks(site.hub).take(site.stick())]
    (answer,) = Answering(site.hub, build_snapshot, 0).write(brought, site.folder / "down")
    return answer


def test_an_answer_is_not_read_behind_the_back_of_a_window(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    Worker(site.station)
    answer, before = a_whole_cache(site), site.station.cache.path

    assert bundle(site, "import", str(answer)) == 3

    assert "desk-in-use" in capsys.readouterr().err
    assert (site.acked, site.station.database.setting("cache_generation")) == (0, None)
    read_answer(site.station, [answer])
    assert site.station.cache.path != before
    assert site.station.cache.order("ds", NUMBER) is not None


def test_a_stick_with_a_new_key_is_not_written_while_a_window_may_change_it(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    Worker(site.station)
    key, stick = site.key, site.folder / "stick"

    assert bundle(site, "export", str(stick), "--new-key") == 3

    assert "desk-in-use" in capsys.readouterr().err
    assert site.key == key
    assert not stick.exists()


def test_the_commands_free_the_desk_again(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    answer = a_whole_cache(site)
    site.station.close()

    assert bundle(site, "import", str(answer)) == 0
    assert bundle(site, "export", str(site.folder / "stick")) == 0

    capsys.readouterr()
    Worker(site.station)
