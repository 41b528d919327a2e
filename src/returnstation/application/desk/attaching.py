"""Find the order of a parcel that is open already, and attach it: a person says which it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from returnstation.application.desk.memory import Ask, Memory
from returnstation.application.matching import Matching
from returnstation.application.opening import Found, Opening
from returnstation.application.recording import Recording
from returnstation.application.showing.candidates import shown_candidate
from returnstation.application.troubles import Refused
from returnstation.application.view import Echo, Option, Sound, Step
from returnstation.domain.barcodes import Barcode
from returnstation.domain.candidates import Candidate, Clue, ClueKind
from returnstation.domain.cases import GIFT
from returnstation.domain.clues import PERSONAL
from returnstation.domain.facts import ClueNoted, Fact, OrderAttached
from returnstation.domain.messages import say

MOST_CANDIDATES = 3
"""As many as can be compared at a glance, with "none of these" below them."""


@dataclass(frozen=True, slots=True)
class Attaching:
    """What a worker does to find the order of the open parcel."""

    recording: Recording
    memory: Memory

    @property
    def matching(self) -> Matching:
        """Ranks orders."""
        return Matching(self.recording.equipment)

    def ask(self) -> None:
        """Show the orders the blind parcel on the desk may belong to.

        Raises:
            Refused: An order is known; nothing is known to compare by; nothing is alike.
        """
        case = self.memory.opened().case
        if not case.is_blind:
            raise Refused("order-known")
        found = self.matching.exact(case)
        clues = (*self.matching.proven(case, found), *self._clues())
        if not any(clue.kind not in _ALWAYS for clue in clues):
            raise Refused("no-clues")
        candidates = self.matching.candidates(clues, MOST_CANDIDATES)
        if not candidates:
            raise Refused("no-candidates")
        self._ask(candidates)

    def typed(self, text: str) -> None:
        """Take what a person typed about the blind parcel as clues, and show what they lead to.

        Names, places and phones are kept beside the log and only until the case ends: facts name
        customers by country and language only. A second name or postcode corrects the first;
        words join those typed before.

        Raises:
            Refused: It says nothing, or nothing is alike.
        """
        clues = self.matching.read(text)
        if not clues:
            raise Refused("no-clues")
        before = self.memory.opened()
        with self.recording.equipment.work() as work:
            known = {clue.kind: clue.value for clue in self.matching.typed(work, before.case)}
            values = {clue.kind: _joined(known, clue) for clue in clues}
            facts = [
                ClueNoted(kind=kind.value, value=None if kind in PERSONAL else value)
                for kind, value in values.items()
            ]
            after = self.recording.act(work, before, self.memory.user_id, facts)
            for noted in after.case.clues:
                value = values.get(ClueKind(noted.kind))
                if noted.value is None and value is not None:
                    work.cases.keep_clue(after.case.case_id, noted.fact_id, value)
            work.commit()
        self.memory.open = after
        self.ask()

    def offer(self) -> None:
        """Ask about the order that a code of the blind parcel leads to by now, if there is one."""
        opened = self.memory.open
        if opened is None or not opened.case.is_blind or opened.case.in_hand is not None:
            return
        found = self.matching.exact(opened.case)
        clues = self.matching.proven(opened.case, found) or self._clues()
        if found and clues:
            self._ask(self._weighed(found, clues))

    def is_inside(self, barcode: Barcode) -> bool:
        """Tell whether a scan leads to an order by a paper or serial, not by another parcel."""
        opened = self.memory.open
        if opened is None or not opened.case.is_blind or opened.case.in_hand is not None:
            return False
        with self.recording.equipment.look() as work:
            parcel = self._opening.look_up(work, barcode)
        return bool(parcel.found) and not parcel.known and not parcel.is_parcel_code

    def ask_inside(self, barcode: Barcode, other: Callable[[], None]) -> None:
        """Ask whether the order that was scanned is the blind parcel's, or the next parcel."""
        with self.recording.equipment.look() as work:
            parcel = self._opening.look_up(work, barcode)
        clues = (Clue(ClueKind.CODE, barcode.text), *self._clues())
        self._ask(self._weighed(parcel.found[:MOST_CANDIDATES], clues), other)

    def attach(self, found: Sequence[Found], because: Sequence[str] = ()) -> None:
        """Make orders part of the open case.

        Raises:
            Refused: ``orders-apart``.
        """
        before = self.memory.opened()
        with self.recording.equipment.work() as work:
            first, *judged = self._opening.attach(work, before, found)
            facts: list[Fact] = [first, *judged]
            if isinstance(first, OrderAttached):
                facts[0] = replace(first, because=tuple(dict.fromkeys(because)))
            after = self.recording.act(work, before, self.memory.user_id, facts)
            work.commit()
        self.memory.open = after
        self.memory.settling = False
        self.memory.sound = Sound.ACCEPT
        orders = ", ".join(one.order_number for one in found)
        at = self.recording.equipment.now()
        landed = sum(item.line_id is not None for item in after.case.items.values())
        detail = say("echo.landed", n=landed) if landed else None
        self.memory.echo = Echo("check", say("echo.attached"), orders, detail, at)

    @property
    def _opening(self) -> Opening:
        return Opening(self.recording.equipment, self.recording)

    def _clues(self) -> tuple[Clue, ...]:
        case = self.memory.opened().case
        with self.recording.equipment.look() as work:
            return self.matching.clues(work, case)

    def _weighed(self, found: Sequence[Found], clues: Sequence[Clue]) -> Sequence[Candidate]:
        return self.matching.weighed(found[:MOST_CANDIDATES], clues)

    def _ask(
        self, candidates: Sequence[Candidate], other: Callable[[], None] | None = None
    ) -> None:
        keyed = {str(number): one for number, one in enumerate(candidates, start=1)}
        options = [
            shown_candidate(self.recording.equipment, key, one) for key, one in keyed.items()
        ]
        next_parcel = str(len(keyed) + 1) if other is not None else ""
        if other is not None:
            options.append(Option(next_parcel, say("ask.find.other"), say("ask.find.other.help")))
        none = str(len(options) + 1)
        options.append(Option(none, say("ask.find.none"), say("ask.find.none.help")))

        def take(key: str) -> None:
            if key == next_parcel and other is not None:
                other()
            elif key != none:
                chosen = keyed[key]
                order = chosen.order
                (found,) = self._opening.of_orders([order])
                agreeing = [sign.clue.kind.value for sign in chosen.agreeing]
                self.attach([found], [*agreeing, *([GIFT] if chosen.may_be_gift else [])])

        self.memory.ask = Ask(
            Step.CHOOSE, say("ask.find"), say("ask.find.help"), tuple(options), take
        )
        self.memory.sound = Sound.TAP


def _joined(known: Mapping[ClueKind, str], clue: Clue) -> str:
    before = known.get(clue.kind, "") if clue.kind is ClueKind.WORDS else ""
    return " ".join(dict.fromkeys((*before.split(), *clue.value.split()))) if before else clue.value


_ALWAYS = frozenset({ClueKind.DATE, ClueKind.CARRIER})
"""Clues every parcel has; they choose nothing by themselves."""
