"""Rows that follow from the facts of cases, made anew for many cases together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Delete, Table, bindparam, delete, insert, select

from returnstation.hub.database import upsert
from returnstation.hub.tables import CASE, CASE_CLOCK, CASE_LINK, ITEM, MOVEMENT, UNPROJECTED

Rows = Mapping[Table, Sequence[Mapping[str, Any]]]

_TABLES = (CASE, CASE_CLOCK, ITEM, MOVEMENT, CASE_LINK)
_AT_ONCE = 500
_NAMES: BindParameter[str] = bindparam("names", expanding=True)
_REMOVE = {table: delete(table).where(table.c.case_id.in_(_NAMES)) for table in _TABLES}
_FINE = delete(UNPROJECTED).where(UNPROJECTED.c.subject.in_(_NAMES))
_TOPICS = select(CASE_LINK.c.topic).where(CASE_LINK.c.case_id.in_(_NAMES)).distinct()


class Projected:
    """Rows to be written; those of a case that come later replace those that came before."""

    def __init__(self) -> None:
        self._rows: dict[str, Rows] = {}
        self._why: dict[str, str] = {}

    def put(self, case_id: str, rows: Rows) -> None:
        """Have the rows of a case replaced."""
        self._rows[case_id] = rows
        self._why.pop(case_id, None)

    def set_aside(self, subject: str, why: str) -> None:
        """Have a subject without rows, that a person looks at."""
        self._rows[subject] = {}
        self._why[subject] = why

    def write(self, connection: Connection) -> set[str]:
        """Write everything, and return the topics that cases had or have, and the cases."""
        cases = sorted(self._rows)
        touched = {f"case:{case_id}" for case_id in cases} | _topics_of(connection, cases)
        for table in _TABLES:
            _remove(connection, _REMOVE[table], cases)
            rows = [row for case_id in cases for row in self._rows[case_id].get(table, ())]
            if rows:
                connection.execute(insert(table), rows)
            if table is CASE_LINK:
                touched |= {row["topic"] for row in rows}
        self._tell_why(connection, cases)
        self._rows.clear()
        self._why.clear()
        return touched

    def _tell_why(self, connection: Connection, cases: Sequence[str]) -> None:
        fine = [case_id for case_id in cases if case_id not in self._why]
        _remove(connection, _FINE, fine)
        rows = [{"subject": subject, "why": why} for subject, why in sorted(self._why.items())]
        if rows:
            connection.execute(upsert(connection, UNPROJECTED, ("subject",), {"why"}), rows)


def cut(names: Iterable[str], at_once: int = _AT_ONCE) -> Iterator[Sequence[str]]:
    """Yield some names at a time, in order."""
    ordered = sorted(set(names))
    for start in range(0, len(ordered), at_once):
        yield ordered[start : start + at_once]


def _topics_of(connection: Connection, cases: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for some in cut(cases):
        found |= set(connection.scalars(_TOPICS, {"names": some}))
    return found


def _remove(connection: Connection, statement: Delete, names: Iterable[str]) -> None:
    for some in cut(names):
        connection.execute(statement, {"names": some})
