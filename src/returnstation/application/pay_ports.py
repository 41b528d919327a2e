"""Where settlements and the instructions that follow from them are looked up."""

from collections.abc import Collection, Sequence
from typing import Protocol

from returnstation.application.rows import InstructionRow
from returnstation.domain.cases import Case
from returnstation.domain.facts import RefundResolved


class Settlements(Protocol):
    """What cases were settled at, and what merchants were told."""

    def settled_elsewhere(self, case: Case) -> Sequence[RefundResolved]:
        """Return what other finished cases with the case's lines were settled at."""

    def instructions(self, states: Collection[str]) -> Sequence[InstructionRow]:
        """Return the refunds the merchants' systems are told to pay, oldest first."""

    def by_instruction(self, key: str) -> str | None:
        """Return the case an instruction belongs to."""
