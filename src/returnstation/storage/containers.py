"""Containers as rows, and what lies in them."""

from collections.abc import Collection, Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, Connection, Row, select, update
from sqlalchemy.dialects.sqlite import insert

from returnstation.application.rows import Content
from returnstation.domain.cases import Custody
from returnstation.domain.containers import Container, ContainerKind, ContainerState
from returnstation.domain.dispositions import Disposition
from returnstation.storage.tables import CONTAINER, ITEM

_PUT = insert(CONTAINER)
_PUT = _PUT.on_conflict_do_update(
    index_elements=[CONTAINER.c.code],
    set_={c.name: _PUT.excluded[c.name] for c in CONTAINER.c if c.name != "code"},
)
_HERE = (
    select(CONTAINER)
    .where(CONTAINER.c.state != ContainerState.SHIPPED.value)
    .order_by(CONTAINER.c.place, CONTAINER.c.code)
)


class SqlContainers:
    """Totes, cages and pallets."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Sequence[Container]:
        """Return all that are here, by place."""
        return [_container(row) for row in self._connection.execute(_HERE)]

    def find(self, code: str) -> Container | None:
        """Return the container with this code or SSCC, shipped ones too."""
        is_it = (CONTAINER.c.code == code) | (CONTAINER.c.sscc == code)
        row = self._connection.execute(select(CONTAINER).where(is_it)).one_or_none()
        return None if row is None else _container(row)

    def standing_on(self, pallet: str) -> Sequence[Container]:
        """Return what stands on a pallet."""
        rows = self._connection.execute(select(CONTAINER).where(CONTAINER.c.on_pallet == pallet))
        return [_container(row) for row in rows]

    def contents(self, codes: Collection[str]) -> Sequence[Content]:
        """Return the items that lie in these containers, by licence plate."""
        inside = ITEM.c.container.in_(list(codes))
        return self._items(inside & (ITEM.c.custody == Custody.IN_CONTAINER.value))

    def load(self, number: str) -> Sequence[Content]:
        """Return the items that left with a load, by licence plate."""
        return self._items(ITEM.c.load == number)

    def put(self, container: Container) -> None:
        """Keep a container; a known code is replaced."""
        columns = asdict(container)
        columns["on_pallet"] = columns.pop("on")
        for name in ("disposition", "state", "kind"):
            columns[name] = columns[name].value
        self._connection.execute(_PUT, columns)

    def take_out(self, code: str, units: int = 1) -> None:
        """Count fewer units in a container."""
        self._connection.execute(
            update(CONTAINER)
            .where(CONTAINER.c.code == code, CONTAINER.c.filled >= units)
            .values(filled=CONTAINER.c.filled - units, state=ContainerState.IN_USE.value)
        )

    def _items(self, wanted: ColumnElement[bool]) -> Sequence[Content]:
        columns = (ITEM.c.item_id, ITEM.c.case_id, ITEM.c.container)
        rows = self._connection.execute(select(*columns).where(wanted).order_by(ITEM.c.lpn))
        return [Content(row.item_id, row.case_id, row.container) for row in rows]


def _container(row: Row[tuple[object, ...]]) -> Container:
    columns = row._asdict()
    columns["on"] = columns.pop("on_pallet")
    return Container(
        **columns
        | {
            "disposition": Disposition(row.disposition),
            "state": ContainerState(row.state),
            "kind": ContainerKind(row.kind),
        }
    )
