"""Words of the test bench: what is tried, what changes, by how much."""

from collections.abc import Mapping

from returnstation.application.policy_ports import UnreadablePolicy
from returnstation.application.trials import Kind
from returnstation.application.troubles import Refused, Trouble
from returnstation.application.trying import Trial
from returnstation.application.view import Outcome
from returnstation.domain.messages import Say, Value, say
from returnstation.domain.money import Money
from returnstation.domain.policy import Eligible
from returnstation.domain.replays import Answer, Aspect, Change
from returnstation.gui.draft_run import FIRST_DAY, Found
from returnstation.gui.words import Words

OUTCOMES: Mapping[Eligible, Outcome] = {
    Eligible.YES: Outcome.ACCEPT,
    Eligible.NO: Outcome.REFUSE,
    Eligible.REVIEW: Outcome.SUPERVISOR,
}
ARROW = "→"


def trial_name(trial: Trial, words: Words) -> str:
    """Return what is tried as a short name."""
    if trial.law_on is None:
        return trial.draft or ""
    day = words.catalog.shapes.long_day(trial.law_on)
    if trial.draft is None:
        return words.catalog.text("draft.law", day=day)
    return words.catalog.text("draft.law_of", draft=trial.draft, day=day)


def kind_name(kind: Kind | None, words: Words) -> str:
    """Return how returns change, in words."""
    if kind is None:
        return words.catalog.text("draft.all")
    if isinstance(kind, Aspect):
        return words.catalog.text(f"draft.aspect.{kind}")
    before, after = (words.text(f"outcome.{OUTCOMES[answer]}") for answer in kind)
    return f"{before} {ARROW} {after}"


def what_changes(change: Change, words: Words) -> str:
    """Return what of an answer changes besides the answer itself."""
    named = [aspect for aspect in Aspect if aspect in change.aspects - {Aspect.ANSWER}]
    return ", ".join(kind_name(aspect, words) for aspect in named)


def more_money(before: Answer, after: Answer) -> Money | None:
    """Return how much more is paid back; None while a person must decide on either side."""
    if before.refund is None or after.refund is None:
        return None
    return after.refund - before.refund


def signed(figure: str, amount: int) -> str:
    """Return a figure with a plus sign where something is added."""
    return f"+{figure}" if amount > 0 else figure


def asked_of(found: Found, words: Words) -> Say:
    """Return what was tried on which returns."""
    period, day = found.period, words.catalog.shapes.long_day
    values: dict[str, Value] = {
        "trial": trial_name(found.trial, words),
        "until": day(period.until),
        "n": found.report.cases,
    }
    if period.since == FIRST_DAY:
        return Say("draft.result.help.all", values)
    return Say("draft.result.help", {**values, "since": day(period.since)})


def trouble(error: Exception) -> Say:
    """Return why a trial cannot be run, or its rows not be written."""
    match error:
        case Refused() | Trouble():
            return error.say()
        case UnreadablePolicy():
            return say("draft.mistake", why=str(error))
        case OSError():
            return say("draft.not_written", why=error.strerror or str(error))
    return say("draft.failed", why=str(error))
