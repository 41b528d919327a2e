"""Users as rows."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.sqlite import insert

from returnstation.application.ports import User
from returnstation.storage.tables import USER


class SqlPeople:
    """Who may sign in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def with_badge(self, badge: str) -> User | None:
        """Return the person a badge belongs to."""
        row = self._connection.execute(select(USER).where(USER.c.badge == badge)).one_or_none()
        return None if row is None else _user(row)

    def all(self) -> Sequence[User]:
        """Return everybody, by name."""
        return [_user(row) for row in self._connection.execute(select(USER).order_by(USER.c.name))]

    def put(self, user: User) -> None:
        """Keep a person; a known ``user_id`` is replaced."""
        self._connection.execute(_PUT_USER, asdict(user))


def _user(row: Row[tuple[object, ...]]) -> User:
    return User(**row._asdict())


_PUT_USER = insert(USER)
_PUT_USER = _PUT_USER.on_conflict_do_update(
    index_elements=[USER.c.user_id],
    set_={c.name: _PUT_USER.excluded[c.name] for c in USER.c if c.name != "user_id"},
)
