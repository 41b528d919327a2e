"""Seal what a hub keeps from before there were keys, in small steps beside its work."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, bindparam, select, tuple_, update

from returnstation.hub.database import insert_new, locked, mark_dirty
from returnstation.hub.hub import Hub
from returnstation.hub.sealed_records import SEALED_KINDS, Stored, order_of, sealed, sealed_for
from returnstation.hub.subject_keys import keys_at
from returnstation.hub.tables import CASE, RECORD
from returnstation.hub.tables_erasing import RMA_OF_ORDER

RECORDS, PHOTOS, LINKS = "sealed_records", "sealed_photos", "linked_photos"
"""Names of how far it is, among what the hub keeps about itself."""

DONE = "done"

_PLACE = tuple_(RECORD.c.shard, RECORD.c.kind, RECORD.c.key)
_SEAL = (
    update(RECORD)
    .where(
        RECORD.c.shard == bindparam("of_shard"),
        RECORD.c.kind == bindparam("of_kind"),
        RECORD.c.key == bindparam("of_key"),
    )
    .values(body=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class OldSealing:
    """Goes through records, photos and cases once in the life of a hub.

    Attributes:
        at_once: Records, or cases, of one step.
    """

    hub: Hub
    at_once: int = 1000

    def records(self) -> None:
        """Seal some orders and announced returns; no feed moves."""
        after = self.hub.database.about(RECORDS)
        if after == DONE:
            return
        with self.hub.database.work() as connection:
            last = self._some_records(connection, after)
        self.hub.database.keep_about(RECORDS, last)
        if last == DONE:
            self.hub.database.settle_files()

    def photos(self) -> None:
        """Seal some photos."""
        after = self.hub.database.about(PHOTOS)
        if after != DONE:
            last = self.hub.photos.seal_old(after, self.hub.now_ms())
            self.hub.database.keep_about(PHOTOS, last or DONE)

    def links(self) -> None:
        """Have some cases looked at again, so that it is known which photos they name."""
        after = self.hub.database.about(LINKS)
        if after == DONE:
            return
        wanted = select(CASE.c.case_id).where(CASE.c.case_id > after).order_by(CASE.c.case_id)
        with self.hub.database.work() as connection:
            cases = list(connection.scalars(wanted.limit(self.at_once)))
            mark_dirty(connection, cases)
        self.hub.database.keep_about(LINKS, cases[-1] if cases else DONE)

    def _some_records(self, connection: Connection, after: str) -> str:
        start = msgspec.json.decode(after, type=tuple[str, str, str]) if after else ("", "", "")
        wanted = (
            select(RECORD.c.shard, RECORD.c.kind, RECORD.c.key, RECORD.c.body)
            .where(tuple_(*start) < _PLACE, RECORD.c.kind.in_(SEALED_KINDS))
            .order_by(RECORD.c.shard, RECORD.c.kind, RECORD.c.key)
            .limit(self.at_once)
        )
        rows = connection.execute(locked(connection, wanted)).all()
        if not rows:
            return DONE
        old = [row for row in rows if row.body and sealed_for(bytes(row.body)) is None]
        stored = [Stored(row.kind, row.key, bytes(row.body)) for row in old]
        bodies = sealed(keys_at(connection), stored, self.hub.now_ms())
        changed = [
            {"of_shard": row.shard, "of_kind": row.kind, "of_key": row.key, "now": body}
            for row, body in zip(old, bodies, strict=True)
        ]
        named = [
            {"shard": row.shard, "order_number": order_of(each.body), "key": row.key}
            for row, each in zip(old, stored, strict=True)
            if row.kind == "rma"
        ]
        if changed:
            connection.execute(_SEAL, changed)
        if named:
            connection.execute(insert_new(connection, RMA_OF_ORDER), named)
        return msgspec.json.encode(tuple(rows[-1][:3])).decode()
