"""The ready screen: how far the day is, which legal days press, what is on hold."""

from returnstation.application.equipment import Equipment
from returnstation.application.ports import Work
from returnstation.application.rows import CaseRow
from returnstation.application.showing.cases import deadline
from returnstation.application.view import Deadline, DueRow, HeldRow, IdleView
from returnstation.domain.cases import CaseState
from returnstation.domain.messages import Say, say

_ROWS = 5
_HELD_ROWS = 4


def shown_idle(equipment: Equipment, work: Work) -> IdleView:
    """Return the three answers of the ready screen."""
    day = work.cases.day(equipment.today())
    due, due_total = work.cases.due(_ROWS)
    held, held_total = work.cases.held(_HELD_ROWS)
    return IdleView(
        items_today=day.items,
        goal=equipment.settings.goal,
        accepted=day.accepted,
        supervisor=day.review,
        refused=day.refused,
        median_seconds=day.median_seconds,
        deadlines=tuple(shown_due(equipment, row) for row in due),
        deadlines_total=due_total,
        held=tuple(
            HeldRow(
                row.number,
                say(f"hold.{row.held_why}"),
                row.country,
                (row.held_at or row.opened_at).astimezone(equipment.settings.zone),
                row.is_found,
            )
            for row in held
        ),
        held_total=held_total,
        blind_total=work.cases.blind(1)[1],
    )


def shown_due(equipment: Equipment, row: CaseRow) -> DueRow:
    """Return a case's nearest legal day as it is shown."""
    today = equipment.day_in(row.country or None, equipment.now())
    shown = deadline(row.due_on, today) or Deadline("waiting", say("due.refund"))
    return DueRow(shown, row.country, row.number, row.clause, _who(row))


def _who(row: CaseRow) -> Say:
    if row.reviews_waiting:
        return say("who.supervisor")
    return say("who.held") if row.state is CaseState.HELD else say("who.desk")
