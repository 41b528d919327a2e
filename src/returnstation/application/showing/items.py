"""The item in hand as it is shown: question and label."""

from collections.abc import Sequence

from returnstation.application.desk.exits import Exits
from returnstation.application.view import (
    ContainerView,
    LabelStep,
    LabelView,
)
from returnstation.domain.cases import Case, Item
from returnstation.domain.containers import Container
from returnstation.domain.messages import say
from returnstation.domain.papers import JobState, PrintJob
from returnstation.domain.papers.jobs import UNTOLD


def shown_label(
    exits: Exits, case: Case, item: Item, totes: Sequence[Container], jobs: Sequence[PrintJob]
) -> LabelView:
    """Return the three steps of a label, its picture and the totes."""
    job = jobs[-1] if jobs else None
    target = next((tote for tote in totes if tote.code == item.container), None)
    return LabelView(
        item_id=item.item_id,
        lpn=item.lpn or "",
        label=exits.label(case, item),
        steps=_steps(item, job, target),
        containers=tuple(
            ContainerView(
                tote.place,
                tote.code,
                tote.disposition.value,
                tote.filled,
                tote.capacity,
                target is not None and tote.code == target.code,
            )
            for tote in totes
        ),
    )


def _is_out(job: PrintJob) -> bool:
    """Tell whether a label came out, as far as its printer can say; one being sent has not."""
    is_sent = job.state is JobState.SENT and job.trouble is None
    return is_sent or job.state is JobState.CONFIRMED


def _steps(item: Item, job: PrintJob | None, target: Container | None) -> tuple[LabelStep, ...]:
    printed = item.scanned_back or (job is not None and _is_out(job))
    is_stuck = job is not None and job.trouble not in {None, UNTOLD} and not printed
    first = "failed" if is_stuck else "done" if printed else "now"
    detail = (
        say("label.printed.stuck") if is_stuck else say("label.printed.detail", lpn=item.lpn or "")
    )
    where = (
        say("label.put.none")
        if target is None
        else say("label.put.detail", place=target.place, code=target.code)
    )
    return (
        LabelStep(first, say("label.printed"), detail),
        LabelStep(
            "done" if item.scanned_back else "now" if printed else "next",
            say("label.scan-back"),
            say("label.scan-back.detail"),
        ),
        LabelStep("now" if item.scanned_back else "next", say("label.put"), where),
    )
