"""The rules a return is judged by: facts of a sale in, a decision with its reasons out."""

from returnstation.domain.policy.decision import (
    Confidence,
    Decision,
    Deduction,
    DeductionKind,
    Eligible,
    Ground,
    Outcome,
    Payer,
    Reason,
    RefundMethod,
)
from returnstation.domain.policy.engine import decide
from returnstation.domain.policy.merchant import (
    ItemCondition,
    MerchantPolicy,
    RefundType,
    ReturnFees,
    ReturnWindow,
)
from returnstation.domain.policy.pack import Pack, Region, Right
from returnstation.domain.policy.sale import (
    Buyer,
    Category,
    Channel,
    Digital,
    Repair,
    ReturnReason,
    Sale,
)

__all__ = [
    "Buyer",
    "Category",
    "Channel",
    "Confidence",
    "Decision",
    "Deduction",
    "DeductionKind",
    "Digital",
    "Eligible",
    "Ground",
    "ItemCondition",
    "MerchantPolicy",
    "Outcome",
    "Pack",
    "Payer",
    "Reason",
    "RefundMethod",
    "RefundType",
    "Region",
    "Repair",
    "ReturnFees",
    "ReturnReason",
    "ReturnWindow",
    "Right",
    "Sale",
    "decide",
]
