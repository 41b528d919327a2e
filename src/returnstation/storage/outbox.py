"""The log as the upload reads it, and how far the hub has it; the log is its own outbox."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from returnstation.storage.station import StationDatabase
from returnstation.storage.tables import FACT, SETTING
from returnstation.wire.batches import SentFact
from returnstation.wire.facts import FIRST
from returnstation.wire.subject_keys import CASE_SUBJECT

_AFTER = (
    select(FACT).where(FACT.c.seq > bindparam("seq")).order_by(FACT.c.seq).limit(bindparam("most"))
)
_HASH = select(FACT.c.hash).where(FACT.c.seq == bindparam("seq"))
_KEEP = insert(SETTING)
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=[SETTING.c.name], set_={"value": _KEEP.excluded.value}
)
_NAMES = ("branch", "acked_seq", "receipt")
_HEARD = "hub_heard_ms"
_KEYS_FOR = "keys_for"


class Outbox:
    """The facts of ``station.db`` that the hub does not have yet."""

    def __init__(self, database: StationDatabase) -> None:
        self._database = database

    def after(self, seq: int, most: int) -> Sequence[SentFact]:
        """Return the facts after a number, at most so many."""
        with self._database.reading() as connection:
            rows = connection.execute(_AFTER, {"seq": seq, "most": most}).all()
        return [
            SentFact(
                row.seq,
                row.station,
                row.epoch,
                row.fact_id,
                row.hlc,
                row.type,
                row.version,
                row.subject,
                row.user,
                row.body,
            )
            for row in rows
        ]

    def hash_at(self, seq: int) -> bytes | None:
        """Return the hash of a fact, ``FIRST`` for number 0; None when there is none."""
        if seq == 0:
            return FIRST
        with self._database.reading() as connection:
            return connection.scalar(_HASH, {"seq": seq})

    def progress(self) -> tuple[int, int, bytes]:
        """Return branch, number of the last fact the hub has, and its receipt.

        The branch is the epoch of this installation until the hub asks for another.
        """
        kept = {name: self._database.setting(name) for name in _NAMES}
        branch = int(kept["branch"] or self._database.epoch)
        return branch, int(kept["acked_seq"] or 0), bytes.fromhex(kept["receipt"] or "")

    def keep_progress(self, branch: int, acked: int, receipt: bytes) -> None:
        """Keep all three at once."""
        rows = [
            {"name": "branch", "value": str(branch)},
            {"name": "acked_seq", "value": str(acked)},
            {"name": "receipt", "value": receipt.hex()},
        ]
        with self._database.work() as work:
            work.connection.execute(_KEEP, rows)
            work.commit()

    def heard_ms(self) -> int:
        """Return the hub's time of what it said last of how far it has the log."""
        return int(self._database.setting(_HEARD) or 0)

    def keep_heard(self, time_ms: int) -> None:
        """Keep the hub's time of what it said."""
        self._database.keep_setting(_HEARD, str(time_ms))


class KeyOutbox:
    """The keys of ``station.db`` that the hub does not have yet, by the subjects it knows."""

    def __init__(self, database: StationDatabase) -> None:
        self._database = database

    def unsent(self, most: int) -> Mapping[str, bytes]:
        """Return keys the hub is not known to have, at most so many."""
        with self._database.look() as work:
            return {CASE_SUBJECT + case_id: key for case_id, key in work.keys.unsent(most)}

    def mark_sent(self, subjects: Collection[str]) -> None:
        """Note that the hub has said what it did with these."""
        if subjects:
            with self._database.work() as work:
                work.keys.mark_sent([each.removeprefix(CASE_SUBJECT) for each in subjects])
                work.commit()

    def send_again(self) -> None:
        """Note that the hub may have none of them."""
        with self._database.work() as work:
            work.keys.send_again()
            work.commit()

    def is_for(self, generation: str) -> bool:
        """Note for which life of the hub keys are marked, and tell whether it is the same one."""
        is_same = self._database.setting(_KEYS_FOR) == generation
        if not is_same:
            self._database.keep_setting(_KEYS_FOR, generation)
        return is_same
