"""Users and containers as rows."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, Row, Table, select, update
from sqlalchemy.dialects.sqlite import Insert, insert

from returnstation.application.ports import User
from returnstation.domain.containers import Container, ContainerState
from returnstation.domain.dispositions import Disposition
from returnstation.storage.tables import CONTAINER, USER


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


class SqlContainers:
    """The totes behind the desk."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Sequence[Container]:
        """Return all in use at this desk, by place."""
        rows = self._connection.execute(select(CONTAINER).order_by(CONTAINER.c.place))
        return [
            Container(
                code=row.code,
                disposition=Disposition(row.disposition),
                place=row.place,
                capacity=row.capacity,
                filled=row.filled,
                state=ContainerState(row.state),
            )
            for row in rows
        ]

    def put(self, container: Container) -> None:
        """Keep a container; a known code is replaced."""
        columns = asdict(container)
        columns["disposition"] = container.disposition.value
        columns["state"] = container.state.value
        self._connection.execute(_PUT_CONTAINER, columns)

    def take_out(self, code: str) -> None:
        """Count one item less in a container."""
        self._connection.execute(
            update(CONTAINER)
            .where(CONTAINER.c.code == code, CONTAINER.c.filled > 0)
            .values(filled=CONTAINER.c.filled - 1, state=ContainerState.IN_USE.value)
        )


def _user(row: Row[tuple[object, ...]]) -> User:
    return User(**row._asdict())


def _upsert(table: Table, key: str) -> Insert:
    statement = insert(table)
    changed = {c.name: statement.excluded[c.name] for c in table.c if c.name != key}
    return statement.on_conflict_do_update(index_elements=[table.c[key]], set_=changed)


_PUT_USER = _upsert(USER, "user_id")
_PUT_CONTAINER = _upsert(CONTAINER, "code")
