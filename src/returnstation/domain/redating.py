"""When a fact was really written, from what a station noted of its clock.

A station's clock may be wrong by hours or years, be set while it works, and say anything after a
start. Its log tells when it was set and by how much, when the machine was started, and how far
the clock was off the hub's. Between two starts that is enough to date everything exactly, the
facts before a meeting too. What was written in a run of the machine that never met the hub lies
between the last moment known before and the first known after.

The log's own clock never runs backwards: after the clock was set back each act is a millisecond
after the one before, and says nothing of the time until the clock has caught up.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

NEAR_MS = 120_000
"""Bounds closer than this are as good as a date."""

_ACT_MS = 5_000
"""By how much clocks disagree that agree: acts of one moment, the way to the hub, rounding."""


class NoteKind(StrEnum):
    """What a station noted: a start of the machine, a clock that was set, or what it said."""

    BOOT = "boot"
    STEP = "step"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockNote:
    """What became of a clock.

    Attributes:
        seq: Number of the fact that says so.
        wall_ms: What the clock said.
        log_ms: What the log's clock said.
        before_ms: Of a start, what it said at the fact before; of a clock that was set, what the
            clock had said when it was looked at last.
        step_ms: By how much the clock was set.
        offset_ms: What was to be added to have the hub's time; None when that was not known.
    """

    seq: int
    kind: NoteKind
    wall_ms: int
    log_ms: int
    before_ms: int = 0
    step_ms: int = 0
    offset_ms: int | None = None

    @property
    def is_ahead(self) -> bool:
        """Whether the log's clock waited for the clock then."""
        return self.log_ms - self.wall_ms > _ACT_MS


class Written(NamedTuple):
    """A fact as it stands in the log.

    Attributes:
        log_ms: The log's clock.
        received_ms: When the hub had it, by the hub's clock.
    """

    seq: int
    log_ms: int
    received_ms: int


