"""Change of mind: withdrawal, cooling-off, and what follows from terms nobody showed."""

from returnstation.domain.policy.decision import Eligible, Ground, Outcome
from returnstation.domain.policy.finding import Check, Finding, Inquiry, conclude, unlike
from returnstation.domain.policy.rules.exemptions import check_exemptions, check_requirements
from returnstation.domain.policy.rules.scope import check_scope
from returnstation.domain.policy.rules.settlement import settle
from returnstation.domain.policy.rules.window import check_window
from returnstation.domain.policy.terms import Condition

_FAILED_IN = {
    Condition.POLICY_NOT_DISPLAYED: "policy_displayed",
    Condition.DUTIES_NEGLECTED: "complied_with_information_duties",
}


def judge_withdrawal(inquiry: Inquiry) -> Finding:
    """Judge a right to give goods back without saying why."""
    return _judge(inquiry, Ground.WITHDRAWAL)


def judge_disclosure_default(inquiry: Inquiry) -> Finding:
    """Judge a right that exists only because the merchant did not show its terms."""
    return _judge(inquiry, Ground.DISCLOSURE_DEFAULT)


def judge_disclosure_duty(inquiry: Inquiry) -> Finding:
    """Judge a duty to show return terms that names no right for the buyer of one who did not.

    The merchant cannot rely on terms it hid, but what follows is for a person to say.
    """
    open_end = Check(Eligible.REVIEW, (inquiry.reason(Outcome.LIMITS, "disclosure_duty_only"),))
    return _judge(inquiry, Ground.DISCLOSURE_DEFAULT, open_end)


def _judge(inquiry: Inquiry, ground: Ground, *more: Check) -> Finding:
    condition = _check_condition(inquiry)
    if condition.answer is Eligible.NO:
        return unlike(inquiry, *condition.reasons)
    checks = (
        condition,
        *check_scope(inquiry),
        *check_requirements(inquiry),
        *check_exemptions(inquiry),
        check_window(inquiry),
        *more,
    )
    return conclude(inquiry, ground, checks, settle(inquiry))


def _check_condition(inquiry: Inquiry) -> Check:
    """Tell whether the merchant failed in what the right depends on."""
    condition, policy = inquiry.terms.condition, inquiry.sale.merchant_policy
    if condition is None or inquiry.sale.channel not in inquiry.terms.condition_channels:
        return Check()
    lifted_by = inquiry.terms.lifted_by_policy_days
    if lifted_by is not None and policy is not None and policy.refunds_in_full_for(lifted_by):
        reason = inquiry.reason(Outcome.INFORMS, "policy_replaces_right", n=lifted_by)
        return Check(Eligible.NO, (reason,))
    fact = _FAILED_IN[condition]
    done: bool | None = getattr(inquiry.sale, fact)
    if done is None:
        return Check(Eligible.REVIEW, (inquiry.reason(Outcome.LIMITS, f"unknown_{fact}"),), (fact,))
    if done:
        return Check(Eligible.NO, (inquiry.reason(Outcome.DENIES, f"merchant_{fact}"),))
    return Check(reasons=(inquiry.reason(Outcome.GRANTS, str(condition)),))
