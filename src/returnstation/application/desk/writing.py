"""Writing what happened to an item, with the verdicts that follow from it."""

from collections.abc import Sequence

from returnstation.application.desk.memory import Memory
from returnstation.application.judging import Judging
from returnstation.application.recording import Recording
from returnstation.domain.facts import Fact, ItemGraded
from returnstation.domain.folding import foresee


def write_item(
    recording: Recording, memory: Memory, facts: Sequence[Fact], rejudge: str | None = None
) -> None:
    """Record facts of the open case, and new verdicts where the grade of an item changed them.

    Args:
        recording: Where facts go.
        memory: Of the desk.
        facts: What happened.
        rejudge: The item that may have been graded.
    """
    before = memory.opened()
    all_facts = [*facts]
    if rejudge is not None and any(isinstance(fact, ItemGraded) for fact in facts):
        graded = foresee(before.told, facts)
        judging = Judging(recording.equipment)
        all_facts += judging.again(graded, [graded.items[rejudge]])
    with recording.equipment.work() as work:
        after = recording.act(work, before, memory.user_id, all_facts)
        work.commit()
    memory.open = after
    memory.question_at = recording.equipment.now()


def earlier_cases(recording: Recording, memory: Memory, serial: str | None) -> tuple[str, ...]:
    """Return the numbers of other cases in which this very unit came back before."""
    if serial is None:
        return ()
    with recording.equipment.look() as work:
        numbers = work.cases.with_serial(serial)
    return tuple(sorted(set(numbers) - {memory.opened().case.number}))
