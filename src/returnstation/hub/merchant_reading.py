"""What merchants read: changes page by page, and one case with everything in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import select

from returnstation.hub.database import HubDatabase
from returnstation.hub.merchant_checks import is_key
from returnstation.hub.merchant_views import KINDS, Changed, Changes, WholeCase
from returnstation.hub.refund_notes import opened_refunds
from returnstation.hub.refusing import NotDone
from returnstation.hub.subject_keys import PHOTO
from returnstation.hub.tables import CASE, CASE_LINK
from returnstation.hub.tables_merchants import OUT

MOST_ROWS = 1000
USUAL_ROWS = 100

_MOST_IN_CASE = 5000
_CASES = "cases"
_REFUNDS = "refunds"


@dataclass(frozen=True, slots=True)
class MerchantReading:
    """Answers merchants' questions."""

    database: HubDatabase

    def page(self, merchant_id: str, word: str, after: str, limit: str) -> Changes[Any]:
        """Return what changed after a cursor; each thing once, as it is now.

        Args:
            merchant_id: Whose.
            word: ``cases``, ``items``, ``movements``, ``refunds`` or ``conflicts``.
            after: What ``next`` of the page before said; empty for the beginning.
            limit: How many at most, as it was written; empty for the usual.

        Raises:
            NotDone: ``cursor-wrong``, ``limit-wrong``, or ``cursor-gone``: the hub was restored
                from a backup, and reading begins anew.
        """
        most = _limit(limit)
        n = self._number(after)
        wanted = (
            select(OUT.c.key, OUT.c.n, OUT.c.is_gone, OUT.c.body)
            .where(OUT.c.merchant_id == merchant_id, OUT.c.kind == word, OUT.c.n > n)
            .order_by(OUT.c.n)
            .limit(most + 1)
        )
        with self.database.glance() as connection:
            rows = connection.execute(wanted).all()
        last = rows[:most][-1].n if rows else n
        bodies = [bytes(row.body) for row in rows[:most]]
        if word == _REFUNDS:
            bodies = self._opened(bodies)
        return Changes(
            rows=[
                Changed(key=row.key, is_gone=row.is_gone, value=msgspec.Raw(body))
                for row, body in zip(rows[:most], bodies, strict=True)
            ],
            next=f"{self.database.generation}.{last}",
            is_last=len(rows) <= most,
        )

    def case(self, merchant_id: str, number: str) -> WholeCase:
        """Return a case by the number on its papers, or by its id.

        Raises:
            NotDone: ``case-unknown``.
        """
        if not is_key(number):
            raise NotDone("case-unknown")
        own = (OUT.c.merchant_id == merchant_id) & OUT.c.is_gone.is_(False)
        wanted = (
            select(OUT.c.case_id)
            .where(own, OUT.c.kind == _CASES, (OUT.c.name == number) | (OUT.c.key == number))
            .order_by(OUT.c.n.desc())
            .limit(1)
        )
        with self.database.look() as connection:
            case_id = connection.scalar(wanted)
            if case_id is None:
                raise NotDone("case-unknown")
            rows = connection.execute(
                select(OUT.c.kind, OUT.c.body)
                .where(own, OUT.c.case_id == case_id)
                .order_by(OUT.c.kind != _CASES, OUT.c.n)  # the case itself is among the first
                .limit(_MOST_IN_CASE)
            ).all()
        found: dict[str, list[bytes]] = {kind: [] for kind in KINDS}
        for row in rows:
            found[row.kind].append(bytes(row.body))
        if not found[_CASES]:
            raise NotDone("case-unknown")  # it went to another merchant just now
        found[_REFUNDS] = self._opened(found[_REFUNDS])
        things: dict[str, list[Any]] = {
            kind: [msgspec.json.decode(body, type=KINDS[kind]) for body in bodies]
            for kind, bodies in found.items()
        }
        (case,) = things.pop(_CASES)
        return WholeCase(case=case, **things)

    def has_photo(self, merchant_id: str, digest: str) -> bool:
        """Tell whether a case of a merchant names a photo."""
        naming = (
            select(CASE.c.case_id)
            .join(CASE_LINK, CASE_LINK.c.case_id == CASE.c.case_id)
            .where(CASE_LINK.c.topic == f"{PHOTO}{digest}", CASE.c.merchant_id == merchant_id)
            .limit(1)
        )
        with self.database.glance() as connection:
            return connection.scalar(naming) is not None

    def _opened(self, bodies: Sequence[bytes]) -> list[bytes]:
        return opened_refunds(self.database.subject_keys, bodies)

    def _number(self, after: str) -> int:
        if not after:
            return 0
        generation, _, number = after.rpartition(".")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise NotDone("cursor-wrong")
        if generation != self.database.generation:
            raise NotDone("cursor-gone")
        return int(number)


def _limit(text: str) -> int:
    if not text:
        return USUAL_ROWS
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 0 < int(text) <= MOST_ROWS):
        raise NotDone("limit-wrong", f"1 to {MOST_ROWS}")
    return int(text)
