"""What merchants say became of instructions to pay: executed once, and told to the stations."""

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from returnstation.hub.colliding import DUE
from returnstation.hub.database import locked, upsert
from returnstation.hub.merchant_checks import is_key
from returnstation.hub.merchant_views import RefundOut, RefundReport
from returnstation.hub.merchants import Merchants
from returnstation.hub.records import Change, Records
from returnstation.hub.refund_notes import MARK, Noted, opened_refunds, sealed_notes
from returnstation.hub.refusing import NotDone
from returnstation.hub.subject_keys import keys_at
from returnstation.hub.tables import CASE, REFUND, REPORT, STATION
from returnstation.hub.tables_merchants import ACCOUNT, OUT
from returnstation.hub.telling import Telling
from returnstation.wire.feeds import SITE_SHARD

EXECUTED = "executed"
STATES = frozenset({"acknowledged", EXECUTED, "failed"})
KIND = "refund_report"
"""Of the record that tells a report to the stations of the site that has the case."""

_LONGEST_NOTE = 500


class ReportRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A report on its way down to the stations."""

    case_id: str
    key: str
    state: str
    note: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class RefundReports:
    """Takes merchants' reports in."""

    merchants: Merchants
    telling: Telling

    def take(self, merchant_id: str, key: str, report: RefundReport, now_ms: int) -> RefundOut:
        """Keep a report, and return the refund as it is now; the same again changes nothing.

        Raises:
            NotDone: ``report-wrong``, ``refund-unknown``, ``refund-not-due``: it waits or is
                void; ``refund-executed``: it was paid, and that is the end.
        """
        if report.state not in STATES or "\0" in report.note or report.note.startswith(MARK):
            raise NotDone("report-wrong", report.state[:40])
        if not is_key(key):
            raise NotDone("refund-unknown")
        note = report.note[:_LONGEST_NOTE]
        with self.merchants.database.work() as connection:
            account = select(ACCOUNT.c.merchant_id).where(ACCOUNT.c.merchant_id == merchant_id)
            connection.execute(locked(connection, account))
            refund = _refund(connection, merchant_id, key)
            if _is_news(connection, refund, report.state):
                said = ReportRecord(
                    case_id=refund.case_id, key=key, state=report.state, note=note, at_ms=now_ms
                )
                self._keep(connection, said)
                self.telling.tell(connection, {refund.case_id})
            return _seen(connection, merchant_id, key)

    def _keep(self, connection: Connection, said: ReportRecord) -> None:
        noted = Noted(said.case_id, said.key, said.note)
        (note,) = sealed_notes(keys_at(connection), [noted], said.at_ms)
        row = msgspec.structs.asdict(said) | {"note": note}
        put = upsert(connection, REPORT, ("case_id", "key"), {"state", "note", "at_ms"})
        connection.execute(put, row)
        site = connection.scalar(
            select(STATION.c.site)
            .join(CASE, CASE.c.station == STATION.c.station)
            .where(CASE.c.case_id == said.case_id)
        )
        if site is not None:
            shard, mark = f"{SITE_SHARD}{site}", self.merchants.mark()
            change = Change(KIND, said.key, msgspec.json.encode(said))
            Records(connection, shard, said.at_ms, mark).put([change])


def _is_news(connection: Connection, refund: Row[Any], state: str) -> bool:
    wanted = select(REPORT.c.state).where(
        REPORT.c.case_id == refund.case_id, REPORT.c.key == refund.key
    )
    before = connection.scalar(wanted)
    if before == state:
        return False
    if before == EXECUTED:
        raise NotDone("refund-executed", refund.key)
    if refund.state != DUE:
        raise NotDone("refund-not-due", refund.state)
    return True


def _refund(connection: Connection, merchant_id: str, key: str) -> Row[Any]:
    wanted = select(REFUND).where(REFUND.c.merchant_id == merchant_id, REFUND.c.key == key)
    row = connection.execute(wanted.order_by(REFUND.c.case_id).limit(1)).one_or_none()
    if row is None:
        raise NotDone("refund-unknown", key[:80])
    return row


def _seen(connection: Connection, merchant_id: str, key: str) -> RefundOut:
    body = connection.execute(
        select(OUT.c.body).where(
            OUT.c.merchant_id == merchant_id, OUT.c.kind == "refunds", OUT.c.key == key
        )
    ).scalar_one()
    (opened,) = opened_refunds(keys_at(connection), [bytes(body)])
    return msgspec.json.decode(opened, type=RefundOut)
