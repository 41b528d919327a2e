"""What a buyer gets: which methods are allowed, what each comes to, and where the money goes."""

from returnstation.domain.pay.approval import MAY_APPROVE, UNLIMITED, Limits
from returnstation.domain.pay.diminished import Evidence, barred, evidence, may_lose_value, proposed
from returnstation.domain.pay.earlier import Earlier
from returnstation.domain.pay.instruction import (
    ACKNOWLEDGED,
    EXECUTED,
    EXPORTED,
    FAILED,
    STATES,
    WAITING,
    instruction,
    money_waits,
    overpaid,
    settled,
    state_of,
    told_to_pay,
)
from returnstation.domain.pay.lines import TERMS
from returnstation.domain.pay.methods import (
    MONEY,
    WITHOUT_MONEY,
    Offered,
    Resolution,
    method_of,
    offered,
)
from returnstation.domain.pay.outcomes import (
    ACCEPTED,
    REFUSED,
    REVIEW,
    outcome_of,
    outcome_of_line,
)
from returnstation.domain.pay.postage import bears_postage
from returnstation.domain.pay.rejections import Rejection, rejection_of

__all__ = [
    "ACCEPTED",
    "ACKNOWLEDGED",
    "EXECUTED",
    "EXPORTED",
    "FAILED",
    "MAY_APPROVE",
    "MONEY",
    "REFUSED",
    "REVIEW",
    "STATES",
    "TERMS",
    "UNLIMITED",
    "WAITING",
    "WITHOUT_MONEY",
    "Earlier",
    "Evidence",
    "Limits",
    "Offered",
    "Rejection",
    "Resolution",
    "barred",
    "bears_postage",
    "evidence",
    "instruction",
    "may_lose_value",
    "method_of",
    "money_waits",
    "offered",
    "outcome_of",
    "outcome_of_line",
    "overpaid",
    "proposed",
    "rejection_of",
    "settled",
    "state_of",
    "told_to_pay",
]
