"""What a verdict waits for, and a person at the desk can say: yes or no."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from returnstation.application.desk.memory import Ask, Memory
from returnstation.application.judging import Judging
from returnstation.application.recording import Recording
from returnstation.application.troubles import Refused
from returnstation.application.view import Option, Sound, Step
from returnstation.domain.cases import Case
from returnstation.domain.facts import CaseLine, FactStated
from returnstation.domain.folding import foresee
from returnstation.domain.messages import say
from returnstation.domain.policy import Eligible, Sale

SEEN_AT_THE_DESK = frozenset(
    {
        "defect_is_apparent",
        "intact",
        "original_packaging",
        "packaging_damaged",
        "proof_of_purchase",
        "seal_opened",
        "unused",
        "used",
    }
)
"""Facts anybody can tell who holds the goods; the others are for who answers for claims."""

_YES_OR_NO = frozenset(field.name for field in fields(Sale) if field.type == bool | None)
_SUPERVISORS = frozenset({"supervisor", "admin"})
_ANSWERS = {"1": True, "2": False, "3": None}


def open_facts(case: Case, role: str) -> Iterator[tuple[CaseLine, str]]:
    """Yield what the verdicts of a case wait for and somebody of this role can say."""
    allowed = _YES_OR_NO if role in _SUPERVISORS else SEEN_AT_THE_DESK
    for line in case.opened.lines:
        verdict = case.verdicts.get(line.line_id)
        if verdict is None or verdict.eligible is not Eligible.REVIEW:
            continue
        known = case.stated.get(line.line_id, {})
        yield from ((line, need) for need in verdict.needs if need in allowed - set(known))


@dataclass(frozen=True, slots=True)
class Telling:
    """Asks for missing facts, and judges again by the answers."""

    recording: Recording
    memory: Memory

    def ask(self) -> None:
        """Ask for the first fact a verdict waits for.

        Raises:
            Refused: ``nothing-to-tell``.
        """
        case, user = self.memory.opened().case, self.memory.user
        found = next(open_facts(case, "" if user is None else user.role), None)
        if found is None:
            raise Refused("nothing-to-tell")
        line, need = found
        self.memory.ask = Ask(
            Step.REASON,
            say("ask.fact", fact=say(f"need.{need}")),
            say("ask.fact.help", product=line.title),
            tuple(Option(key, say(f"ask.fact.{key}")) for key in _ANSWERS),
            lambda key: self._tell(line, need, key),
        )

    def _tell(self, line: CaseLine, need: str, key: str) -> None:
        value = _ANSWERS[key]
        if value is None:
            return
        before = self.memory.opened()
        stated = FactStated(line_id=line.line_id, name=need, value=value)
        foreseen = foresee(before.told, [stated])
        judged = Judging(self.recording.equipment).line_again(foreseen, line)
        with self.recording.equipment.work() as work:
            self.memory.open = self.recording.act(
                work, before, self.memory.user_id, [stated, *judged]
            )
            work.commit()
        self.memory.sound = Sound.TAP
