"""Statute packs and merchants' terms as they were when a verdict was made, by their hash."""

import zlib
from collections.abc import Collection

from sqlalchemy import Connection, select

from returnstation.storage.tables import POLICY_VERSION


class SqlVersions:
    """Texts of policy in the table ``policy_version``; a version never changes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def missing(self, versions: Collection[str]) -> Collection[str]:
        """Return those that are not kept yet."""
        kept = select(POLICY_VERSION.c.version).where(POLICY_VERSION.c.version.in_(versions))
        return set(versions).difference(self._connection.scalars(kept))

    def keep(self, version: str, content: bytes) -> None:
        """Keep a version that is not kept yet."""
        row = {"version": version, "content": zlib.compress(content)}
        self._connection.execute(POLICY_VERSION.insert(), row)

    def read(self, version: str) -> bytes | None:
        """Return what was kept, or None when it never was."""
        found = select(POLICY_VERSION.c.content).where(POLICY_VERSION.c.version == version)
        content = self._connection.scalar(found)
        return None if content is None else zlib.decompress(content)
