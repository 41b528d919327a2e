"""Erase orders and photos that were kept as long as they are to be.

A pass over everything is made once a day, in small steps beside the hub's other work; how far
it is stands in the database, so that any process goes on with it. Nothing is erased that
somebody still has to decide, or to pay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, exists, func, select, tuple_

from returnstation.hub.database import mark_dirty
from returnstation.hub.erased import (
    alone,
    forget_cases,
    forget_photos,
    forget_told,
    is_living,
    members_of,
    orders_of,
)
from returnstation.hub.erasing import RETENTION as WHY
from returnstation.hub.erasing import Erasing
from returnstation.hub.hub import Hub
from returnstation.hub.needed import is_needed, may_be_late, may_go
from returnstation.hub.retention_rmas import LoneRmas
from returnstation.hub.retention_settings import merchants_of, settings_of
from returnstation.hub.subject_keys import CASE as CASE_KEY
from returnstation.hub.subject_keys import PHOTO
from returnstation.hub.tables import CASE, CASE_LINK, RECORD
from returnstation.hub.tables_erasing import PHOTO_ERASED
from returnstation.wire.feeds import MERCHANT_SHARD, parts_of

DAY_MS = 86_400_000
STEP_NAME = "retention"
"""Of how far the pass is, among what the hub keeps about itself."""

_CASES_EACH = 25
_SLICES = 30


class _Place(msgspec.Struct, frozen=True):
    """How far the pass of a day is."""

    day: int = -1
    merchant_id: str = ""
    what: str = ""
    after: tuple[int, str] = (-1, "")
    is_done: bool = False


class _Task(NamedTuple):
    merchant_id: str
    what: str
    days: int


@dataclass(frozen=True, slots=True)
class Retaining:
    """Erases what was kept long enough.

    Attributes:
        at_once: Orders, or cases with photos, of one step.
    """

    hub: Hub
    at_once: int = 20

    def step(self) -> int:
        """Look at some orders or cases of today's pass, and return how much was erased."""
        for _ in range(_SLICES):  # most of them find nothing, and cost nothing
            count = self._slice()
            if count != 0:
                return count or 0
        return 0

    def _slice(self) -> int | None:
        """Look at some things of one kind of one merchant; None when today's pass is over."""
        day = self.hub.now_ms() // DAY_MS
        said = self.hub.database.about(STEP_NAME)
        place = msgspec.json.decode(said, type=_Place) if said else _Place()
        if place.day != day:
            place = _Place(day)
        if place.is_done:
            return None
        task = next(self._left(place), None)
        if task is None:
            self._keep(_Place(day, is_done=True))
            return None
        after = place.after if (place.merchant_id, place.what) == task[:2] else (-1, "")
        work = {
            "cases": self._cases,
            "orders": self._orders,
            "photos": self._photos,
            "rmas": self._rmas,
        }
        count, last = work[task.what](task, after)
        end = _Place(day, task.merchant_id, task.what + "+")  # what comes next in order
        self._keep(end if last is None else _Place(day, task.merchant_id, task.what, last))
        return count

    def _left(self, place: _Place) -> Iterator[_Task]:
        with self.hub.database.look() as connection:
            settings, merchants = settings_of(connection), merchants_of(connection)
        # Cases of parcels that nobody knew belong to no merchant.
        for merchant_id in ("", *merchants):
            days = settings.of(merchant_id)
            for what, count in (
                ("cases", days.orders),
                ("orders", days.orders),
                ("photos", days.photos),
                ("rmas", days.orders),
            ):
                if count and (merchant_id, what) >= (place.merchant_id, place.what):
                    yield _Task(merchant_id, what, count)

    def _keep(self, place: _Place) -> None:
        self.hub.database.keep_about(STEP_NAME, msgspec.json.encode(place).decode())

    def _orders(self, task: _Task, after: tuple[int, str]) -> tuple[int, tuple[int, str] | None]:
        before_ms = self.hub.now_ms() - task.days * DAY_MS
        wanted = (
            select(RECORD.c.key, RECORD.c.n, RECORD.c.changed_ms)
            .where(RECORD.c.shard == MERCHANT_SHARD + task.merchant_id, RECORD.c.n > after[0])
            .where(RECORD.c.kind == "order", RECORD.c.is_deleted.is_(False))
            .order_by(RECORD.c.n)
            .limit(self.at_once)
        )
        with self.hub.database.look() as connection:
            rows = connection.execute(wanted).all()
            old = [row for row in rows if row.changed_ms < before_ms]
            gone = [row.key for row in old if may_go(connection, row.key, before_ms)]
        for key in gone:
            merchant_id, number = parts_of(key)
            Erasing(self.hub).erase(merchant_id, number, WHY)
        # They stand in the order of their last change: after one that is young, all are.
        is_last = len(old) < self.at_once
        return len(gone), None if is_last else (rows[-1].n, "")

    def _cases(self, task: _Task, after: tuple[int, str]) -> tuple[int, tuple[int, str] | None]:
        """Forget the words of cases that no order takes with it: it was taken back, or unknown."""
        before_ms = self.hub.now_ms() - task.days * DAY_MS
        most = self.at_once * _CASES_EACH  # nearly all of them are forgotten, and cost nothing
        wanted = _ended(task.merchant_id, before_ms, after).limit(most)
        with self.hub.database.work() as connection:
            alone(connection)
            rows = connection.execute(wanted).all()
            held = self.hub.subject_keys.keys_of({CASE_KEY + row.case_id for row in rows})
            orders = orders_of(connection, task.merchant_id, [row.case_id for row in rows])
            gone = [
                row.case_id
                for row in rows
                if CASE_KEY + row.case_id in held
                and not any(is_living(connection, task.merchant_id, n) for n in orders[row.case_id])
                and not may_be_late(connection, [row.case_id], before_ms)
                and not is_needed(connection, [row.case_id])
            ]
            mark_dirty(connection, gone)
            forget_cases(connection, gone, self.hub.now_ms())
            forget_told(connection, gone, self.hub.now_ms())
        return len(gone), None if len(rows) < most else (rows[-1].changed_ms, rows[-1].case_id)

    def _photos(self, task: _Task, after: tuple[int, str]) -> tuple[int, tuple[int, str] | None]:
        before_ms = self.hub.now_ms() - task.days * DAY_MS
        with_photos = _photos_left().where(CASE_LINK.c.case_id == CASE.c.case_id)
        wanted = _ended(task.merchant_id, before_ms, after).where(exists(with_photos))
        count = 0
        with self.hub.database.work() as connection:
            alone(connection)
            rows = connection.execute(wanted.limit(self.at_once)).all()
            for row in rows:
                digests = _old_photos(connection, row.case_id, before_ms)
                if digests and not is_needed(connection, [row.case_id]):
                    forget_photos(connection, digests, self.hub.now_ms())
                    count += len(digests)
        is_last = len(rows) < self.at_once
        return count, None if is_last else (rows[-1].changed_ms, rows[-1].case_id)

    def _rmas(self, task: _Task, after: tuple[int, str]) -> tuple[int, tuple[int, str] | None]:
        """Erase announced returns that no order takes with it: it was taken back, or never was."""
        before_ms = self.hub.now_ms() - task.days * DAY_MS
        lone = LoneRmas(self.hub, task.merchant_id, before_ms)
        some = lone.some(after[0], self.at_once)
        old = [rma for rma in some if rma.changed_ms < before_ms]
        count = lone.erase(old)
        return count, None if len(old) < self.at_once else (some[-1].n, "")


