"""Why a line was judged as it was: the verdict kept, and the same question asked again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from returnstation.application.equipment import Equipment
from returnstation.application.policy_ports import PolicyTexts, UnreadablePolicy
from returnstation.application.ports import Work
from returnstation.application.troubles import Refused
from returnstation.domain.barcodes import canonical
from returnstation.domain.facts import CaseLine, CaseOpened, LineJudged, Recorded, openings
from returnstation.domain.policy import Sale, decide
from returnstation.domain.verdicts import Verdict, verdict_of

_T = TypeVar("_T")
_Case = tuple[CaseOpened, Mapping[str, CaseLine]]
"""A case as it is now, and every line it ever had: an order attached may be taken off again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A verdict of the log.

    Attributes:
        seq: Number of the fact that keeps it.
        facts: What was known, as a case of the contract.
        again: What the policies that were pinned answer now; None when they cannot be asked.
        today: What the policies of today would answer; None when nothing can be asked.
        trouble: Why the question cannot be asked again.
    """

    seq: int
    at: datetime
    line: CaseLine
    kept: Verdict
    facts: Mapping[str, Any]
    again: Verdict | None = None
    today: Verdict | None = None
    trouble: str = ""

    @property
    def is_the_same(self) -> bool:
        """Whether the pinned policies still give the kept verdict."""
        return self.again == self.kept


@dataclass(frozen=True, slots=True)
class ExplainedCase:
    """All verdicts of a case, oldest first; several for a line that was judged again."""

    number: str
    merchant: str
    jurisdiction: str
    verdicts: tuple[Explained, ...]


@dataclass(frozen=True, slots=True)
class Explaining:
    """Explains the verdicts of a case."""

    equipment: Equipment
    texts: PolicyTexts

    def case(self, number: str) -> ExplainedCase:
        """Return every verdict of a case, by its number or any of its codes.

        Raises:
            Refused: ``case-unknown``.
        """
        with self.equipment.look() as work:
            known = work.cases.with_code([canonical(number)])
            if not known:
                raise Refused("case-unknown", number=number)
            told = work.facts.of(known[0].case_id)
            *_, opened = openings(recorded.fact for recorded in told)
            lines = _lines(told)
            verdicts = tuple(
                self._explained(work, (opened, lines), recorded.fact, recorded)
                for recorded in told
                if isinstance(recorded.fact, LineJudged)
            )
        return ExplainedCase(
            opened.number, opened.merchant or "", opened.jurisdiction or "", verdicts
        )

    def _explained(
        self, work: Work, case: _Case, judged: LineJudged, recorded: Recorded
    ) -> Explained:
        opened, lines = case
        line = lines[judged.line_id]
        found = Explained(
            seq=recorded.seq, at=recorded.at, line=line, kept=judged.verdict, facts=judged.sale
        )
        try:
            sale = self.texts.sale(judged.sale)
            found = replace(found, today=self._today(sale, opened.merchant_id))
            return replace(found, again=self._again(work, sale, judged.verdict))
        except UnreadablePolicy as error:
            return replace(found, trouble=str(error))

    def _today(self, sale: Sale, merchant_id: str | None) -> Verdict:
        terms = None if merchant_id is None else self.equipment.terms.of(merchant_id)
        if terms is None:
            return verdict_of(decide(sale, self.equipment.pack), None)
        asked = replace(sale, merchant_policy=terms.policy)
        return verdict_of(decide(asked, self.equipment.pack), terms.version)

    def _again(self, work: Work, sale: Sale, kept: Verdict) -> Verdict:
        pack = _read(work, kept.pack, self.texts.pack)
        if kept.policy is not None:
            sale = replace(sale, merchant_policy=_read(work, kept.policy, self.texts.policy))
        return verdict_of(decide(sale, pack), kept.policy)


def _lines(told: Sequence[Recorded]) -> dict[str, CaseLine]:
    opened = openings(recorded.fact for recorded in told)
    return {line.line_id: line for each in opened for line in each.lines}


def _read(work: Work, version: str, read: Callable[[bytes], _T]) -> _T:
    text = work.versions.read(version)
    if text is None:
        raise UnreadablePolicy(f"{version}: not kept on this station")
    return read(text)
