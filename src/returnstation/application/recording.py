"""Write what happened: facts, the state that follows and the papers, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from returnstation.application.equipment import Equipment
from returnstation.application.ports import Work
from returnstation.domain.cases import Case
from returnstation.domain.facts import Fact, LineJudged, PaperQueued, Recorded
from returnstation.domain.folding import fold
from returnstation.domain.papers import JobState, Paper, PrintJob, kind_of


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case with the facts it was folded from."""

    case: Case
    told: tuple[Recorded, ...]

    @property
    def seq(self) -> int:
        """Number of the last fact of the case."""
        return self.told[-1].seq


@dataclass(frozen=True, slots=True)
class ToPrint:
    """A paper that an act causes."""

    paper: Paper
    language: str
    printer: str
    item_id: str | None = None
    lpn: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """Records acts on cases."""

    equipment: Equipment

    def open(self, work: Work, case_id: str, user: str | None, facts: Sequence[Fact]) -> OpenCase:
        """Write the first facts of a case into ``work``; the caller commits."""
        told = work.facts.append(case_id, user, facts, self.equipment.now())
        self._pin(work, facts)
        opened = OpenCase(fold(told), told)
        work.cases.save(opened.case)
        return opened

    def act(
        self,
        work: Work,
        before: OpenCase,
        user: str | None,
        facts: Sequence[Fact],
        papers: Sequence[ToPrint] = (),
    ) -> OpenCase:
        """Write an act on an open case into ``work``; the caller commits.

        The moment of the act is read once, so that its facts can be taken back together.
        """
        at = self.equipment.now()
        jobs = [self.job(paper, before.case.case_id, at) for paper in papers]
        queued = [
            PaperQueued(
                job_id=job.job_id,
                kind=kind_of(job.paper).value,
                item_id=paper.item_id,
                lpn=paper.lpn,
                reason=paper.reason,
            )
            for job, paper in zip(jobs, papers, strict=True)
        ]
        told = work.facts.append(before.case.case_id, user, [*facts, *queued], at)
        self._pin(work, facts)
        after = OpenCase(fold([*before.told, *told]), (*before.told, *told))
        work.cases.save(after.case)
        for job in jobs:
            work.jobs.add(job)
        return after

    def load(self, work: Work, case_id: str) -> OpenCase:
        """Return a case by its facts."""
        told = work.facts.of(case_id)
        return OpenCase(fold(told), told)

    def _pin(self, work: Work, facts: Sequence[Fact]) -> None:
        """Keep pack and terms that judged, so that the verdict can be explained years later."""
        verdicts = [fact.verdict for fact in facts if isinstance(fact, LineJudged)]
        packs = {verdict.pack for verdict in verdicts}
        policies = {verdict.policy for verdict in verdicts if verdict.policy is not None}
        for version in work.versions.missing(packs | policies) if verdicts else ():
            is_pack = version in packs
            equipment = self.equipment
            text = equipment.pack_text() if is_pack else equipment.terms.given(version)
            work.versions.keep(version, text)

    def job(self, paper: ToPrint, case_id: str | None, at: datetime) -> PrintJob:
        """Return a paper as a job to be queued."""
        return PrintJob(
            job_id=str(self.equipment.new_id()),
            paper=paper.paper,
            language=paper.language,
            printer=paper.printer,
            state=JobState.QUEUED,
            created_at=at,
            case_id=case_id,
            lpn=paper.lpn,
        )
