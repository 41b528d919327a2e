"""The demo site in a real station: every parcel of the shift is found, every label is read."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from returnstation.app import Station
from returnstation.demosite import (
    SEED,
    DemoSite,
    PlannedReturn,
    Shelves,
    fill,
    generate,
    install,
    label_pictures,
    shift,
)
from returnstation.scanning.pictures import read_picture
from returnstation.storage.filling import Filling

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@contextmanager
def opening(home: Path) -> Iterator[Shelves]:
    with closing(Station(home, lambda: NOW)) as station:
        yield shelves(station)


def shelves(station: Station) -> Shelves:
    return Shelves(Filling(station.cache), station.database.work, station.equipment.pins)


@pytest.fixture(scope="module")
def site() -> DemoSite:
    return generate(SEED, date(2026, 11, 21))


@pytest.fixture(scope="module")
def labels(site: DemoSite) -> dict[str, bytes]:
    return dict(label_pictures(site, shift(site)))


@pytest.fixture(scope="module")
def station(site: DemoSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    home = tmp_path_factory.mktemp("demo") / "home"
    install(site, home, opening)
    with closing(Station(home, lambda: NOW)) as station:
        yield station


def parcel(name: str) -> PlannedReturn:
    return next(each for each in shift(generate(SEED, date(2026, 11, 21))) if each.name == name)


def test_installing_again_changes_nothing(site: DemoSite, station: Station) -> None:
    assert Filling(station.cache).orders(site.orders[:1000]).same == 1000
    fill(site, shelves(station))

    with station.database.look() as work:
        assert len(work.people.all()) == len(site.users)
        assert len(work.containers.all()) == len(site.containers)


def test_every_parcel_of_the_shift_is_found_with_its_country(
    site: DemoSite, station: Station, labels: dict[str, bytes]
) -> None:
    desk = station.desk
    desk.sign_in("OP1", "1234")
    for each in shift(site):
        view = desk.picture(labels[each.picture]) if each.picture else desk.scan(each.scan)
        if view.case is None:
            key = next(o.key for o in view.options if (each.merchant or "?") in str(o.detail))
            view = desk.choose(key)

        opened = desk.memory.open
        assert opened is not None, each.name
        assert opened.case.opened.jurisdiction == each.country, each.name
        assert set(opened.case.opened.orders) == set(each.orders), each.name
        view = desk.scan(each.items[0].code)
        assert view.problem is None, each.name
        assert (desk.memory.ask is not None) is each.items[0].is_other, each.name
        if desk.memory.ask is not None:
            desk.do("back")
        assert desk.cancel("opened_by_mistake").problem is None


def test_every_label_is_read_by_our_own_readers(site: DemoSite, labels: dict[str, bytes]) -> None:
    planned = {f"{each.name}.jpg": each for each in shift(site)}

    assert len(labels) >= 12
    for name, content in labels.items():
        read = {code.text for code in read_picture(content).codes}
        assert read & {planned[name].tracking, *planned[name].rmas}, name


def test_labels_are_the_same_every_time(site: DemoSite, labels: dict[str, bytes]) -> None:
    name, content = next(label_pictures(site, shift(site)))

    assert labels[name] == content
