"""Duties around a right that change nothing about who may return what."""

from returnstation.domain.policy.decision import Outcome
from returnstation.domain.policy.finding import Finding, Inquiry, unlike


def judge_procedure(inquiry: Inquiry) -> Finding:
    """Tell the reader what else the law asks of the merchant."""
    return unlike(inquiry, inquiry.reason(Outcome.INFORMS, "withdrawal_function"))
