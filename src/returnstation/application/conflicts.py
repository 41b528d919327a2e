"""What does not go together at this site: seen by everybody, settled by supervisors.

The hub finds conflicts and tells them by its feed. To settle one is a fact like any other; until
the hub says that it knows, this station's own word is what is shown.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

from returnstation.application.desk.memory import Memory
from returnstation.application.equipment import Equipment
from returnstation.application.ports import User, Work
from returnstation.application.troubles import Refused
from returnstation.application.view import Outcome
from returnstation.application.view.conflict import ConflictView, DecisionView, SideView
from returnstation.domain.facts import ConflictSettled, Recorded
from returnstation.domain.messages import say
from returnstation.domain.money import Money
from returnstation.domain.refunds import ACCEPTED, REFUSED, REVIEW
from returnstation.wire.conflicts import ConflictRecord, Side

MAY_SETTLE = frozenset({"supervisor", "admin"})

KEEP, BOTH, NONE, SEEN = "keep", "both", "none", "seen"

REASONS = ("same_item", "several_items", "looked_again", "wrong_scan", "merchant_agreed", "other")
"""Why a supervisor settles a conflict so."""

_CLOCK, _DAYS = "clock_unsure", ("first", "last", "last_day")

OPEN, HERE, SENT = "open", "here", "sent"

_OUTCOMES: Mapping[str, Outcome] = {
    ACCEPTED: Outcome.ACCEPT,
    REFUSED: Outcome.REFUSE,
    REVIEW: Outcome.SUPERVISOR,
}


class ConflictDesk(Protocol):
    """The page of conflicts, as the window needs it."""

    def open(self) -> Sequence[ConflictView]:
        """Return what must be settled, the oldest first."""

    def settle(self, conflict_id: str, decision: str, keeps: str | None, reason: str) -> None:
        """Record how a conflict is settled."""


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Shows and settles the conflicts of this site.

    Args:
        equipment: Of the station.
        memory: Of the desk: who is signed in.
    """

    equipment: Equipment
    memory: Memory

    def open(self) -> Sequence[ConflictView]:
        """Return what must be settled, the oldest first; what was settled here stays to the end.

        Raises:
            Refused: ``sign-in-first``.
        """
        user = self.memory.user
        if user is None:
            raise Refused("sign-in-first")
        with self.equipment.look() as work:
            names = {each.user_id: each.name for each in work.people.all()}
            sent = work.facts.head() - work.facts.unsent()[0]
            shown = [
                self._shown(record, _settled(work, record), sent, (user.role, names))
                for record in self.equipment.conflicts()
            ]
        return sorted(shown, key=lambda each: (each.state != OPEN, each.since))

    def settle(self, conflict_id: str, decision: str, keeps: str | None, reason: str) -> None:
        """Record how a conflict is settled.

        Raises:
            Refused: ``not-allowed``, ``conflict-unknown``, ``conflict-settled``,
                ``conflict-decision-unknown`` or ``conflict-needs-reason``.
        """
        user = self._supervisor()
        known = {record.conflict_id: record for record in self.equipment.conflicts()}
        record = known.get(conflict_id)
        if record is None:
            raise Refused("conflict-unknown")
        if not any((d.decision, d.keeps) == (decision, keeps) for d in _decisions(record)):
            raise Refused("conflict-decision-unknown")
        if reason not in REASONS:
            raise Refused("conflict-needs-reason")
        fact = ConflictSettled(
            kind=record.kind, decision=decision, reason=reason, keeps=keeps, cases=record.cases
        )
        with self.equipment.work() as work:
            if _settled(work, record) is not None:
                raise Refused("conflict-settled")
            work.facts.append(conflict_id, user.user_id, [fact], self.equipment.now())
            work.commit()

    def _supervisor(self) -> User:
        user = self.memory.user
        if user is None or user.role not in MAY_SETTLE:
            raise Refused("not-allowed")
        return user

    def _shown(
        self,
        record: ConflictRecord,
        settled: Recorded | None,
        sent: int,
        reader: tuple[str, Mapping[str, str]],
    ) -> ConflictView:
        role, names = reader
        state = OPEN if settled is None else HERE if settled.seq > sent else SENT
        may_settle = state == OPEN and role in MAY_SETTLE
        return ConflictView(
            conflict_id=record.conflict_id,
            kind=record.kind,
            text=say(f"conflict.kind.{record.kind}"),
            help=say(f"conflict.kind.{record.kind}.help", **_days(record)),
            state=state,
            since=self._local(record.since_ms),
            owner=say(f"conflict.owner.{record.owner}"),
            money=record.money,
            details=record.details.get("lines") or record.details.get("line") or "",
            sides=tuple(self._side(side, record, names) for side in record.sides),
            decisions=tuple(_decisions(record)) if may_settle else (),
        )

    def _side(self, side: Side, record: ConflictRecord, names: Mapping[str, str]) -> SideView:
        codes = (("F", side.functional), ("C", side.cosmetic))
        way, minor = side.disposition, side.minor
        return SideView(
            key=side.key,
            number=side.number,
            station=side.station,
            who=names.get(side.who or "", ""),
            at=self._local(side.at_ms),
            product=side.product,
            units=side.units,
            grade=" ".join(f"{name}{value}" for name, value in codes if value is not None),
            disposition=None if way is None else say(f"disposition.{way}"),
            outcome=_OUTCOMES.get(side.outcome or ""),
            amount=None if minor is None else Money(minor, side.currency or ""),
            counts=side.key == record.effective,
        )

    def _local(self, ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, UTC).astimezone(self.equipment.settings.zone)


def count_open(work: Work, records: Callable[[], Sequence[ConflictRecord]]) -> int:
    """Return how many conflicts nobody has settled, this station's own word included."""
    return sum(_settled(work, record) is None for record in records())


def _days(record: ConflictRecord) -> Mapping[str, date]:
    """Return the days that the text about a clock names."""
    if record.kind != _CLOCK:
        return {}
    return {name: date.fromisoformat(record.details[name]) for name in _DAYS}


def _settled(work: Work, record: ConflictRecord) -> Recorded | None:
    """Return this station's own word on a conflict as it is now."""
    for recorded in reversed(work.facts.of(record.conflict_id)):
        if isinstance(recorded.fact, ConflictSettled) and recorded.fact.covers(record.cases):
            return recorded
    return None


def _decisions(record: ConflictRecord) -> Iterator[DecisionView]:
    """Yield what can be decided: which case counts, or of one case whether it does."""
    cases = [side for side in record.sides if side.key in record.cases]
    if len(record.cases) < 2:
        yield DecisionView(SEEN, None, say("conflict.seen"))
        yield DecisionView(NONE, None, say("conflict.nothing"))
        return
    for side in cases:
        where = {"number": side.number, "station": side.station}
        yield DecisionView(KEEP, side.key, say("conflict.keep", **where))
    yield DecisionView(BOTH, None, say("conflict.both", n=len(record.cases)))
    yield DecisionView(NONE, None, say("conflict.none"))
