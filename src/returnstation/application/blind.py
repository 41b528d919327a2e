"""Parcels nobody knows the order of: how long they wait, and what is known of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from returnstation.application.desk.items import LONGEST_NOTE
from returnstation.application.desk.memory import Memory
from returnstation.application.equipment import Equipment
from returnstation.application.matching import Matching
from returnstation.application.opening import Found, Opening
from returnstation.application.ports import Work
from returnstation.application.recording import Recording
from returnstation.application.reviewing import MAY_REVIEW
from returnstation.application.rows import CaseRow
from returnstation.application.showing.candidates import clue_entry
from returnstation.application.troubles import Refused
from returnstation.application.view import Entry, PhotoView
from returnstation.domain.candidates import ClueKind
from returnstation.domain.cases import Case, CaseState
from returnstation.domain.facts import NoteAdded
from returnstation.domain.messages import Say, say
from returnstation.domain.pay import told_to_pay
from returnstation.domain.refunds import resolve

_PHOTOS: Mapping[str | None, str] = {"label": "photo.label", "contents": "photo.contents"}


@dataclass(frozen=True, slots=True)
class BlindRow:
    """One parcel.

    Attributes:
        scanned: What stood on it.
        since: When it came, in the site's zone.
        state: What it waits for.
        is_found: Its order has come: it can go on.
        is_finished: It was finished before its order came: a supervisor may attach it.
        products: What lay in it, by name.
        clues: What orders can be compared by.
        photos: Of the parcel, then of its items.
        notes: What people wrote, e.g. that the customer was asked.
    """

    case_id: str
    number: str
    scanned: str
    since: datetime
    state: Say
    is_found: bool
    products: tuple[str, ...]
    clues: tuple[Entry, ...]
    photos: tuple[PhotoView, ...]
    notes: tuple[str, ...]
    is_finished: bool = False


@dataclass(frozen=True, slots=True)
class BlindPart:
    """Some of the parcels, and how many there are in all."""

    rows: tuple[BlindRow, ...]
    total: int


class BlindParcels(Protocol):
    """The queue, as the window needs it; a call may take milliseconds of disk."""

    def part(self, start: int, length: int) -> BlindPart:
        """Return ``length`` parcels from the ``start``-th on: found ones first, then the oldest."""

    def note(self, case_id: str, text: str) -> None:
        """Keep a note on a parcel."""

    def attach(self, case_id: str) -> None:
        """Attach the order that came after a parcel was finished."""

    def photo(self, digest: str) -> bytes:
        """Return a stored photo."""


@dataclass(frozen=True, slots=True)
class StationBlindParcels:
    """The parcels of this station without an order.

    Args:
        memory: Returns what the desk remembers, for who is signed in.
    """

    recording: Recording
    memory: Callable[[], Memory]

    def part(self, start: int, length: int) -> BlindPart:
        """Return ``length`` parcels from the ``start``-th on: found ones first, then the oldest."""
        with self.recording.equipment.look() as work:
            rows, total = work.cases.blind(length, start)
            return BlindPart(tuple(self._row(work, row) for row in rows), total)

    def note(self, case_id: str, text: str) -> None:
        """Keep a note on a parcel.

        Raises:
            Refused: Nobody is signed in, the note is empty or too long, or the case has ended.
        """
        user = self.memory().user
        clean = text.strip()
        if user is None:
            raise Refused("sign-in-first")
        if not clean or len(clean) > LONGEST_NOTE:
            raise Refused("note-length", most=LONGEST_NOTE)
        with self.recording.equipment.work() as work:
            before = self.recording.load(work, case_id)
            if before.case.ended_at is not None:
                raise Refused("parcel-finished", number=before.case.number)
            after = self.recording.act(work, before, user.user_id, [NoteAdded(text=clean)])
            work.commit()
        open_here = self.memory().open
        if open_here is not None and open_here.case.case_id == case_id:
            self.memory().open = after

    def attach(self, case_id: str) -> None:
        """Attach the order that came after a parcel was finished, and settle it by that order.

        Raises:
            Refused: Who is signed in is no supervisor, or no such order has come.
        """
        user = self.memory().user
        if user is None or user.role not in MAY_REVIEW:
            raise Refused("not-allowed")
        recording = self.recording
        with self.equipment.work() as work:
            before = recording.load(work, case_id)
            found = before.case.found
            if found is None or before.case.state is not CaseState.FINISHED:
                raise Refused("no-candidates")
            order = Found(found.merchant_id, found.order_number, found.rma)
            facts = Opening(self.equipment, recording).attach(work, before, [order])
            after = recording.act(work, before, user.user_id, facts)
            refund = resolve(after.case, work.cases.settled_elsewhere(after.case))
            pays = told_to_pay(after.case, refund, self.equipment.settings.limits, user.role)
            recording.act(work, after, user.user_id, [refund, *pays])
            work.commit()

    def photo(self, digest: str) -> bytes:
        """Return a stored photo."""
        return self.equipment.photos.thumbnail(digest)

    @property
    def equipment(self) -> Equipment:
        """What the desk is equipped with."""
        return self.recording.equipment

    def _row(self, work: Work, row: CaseRow) -> BlindRow:
        case = self.recording.load(work, row.case_id).case
        clues = Matching(self.equipment).clues(work, case)
        is_finished = row.state is CaseState.FINISHED
        why = f"hold.{row.held_why}" if row.held_why else "blind.on-desk"
        of_items = (photo for item in case.items.values() for photo in item.photos)
        photos = [
            PhotoView(say(_PHOTOS.get(photo.shows, "photo.taken")), photo.digest)
            for photo in (*case.photos, *of_items)
        ]
        notes = [note for item in case.items.values() for note in item.notes]
        return BlindRow(
            case_id=row.case_id,
            number=row.number,
            scanned=case.opened.scanned,
            since=row.opened_at.astimezone(self.equipment.settings.zone),
            state=_late(case) if is_finished else say("blind.found") if row.is_found else say(why),
            is_found=row.is_found,
            products=tuple(item.title for item in case.items.values()),
            clues=tuple(
                clue_entry(self.equipment, clue)
                for clue in clues
                if clue.kind is not ClueKind.PRODUCT
            ),
            photos=tuple(photos),
            notes=(*case.notes, *notes),
            is_finished=is_finished,
        )


def _late(case: Case) -> Say:
    return say("blind.found-late", number="" if case.found is None else case.found.order_number)
