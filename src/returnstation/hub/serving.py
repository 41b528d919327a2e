"""Run the hub: as many processes as the machine has room for, behind one address."""

import logging
import os
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from returnstation.crashes import BugReports
from returnstation.hub.conflict_records import ConflictRecords
from returnstation.hub.database import HubDatabase
from returnstation.hub.housekeeping import Chore, Housekeeping
from returnstation.hub.hub import Hub
from returnstation.hub.keys import forget_former
from returnstation.hub.listening import check_address, check_certificate
from returnstation.hub.made_rows import NOTHING, Making, carry_making
from returnstation.hub.making_old import OldMaking
from returnstation.hub.merchant_api import MerchantDesk
from returnstation.hub.merchants import CheckTerms
from returnstation.hub.photos_finding import PhotoFinding
from returnstation.hub.photos_proving import PhotoProving
from returnstation.hub.photos_stores import store_at
from returnstation.hub.projecting import Projector
from returnstation.hub.quarantine import try_again
from returnstation.hub.records import Records, all_shards
from returnstation.hub.retention import Retaining
from returnstation.hub.sealing_notes import OldNotes
from returnstation.hub.sealing_old import OldSealing
from returnstation.hub.snapshots import CHORE as SNAPSHOTS
from returnstation.hub.snapshots import Build
from returnstation.hub.telling import Telling
from returnstation.hub.webhook_delivery import Courier
from returnstation.hub.webhook_sending import Guard

if TYPE_CHECKING:
    from starlette.applications import Starlette

_MOST_PROCESSES = 4
_STEP_MS = 5_000
_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS
_MARK_BITS = 62
TOMBSTONES_MS = 90 * _DAY_MS
"""How long a station may be away before it must take a whole cache over."""

PHOTOS = "RETURNSTATION_HUB_PHOTOS"
"""Names where photos are kept, as ``s3://BUCKET/PREFIX``; without it, in the hub's folder."""

KEYS = "RETURNSTATION_HUB_KEYS"
"""Names the database of keys, for a hub on PostgreSQL; without it they lie beside the records."""

_DATABASE = "RETURNSTATION_HUB_DATABASE"
_HOME = "RETURNSTATION_HUB_HOME"
_NETWORKS = "RETURNSTATION_HUB_WEBHOOK_NETWORKS"


@dataclass(frozen=True, slots=True)
class Serving:
    """How the hub is served.

    Attributes:
        database: Address of its database; empty for a SQLite file in ``home``.
        home: Folder of photos, and of the file.
        host, port: Where it listens.
        workers: Processes; 0 for as many as serve its database well.
        target: What makes the application in each process.
        certificate, key: PEM files for TLS; None behind a proxy that ends it.
        networks: Private ones that webhooks may be sent into, e.g. ``10.1.0.0/16``.
    """

    home: Path
    database: str = ""
    host: str = "127.0.0.1"
    port: int = 8420
    workers: int = 0
    target: str = "returnstation.hub.serving:application"
    certificate: Path | None = None
    key: Path | None = None
    networks: tuple[str, ...] = ()

    @property
    def processes(self) -> int:
        """How many processes answer: a SQLite file has one writer, a server is kept busy by four.

        None has more than one processor of the machine: that is how Python is.
        """
        is_file = self.database.startswith("sqlite:") or not self.database
        return self.workers or (1 if is_file else min(os.cpu_count() or 1, _MOST_PROCESSES))


def open_hub(home: Path, database: str = "", making: Making = NOTHING) -> Hub:
    """Open a hub.

    Args:
        home: Its folder.
        database: Address of its database; empty for a SQLite file in ``home``.
        making: How rows for stations' caches are made.

    Raises:
        Trouble: Its database cannot be reached, or is newer than the program;
            ``photos-address``.
    """
    address = database or f"sqlite:///{home / 'hub.db'}"
    opened = HubDatabase(address, secrets.token_urlsafe(9), os.environ.get(KEYS, ""))
    carry_making(opened.engine, making)
    photos = store_at(os.environ.get(PHOTOS, ""), home / "photos")
    return Hub(opened, home, lambda: datetime.now(UTC), secrets.token_bytes, photos)


