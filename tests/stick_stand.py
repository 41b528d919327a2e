"""A site that lives on sticks: a real station, a real hub, and folders that stand for sticks."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, insert, select

from returnstation.app import Station
from returnstation.app.bundling import read_answer, write_bundle
from returnstation.hub.bundle_answers import Answering
from returnstation.hub.bundles import Sticks
from returnstation.hub.hub import Hub
from returnstation.hub.intake import Sender
from returnstation.hub.serving import open_hub
from returnstation.hub.stations import CODE_BYTES
from returnstation.hub.tables import ABOUT
from returnstation.storage.outbox import Outbox
from returnstation.storage.snapshots import build_snapshot
from returnstation.sync.client import Address, HubRefused
from returnstation.sync.keys import StationKey, load_key, new_bundle_secret
from returnstation.sync.rotating import Rotation, is_due
from returnstation.wire.hub_keys import HubKeyChain
from returnstation.wire.keys import KEY_BYTES, KeyTaken, KeyWish, fingerprint
from returnstation.wire.messages import ENROL_TAG, PATHS, EnrolWish, Hello
from returnstation.wire.signatures import BadSignature, Request, sign
from stations import Clock, a_station

SITE = "ICN3"
NOW = datetime.now(UTC)

Rows = dict[Table, list[dict[str, Any]]]


def trusted_by(station: Station) -> str:
    """Return the fingerprint of the newest key of the hub that a station knows."""
    trust = station.hub.keys.trust()
    assert trust is not None
    return fingerprint(trust.key)


@dataclass
class Site:
    """A station with a clock of its own, a hub looked into, and folders that stand for sticks."""

    station: Station
    hub: Hub
    clock: Clock
    folder: Path
    sticks: int = 0

    @property
    def name(self) -> str:
        assert self.station.hub.address is not None
        return self.station.hub.address.station

    @property
    def trusted(self) -> str:
        return trusted_by(self.station)

    @property
    def signs(self) -> str:
        """Fingerprint of the key the hub signs with."""
        return fingerprint(self.hub.keys.public)

    @property
    def key(self) -> StationKey:
        """The station's key on its disk."""
        key = load_key(self.station.home)
        assert key is not None
        return key

    @property
    def known(self) -> tuple[bytes, str]:
        """Key and recipient by which the hub knows the station."""
        known = self.hub.stations.known(self.name)
        assert known is not None
        return known.key, known.bundle_key

    @property
    def acked(self) -> int:
        return Outbox(self.station.database).progress()[1]

    @property
    def head(self) -> int:
        with self.station.database.look() as work:
            return work.facts.head()

    def stick(self) -> Path:
        """Write a stick, and return its only file."""
        self.sticks += 1
        (file,) = write_bundle(self.station, self.folder / f"up-{self.sticks}").files
        return file

    def answer(self, *files: Path) -> Path:
        """Have the hub read sticks, and return the file of its answer."""
        self.sticks += 1
        brought = [Sticks(self.hub).take(file) for file in files]
        folder = self.folder / f"down-{self.sticks}"
        (answer,) = Answering(self.hub, build_snapshot).write(brought, folder)
        return answer

    def read(self, answer: Path) -> None:
        read_answer(self.station, [answer])

    def round(self) -> None:
        """Carry a stick to the hub, and its answer back."""
        self.read(self.answer(self.stick()))

    def heed(self) -> None:
        """Hear what the hub says of its keys, as in any meeting."""
        hello = self.hub.hello(Sender(self.name))
        chain = HubKeyChain(changes=self.hub.keys.changes)
        self.station.hub.keys.heed(hello, lambda: chain)

    def network(self) -> None:
        """Meet the hub as over a network, as far as keys are concerned."""
        line = Line(self, self.key)
        rotation = Rotation(line, self.station.hub.keep_key)
        hello = rotation.met(line.hello, self.head)
        if hello.key_wanted or is_due(line.key, hello.time_ms):
            rotation.renew(secrets.token_bytes(KEY_BYTES), self.head, hello.time_ms)
            line.hello()

    def later(self, days: int) -> None:
        at = self.hub.clock() + timedelta(days=days)
        self.clock.at, self.hub.clock = at, lambda: at

    def backup(self, tables: Sequence[Table] = (ABOUT,)) -> Rows:
        with self.hub.database.look() as connection:
            return {
                table: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in tables
            }

    def put_back(self, kept: Rows) -> None:
        with self.hub.database.work() as connection:
            for table, rows in kept.items():
                connection.execute(delete(table))
                if rows:
                    connection.execute(insert(table), rows)
        self.hub = replace(self.hub)  # its processes were started anew


@dataclass
class Line:
    """A network between a station and its hub, for one meeting."""

    site: Site
    key: StationKey

    @property
    def address(self) -> Address:
        return Address("http://hub", self.site.name, self.site.hub.database.hub_id)

    def hello(self) -> Hello:
        hub = self.site.hub
        try:
            return hub.hello(hub.sender(self._signed("hello")))
        except BadSignature as refused:
            raise HubRefused(refused.code, 401) from refused

    def change_key(self, wish: KeyWish) -> KeyTaken:
        hub = self.site.hub
        try:
            sender = hub.sender(self._signed("keys"))
        except BadSignature as refused:
            raise HubRefused(refused.code, 401) from refused
        return hub.station_keys.change(sender, wish, hub.now_ms())

    def _signed(self, name: str) -> Request:
        request = Request("POST", f"http://hub{PATHS[name]}", b"x")
        seal = (self.site.hub.clock(), secrets.token_hex(8))
        sign(request, self.key.signing, self.site.name, self.address.hub, seal)
        return request


@contextmanager
def a_site(folder: Path) -> Iterator[Site]:
    """Open a station and its hub, whose clocks stand still."""
    clock, hub = Clock(NOW), open_hub(folder / "hub")
    hub.clock = lambda: NOW
    with closing(hub.database), a_station(folder / "station", clock=clock) as station:
        enrol(station, hub)
        yield Site(station, hub, clock, folder)


def enrol(station: Station, hub: Hub) -> None:
    """Take a station in, as over a network."""
    code = hub.stations.offer(SITE, "Desk", hub.random(CODE_BYTES), hub.now_ms())
    key = StationKey(hub.random(32), station.database.epoch, new_bundle_secret())
    wish = EnrolWish(code=code, key=key.public, site=SITE, bundle_key=key.bundle_key)
    request = Request("POST", "http://hub/v1/enrol")
    sign(request, key.signing, "new", ENROL_TAG, (hub.clock(), "n"))
    told = hub.enrol(wish, request)
    station.hub.keep_key(replace(key, made_ms=told.time_ms))
    station.hub._keep("http://hub", told)