def _ended(merchant_id: str, before_ms: int, after: tuple[int, str]) -> Select[Any]:
    """Return what asks for a merchant's cases that ended before a moment, after a place."""
    place = tuple_(CASE.c.changed_ms, CASE.c.case_id)
    return (
        select(CASE.c.changed_ms, CASE.c.case_id)
        .where(CASE.c.merchant_id == merchant_id, CASE.c.ended_ms < before_ms)
        .where(place > tuple_(*after))
        .order_by(CASE.c.changed_ms, CASE.c.case_id)
    )


def _photos_left() -> Select[str]:
    """Return what asks for the photos of cases that are not erased."""
    gone = select(PHOTO_ERASED.c.digest).where(
        PHOTO_ERASED.c.digest == func.substr(CASE_LINK.c.topic, len(PHOTO) + 1)
    )
    return select(CASE_LINK.c.topic).where(CASE_LINK.c.topic.startswith(PHOTO), ~exists(gone))


def _old_photos(connection: Connection, case_id: str, before_ms: int) -> Sequence[str]:
    """Return the photos of a case that no case has which is open, or may have ended lately."""
    other = CASE_LINK.alias()
    young = (
        select(CASE.c.case_id)
        .join(other, other.c.case_id == CASE.c.case_id)
        .where(other.c.topic == CASE_LINK.c.topic)
        .where(CASE.c.ended_ms.is_(None) | (CASE.c.ended_ms >= before_ms))
    )
    wanted = _photos_left().where(CASE_LINK.c.case_id == case_id, ~exists(young))
    topics = connection.scalars(wanted).all()
    return [
        topic.removeprefix(PHOTO)
        for topic in topics
        if not may_be_late(connection, members_of(connection, topic), before_ms)
    ]