def serve(how: Serving, build: Build | None = None, making: Making = NOTHING) -> None:
    """Serve until somebody stops it.

    What a hub does by itself is done here, beside the processes that answer: it would take the
    time from every answer in theirs.

    Args:
        how: Where, and by how many processes.
        build: Makes snapshots; None where somebody else does.
        making: How rows for stations' caches are made.

    Raises:
        Trouble: ``port-in-use``, ``address-unusable`` or ``certificate-unusable``; nothing was
            touched. Or the hub cannot be opened.
    """
    from granian.constants import Interfaces
    from granian.server import Server

    check_address(how.host, how.port)
    if how.certificate is not None and how.key is not None:
        check_certificate(how.certificate, how.key)
    logging.getLogger().setLevel(logging.INFO)
    hub = open_hub(how.home, how.database, making)
    guard = Guard(tuple(ip_network(each) for each in how.networks))
    beside = [
        Housekeeping(hub.database, chores, hub.now_ms)
        for chores in (chores_of(hub, build), webhook_chores(hub, guard))
    ]
    os.environ[_DATABASE], os.environ[_HOME] = how.database, str(how.home)
    os.environ[_NETWORKS] = " ".join(how.networks)
    server = Server(
        how.target,
        address=how.host,
        port=how.port,
        interface=Interfaces.ASGI,
        workers=how.processes,
        factory=True,
        log_access=False,
        ssl_cert=how.certificate,
        ssl_key=how.key,
        workers_kill_timeout=10,
        respawn_failed_workers=True,
    )
    for housekeeping in beside:
        housekeeping.start()
    try:
        server.serve()
    finally:
        for housekeeping in beside:
            housekeeping.stop()
        hub.database.close()


def application(check: CheckTerms | None = None, making: Making = NOTHING) -> "Starlette":
    """Return what a process answers with; it is told where by its environment.

    Args:
        check: Checks merchants' terms; None where merchants are not served.
        making: How rows for stations' caches are made.
    """
    from returnstation.hub.merchant_routes import routes_of
    from returnstation.hub.metrics import Meters, metered, metrics_route
    from returnstation.hub.photos_routes import photo_routes
    from returnstation.hub.server import make_app
    from returnstation.hub.subject_routes import subject_routes

    home = Path(os.environ[_HOME])
    BugReports(home).start()
    logging.getLogger().setLevel(logging.INFO)
    hub = open_hub(home, os.environ[_DATABASE], making)
    guard = Guard(tuple(ip_network(each) for each in os.environ.get(_NETWORKS, "").split()))
    meters = Meters(hub, os.getpid())
    desk = () if check is None else routes_of(MerchantDesk(hub, check, guard))
    more = (*photo_routes(hub), *subject_routes(hub), *desk, metrics_route(meters))
    return metered(make_app(hub, more), meters)


def chores_of(hub: Hub, build: Build | None) -> Sequence[Chore]:
    """Return what a hub does by itself."""
    telling = Telling(hub.database, hub.now_ms)
    conflicts = ConflictRecords(hub.now_ms, partial(secrets.randbits, _MARK_BITS))
    projector = Projector(hub.database, telling.tell, conflicts.publish, hub.now_ms)
    sealing = OldSealing(hub)
    chores = [
        Chore("projections", partial(projector.run, time.sleep)),
        Chore("conflicts", partial(conflicts.forget, hub.database), _DAY_MS),
        Chore("quarantine", partial(try_again, hub.database), _HOUR_MS),
        Chore("tombstones", partial(forget_deleted, hub), _DAY_MS),
        Chore("former keys", partial(forget_former_keys, hub), _DAY_MS),
        Chore("old records", sealing.records, _STEP_MS),
        Chore("old photos", sealing.photos, _STEP_MS),
        Chore("old photo links", sealing.links, _STEP_MS),
        Chore("old notes", OldNotes(hub).step, _STEP_MS),
        Chore("made rows", OldMaking(hub).step, _STEP_MS),
        Chore("retention", Retaining(hub).step, _STEP_MS),
        Chore("overwritten", hub.database.settle_files, _HOUR_MS),
        Chore("erased photos", partial(remove_erased, hub), _STEP_MS),
        Chore("photos proved", PhotoProving(hub).step, _STEP_MS),
        Chore("photos found", PhotoFinding(hub).step, _STEP_MS),
    ]
    if build is not None:
        chores.append(Chore(SNAPSHOTS, partial(renew_snapshots, hub, build), _DAY_MS))
    return chores


def webhook_chores(hub: Hub, guard: Guard) -> Sequence[Chore]:
    """Return what a hub does for webhooks, beside all else."""
    courier = Courier(hub.database, guard, hub.now_ms, secrets.SystemRandom().random)
    return [
        Chore("webhooks", courier.start_round),
        Chore("old webhooks", courier.forget, _DAY_MS),
    ]


def renew_snapshots(hub: Hub, build: Build) -> None:
    """Make a new snapshot for every site that follows a merchant."""
    for site in sorted({station.site for station in hub.stations.all()}):
        if len(hub.feeds.last_for(site)) > 1:
            hub.renew_snapshot(site, build)


def remove_erased(hub: Hub) -> None:
    """Remove bytes of photos that nobody can open any more."""
    hub.photos.remove_erased(hub.now_ms())


def forget_former_keys(hub: Hub) -> None:
    """Delete keys of the hub that were replaced so long ago that no stick needs them."""
    forget_former(hub.database, hub.now_ms())


def forget_deleted(hub: Hub) -> None:
    """Forget records that were deleted so long ago that every station must have heard."""
    with hub.database.work() as connection:
        for shard in all_shards(connection):
            now_ms, mark = hub.now_ms(), secrets.randbits(_MARK_BITS)
            Records(connection, shard, now_ms, mark).prune(now_ms - TOMBSTONES_MS)
