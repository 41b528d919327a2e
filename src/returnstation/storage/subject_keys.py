"""The keys with which words in facts are sealed, one for each case that has words."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from returnstation.storage.tables import SUBJECT_KEY

NewKey: TypeAlias = Callable[[], bytes]
"""Return a key nobody else has."""

_GONE = b""

_KEY = select(SUBJECT_KEY.c.key).where(SUBJECT_KEY.c.subject == bindparam("subject"))
_UNSENT = (
    select(SUBJECT_KEY.c.subject, SUBJECT_KEY.c.key)
    .where(~SUBJECT_KEY.c.is_sent, SUBJECT_KEY.c.key != _GONE)
    .order_by(SUBJECT_KEY.c.subject)
)
_FORGET = insert(SUBJECT_KEY).on_conflict_do_update(
    index_elements=[SUBJECT_KEY.c.subject], set_={"key": _GONE, "is_sent": True}
)
_SENT = update(SUBJECT_KEY).where(SUBJECT_KEY.c.subject == bindparam("of")).values(is_sent=True)


class SqlSubjectKeys:
    """The keys as one transaction sees them.

    Args:
        connection: In a transaction.
        new_key: Gives keys.
    """

    def __init__(self, connection: Connection, new_key: NewKey) -> None:
        self._connection = connection
        self._new_key = new_key

    def of(self, subject: str) -> bytes | None:
        """Return the key of a case; None when it has none, or it was forgotten."""
        return self._connection.scalar(_KEY, {"subject": subject}) or None

    def made(self, subject: str) -> bytes:
        """Return the key of a case, made now if it has none.

        What is written of a case that was forgotten is sealed with a key that is kept nowhere.
        """
        known = self._connection.scalar(_KEY, {"subject": subject})
        key = known or self._new_key()
        if known is None:
            row = {"subject": subject, "key": key, "is_sent": False}
            self._connection.execute(SUBJECT_KEY.insert(), row)
        return key

    def unsent(self, most: int) -> Sequence[tuple[str, bytes]]:
        """Return cases with keys the hub is not known to have, at most so many."""
        rows = self._connection.execute(_UNSENT.limit(most))
        return [(row.subject, row.key) for row in rows]

    def mark_sent(self, subjects: Collection[str]) -> None:
        """Note that the hub has said what it did with these keys."""
        if subjects:
            self._connection.execute(_SENT, [{"of": subject} for subject in subjects])

    def send_again(self) -> None:
        """Note that the hub may have none of the keys."""
        held = update(SUBJECT_KEY).where(SUBJECT_KEY.c.is_sent, SUBJECT_KEY.c.key != _GONE)
        self._connection.execute(held.values(is_sent=False))

    def forget(self, subjects: Collection[str]) -> None:
        """Overwrite the keys of cases for good; they are never given others."""
        rows = [{"subject": subject, "key": _GONE, "is_sent": True} for subject in subjects]
        if rows:
            self._connection.execute(_FORGET, rows)
