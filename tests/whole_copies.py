"""Copies of a hub's files in memory, taken and put back in a millisecond."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pysqlite3 import dbapi2
from sqlalchemy import Engine, event

from returnstation.hub.database import HubDatabase
from whole_photos import Blobs


@dataclass
class Copies:
    """Copies of a hub's two files and of its photos, in memory."""

    files: Sequence[Any] = field(
        default_factory=lambda: [dbapi2.connect(":memory:", check_same_thread=False) for _ in "12"]
    )

    blobs: dict[str, bytes] = field(default_factory=dict)

    def take(self, database: HubDatabase, blobs: Mapping[str, bytes]) -> None:
        self.blobs = dict(blobs)
        for copy, engine in self._files(database).values():
            with _raw(engine) as connection:
                connection.backup(copy)

    def put_back(self, parts: Collection[str], database: HubDatabase, blobs: Blobs) -> None:
        if "photos" in parts:
            blobs.kept = dict(self.blobs)
        for name, (copy, engine) in self._files(database).items():
            if name in parts:
                with _raw(engine) as connection:
                    copy.backup(connection)
        database.generation = database.about("generation")

    def _files(self, database: HubDatabase) -> Mapping[str, tuple[Any, Engine]]:
        records, keys = self.files
        return {
            "records": (records, database.engine),
            "keys": (keys, database.subject_keys.engine),
        }


@contextmanager
def _raw(engine: Engine) -> Iterator[Any]:
    held = engine.raw_connection()
    try:
        yield held.driver_connection
    finally:
        held.close()


def hurried(engine: Engine) -> None:
    """Let files be written whenever the disk likes: no power is cut here."""
    engine.dispose()

    def prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    event.listen(engine, "connect", prepare)
