"""Seal what merchants wrote of refunds before notes were sealed, in small steps beside the work."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, bindparam, select, tuple_, update

from returnstation.hub.database import locked
from returnstation.hub.erased import alone
from returnstation.hub.hub import Hub
from returnstation.hub.refund_notes import (
    Noted,
    body_with,
    event_with,
    noted,
    refund_in,
    sealed_notes,
    value_in,
)
from returnstation.hub.sealing_old import DONE
from returnstation.hub.subject_keys import keys_at
from returnstation.hub.tables import REFUND, REPORT
from returnstation.hub.tables_merchants import ACCOUNT, EVENT, OUT
from returnstation.hub.webhook_events import REFUND_EVENTS

NOTES, EVENTS = "sealed_notes", "sealed_events"
"""Names of how far it is, among what the hub keeps about itself."""

_REPORT = tuple_(REPORT.c.case_id, REPORT.c.key)
_NOTE = (
    update(REPORT)
    .where(REPORT.c.case_id == bindparam("of_case"), REPORT.c.key == bindparam("of_key"))
    .values(note=bindparam("now"))
)
_SEE = (
    update(OUT)
    .where(OUT.c.merchant_id == bindparam("of_merchant"), OUT.c.kind == "refunds")
    .where(OUT.c.key == bindparam("of_key"))
    .values(body=bindparam("now"))
)
_TELL = (
    update(EVENT)
    .where(EVENT.c.merchant_id == bindparam("of_merchant"), EVENT.c.n == bindparam("of_n"))
    .values(body=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class OldNotes:
    """Goes through reports, and then through events, once in the life of a hub.

    Attributes:
        at_once: Reports, or events, of one step.
    """

    hub: Hub
    at_once: int = 1000

    def step(self) -> None:
        """Seal some notes; nothing changes for merchants."""
        for name, some in ((NOTES, self._some_reports), (EVENTS, self._some_events)):
            after = self.hub.database.about(name)
            if after == DONE:
                continue
            with self.hub.database.work() as connection:
                alone(connection)
                last = some(connection, after)
            self.hub.database.keep_about(name, last)
            if last == DONE:
                self.hub.database.settle_files()
            return

    def _some_reports(self, connection: Connection, after: str) -> str:
        start = msgspec.json.decode(after, type=tuple[str, str]) if after else ("", "")
        wanted = select(REPORT.c.case_id, REPORT.c.key).where(tuple_(*start) < _REPORT)
        wanted = wanted.order_by(REPORT.c.case_id, REPORT.c.key).limit(self.at_once)
        places = [tuple(row) for row in connection.execute(wanted)]
        if not places:
            return DONE
        # In the order of who takes a report in: merchants, reports, what merchants see.
        ours = select(REFUND.c.merchant_id).where(
            tuple_(REFUND.c.case_id, REFUND.c.key).in_(places)
        )
        accounts = select(ACCOUNT.c.merchant_id).where(ACCOUNT.c.merchant_id.in_(ours))
        connection.execute(locked(connection, accounts.order_by(ACCOUNT.c.merchant_id)))
        rows = connection.execute(
            select(REPORT.c.case_id, REPORT.c.key, REPORT.c.note)
            .where(_REPORT.in_(places))
            .order_by(REPORT.c.case_id, REPORT.c.key)
        )
        old = [each for each in (Noted(*row) for row in rows) if each.note and not each.is_sealed]
        now = sealed_notes(keys_at(connection), old, self.hub.now_ms())
        sealed = {(each.case_id, each.key): note for each, note in zip(old, now, strict=True)}
        changed = [{"of_case": c, "of_key": key, "now": note} for (c, key), note in sealed.items()]
        if changed:
            connection.execute(_NOTE, changed)
            self._seen_alike(connection, sealed)
        return msgspec.json.encode(places[-1]).decode()

    @staticmethod
    def _seen_alike(connection: Connection, notes: Mapping[tuple[str, str], str]) -> None:
        """Seal what merchants see of refunds, too; it did not change for them."""
        cases = sorted({case_id for case_id, _ in notes})
        of_refunds = (OUT.c.kind == "refunds") & OUT.c.case_id.in_(cases)
        rows = connection.execute(
            select(OUT.c.merchant_id, OUT.c.key, OUT.c.case_id, OUT.c.body).where(of_refunds)
        ).all()
        changed = [
            {"of_merchant": row.merchant_id, "of_key": row.key, "now": body_with(refund, note)}
            for row in rows
            if (note := notes.get((row.case_id, row.key))) is not None
            and (refund := refund_in(bytes(row.body))).note
        ]
        if changed:
            connection.execute(_SEE, changed)

    def _some_events(self, connection: Connection, after: str) -> str:
        start = msgspec.json.decode(after, type=tuple[str, int]) if after else ("", 0)
        place = tuple_(EVENT.c.merchant_id, EVENT.c.n)
        wanted = (
            select(EVENT.c.merchant_id, EVENT.c.n, EVENT.c.body)
            .where(place > tuple_(*start), EVENT.c.type.startswith(REFUND_EVENTS))
            .order_by(EVENT.c.merchant_id, EVENT.c.n)
            .limit(self.at_once)
        )
        rows = connection.execute(wanted).all()
        if not rows:
            return DONE
        told = [(row, refund_in(value_in(bytes(row.body)))) for row in rows]
        notes = sealed_notes(
            keys_at(connection), [noted(refund) for _, refund in told], self.hub.now_ms()
        )
        changed = [
            {
                "of_merchant": row.merchant_id,
                "of_n": row.n,
                "now": event_with(bytes(row.body), body_with(refund, note)),
            }
            for (row, refund), note in zip(told, notes, strict=True)
            if refund.note != note
        ]
        if changed:
            connection.execute(_TELL, changed)
        return msgspec.json.encode((rows[-1].merchant_id, rows[-1].n)).decode()
