"""Papers printed on demand: found by case number or licence plate, queued where they belong."""

from collections.abc import Callable
from dataclasses import dataclass

from returnstation.application.desk.exits import REPRINT_REASONS, Exits
from returnstation.application.desk.memory import Memory
from returnstation.application.ports import Work
from returnstation.application.recording import OpenCase, Recording, ToPrint
from returnstation.application.troubles import Refused
from returnstation.domain.barcodes import canonical
from returnstation.domain.cases import Item
from returnstation.domain.facts import PaperQueued
from returnstation.domain.messages import say
from returnstation.domain.papers import Paper, PaperKind, kind_of


@dataclass(frozen=True, slots=True)
class Subject:
    """What a paper is about: a case, and the one item of it that is meant."""

    opened: OpenCase
    item: Item | None = None

    def one_item(self) -> Item:
        """Return the item that is meant, or the only one there is.

        Raises:
            Refused: There are several, or none.
        """
        items = tuple(self.opened.case.items.values())
        if self.item is not None:
            return self.item
        if len(items) != 1:
            raise Refused("paper-needs-item", number=len(items))
        return items[0]


@dataclass(frozen=True, slots=True)
class Papers:
    """Finds what a paper is about, and gives it to the printer that has paper for it.

    Args:
        recording: Of the station.
        user: Who wants it.
    """

    recording: Recording
    user: str | None = None

    def subject(self, number: str) -> Subject:
        """Return a case by its number, or the item with a licence plate and its case.

        Raises:
            Refused: Nobody knows it.
        """
        with self.recording.equipment.look() as work:
            item_id = work.cases.with_lpn(number.strip().upper())
            if item_id is not None:
                opened = self.recording.load(work, work.cases.by_item(item_id))
                return Subject(opened, opened.case.items[item_id])
            known = work.cases.with_code([canonical(number)])
            if not known:
                raise Refused("case-unknown", number=number)
            return Subject(self.recording.load(work, known[0].case_id))

    def reprint(self, lpn: str, reason: str) -> ToPrint:
        """Return another label of a licence plate, marked as such.

        Raises:
            Refused: Nobody knows it, or the reason is none.
        """
        if reason not in REPRINT_REASONS:
            raise Refused("no-such-option", key=reason)
        subject = self.subject(lpn)
        item = subject.one_item()
        if item.lpn is None or item.disposition is None:
            raise Refused("no-label")
        exits = Exits(self.recording, Memory(acted_at=self.recording.equipment.now()))
        return exits.reprinted(subject.opened.case, item, reason)

    def to_print(self, paper: Paper, language: str, item: Item | None = None) -> ToPrint:
        """Return a paper with the printer that has paper for it.

        Raises:
            Refused: None has.
        """
        kind = kind_of(paper)
        printer = printer_of(self.recording.equipment.printer_for, kind)
        return ToPrint(paper, language, printer, item_id=None if item is None else item.item_id)

    def queue(self, wanted: ToPrint, about: Subject | str) -> None:
        """Queue a paper and record it with its case, or with what it is about."""
        with self.recording.equipment.work() as work:
            if isinstance(about, str):
                queue_alone(self.recording, work, wanted, (about, self.user))
            else:
                before = self.recording.load(work, about.opened.case.case_id)
                self.recording.act(work, before, self.user, [], [wanted])
            work.commit()


def queue_alone(
    recording: Recording, work: Work, wanted: ToPrint, about: tuple[str, str | None]
) -> None:
    """Queue a paper that belongs to no case; the caller commits.

    Args:
        recording: Of the station.
        work: Where it is written.
        wanted: The paper.
        about: What it is about, e.g. a container's code, and who wants it.
    """
    subject, user = about
    job = recording.job(wanted, None, recording.equipment.now())
    queued = PaperQueued(job_id=job.job_id, kind=kind_of(job.paper).value, reason=wanted.reason)
    work.facts.append(subject, user, [queued], job.created_at)
    work.jobs.add(job)


def printer_of(printer_for: Callable[[PaperKind], str | None], kind: PaperKind) -> str:
    """Return the printer that has paper of a kind.

    Raises:
        Refused: None has.
    """
    printer = printer_for(kind)
    if printer is None:
        raise Refused("no-printer-for-paper", kind=say(f"paper.{kind.value}"))
    return printer