class Dated(NamedTuple):
    """When a fact was written.

    Attributes:
        at_ms: By the hub's clock.
        is_sure: Within seconds; else it lies somewhere between what is known.
        is_final: Nothing a station may note later changes it.
        bounds: Between which moments it lies where it is not sure.
    """

    at_ms: int
    is_sure: bool
    is_final: bool
    bounds: tuple[int, int] | None = None

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last moment at which it may have been written."""
        return (self.at_ms, self.at_ms) if self.is_sure or self.bounds is None else self.bounds


class _Stretch(NamedTuple):
    """What is known of all that was written after a note and before the next.

    Attributes:
        low, high: Moments before and after which nothing of it was written.
        offset: How far the clock was off; None when nobody can know.
        is_own: That was read between the two times the clock was set around it.
        later: How far it was off after the next note, which says that it was set.
    """

    low: int
    high: int
    offset: int | None
    is_own: bool
    later: int | None


class Timeline:
    """The clock of a station.

    Args:
        notes: By their numbers.
    """

    def __init__(self, notes: Sequence[ClockNote]) -> None:
        self._notes = notes
        self._seqs = [note.seq for note in notes]
        self._stretches: dict[int, _Stretch] = {}

    def dated(self, fact: Written) -> Dated:
        """Return when a fact was written."""
        place = bisect_right(self._seqs, fact.seq) - 1
        low, until, offset, is_own, later = self._stretch(place)
        high = min(fact.received_ms, until)
        if offset is None:
            return _bounded(fact.log_ms + self._guess(place), low, high, is_final=False)
        if place >= 0 and self._notes[place].seq == fact.seq:
            at = self._notes[place].wall_ms + offset
            return Dated(min(at, fact.received_ms), is_sure=True, is_final=is_own)
        is_final = is_own and place + 1 < len(self._notes)
        if self._is_ahead(fact, place):
            return _bounded(high, low, high, is_final=is_final)
        at = fact.log_ms + offset
        if self._is_set_after(fact, place):
            return _bounded(at, at, max(at, high), is_final=is_final)
        if later is not None and at > high + _ACT_MS and fact.log_ms + later >= low:
            at = fact.log_ms + later  # the clock had been set, and nobody had looked at it yet
        return Dated(min(at, high), at - high <= NEAR_MS, is_final, (min(low, high), high))

    def _stretch(self, place: int) -> _Stretch:
        """Return what is known of all that was written after a note; it is reckoned once."""
        known = self._stretches.get(place)
        if known is None:
            later = self._offset(place + 1) if self._is_step(place + 1) else None
            is_own = self._own(place) is not None
            bounds = self._after(place), self._until(place + 1)
            known = _Stretch(*bounds, self._offset(place), is_own, later)
            self._stretches[place] = known
        return known

    def _offset(self, place: int) -> int | None:
        """Return how far the clock was off after a note; None when nobody can know."""
        own = self._own(place)
        if own is not None:
            return own
        start, end = self._run_of(place)
        shift, at = 0, start
        while at >= 0 and self._notes[at].kind is NoteKind.STEP:  # what was known before it was set
            shift -= self._notes[at].step_ms
            found = self._own(at - 1)
            if found is not None:
                return found + shift
            at = self._run_of(at - 1)[0]
        shift, at = 0, end
        while at < len(self._notes) and self._notes[at].kind is NoteKind.STEP:
            shift += self._notes[at].step_ms
            found = self._own(at)
            if found is not None:
                return found + shift
            at = self._run_of(at)[1]
        return None

    def _own(self, place: int) -> int | None:
        """Return what was read between two times the clock was set: before a note, else after."""
        start, end = self._run_of(place)
        before = (self._notes[at].offset_ms for at in range(place, max(start, 0) - 1, -1))
        after = (self._notes[at].offset_ms for at in range(place + 1, end))
        return next((each for each in (*before, *after) if each is not None), None)

    def _run_of(self, place: int) -> tuple[int, int]:
        """Return the notes between which the clock only ran: from one, up to another."""
        start = place
        while start >= 0 and self._notes[start].kind is NoteKind.READ:
            start -= 1
        end = place + 1
        while end < len(self._notes) and self._notes[end].kind is NoteKind.READ:
            end += 1
        return start, end

    def _guess(self, place: int) -> int:
        """Return how far the clock was off in the nearest run that is known; before, else after."""
        return next((each for _, each in self._known(place)), 0)

    def _known(self, place: int) -> Iterator[tuple[int, int]]:
        for at in (*range(place, -1, -1), *range(place + 1, len(self._notes))):
            offset = self._offset(at)
            if offset is not None:
                yield at, offset

    def _after(self, place: int) -> int:
        """Return a moment before which nothing after a note was written."""
        for at in range(place, -1, -1):
            note, offset = self._notes[at], self._offset(at)
            if offset is not None:
                return note.wall_ms + offset
            earlier = self._offset(at - 1) if note.kind is NoteKind.BOOT else None
            if earlier is not None and not self._notes[at - 1].is_ahead:
                return note.before_ms + earlier
        return 0

    def _until(self, place: int) -> int:
        """Return a moment after which nothing before a note was written."""
        for at in range(place, len(self._notes)):
            offset = self._offset(at)
            if offset is not None:
                return self._notes[at].wall_ms + offset
        return 1 << 62

    def _is_step(self, place: int) -> bool:
        return place < len(self._notes) and self._notes[place].kind is NoteKind.STEP

    def _is_ahead(self, fact: Written, place: int) -> bool:
        """Whether the log's clock has waited ever since the last note, as it did then."""
        if place < 0 or not self._notes[place].is_ahead:
            return False
        note = self._notes[place]
        return fact.log_ms - note.log_ms <= fact.seq - note.seq

    def _is_set_after(self, fact: Written, place: int) -> bool:
        """Whether the clock may have been set back before a fact, though that was noted later."""
        if place + 1 >= len(self._notes):
            return False
        note = self._notes[place + 1]
        if fact.log_ms <= note.before_ms:
            return False
        waited = note.log_ms - fact.log_ms <= note.seq - fact.seq
        return note.step_ms < 0 and note.is_ahead and waited


def _bounded(at: int, low: int, high: int, *, is_final: bool) -> Dated:
    is_near = 0 <= high - low <= NEAR_MS
    bounds = (min(low, high), max(low, high))
    return Dated(min(max(at, low), high), is_near, is_final, bounds)
