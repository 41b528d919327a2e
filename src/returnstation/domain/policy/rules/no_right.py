"""The law gives no right; what the merchant promises is all there is."""

from returnstation.domain.policy.decision import Eligible, Outcome
from returnstation.domain.policy.finding import Finding, Inquiry


def judge_no_right(inquiry: Inquiry) -> Finding:
    """Say that the law knows no such right."""
    return Finding(
        rule=inquiry.right.rule,
        eligible=Eligible.NO,
        ground=None,
        confidence=inquiry.terms.confidence,
        reasons=(inquiry.reason(Outcome.DENIES, "no_statutory_right"),),
    )
