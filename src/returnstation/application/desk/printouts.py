"""Papers nobody knows came out, and labels that wait for a printer: a person decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from returnstation.application.desk.memory import Ask, Memory
from returnstation.application.ports import Work
from returnstation.application.recording import Recording, ToPrint
from returnstation.application.troubles import Refused
from returnstation.application.view import Echo, JobView, Option, Sound, Step
from returnstation.domain.barcodes import Barcode
from returnstation.domain.cases import ItemStage
from returnstation.domain.facts import Fact, PaperSeen
from returnstation.domain.messages import Say, say
from returnstation.domain.papers import ItemLabel, JobState, PaperKind, PrintJob, kind_of
from returnstation.domain.papers.jobs import is_doubtful

YES, AGAIN, NEEDLESS = "1", "2", "3"
WHY_AGAIN = "did_not_come_out"
_MOST_PRINTERS = 3


@dataclass(frozen=True, slots=True)
class Printouts:
    """Asks whether papers came out, and sends what waits to another printer.

    Attributes:
        scan: Takes a scan as if nothing had been asked: a label that is read has come out.
    """

    recording: Recording
    memory: Memory
    scan: Callable[[Barcode], None]

    def ask_next(self) -> None:
        """Ask about a paper that may have come out, where nobody is in the middle of something.

        The label in hand is asked about when it is to be stuck on, all others between parcels.
        """
        memory = self.memory
        if memory.user is None or memory.ask is not None:
            return
        if memory.step is not Step.READY and self._in_hand() is None:
            return
        with self.recording.equipment.look() as work:
            job = next((each for each in work.jobs.waiting() if self._is_asked(each)), None)
        if job is not None:
            self._ask(job)

    def choose(self, key: str) -> None:
        """Print what waits for the printer of the label in hand on another one.

        Raises:
            Refused: No such printer is offered.
        """
        lpn = self._in_hand() or ""
        with self.recording.equipment.work() as work:
            job = waiting_label(work, lpn)
            offered = {} if job is None else other_printers(self.recording, work, job)
            if job is None or key not in offered:
                raise Refused("no-such-option", key=key)
            kinds = [k for k in PaperKind if offered[key] in self._printers_for(k)]
            work.jobs.move(job.printer, offered[key], kinds)
            work.commit()
        self._echo("printer", say("echo.moved", printer=offered[key]), lpn)

    def _printers_for(self, kind: PaperKind) -> Sequence[str]:
        return self.recording.equipment.printers_for(kind)

    def _in_hand(self) -> str | None:
        """Return the licence plate that is to be stuck on now."""
        item = self.memory.in_hand
        return item.lpn if item is not None and item.stage is ItemStage.SCAN_BACK else None

    def _is_asked(self, job: JobView) -> bool:
        if job.job_id in self.memory.passed_jobs or not is_doubtful(job.state, job.trouble):
            return False
        return self.memory.step is Step.READY or job.lpn == self._in_hand()

    def _ask(self, job: JobView) -> None:
        # Whoever goes back instead of answering is not asked again; the printers' page asks on.
        self.memory.passed_jobs.add(job.job_id)
        what = job.lpn or say(f"paper.{job.kind}")
        self.memory.ask = Ask(
            Step.REASON,
            say("ask.printed", paper=what),
            say("ask.printed.help", printer=job.printer),
            (
                Option(YES, say("printed.yes")),
                Option(AGAIN, say("printed.again"), say("printed.again.help")),
                Option(NEEDLESS, say("printed.needless")),
            ),
            lambda key: self.settle(job.job_id, key),
            scanned=self._scanned,
        )
        self.memory.sound = Sound.TAP

    def _scanned(self, barcode: Barcode) -> None:
        self.memory.ask = None
        self.scan(barcode)

    def settle(self, job_id: str, key: str) -> None:
        """Record what a person says of a paper, and print it again where it is wanted."""
        with self.recording.equipment.work() as work:
            job = work.jobs.find(job_id)
            if job is None or not is_doubtful(job.state, job.trouble):
                # Read meanwhile, or seen by somebody else.
                return
            if key == YES:
                work.jobs.confirm(job_id)
            else:
                work.jobs.give_up(job_id)
            papers = [again(job)] if key == AGAIN else []
            self._record(work, job, PaperSeen(job_id=job_id, came_out=key == YES), papers)
            work.commit()
        said = {YES: "echo.printed", AGAIN: "echo.reprint", NEEDLESS: "echo.needless"}[key]
        self._echo("check" if key == YES else "printer", say(said), job.lpn or "")

    def _record(self, work: Work, job: PrintJob, fact: Fact, papers: Sequence[ToPrint]) -> None:
        """Write what was said into the case the paper belongs to; sheets belong to none."""
        recording, memory = self.recording, self.memory
        if job.case_id is None:
            for paper in papers:
                work.jobs.add(recording.job(paper, None, recording.equipment.now()))
            return
        is_open = memory.open is not None and memory.open.case.case_id == job.case_id
        before = memory.opened() if is_open else recording.load(work, job.case_id)
        items = before.case.items.values()
        item_id = next((item.item_id for item in items if job.lpn and item.lpn == job.lpn), None)
        papers = [replace(paper, item_id=item_id) for paper in papers]
        after = recording.act(work, before, memory.user_id, [fact], papers)
        if is_open:
            memory.open = after

    def _echo(self, kind: str, label: Say, code: str) -> None:
        self.memory.echo = Echo(kind, label, code, None, self.recording.equipment.now())


def again(job: PrintJob) -> ToPrint:
    """Return a paper that did not come out, to be printed again and marked where it can be."""
    return ToPrint(
        paper=replace(job.paper, is_reprint=True)
        if isinstance(job.paper, ItemLabel)
        else job.paper,
        language=job.language,
        printer=job.printer,
        lpn=job.lpn,
        reason=WHY_AGAIN,
    )


def waiting_label(work: Work, lpn: str) -> PrintJob | None:
    """Return the job of a label that has not gone out and is in trouble."""
    jobs = work.jobs.of_item(lpn)
    job = jobs[-1] if jobs else None
    is_waiting = job is not None and job.state in {JobState.QUEUED, JobState.RENDERED}
    return job if is_waiting and job is not None and job.trouble is not None else None


def other_printers(recording: Recording, work: Work, job: PrintJob) -> dict[str, str]:
    """Return the printers that could print a job now, by the digits they are offered with."""
    troubled = {each.printer for each in work.jobs.waiting() if each.trouble is not None}
    names = recording.equipment.printers_for(kind_of(job.paper))
    well = [name for name in names if name != job.printer and name not in troubled]
    return {str(n): name for n, name in enumerate(well[:_MOST_PRINTERS], start=1)}
