"""Keep what merchants see of their cases, and note what happened for their webhooks.

It runs in the transaction that makes the rows of a case anew and compares what a merchant would
see now with what was there: making the same rows again tells nobody anything. Each change gets
a number from the merchant's row, which stays locked until the transaction ends, so that readers
who go on from a number miss nothing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Row, bindparam, select, update

from returnstation.hub.database import HubDatabase, locked, upsert
from returnstation.hub.projected import cut
from returnstation.hub.seeing import Seen, seen_of
from returnstation.hub.tables import CASE
from returnstation.hub.tables_merchants import ACCOUNT, OUT
from returnstation.hub.webhook_events import Happened, event_of, note

_CASES: BindParameter[str] = bindparam("cases", expanding=True)
_MERCHANTS = [
    select(table.c.merchant_id).where(table.c.case_id.in_(_CASES)).distinct()
    for table in (CASE, OUT)
]
_ACCOUNTS = (
    select(ACCOUNT.c.merchant_id)
    .where(ACCOUNT.c.merchant_id.in_(bindparam("merchants", expanding=True)))
    .order_by(ACCOUNT.c.merchant_id)
)
_KNOWN = select(OUT).where(OUT.c.case_id.in_(_CASES))
_CHANGED = {"n", "case_id", "name", "state", "is_gone", "body"}


class _Change(NamedTuple):
    seen: Seen
    is_gone: bool
    event: Happened | None


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells merchants of their cases.

    Attributes:
        now_ms: The hub's clock.
    """

    database: HubDatabase
    now_ms: Callable[[], int]

    def tell(self, connection: Connection, case_ids: Collection[str]) -> None:
        """Compare what merchants see of cases with what they saw, in a transaction that writes."""
        if not case_ids:
            return
        merchants = lock_merchants(connection, case_ids)
        if merchants:
            # A clock that was compared at last may date all cases of a station anew.
            for some in cut(case_ids):
                self._tell(connection, merchants, some)

    def _tell(
        self, connection: Connection, merchants: Sequence[str], case_ids: Collection[str]
    ) -> None:
        seen = [each for each in seen_of(connection, case_ids) if each.merchant_id in merchants]
        cases = {*case_ids, *(each.case_id for each in seen)}
        known = _known(connection, cases)
        changes = list(_changes(seen, known))
        for merchant_id in merchants:
            own = [change for change in changes if change.seen.merchant_id == merchant_id]
            if own:
                self._keep(connection, merchant_id, own)

    def _keep(self, connection: Connection, merchant_id: str, own: Sequence[_Change]) -> None:
        drawing = update(ACCOUNT).where(ACCOUNT.c.merchant_id == merchant_id)
        drawing = drawing.values(last=ACCOUNT.c.last + len(own)).returning(ACCOUNT.c.last)
        first = connection.execute(drawing).scalar_one() - len(own) + 1
        rows = [_row(change, first + place) for place, change in enumerate(own)]
        connection.execute(upsert(connection, OUT, ("merchant_id", "kind", "key"), _CHANGED), rows)
        happened = [
            (first + place, change.event)
            for place, change in enumerate(own)
            if change.event is not None
        ]
        note(connection, (merchant_id, self.database.generation), happened, self.now_ms())


def lock_merchants(connection: Connection, case_ids: Collection[str]) -> Sequence[str]:
    """Lock the merchants of cases, in one order, lest two wait in a ring, and return them."""
    concerned: set[str] = set()
    for some in cut(case_ids):
        for wanted in _MERCHANTS:
            concerned |= set(connection.scalars(wanted, {"cases": some}))
    accounts = locked(connection, _ACCOUNTS)
    return list(connection.execute(accounts, {"merchants": list(concerned)}).scalars())


def _known(
    connection: Connection, cases: Collection[str]
) -> dict[tuple[str, str, str], Row[tuple[object, ...]]]:
    rows = connection.execute(_KNOWN, {"cases": list(cases)})
    return {(row.merchant_id, row.kind, row.key): row for row in rows}


def _changes(
    seen: Sequence[Seen], known: Mapping[tuple[str, str, str], Row[tuple[object, ...]]]
) -> Sequence[_Change]:
    changes = []
    now = {(each.merchant_id, each.kind, each.key) for each in seen}
    for each in seen:
        before = known.get((each.merchant_id, each.kind, each.key))
        state = None if before is None or before.is_gone else str(before.state)
        is_same = state == each.state and before is not None and bytes(before.body) == each.body
        if not is_same:
            changes.append(_Change(each, is_gone=False, event=event_of(each, state)))
    for key, row in known.items():
        if key not in now and not row.is_gone:
            gone = Seen(
                merchant_id=row.merchant_id,
                kind=row.kind,
                key=row.key,
                case_id=row.case_id,
                name=row.name,
                state="",
                body=bytes(row.body),
            )
            changes.append(_Change(gone, is_gone=True, event=event_of(gone, str(row.state))))
    return changes


def _row(change: _Change, n: int) -> dict[str, Any]:
    return {**change.seen._asdict(), "n": n, "is_gone": change.is_gone}
