"""Look a hub over: is its log whole, and does anything wait for a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection, Select, Table, exists, func, select

from returnstation.hub.chains import prove
from returnstation.hub.colliding import OPEN
from returnstation.hub.database import HubDatabase
from returnstation.hub.hub import Hub
from returnstation.hub.keys import read_keys
from returnstation.hub.lost_keys import keys_back, lost_photos, lost_records
from returnstation.hub.sealed_records import SEALED_KINDS
from returnstation.hub.sealing_notes import EVENTS, NOTES
from returnstation.hub.sealing_old import DONE, LINKS, PHOTOS, RECORDS
from returnstation.hub.tables import (
    ABOUT,
    CASE,
    CASE_CLOCK,
    CONFLICT,
    DIRTY,
    QUARANTINE,
    RECORD,
    REPORT,
    STATION,
    UNPROJECTED,
)
from returnstation.hub.tables_merchants import DELIVERY, ENDPOINT, EVENT
from returnstation.hub.tables_photos import PHOTO
from returnstation.hub.webhook_events import FAILED, REFUND_EVENTS
from returnstation.wire.keys import fingerprint

DAY_MS = 86_400_000

_TO_SEAL = {
    RECORDS: exists().where(RECORD.c.kind.in_(SEALED_KINDS)),
    PHOTOS: exists(PHOTO),
    LINKS: exists(CASE),
    NOTES: exists(REPORT),
    EVENTS: exists().where(EVENT.c.type.startswith(REFUND_EVENTS)),
}
"""What there may be from before there were keys."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        about: ``database``, ``chain``, ``keys``, ``photos``, ``conflicts``, ``station``,
            ``quarantine``, ``unprojected``, ``dirty``, ``webhooks``, ``clocks``.
        is_good: Nobody need do anything.
        is_broken: Something that must never happen.
        what: In English, in one line.
    """

    about: str
    is_good: bool
    what: str
    is_broken: bool = False


def check(hub: Hub) -> Iterator[Finding]:
    """Yield what is found, the gravest first.

    Raises:
        Trouble: The database cannot be reached, or is newer than the program.
    """
    with hub.database.look() as connection:
        yield _database(connection, hub)
        yield from _chains(connection)
        yield from _keys(hub)
        yield from _sealing(connection, hub.database)
        yield _photos(hub)
        yield from _waiting(connection)
        yield from _stations(connection, hub.now_ms())


def _database(connection: Connection, hub: Hub) -> Finding:
    schema = connection.scalar(select(ABOUT.c.value).where(ABOUT.c.name == "schema"))
    dialect = connection.dialect.name
    what = f"{dialect}, hub {hub.database.hub_id}, generation {hub.database.generation}"
    return Finding("database", is_good=True, what=f"{what}, schema {schema}")


def _chains(connection: Connection) -> Iterator[Finding]:
    facts = branches = 0
    for proved in prove(connection):
        branches, facts = branches + 1, facts + proved.facts
        if proved.bad is not None:
            bad = proved.bad
            what = f"{bad.station} branch {bad.branch}: fact {bad.seq} is {bad.why}"
            yield Finding("chain", is_good=False, what=what, is_broken=True)
    yield Finding("chain", is_good=True, what=f"{facts} facts in {branches} branches are proved")


def _keys(hub: Hub) -> Iterator[Finding]:
    database = hub.database
    lost = sum(1 for _ in chain(lost_records(database), lost_photos(database)))
    if lost:
        what = f"hub-keys-missing: {lost} orders, returns or photos cannot be opened"
        yield Finding("keys", is_good=False, what=what, is_broken=True)
    back = len(keys_back(database))
    if back:
        what = f"hub-keys-back: {back} erased orders have a key again; run `hub restored`"
        yield Finding("keys", is_good=False, what=what, is_broken=True)
    where = "in the database of the records" if database.shares_keys else "apart from the records"
    yield Finding("keys", is_good=True, what=f"{database.subject_keys.count()} keys, {where}")
    yield from _own_keys(database)


def _sealing(connection: Connection, database: HubDatabase) -> Iterator[Finding]:
    left = [found for name, found in _TO_SEAL.items() if database.about(name) != DONE]
    if any(connection.scalar(select(found)) for found in left):
        what = "what is from before there were keys is still being sealed"
        yield Finding("keys", is_good=True, what=what)


def _own_keys(database: HubDatabase) -> Iterator[Finding]:
    keys = read_keys(database)
    if keys is not None:
        former = f"{len(keys.former)} kept that were replaced"
        what = f"the hub signs with {fingerprint(keys.public)}, {former}"
        yield Finding("keys", is_good=True, what=what)


def _photos(hub: Hub) -> Finding:
    damaged = hub.photos.index.damaged()
    what = f"{damaged} photos are damaged or gone, and asked for again"
    return Finding("photos", is_good=not damaged, what=what)


def _waiting(connection: Connection) -> Iterator[Finding]:
    told = (
        ("conflicts", "open conflicts", _count(CONFLICT).where(CONFLICT.c.state == OPEN)),
        ("quarantine", "facts in quarantine", _count(QUARANTINE)),
        ("unprojected", "subjects whose facts make no sense", _count(UNPROJECTED)),
        ("webhooks", "webhooks given up", _count(DELIVERY).where(DELIVERY.c.state == FAILED)),
        ("webhooks", "endpoints off", _count(ENDPOINT).where(ENDPOINT.c.off_ms.is_not(None))),
    )
    for about, what, wanted in told:
        count = connection.scalar(wanted) or 0
        yield Finding(about, is_good=not count, what=f"{count} {what}")
    unsure = connection.scalar(_count(CASE_CLOCK).where(CASE_CLOCK.c.is_unsure)) or 0
    what = f"{unsure} cases are dated by a clock that nobody could compare"
    yield Finding("clocks", is_good=not unsure, what=what)
    dirty = connection.scalar(_count(DIRTY)) or 0
    yield Finding("dirty", is_good=True, what=f"{dirty} subjects wait to be projected")


def _stations(connection: Connection, now_ms: int) -> Iterator[Finding]:
    wanted = select(STATION).where(STATION.c.revoked_ms.is_(None)).order_by(STATION.c.station)
    for row in connection.execute(wanted):
        days = (now_ms - max(row.seen_ms or 0, row.enrolled_ms)) // DAY_MS
        if days:
            what = f"{row.station} ({row.name}) was not here for {days} days"
            yield Finding("station", is_good=False, what=what)


def _count(table: Table) -> Select[int]:
    return select(func.count()).select_from(table)
