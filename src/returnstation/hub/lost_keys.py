"""Keys that are not where they must be, or are where they must not: after something was put back."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import Connection, func, select, tuple_, update

from returnstation.hub.database import HubDatabase, mark_dirty
from returnstation.hub.erased import alone, cases_of_order, follow_erasures
from returnstation.hub.photos_index import PhotoIndex
from returnstation.hub.sealed_records import SEALED_KINDS, Stored, without_key
from returnstation.hub.sealing_old import DONE, PHOTOS
from returnstation.hub.subject_keys import ORDER, PHOTO
from returnstation.hub.tables import RECORD
from returnstation.hub.tables_erasing import ERASURE, PHOTO_ERASED
from returnstation.hub.tables_photos import PHOTO as PHOTO_TABLE

_AT_ONCE = 1000


def lost_records(database: HubDatabase) -> Iterator[str]:
    """Yield whose records are sealed with a key that is neither there nor was forgotten."""
    for stored in _pages(database):
        yield from sorted(without_key(database.subject_keys, stored))


def lost_photos(database: HubDatabase) -> Iterator[str]:
    """Yield the digests of photos that are here and have no key, as soon as all are sealed."""
    if database.about(PHOTOS) != DONE:
        return
    after: str | None = ""
    while after is not None:
        some = _photos(database, after)
        subjects = {PHOTO + digest for digest in some}
        keys = database.subject_keys
        lost = subjects - keys.keys_of(subjects).keys() - keys.forgotten(subjects)
        yield from (subject.removeprefix(PHOTO) for subject in sorted(lost))
        after = some[-1] if some else None


def give_up(database: HubDatabase, now_ms: int) -> int:
    """Do without what can be opened no more for want of its key, and return how much that was.

    Orders and returns go down as deleted from then on; their merchant may send them again. Photos
    are asked for again, for stations may have them; those that were erased stay so.
    """
    count = 0
    for subjects in _cut(lost_records(database)):
        database.subject_keys.forget(subjects, now_ms)
        count += len(subjects)
    index = PhotoIndex(database)
    for digests in _cut(lost_photos(database)):
        with database.look() as connection:
            gone = PHOTO_ERASED.c.digest.in_(sorted(digests))
            erased = set(connection.scalars(select(PHOTO_ERASED.c.digest).where(gone)))
        database.subject_keys.forget([PHOTO + digest for digest in erased], now_ms)
        index.lose(set(digests) - erased)
        count += len(digests)
    return count


def keys_back(database: HubDatabase) -> Mapping[str, int]:
    """Return which orders were erased later than their key was made, and when: it is back."""
    with database.look() as connection:
        erased = {f"{ORDER}{m}/{number}": at for m, number, at in _erasures(connection)}
    made = database.subject_keys.made_ms(erased)
    return {subject: erased[subject] for subject, at in made.items() if at <= erased[subject]}


def forget_again(database: HubDatabase, now_ms: int) -> int:
    """Forget what had been forgotten before an older copy of the keys, or photos, was put back.

    Returns:
        How many orders had their key back.
    """
    back = keys_back(database)
    database.subject_keys.forget(back, now_ms)
    with database.look() as connection:
        erasures = list(_erasures(connection))
    for merchant_id, number, _ in erasures:
        with database.work() as connection:
            alone(connection)
            cases = cases_of_order(connection, merchant_id, number)
            follow_erasures(connection, cases, now_ms)
            mark_dirty(connection, cases)
    with database.work() as connection:
        digests = list(connection.scalars(select(PHOTO_ERASED.c.digest)))
        database.subject_keys.forget([PHOTO + digest for digest in digests], now_ms)
        connection.execute(update(PHOTO_ERASED).values(removed_ms=None))
    return len(back)


def _erasures(connection: Connection) -> Iterator[tuple[str, str, int]]:
    order = (ERASURE.c.merchant_id, ERASURE.c.order_number)
    wanted = select(*order, func.max(ERASURE.c.erased_ms).label("at")).group_by(*order)
    for row in connection.execute(wanted):
        yield str(row.merchant_id), str(row.order_number), int(row.at)


def _pages(database: HubDatabase) -> Iterator[Sequence[Stored]]:
    place = tuple_(RECORD.c.shard, RECORD.c.kind, RECORD.c.key)
    wanted = (
        select(RECORD.c.shard, RECORD.c.kind, RECORD.c.key, RECORD.c.body)
        .where(RECORD.c.kind.in_(SEALED_KINDS), RECORD.c.is_deleted.is_(False))
        .order_by(RECORD.c.shard, RECORD.c.kind, RECORD.c.key)
        .limit(_AT_ONCE)
    )
    after: tuple[str, ...] | None = ("", "", "")
    while after is not None:
        with database.glance() as connection:
            rows = connection.execute(wanted.where(place > tuple_(*after))).all()
        yield [Stored(row.kind, row.key, bytes(row.body)) for row in rows]
        after = tuple(rows[-1][:3]) if rows else None


def _photos(database: HubDatabase, after: str) -> Sequence[str]:
    stored = PHOTO_TABLE.c.stored_ms.is_not(None) & (PHOTO_TABLE.c.digest > after)
    wanted = select(PHOTO_TABLE.c.digest).where(stored).order_by(PHOTO_TABLE.c.digest)
    with database.glance() as connection:
        return list(connection.scalars(wanted.limit(_AT_ONCE)))


def _cut(names: Iterator[str]) -> Iterator[Collection[str]]:
    # All are read first: what is forgotten is lost no more.
    whole = sorted(set(names))
    for start in range(0, len(whole), _AT_ONCE):
        yield whole[start : start + _AT_ONCE]
