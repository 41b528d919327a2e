"""A decision as a case keeps it."""

from decimal import Decimal

import msgspec
import pytest

from builders import a_verdict, euros
from returnstation.domain.facts import LineJudged, type_name
from returnstation.domain.messages import say
from returnstation.domain.money import Money
from returnstation.domain.policy import (
    Confidence,
    Decision,
    Deduction,
    DeductionKind,
    Eligible,
    MerchantOffer,
    Outcome,
    Reason,
    ReturnAddress,
    ReturnMethod,
    ShippingSplit,
)
from returnstation.domain.verdicts import VerdictReason, verdict_of
from returnstation.wire.facts import body_of, fact_from


def a_reason(rule: str, outcome: str) -> VerdictReason:
    return VerdictReason(rule, outcome, "code", "source")


@pytest.mark.parametrize(
    ("eligible", "shown"),
    [(Eligible.YES, "grants"), (Eligible.NO, "denies"), (Eligible.REVIEW, "limits")],
)
def test_the_reason_shown_first_fits_the_answer(eligible: Eligible, shown: str) -> None:
    reasons = tuple(a_reason("r", outcome) for outcome in ("informs", "grants", "denies", "limits"))

    deciding = a_verdict(eligible=eligible, reasons=reasons).deciding

    assert deciding is not None
    assert deciding.outcome == shown


def test_of_equal_reasons_the_deciding_rules_goes_first() -> None:
    reasons = (a_reason("other", "grants"), a_reason("EU-DE-WD", "grants"))

    deciding = a_verdict(reasons=reasons).deciding

    assert deciding is not None
    assert deciding.rule == "EU-DE-WD"


def test_without_reasons_none_is_shown() -> None:
    assert a_verdict(reasons=()).deciding is None


def test_a_merchants_goodwill_is_no_right() -> None:
    assert a_verdict(reasons=(a_reason("EU-DE-WD", "grants"),)).is_statutory
    assert not a_verdict(reasons=(a_reason("merchant:p", "grants"),)).is_statutory
    assert not a_verdict(reasons=(a_reason("EU-DE-WD", "denies"),)).is_statutory


def test_a_decision_keeps_its_reasons_fees_and_pack() -> None:
    decision = Decision(
        id="1",
        eligible=Eligible.YES,
        decided_by="KR-WD",
        ground=None,
        last_day=None,
        refund_methods=(),
        refund_due_on=None,
        return_shipping_payer=None,
        deductions=(
            Deduction(DeductionKind.RESTOCKING_FEE, Decimal("9.00"), "EUR"),
            Deduction(DeductionKind.DIMINISHED_VALUE),
        ),
        reasons=(Reason("KR-WD", Outcome.GRANTS, "window_open", {"price": euros(5)}, "art. 17"),),
        needs=("seal_opened",),
        confidence=Confidence.HIGH,
        pack="v1",
    )

    verdict = verdict_of(decision, "policy-hash")

    assert [(d.kind, d.amount) for d in verdict.deductions] == [
        ("restocking_fee", euros(900)),
        ("diminished_value", None),
    ]
    assert verdict.reasons[0].say() == say("law.window_open", price=euros(5))
    assert (verdict.pack, verdict.policy, verdict.needs) == ("v1", "policy-hash", ("seal_opened",))


def test_a_verdict_keeps_what_the_merchant_adds() -> None:
    offer = MerchantOffer(
        policy="p",
        keep_it=True,
        return_address=ReturnAddress(country="DE", city="Hamburg", serves=("DE",)),
        store_credit_bonus=Decimal("7.5"),
        split=ShippingSplit(merchant_up_to=Money(500, "EUR")),
        return_methods=(ReturnMethod.MAIL,),
    )
    fact = LineJudged(line_id="1", verdict=a_verdict(merchant=offer))

    assert fact_from(type_name(LineJudged), 1, body_of(fact)) == fact


def test_a_verdict_of_before_merchants_added_something_is_read() -> None:
    fact = LineJudged(line_id="1", verdict=a_verdict())
    body = msgspec.json.decode(body_of(fact))
    del body["verdict"]["merchant"]

    assert fact_from(type_name(LineJudged), 1, msgspec.json.encode(body)) == fact
