"""What becomes of cases and photos whose order was erased, whenever their facts come in.

It runs in the transaction that projects a case, and in the one that erases an order. The keys
go at once, and for good; the bytes of photos, which nobody opens any more, are removed after.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, select, update

from returnstation.hub.database import insert_new, locked
from returnstation.hub.dates import unsure_of
from returnstation.hub.subject_keys import CASE as CASE_KEY
from returnstation.hub.subject_keys import ORDER, TOLD, keys_at
from returnstation.hub.subject_keys import PHOTO as PHOTO_TOPIC
from returnstation.hub.tables import ABOUT, CASE, CASE_LINK, RECORD, REPORT
from returnstation.hub.tables_erasing import ERASURE, PHOTO_ERASED
from returnstation.hub.tables_merchants import DELIVERY, EVENT
from returnstation.hub.telling import lock_merchants
from returnstation.hub.webhook_events import PENDING, on_its_way
from returnstation.wire.feeds import MERCHANT_SHARD, key_of


def alone(connection: Connection) -> None:
    """Wait until nobody projects, and let nobody until the transaction ends."""
    wanted = select(ABOUT.c.value).where(ABOUT.c.name == "schema")
    connection.execute(locked(connection, wanted))


def cases_of_order(connection: Connection, merchant_id: str, order_number: str) -> frozenset[str]:
    """Return the cases of an order that the hub was told of."""
    return members_of(connection, f"{ORDER}{merchant_id}/{order_number}")


def members_of(connection: Connection, topic: str) -> frozenset[str]:
    """Return the cases that have something in common."""
    wanted = select(CASE_LINK.c.case_id).where(CASE_LINK.c.topic == topic)
    return frozenset(connection.scalars(wanted))


def erased_of(
    connection: Connection, merchant_id: str, orders: Collection[str]
) -> Mapping[str, int]:
    """Return which orders of a merchant were erased, and when each was last."""
    wanted = select(ERASURE.c.order_number, ERASURE.c.erased_ms).where(
        ERASURE.c.merchant_id == merchant_id, ERASURE.c.order_number.in_(sorted(orders))
    )
    found: dict[str, int] = {}
    for row in connection.execute(wanted):
        found[row.order_number] = max(int(row.erased_ms), found.get(row.order_number, 0))
    return found


def follow_erasures(
    connection: Connection, case_ids: Collection[str], now_ms: int
) -> frozenset[str]:
    """Forget at once what names a person in those of some cases whose order was erased.

    An order that its merchant sent again is another sale record, until it was taken back and its
    tombstone is gone, too: what was opened since stays, and what may have been, where nobody
    could compare the station's clock.

    Returns:
        These cases; what their merchants wrote is blanked when they are told of them.
    """
    rows = connection.execute(
        select(CASE.c.case_id, CASE.c.merchant_id, CASE.c.corrected_ms).where(
            CASE.c.case_id.in_(sorted(case_ids)), CASE.c.order_number != ""
        )
    ).all()
    gone = frozenset(_cases_erased(connection, rows))
    forget_cases(connection, gone, now_ms)
    return gone


def orders_of(
    connection: Connection, merchant_id: str, case_ids: Collection[str]
) -> Mapping[str, frozenset[str]]:
    """Return the numbers of the orders that cases of a merchant name; they hold any character."""
    found: dict[str, set[str]] = {case_id: set() for case_id in case_ids}
    start = f"{ORDER}{merchant_id}/"
    wanted = select(CASE_LINK.c.case_id, CASE_LINK.c.topic).where(
        CASE_LINK.c.case_id.in_(sorted(case_ids)), CASE_LINK.c.topic.startswith(ORDER)
    )
    for row in connection.execute(wanted):
        if row.topic.startswith(start):
            found[row.case_id].add(row.topic.removeprefix(start))
    return {case_id: frozenset(numbers) for case_id, numbers in found.items()}


def _cases_erased(connection: Connection, rows: Sequence[Any]) -> Iterator[str]:
    cases: dict[str, list[str]] = {}
    for row in rows:
        cases.setdefault(row.merchant_id, []).append(row.case_id)
    orders: dict[str, frozenset[str]] = {}
    erased: dict[tuple[str, str], int] = {}
    for merchant_id, case_ids in cases.items():
        own = orders_of(connection, merchant_id, case_ids)
        found = erased_of(connection, merchant_id, frozenset().union(*own.values()))
        erased |= {(merchant_id, number): erased_ms for number, erased_ms in found.items()}
        orders |= own
    unsure = unsure_of(connection, [row.case_id for row in rows]) if erased else {}
    for row in rows:
        opened_ms = unsure[row.case_id].first_ms if row.case_id in unsure else row.corrected_ms
        for number in orders[row.case_id]:
            order = (row.merchant_id, number)
            if order in erased and (
                opened_ms <= erased[order] or not _came_back(connection, order, erased[order])
            ):
                yield str(row.case_id)


def forget_cases(connection: Connection, case_ids: Collection[str], now_ms: int) -> None:
    """Forget the keys of cases and of photos that only they have, and what was told of them."""
    if not case_ids:
        return
    subjects = [start + case_id for start in (CASE_KEY, TOLD) for case_id in case_ids]
    keys_at(connection).forget(subjects, now_ms)
    forget_photos(connection, set(_photos_only_of(connection, case_ids)), now_ms)
    _forget_events(connection, case_ids)


def forget_told(connection: Connection, case_ids: Collection[str], now_ms: int) -> None:
    """Forget what merchants wrote of cases, while their merchants are locked: none writes more.

    Whoever locks a merchant waits for no mark of a subject any more, nor for a merchant's feed.
    """
    if not case_ids:
        return
    lock_merchants(connection, case_ids)
    keys_at(connection).forget([TOLD + case_id for case_id in case_ids], now_ms)
    of_cases = REPORT.c.case_id.in_(sorted(case_ids))
    connection.execute(update(REPORT).where(of_cases, REPORT.c.note != "").values(note=""))
    _forget_events(connection, case_ids)


def _forget_events(connection: Connection, case_ids: Collection[str]) -> None:
    waiting = on_its_way().where(DELIVERY.c.state == PENDING)
    # What a merchant was told of them lies there for repetition; what it was not told yet goes out.
    told = EVENT.c.case_id.in_(sorted(case_ids))
    connection.execute(delete(EVENT).where(told, ~waiting))


def forget_photos(connection: Connection, digests: Collection[str], now_ms: int) -> None:
    """Forget the keys of photos; whoever has one yet to send need not."""
    if not digests:
        return
    ordered = sorted(digests)
    keys_at(connection).forget([PHOTO_TOPIC + digest for digest in ordered], now_ms)
    rows = [{"digest": digest, "erased_ms": now_ms, "removed_ms": None} for digest in ordered]
    connection.execute(insert_new(connection, PHOTO_ERASED), rows)


def _photos_only_of(connection: Connection, case_ids: Collection[str]) -> Iterator[str]:
    """Yield the photos of some cases that no other case names, but such as were forgotten."""
    of_them = select(CASE_LINK.c.topic).where(
        CASE_LINK.c.case_id.in_(sorted(case_ids)), CASE_LINK.c.topic.startswith(PHOTO_TOPIC)
    )
    named: dict[str, set[str]] = {}
    links = select(CASE_LINK.c.topic, CASE_LINK.c.case_id).where(CASE_LINK.c.topic.in_(of_them))
    for topic, case_id in connection.execute(links):
        named.setdefault(topic, set()).add(CASE_KEY + case_id)
    gone = {CASE_KEY + case_id for case_id in case_ids}
    gone |= keys_at(connection).forgotten({key for keys in named.values() for key in keys} - gone)
    for topic, keys in named.items():
        if keys <= gone:
            yield topic.removeprefix(PHOTO_TOPIC)


def _came_back(connection: Connection, order: tuple[str, str], erased_ms: int) -> bool:
    """Tell whether an order was sold again since it was erased, even if it was taken back then."""
    row = connection.execute(_record_of(*order)).one_or_none()
    return row is not None and (not row.is_deleted or row.changed_ms > erased_ms)


def is_living(connection: Connection, merchant_id: str, order_number: str) -> bool:
    """Tell whether the hub has an order now."""
    row = connection.execute(_record_of(merchant_id, order_number)).one_or_none()
    return row is not None and not row.is_deleted


def _record_of(merchant_id: str, order_number: str) -> Select[tuple[bool, int]]:
    return select(RECORD.c.is_deleted, RECORD.c.changed_ms).where(
        RECORD.c.shard == MERCHANT_SHARD + merchant_id,
        RECORD.c.kind == "order",
        RECORD.c.key == key_of(merchant_id, order_number),
    )
