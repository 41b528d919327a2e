"""Ask past returns again under other rules, and say what would change.

The same questions are put to two sets of rules: those of today and a draft's. What differs is
the draft's doing alone; what people decided against a verdict is left out of it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from returnstation.domain.money import BadAmount, Money, parse_amount, total
from returnstation.domain.policy import Decision, Eligible, Pack, Sale, decide
from returnstation.domain.verdicts import VerdictReason, verdict_of

_KEPT_BACK = frozenset({"restocking_fee", "cancellation_fee", "return_shipping"})
_EXAMPLES_OF_A_KIND = 50


class Aspect(StrEnum):
    """What of an answer a draft may change."""

    ANSWER = "answer"
    MONEY = "money"
    PAYER = "payer"
    LAST_DAY = "last_day"
    REFUND_DAY = "refund_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastReturn:
    """A line somebody wanted to send back, as it was judged last.

    Attributes:
        number: Of the case.
        judged_on: The day of that verdict, UTC.
        sale: What was known, without the merchant's policy.
        paid: For the units that came back.
        answered: What was answered then.
    """

    number: str
    line_id: str
    merchant_id: str
    judged_on: date
    sale: Sale
    paid: Money
    answered: Eligible


Policies = Callable[[str, Sale], Sale]
"""Returns a sale with the policy of a merchant (by id) put to it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked.

    Attributes:
        with_policy: Puts the merchant's policy to a sale.
        law_on: Judge as if every contract had been made on this day; None for its own day.
    """

    pack: Pack
    with_policy: Policies
    law_on: date | None = None

    def ask(self, past: PastReturn) -> Decision:
        """Return what these rules say of a past return."""
        return decide(self.with_policy(past.merchant_id, past.sale), self.pack, self.law_on)


@dataclass(frozen=True, slots=True)
class Answer:
    """One side of a comparison.

    Attributes:
        refund: What is paid back without anybody's assessment; None while a person must decide.
    """

    decision: Decision
    refund: Money | None

    @property
    def because(self) -> VerdictReason | None:
        """The reason to show first."""
        return verdict_of(self.decision, None).deciding


@dataclass(frozen=True, slots=True)
class Change:
    """A past return that a draft answers otherwise."""

    past: PastReturn
    before: Answer
    after: Answer
    aspects: frozenset[Aspect]

    @property
    def kind(self) -> tuple[Eligible, Eligible]:
        """The answers before and after."""
        return self.before.decision.eligible, self.after.decision.eligible


@dataclass(slots=True)
class Sums:
    """Money of one currency before and after, in minor units.

    Attributes:
        refunded: Paid back by rule.
        undecided: The worth of what waits for a person.
    """

    refunded: list[int] = field(default_factory=lambda: [0, 0])
    undecided: list[int] = field(default_factory=lambda: [0, 0])


@dataclass(slots=True)
class Replay:
    """What a draft changes; grows with every return put to it.

    Attributes:
        returns: How many were asked.
        otherwise: How many were answered otherwise at the time than today's rules answer now.
        answers: How many by answer before and after, the unchanged among them.
        aspects: In how many returns each aspect changes.
        countries: Changed returns by jurisdiction.
        rules: Changed returns by the rule that decides under the draft.
        sums: Money by currency.
        examples: The first changes of each kind.
    """

    returns: int = 0
    changed: int = 0
    otherwise: int = 0
    answers: Counter[tuple[Eligible, Eligible]] = field(default_factory=Counter)
    aspects: Counter[Aspect] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    sums: dict[str, Sums] = field(default_factory=dict)
    examples: list[Change] = field(default_factory=list)
    _shown: Counter[tuple[Eligible, Eligible]] = field(default_factory=Counter)

    def put(self, past: PastReturn, now: Rules, draft: Rules) -> Change | None:
        """Ask both rules about a return, count, and give back the change if there is one."""
        before, after = (_answer(rules.ask(past), past.paid) for rules in (now, draft))
        change = Change(past, before, after, frozenset(_aspects(before, after)))
        self.returns += 1
        self.otherwise += before.decision.eligible is not past.answered
        self.answers[change.kind] += 1
        self._add_up(past.paid, (before, after))
        if not change.aspects:
            return None
        self._count(change)
        return change

    def _add_up(self, paid: Money, answers: tuple[Answer, Answer]) -> None:
        sums = self.sums.setdefault(paid.currency, Sums())
        for side, answer in enumerate(answers):
            if answer.refund is None:
                sums.undecided[side] += paid.minor
            else:
                sums.refunded[side] += answer.refund.minor

    def _count(self, change: Change) -> None:
        self.changed += 1
        self.aspects.update(change.aspects)
        self.countries[change.past.sale.jurisdiction] += 1
        self.rules[change.after.decision.decided_by or ""] += 1
        self._shown[change.kind] += 1
        if self._shown[change.kind] <= _EXAMPLES_OF_A_KIND:
            self.examples.append(change)


def refund_by_rule(decision: Decision, paid: Money) -> Money | None:
    """Return what a decision pays back of ``paid``; None while a person must decide.

    Fees of a fixed amount are taken off; what must be assessed first is not.
    """
    if decision.eligible is Eligible.REVIEW:
        return None
    nothing = Money(0, paid.currency)
    if decision.eligible is Eligible.NO:
        return nothing
    fees = [
        amount
        for deduction in decision.deductions
        if deduction.kind in _KEPT_BACK and deduction.currency == paid.currency
        for amount in [_amount(str(deduction.amount), paid.currency)]
        if amount is not None
    ]
    return max(paid - total(fees, paid.currency), nothing)


def _amount(text: str, currency: str) -> Money | None:
    try:
        return parse_amount(text, currency)
    except BadAmount:
        return None


def _answer(decision: Decision, paid: Money) -> Answer:
    return Answer(decision, refund_by_rule(decision, paid))


def _aspects(before: Answer, after: Answer) -> Iterable[Aspect]:
    one, other = before.decision, after.decision
    pairs: Mapping[Aspect, tuple[object, object]] = {
        Aspect.ANSWER: (one.eligible, other.eligible),
        Aspect.MONEY: (before.refund, after.refund),
        Aspect.PAYER: (one.return_shipping_payer, other.return_shipping_payer),
        Aspect.LAST_DAY: (one.last_day, other.last_day),
        Aspect.REFUND_DAY: (one.refund_due_on, other.refund_due_on),
    }
    return (aspect for aspect, (was, will) in pairs.items() if was != will)
