"""Ask every rule about a sale and form one answer."""

from returnstation.domain.policy.decision import Confidence, Decision, Eligible
from returnstation.domain.policy.pack import Pack
from returnstation.domain.policy.sale import Sale


def decide(sale: Sale, pack: Pack) -> Decision:
    """Return what law and merchant policy say of a sale, with all reasons."""
    return Decision(
        id=sale.id,
        eligible=Eligible.REVIEW,
        decided_by=None,
        ground=None,
        last_day=None,
        refund_methods=(),
        refund_due_on=None,
        return_shipping_payer=None,
        deductions=(),
        reasons=(),
        needs=(),
        confidence=Confidence.LOW,
        pack=pack.version,
    )
