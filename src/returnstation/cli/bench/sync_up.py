"""How fast facts go up: stations that sign, a hub that checks and keeps, over a real socket."""

import secrets
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from threading import Thread

import urllib3
from sqlalchemy import Column, Connection, MetaData, Table, select

from returnstation.cli.bench.figures import Figure, figure
from returnstation.hub.database import insert_many, insert_new
from returnstation.hub.hub import Hub
from returnstation.hub.serving import Serving, open_hub, serve
from returnstation.hub.tables import DIRTY, FACT
from returnstation.hub.writing import FactRow
from returnstation.sync.client import Address, HubClient
from returnstation.sync.keys import StationKey
from returnstation.wire.batches import Acked, Batch, SentFact, hashes
from returnstation.wire.facts import FIRST
from returnstation.wire.messages import EnrolWish

MOST_FACTS = 4000
"""Of each station: enough for a steady rate."""

_STATIONS = 32
_FEW = 8
_BATCH = 200
_SITE = "BN1"
_BODY = b'{"item_id":null,"text":"' + b"x" * 380 + b'"}'
_PATIENCE_S = 20.0
_STAGED = 5000


@dataclass(frozen=True, slots=True)
class _Sender:
    client: HubClient
    facts: Sequence[SentFact]
    before: Sequence[bytes]

    def send(self, size: int, first: int, last: int) -> None:
        for start in range(first, last, size):
            facts = tuple(self.facts[start : min(start + size, last)])
            reply = self.client.send(Batch(branch=7, before=self.before[start], facts=facts))
            if not isinstance(reply, Acked):
                raise TypeError(reply)


def measure_up(home: Path, facts: int, database: str) -> Figure:
    """Send facts in batches of 200 from many stations at once; then all of them again.

    What comes at one moment is taken in together, so a hub is faster where more stations send:
    a few of them are measured as well.

    Args:
        home: An empty folder.
        facts: Of each station.
        database: ``postgresql://…``, empty; or "" for a SQLite file.
    """
    home.mkdir(parents=True, exist_ok=True)
    single = max(10, facts // 40)
    with _a_hub(home, database) as (url, hub):
        few = [_sender(url, hub, facts) for _ in range(_FEW)]
        from_few = len(few) * facts / _together(few, _BATCH, 0, facts)
        senders = [_sender(url, hub, facts + single) for _ in range(_STATIONS)]
        took = _together(senders, _BATCH, 0, facts)
        again = _together(senders, _BATCH, 0, facts)
        alone = _together(senders, 1, facts, facts + single)
        _let_projections_end(hub)
        staged = _staged(hub, facts * _FEW)
    total = facts * _STATIONS
    rates = [total / took, total / again, single * _STATIONS / alone, from_few, staged]
    return figure(
        "sync-up",
        [took * 1000 * _BATCH / total],
        target_ms=None,
        against=(
            "COPY into a staging table and INSERT from it, nothing checked",
            [_BATCH * 1000 / staged],
        ),
        note=f"facts a second from {_STATIONS} stations"
        + ": {:,.0f}; again {:,.0f}; one by one {:,.0f}".format(*rates[:3])
        + f"; from {_FEW} stations"
        + ": {:,.0f}; staged {:,.0f}".format(*rates[3:]),
    )


@contextmanager
def _a_hub(home: Path, database: str) -> Iterator[tuple[str, Hub]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    how = Serving(home=home, database=database, port=port)
    process = get_context("spawn").Process(target=serve, args=(how,))
    process.start()
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        hub = open_hub(home, database)
        with closing(hub.database):
            yield url, hub
    finally:
        process.terminate()
        process.join(10)


def _wait(url: str) -> None:
    ends = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends:
        try:
            if urllib3.request("GET", f"{url}/healthz", timeout=2, retries=False).status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.1)


def _sender(url: str, hub: Hub, facts: int) -> _Sender:
    code = hub.stations.offer(_SITE, "bench", secrets.token_bytes(16), hub.now_ms())
    key = StationKey(secrets.token_bytes(32), 1)
    told = _client(url, key, "new", "").enrol(EnrolWish(code=code, key=key.public, site=_SITE))
    sent = tuple(_fact(told.station, seq) for seq in range(1, facts + 1))
    whole = Batch(branch=7, before=FIRST, facts=sent)
    return _Sender(_client(url, key, told.station, told.hub), sent, (FIRST, *hashes(whole)))


def _client(url: str, key: StationKey, station: str, hub: str) -> HubClient:
    return HubClient(
        Address(url, station, hub),
        key,
        lambda: datetime.now(UTC),
        lambda: secrets.token_urlsafe(12),
    )


def _fact(station: str, seq: int) -> SentFact:
    case = f"{station}-{seq // 12}"
    at = (1_760_000_000_000 + seq) << 16
    return SentFact(
        seq, station, 7, secrets.token_bytes(16), at, "note_added", 1, case, None, _BODY
    )


def _together(senders: Sequence[_Sender], size: int, first: int, last: int) -> float:
    threads = [Thread(target=sender.send, args=(size, first, last)) for sender in senders]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def _let_projections_end(hub: Hub) -> None:
    """Wait until the hub is idle: what it catches up with would slow the baseline down."""
    marked = select(DIRTY.c.subject).limit(1)
    while True:
        with hub.database.glance() as connection:
            if connection.scalar(marked) is None:
                return
        time.sleep(0.1)


def _staged(hub: Hub, facts: int) -> float:
    """Return rows a second of the database's own way to take many in, nothing checked.

    With PostgreSQL that is COPY into a staging table and one INSERT from it, so that rows which
    are there already are left alone.
    """
    rows: list[FactRow] = [
        (
            "staged",
            1,
            seq,
            "staged",
            1,
            secrets.token_bytes(16),
            seq,
            "note_added",
            1,
            f"staged-{seq // 12}",
            None,
            _BODY,
            FIRST,
            0,
            "network",
        )
        for seq in range(1, facts + 1)
    ]
    start = time.perf_counter()
    for first in range(0, facts, _STAGED):
        with hub.database.work() as connection:
            _stage(connection, rows[first : first + _STAGED])
    return facts / (time.perf_counter() - start)


def _stage(connection: Connection, rows: Sequence[FactRow]) -> None:
    if connection.dialect.name == "sqlite":
        insert_many(connection, FACT, rows)
        return
    columns = (Column(each.name, each.type) for each in FACT.c)
    staging = Table("staging", MetaData(), *columns, prefixes=["TEMPORARY"])
    staging.create(connection)
    insert_many(connection, staging, rows)
    connection.execute(insert_new(connection, FACT).from_select(FACT.c.keys(), select(staging)))
    staging.drop(connection)
