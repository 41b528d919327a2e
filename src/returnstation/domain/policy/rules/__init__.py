"""One right or limit per module; the engine runs them all."""

from collections.abc import Callable, Mapping

from returnstation.domain.policy.finding import Finding, Inquiry
from returnstation.domain.policy.rules.guarantee import judge_guarantee
from returnstation.domain.policy.rules.late_delivery import judge_late_delivery
from returnstation.domain.policy.rules.mismatch import judge_mismatch
from returnstation.domain.policy.rules.no_right import judge_no_right
from returnstation.domain.policy.rules.procedure import judge_procedure
from returnstation.domain.policy.rules.shipping_time import judge_shipping_time
from returnstation.domain.policy.rules.withdrawal import (
    judge_disclosure_default,
    judge_disclosure_duty,
    judge_withdrawal,
)
from returnstation.domain.policy.terms import Kind

RULES: Mapping[Kind, Callable[[Inquiry], Finding]] = {
    Kind.SHORT_TERM_REJECTION: judge_guarantee,
    Kind.MISMATCH: judge_mismatch,
    Kind.LEGAL_GUARANTEE: judge_guarantee,
    Kind.LATE_DELIVERY: judge_late_delivery,
    Kind.SHIPPING_TIME: judge_shipping_time,
    Kind.WITHDRAWAL: judge_withdrawal,
    Kind.DISCLOSURE_DEFAULT: judge_disclosure_default,
    Kind.DISCLOSURE_DUTY: judge_disclosure_duty,
    Kind.NO_RIGHT: judge_no_right,
    Kind.PROCEDURE: judge_procedure,
}
"""Which rule reads a right's terms, in the order in which rights of one region decide."""

__all__ = ["RULES"]
