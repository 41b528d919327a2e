"""Photos as proof: what each one shows, and answers that do not count without one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from returnstation.application.desk.memory import Ask, Memory
from returnstation.application.view import Option, Step
from returnstation.domain.cases import Case, Item
from returnstation.domain.checklists import Answer, Question
from returnstation.domain.facts import Fact, PhotoTaken, PhotoWaived
from returnstation.domain.messages import say

WAIVED_BY_ANYBODY, WAIVED_BY_SUPERVISOR = "no_camera", "supervisor"
WAIVERS = (WAIVED_BY_ANYBODY, WAIVED_BY_SUPERVISOR)
"""Why an answer may count without its photo."""

_SUPERVISORS = frozenset({"supervisor", "admin"})


@dataclass(frozen=True, slots=True)
class Proof:
    """An answer to a question about an item."""

    item: Item
    question: Question
    answer: Answer

    @property
    def is_missing(self) -> bool:
        """A photo is needed, and none was taken at this question."""
        taken = (photo.question == self.question.question_id for photo in self.item.photos)
        return self.answer.needs_photo and not any(taken)

    def ask(self, memory: Memory, give: Callable[[Sequence[Fact]], None]) -> Ask:
        """Return the question for the photo; ``give`` takes what it was answered with."""
        user = memory.user
        may = user is not None and user.role in _SUPERVISORS
        locked = None if may else say("ask.photo.supervisor.locked")
        options = (
            Option("1", say("ask.photo.no_camera"), say("ask.photo.no_camera.help")),
            Option(
                "2",
                say("ask.photo.supervisor"),
                say("ask.photo.supervisor.help"),
                locked=locked,
            ),
        )
        return Ask(
            Step.REASON,
            say("ask.photo"),
            say("ask.photo.help"),
            options,
            lambda key: give([self._waived(WAIVERS[int(key) - 1])]),
            photographed=lambda digest: give([self._taken(digest)]),
        )

    def _taken(self, digest: str) -> PhotoTaken:
        return PhotoTaken(
            item_id=self.item.item_id,
            digest=digest,
            question=self.question.question_id,
            finding=self.answer.finding,
        )

    def _waived(self, why: str) -> PhotoWaived:
        return PhotoWaived(
            item_id=self.item.item_id,
            question=self.question.question_id,
            answer=self.answer.key,
            why=why,
        )


def photo_of_parcel(case: Case, digest: str) -> PhotoTaken:
    """Return a photo of the parcel: the first one shows its label, the others what is inside."""
    return PhotoTaken(digest=digest, shows="contents" if case.photos else "label")
