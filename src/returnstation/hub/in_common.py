"""What cases have in common, told from their rows: nobody need fold them to see that it is fine.

A line of a large order comes back in hundreds of parcels, and whoever folded all of them for
each one that comes would never be done. Rows of a case that waits to be projected may be old;
its topics are looked at again once it is.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Select, func, select

from returnstation.domain.cases import CaseState
from returnstation.hub.tables import CASE, CASE_LINK, ITEM


def shared_by_stations(connection: Connection, topics: Collection[str]) -> Mapping[str, str]:
    """Return those topics that cases of more than one station have, and one of their cases."""
    wanted = _of_living(topics, func.min(CASE.c.case_id))
    several = func.count(CASE.c.station.distinct()) > 1
    return {row[0]: row[1] for row in connection.execute(wanted.having(several))}


def units_with(connection: Connection, topics: Collection[str]) -> Mapping[str, int]:
    """Return how many units came in all cases that have these topics, of whatever line."""
    wanted = _of_living(topics, func.sum(ITEM.c.quantity))
    wanted = wanted.join(ITEM, ITEM.c.case_id == CASE.c.case_id)
    return {row[0]: int(row[1]) for row in connection.execute(wanted)}


def members_of(connection: Connection, topics: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Return the cases that have these topics."""
    found: dict[str, set[str]] = {topic: set() for topic in topics}
    wanted = select(CASE_LINK.c.topic, CASE_LINK.c.case_id)
    for row in connection.execute(wanted.where(CASE_LINK.c.topic.in_(sorted(topics)))):
        found[row.topic].add(row.case_id)
    return {topic: frozenset(cases) for topic, cases in found.items()}


def _of_living(topics: Collection[str], told: Any) -> Select[Any]:
    return (
        select(CASE_LINK.c.topic, told)
        .join(CASE, CASE.c.case_id == CASE_LINK.c.case_id)
        .where(CASE_LINK.c.topic.in_(sorted(topics)))
        .where(CASE.c.state != CaseState.CANCELLED.value)
        .group_by(CASE_LINK.c.topic)
    )
