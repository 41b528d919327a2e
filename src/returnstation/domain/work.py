"""Work orders: the steps between a disposition such as rework and the shelf."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from returnstation.domain.dispositions import Disposition


class StepOutcome(StrEnum):
    """How a step ended."""

    DONE = "done"
    NOT_NEEDED = "not_needed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """What is done to items of a disposition, and where they go then.

    Attributes:
        categories: Goods it is for; empty for all others.
        steps: Codes, in order; ``work.step.<code>`` says one.
        success: Where an item goes when no step failed.
        failure: Where it goes as soon as one did.
    """

    disposition: Disposition
    categories: tuple[str, ...]
    steps: tuple[str, ...]
    success: Disposition
    failure: Disposition

    def next_step(self, done: Mapping[str, str]) -> str | None:
        """Return the first step nobody has tried; None when the work is over."""
        if self.result(done) is not None:
            return None
        return next(step for step in self.steps if step not in done)

    def result(self, done: Mapping[str, str]) -> Disposition | None:
        """Return where the item goes now; None while steps are left."""
        if StepOutcome.FAILED in done.values():
            return self.failure
        return self.success if all(step in done for step in self.steps) else None


def order_for(
    orders: Iterable[WorkOrder], disposition: Disposition, category: str
) -> WorkOrder | None:
    """Return the work for an item: the order of its category, else the one for all others."""
    fitting = [order for order in orders if order.disposition is disposition]
    named = next((order for order in fitting if category in order.categories), None)
    return named or next((order for order in fitting if not order.categories), None)
