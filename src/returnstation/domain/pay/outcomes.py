"""Whether a line is taken back: by the verdict, what really came, and a supervisor's word."""

from returnstation.domain.cases import UNDELIVERABLE, Case, Item
from returnstation.domain.policy import Eligible
from returnstation.domain.verdicts import Verdict

ACCEPTED, REFUSED, REVIEW = "accepted", "refused", "review"

_FOR_A_PERSON = frozenset({UNDELIVERABLE, "counterfeit_suspected"})
_OUTCOMES = {Eligible.YES: ACCEPTED, Eligible.NO: REFUSED, Eligible.REVIEW: REVIEW}


def outcome_of(item: Item | None, verdict: Verdict | None) -> str:
    """Return ``accepted``, ``refused`` or ``review`` for one item.

    A supervisor's word goes before the verdict; a wrong article is never settled by itself, nor
    is one that nobody took (sending nothing back is no withdrawal), nor a suspected counterfeit.
    """
    if item is not None and item.outcome is not None:
        return item.outcome
    if verdict is None or (item is not None and _is_for_a_person(item)):
        return REVIEW
    return _OUTCOMES[verdict.eligible]


def outcome_of_line(case: Case, line_id: str) -> str:
    """Return what all items of a line agree on; where they do not, a person must look."""
    verdict = case.verdicts.get(line_id)
    outcomes = {outcome_of(item, verdict) for item in case.items_of(line_id)}
    return outcomes.pop() if len(outcomes) == 1 else REVIEW


def _is_for_a_person(item: Item) -> bool:
    return item.is_odd or not _FOR_A_PERSON.isdisjoint(item.findings)
