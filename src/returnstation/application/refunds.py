"""Refunds the merchants' systems are told to pay: handed over under their keys, and reported."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from returnstation.application.equipment import Equipment
from returnstation.application.ports import Work
from returnstation.application.recording import Recording
from returnstation.application.rows import InstructionRow
from returnstation.domain.cases import Case
from returnstation.domain.facts import RefundInstructed, RefundReported
from returnstation.domain.money import Money
from returnstation.domain.pay import EXPORTED, WAITING, state_of
from returnstation.domain.refunds import given_for


@dataclass(frozen=True, slots=True)
class Refunds:
    """Hands instructions over and records what becomes of them."""

    equipment: Equipment

    def told(
        self, states: Collection[str], since: date | None = None, until: date | None = None
    ) -> Sequence[InstructionRow]:
        """Return the instructions in these states, oldest first.

        Args:
            states: How far they may be.
            since: First local day on which they were given; None is no bound.
            until: Last such day.
        """
        with self.equipment.look() as work:
            rows = work.cases.instructions(states)
            if since is None and until is None:
                return rows
            first, last = since or date.min, until or date.max
            return [row for row in rows if first <= self._given_on(work, row) <= last]

    def _given_on(self, work: Work, row: InstructionRow) -> date:
        told = Recording(self.equipment).load(work, row.case_id).told
        at = next(
            each.at
            for each in told
            if isinstance(each.fact, RefundInstructed) and each.fact.key == row.key
        )
        return at.astimezone(self.equipment.settings.zone).date()

    def is_known(self, key: str) -> bool:
        """Tell whether an instruction was given under this key."""
        with self.equipment.look() as work:
            return work.cases.by_instruction(key) is not None

    def records(self, rows: Sequence[InstructionRow]) -> Iterator[Mapping[str, Any]]:
        """Yield instructions as JSON values, each with what its lines are made of."""
        recording = Recording(self.equipment)
        with self.equipment.look() as work:
            for row in rows:
                case = recording.load(work, row.case_id).case
                told = next(fact for fact in case.instructed if fact.key == row.key)
                yield record(case, told)

    def hand_over(self, rows: Sequence[InstructionRow]) -> None:
        """Record that instructions were exported; those further on stay as they are."""
        self.report(
            [RefundReported(key=row.key, state=EXPORTED) for row in rows if row.state == WAITING]
        )

    def report(self, reports: Sequence[RefundReported]) -> int:
        """Record what became of instructions, and return how many say something new."""
        recording, changed = Recording(self.equipment), 0
        with self.equipment.work() as work:
            for report in reports:
                case_id = work.cases.by_instruction(report.key)
                if case_id is None:
                    continue
                before = recording.load(work, case_id)
                if before.case.reported.get(report.key) != report:
                    recording.act(work, before, None, [report])
                    changed += 1
            work.commit()
        return changed


def record(case: Case, told: RefundInstructed) -> dict[str, Any]:
    """Return one instruction as JSON values; amounts are texts in the order's currency."""
    opened, refund = case.opened, case.refund
    lines = () if refund is None else refund.lines
    return {
        "key": told.key,
        "state": state_of(case, told.key),
        "case": case.number,
        "merchant": opened.merchant_id,
        "orders": list(opened.orders),
        "rma": opened.rma,
        "currency": told.total.currency,
        "total": told.total.decimal(),
        "settlement": _settled(told.settlement),
        "credit_note": told.credit_note,
        "tenders": [
            {
                "order": part.order_number,
                "number": part.number,
                "kind": part.kind,
                "amount": part.amount.decimal(),
            }
            for part in told.tenders
        ],
        "taxes": [
            {
                "rate": share.rate,
                "net": (share.gross - share.tax).decimal(),
                "tax": share.tax.decimal(),
                "gross": share.gross.decimal(),
            }
            for share in told.taxes
        ],
        "lines": [
            {
                "line": line.line_id,
                "sku": case.line(line.line_id).sku,
                "units": line.units,
                "outcome": line.outcome,
                "method": line.method,
                "amount": given_for(line).decimal(),
                "variant": line.variant,
                "owes": None if line.owes is None else line.owes.decimal(),
                "rejection": line.rejection,
                "terms": [
                    {"code": term.code, "amount": term.amount.decimal()} for term in line.terms
                ],
            }
            for line in lines
        ],
        "shipping": None if refund is None else refund.shipping.decimal(),
    }


def _settled(amount: Money | None) -> dict[str, str] | None:
    return None if amount is None else {"amount": amount.decimal(), "currency": amount.currency}
