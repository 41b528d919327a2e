"""A decision as a case keeps it: enough to show, to pay by and to explain years later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from returnstation.domain.messages import Say, from_plain, plain
from returnstation.domain.money import Money, parse_amount
from returnstation.domain.policy import (
    Decision,
    Deduction,
    Eligible,
    Ground,
    MerchantOffer,
    Payer,
    RefundMethod,
)


@dataclass(frozen=True, slots=True)
class VerdictReason:
    """One reason, its values in plain JSON."""

    rule: str
    outcome: str
    code: str
    source: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def say(self) -> Say:
        """Return the reason as a message."""
        return Say(f"law.{self.code}", {name: from_plain(v) for name, v in self.values.items()})


@dataclass(frozen=True, slots=True)
class VerdictDeduction:
    """Something that may be kept back; no amount means it must be assessed."""

    kind: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What law and merchant policy said of one line, on one day, by one pack.

    Attributes:
        pack: Version of the statute pack that answered.
        policy: Hash of the merchant's policy that was asked; None when there was none.
        merchant: What that policy adds; None when it adds nothing.
    """

    eligible: Eligible
    reasons: tuple[VerdictReason, ...]
    pack: str
    confidence: str
    decided_by: str | None = None
    ground: Ground | None = None
    last_day: date | None = None
    refund_due_on: date | None = None
    payer: Payer | None = None
    methods: tuple[RefundMethod, ...] = ()
    deductions: tuple[VerdictDeduction, ...] = ()
    needs: tuple[str, ...] = ()
    policy: str | None = None
    merchant: MerchantOffer | None = None

    @property
    def is_statutory(self) -> bool:
        """The law itself gives the right, whatever the merchant offers beyond it."""
        return any(
            reason.outcome == "grants" and not reason.rule.startswith("merchant:")
            for reason in self.reasons
        )

    @property
    def deciding(self) -> VerdictReason | None:
        """The reason to show first: of the rule that decided, else the gravest."""
        wanted = {
            Eligible.YES: ("grants", "limits", "informs", "denies"),
            Eligible.NO: ("denies", "limits", "informs", "grants"),
            Eligible.REVIEW: ("limits", "denies", "informs", "grants"),
        }[self.eligible]
        ranked = sorted(
            self.reasons, key=lambda r: (wanted.index(r.outcome), r.rule != self.decided_by)
        )
        return ranked[0] if ranked else None


NEVER_DELIVERED = "parcel:undeliverable"
"""What decides about goods that nobody took, instead of a statute."""


def never_delivered(verdict: Verdict) -> Verdict:
    """Return the verdict on goods that never reached the buyer.

    Sending nothing back is no withdrawal (Directive 2011/83/EU, recital 44: it takes a
    statement), nothing was used, and no statute in the pack says what is owed: a person decides.
    """
    reason = VerdictReason(NEVER_DELIVERED, "limits", "never_delivered", "")
    return Verdict(
        eligible=Eligible.REVIEW,
        reasons=(reason,),
        pack=verdict.pack,
        confidence=verdict.confidence,
        decided_by=reason.rule,
        policy=verdict.policy,
    )


def verdict_of(decision: Decision, policy: str | None) -> Verdict:
    """Return a decision in the form a case keeps; ``policy`` is the merchant policy's hash."""
    return Verdict(
        eligible=decision.eligible,
        reasons=tuple(
            VerdictReason(
                reason.rule,
                reason.outcome.value,
                reason.code,
                reason.source,
                {name: plain(value) for name, value in reason.values.items()},
            )
            for reason in decision.reasons
        ),
        pack=decision.pack,
        confidence=decision.confidence.value,
        decided_by=decision.decided_by,
        ground=decision.ground,
        last_day=decision.last_day,
        refund_due_on=decision.refund_due_on,
        payer=decision.return_shipping_payer,
        methods=decision.refund_methods,
        deductions=tuple(VerdictDeduction(d.kind.value, _amount(d)) for d in decision.deductions),
        needs=decision.needs,
        policy=policy,
        merchant=decision.merchant,
    )


def _amount(deduction: Deduction) -> Money | None:
    if deduction.amount is None or deduction.currency is None:
        return None
    return parse_amount(format(deduction.amount, "f"), deduction.currency)
