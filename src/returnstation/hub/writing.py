"""What a transaction writes of facts, gathered for a few statements that write all of it."""

from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import Connection, bindparam, update

from returnstation.hub.database import insert_many, insert_new, mark_dirty
from returnstation.hub.tables import BRANCH, FACT, QUARANTINE

_MOVE_HEAD = (
    update(BRANCH)
    .where(BRANCH.c.station == bindparam("of_station"), BRANCH.c.branch == bindparam("of_branch"))
    .values(seq=bindparam("to_seq"), hash=bindparam("to_hash"))
)

FactRow: TypeAlias = tuple[object, ...]
"""Of ``FACT``, in the order of its columns."""


@dataclass(slots=True)
class Writing:
    """Facts of one station or of several, and what follows from them.

    Attributes:
        facts: Rows of the log.
        odd: Rows of facts that are set aside.
        dirty: Subjects to be projected anew.
    """

    facts: list[FactRow] = field(default_factory=list)
    odd: list[dict[str, object]] = field(default_factory=list)
    dirty: set[str] = field(default_factory=set)
    _heads: list[dict[str, object]] = field(default_factory=list)

    def move(self, station: str, branch: int, to: tuple[int, bytes]) -> None:
        """Move the head of a branch to a fact's number and hash."""
        seq, made = to
        self._heads.append(
            {"of_station": station, "of_branch": branch, "to_seq": seq, "to_hash": made}
        )

    def keep(self, connection: Connection) -> None:
        """Write it all.

        Raises:
            AlreadyThere: One of the facts is; the transaction is over.
        """
        if self.facts:
            insert_many(connection, FACT, self.facts)
            connection.execute(_MOVE_HEAD, self._heads)
        mark_dirty(connection, self.dirty)
        if self.odd:
            connection.execute(insert_new(connection, QUARANTINE), self.odd)
