"""Orders from rows: one row per order line, with the order's own fields repeated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from returnstation.domain.orders import Order, OrderLine, Shipment
from returnstation.exchange.cells import Cells
from returnstation.exchange.order_parts import Head, read_head, read_line, read_shipments
from returnstation.exchange.profiles import ORDER_HEAD, Profile
from returnstation.exchange.rows import (
    NUMBER,
    Accepted,
    BadField,
    Rejected,
    Row,
    broken,
    rejected,
)

MOST_LINES = 1000
"""Lines of one order held in memory; more of them are kept in several steps."""


def read_orders(rows: Iterator[Row], profile: Profile) -> Iterator[Accepted[Order] | Rejected]:
    """Yield orders of rows that stand together, and the rows that make none.

    An order whose rows stand in several places comes in several pieces, which are joined where
    they are kept. That needs line numbers: without them, its later rows are rejected.
    """
    reading = _Reading(profile)
    for row in rows:
        if row.broken:
            yield broken(row)
            continue
        yield from reading.take(row)
    yield from reading.finished()


@dataclass(slots=True)
class _Group:
    """Rows of one order that stand together."""

    key: tuple[str, str]
    cells: Mapping[str, Any]
    head: Head | None = None
    head_cells: tuple[object, ...] | None = None
    places: int = 0
    rows: int = 0
    lines: dict[int, OrderLine] = field(default_factory=dict)
    shipments: dict[str, Shipment] = field(default_factory=dict)


class _Reading:
    """Goes through rows and collects those of one order."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._cells = Cells(profile)
        self._group: _Group | None = None
        self._has_numbers = bool(profile.names("line_number"))
        self._head_columns = tuple(c for name in ORDER_HEAD for c in profile.names(name))
        # Hashes only: a million orders must fit into memory.
        self._seen: set[int] = set()

    def take(self, row: Row) -> Iterator[Accepted[Order] | Rejected]:
        """Add a row to its order; yields the order before it, and the row if it is bad."""
        try:
            group = self._group_of(row)
        except BadField as bad:
            yield rejected(row, bad)
            return
        if group is not self._group:
            yield from self.finished()
            self._group = group
        if self._profile.carries_down:
            row = replace(row, cells=self._carried(group, row.cells))
        group.places += 1
        number = group.places
        if not self._has_numbers and not row.cells.get(NUMBER):
            # In the rejected file the row stands alone, and must not become line 1.
            row = row.with_cells(**{NUMBER: str(number)})
        try:
            self._add(group, row, number)
        except BadField as bad:
            yield rejected(row, bad)
        if len(group.lines) >= MOST_LINES:
            yield from self._given(group)

    def finished(self) -> Iterator[Accepted[Order]]:
        """Yield the order whose rows have ended."""
        if self._group is not None:
            yield from self._given(self._group)
            if not self._has_numbers:
                self._seen.add(hash(self._group.key))
        self._group = None

    def _group_of(self, row: Row) -> _Group:
        cells = self._cells.of(row.cells)
        here = self._group
        number = cells.code("order_number")
        merchant = cells.code("merchant_id")
        if here is not None and self._profile.carries_down:
            number = number or here.key[1]
            merchant = merchant or here.key[0]
        if number is None or merchant is None:
            raise BadField("order_number" if number is None else "merchant_id", "missing")
        if here is not None and here.key == (merchant, number):
            return here
        if hash((merchant, number)) in self._seen and not row.cells.get(NUMBER):
            raise BadField("order_number", "order-split", number)
        return _Group((merchant, number), row.cells)

    def _carried(self, group: _Group, cells: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row with what only the first row of its order says."""
        above = {column: group.cells.get(column) for column in self._head_columns}
        return {**cells, **{c: v for c, v in above.items() if not cells.get(c) and v}}

    def _add(self, group: _Group, row: Row, place: int) -> None:
        cells = self._cells.of(row.cells)
        head = self._head(group, row, cells)
        line = read_line(cells, head.currency, self._number(cells, row, place))
        shipments = read_shipments(cells)
        known = group.lines.get(line.number)
        if known is not None:
            if replace(known, serials=()) != replace(line, serials=()):
                raise BadField("line_number", "line-twice", str(line.number))
            serials = tuple(dict.fromkeys((*known.serials, *line.serials)))
            line = replace(known, serials=serials)
        group.head = head
        group.lines[line.number] = line
        group.shipments |= {sent.tracking: sent for sent in shipments}
        group.rows += 1

    def _head(self, group: _Group, row: Row, cells: Cells) -> Head:
        """Return the order's fields; most rows repeat them letter by letter."""
        here = tuple(row.cells.get(column) for column in self._head_columns)
        if group.head is not None and here == group.head_cells:
            return group.head
        head = read_head(cells, group.key)
        if group.head is not None and head != group.head:
            raise BadField(head.differs_in(group.head), "order-differs")
        group.head_cells = here
        return head

    def _number(self, cells: Cells, row: Row, place: int) -> int:
        if self._has_numbers:
            return cells.whole("line_number", place)
        text = str(row.cells.get(NUMBER) or place)
        if not (text.isascii() and text.isdigit() and 0 < len(text) < 7):
            raise BadField("line_number", "no-whole-number", text)
        return int(text)

    def _given(self, group: _Group) -> Iterator[Accepted[Order]]:
        if group.head is not None and group.rows:
            lines = tuple(group.lines[number] for number in sorted(group.lines))
            yield Accepted(group.head.order(lines, tuple(group.shipments.values())), group.rows)
        group.lines, group.shipments, group.rows = {}, {}, 0
