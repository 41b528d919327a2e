from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.calendar import CountingRule, RestDay, Unit
from returnstation.domain.messages import Say
from returnstation.domain.policy import (
    UNREAD,
    Buyer,
    Category,
    Channel,
    Confidence,
    Eligible,
    Ground,
    MerchantPolicy,
    Outcome,
    Pack,
    PolicySet,
    Reason,
    Region,
    RestockingFee,
    ReturnReason,
    ReturnWindow,
    Right,
    Sale,
    WindowTerm,
    decide,
)
from returnstation.domain.policy.terms import Event, Kind, SpecialWindow, Terms, Window

_WEEK = CountingRule(name="WEEK", text="", source="", rest=frozenset(RestDay))
_DELIVERED_ON = date(2027, 3, 1)


def a_right(rule: str = "AA-WD", days: int = 14, confidence: Confidence = Confidence.HIGH) -> Right:
    terms = Terms(
        since=date(2014, 1, 1),
        source="Act 1",
        confidence=confidence,
        channels=frozenset({Channel.ONLINE}),
        reasons=frozenset({ReturnReason.CHANGE_OF_MIND}),
        counting="WEEK",
        window=Window(length=days, unit=Unit.CALENDAR_DAYS, runs_from=Event.DELIVERY),
    )
    return Right(rule, Kind.WITHDRAWAL, "AA", "Withdrawal", date(2026, 1, 1), (terms,))


def a_pack(*rights: Right) -> Pack:
    region = Region("AA", "Nowhere", rights=rights or (a_right(),))
    return Pack("test", date(2026, 1, 1), {"AA": region}, {"WEEK": _WEEK})


def a_sale(days_later: int = 1) -> Sale:
    return Sale(
        id="1",
        jurisdiction="AA",
        buyer=Buyer.CONSUMER,
        channel=Channel.ONLINE,
        category=Category.GENERAL,
        reason=ReturnReason.CHANGE_OF_MIND,
        requested_on=_DELIVERED_ON + timedelta(days=days_later),
        delivered_on=(_DELIVERED_ON,),
    )


def a_policy(days: int) -> PolicySet:
    window = WindowTerm(ReturnWindow.FINITE, days)
    return PolicySet((MerchantPolicy(id="shop", window=window),))


@pytest.mark.parametrize(("days_later", "eligible"), [(14, Eligible.YES), (15, Eligible.NO)])
def test_the_last_day_is_in_time_and_the_next_is_not(days_later: int, eligible: Eligible) -> None:
    decision = decide(a_sale(days_later), a_pack())

    assert decision.eligible is eligible
    assert decision.last_day == date(2027, 3, 15)
    assert decision.ground is Ground.WITHDRAWAL


def test_a_part_of_a_country_reads_the_country() -> None:
    decision = decide(replace(a_sale(), jurisdiction="AA-9"), a_pack())

    assert decision.decided_by == "AA-WD"


def test_nobody_lives_in_a_union() -> None:
    pack = Pack("test", date(2026, 1, 1), {"AA": Region("AA", "Union", union=True)})

    assert decide(a_sale(), pack).eligible is Eligible.REVIEW


@pytest.mark.parametrize("days_later", [1, 15, 400])
def test_an_unsure_rule_never_decides_by_itself(days_later: int) -> None:
    unsure = a_pack(a_right(confidence=Confidence.LOW))

    assert decide(a_sale(days_later), unsure).eligible is Eligible.REVIEW


def test_silence_of_an_unsure_pack_refuses_nothing() -> None:
    in_store = replace(a_sale(), channel=Channel.IN_STORE)

    unsure = decide(in_store, a_pack(a_right(confidence=Confidence.LOW)))
    sure = decide(in_store, a_pack(a_right(confidence=Confidence.MEDIUM)))

    assert unsure.eligible is Eligible.REVIEW
    assert sure.eligible is Eligible.NO


def test_some_goods_have_a_window_of_their_own() -> None:
    right = a_right(days=14)
    short = Window(length=2, unit=Unit.CALENDAR_DAYS, runs_from=Event.DELIVERY)
    special = SpecialWindow(window=short, categories=frozenset({Category.CLOTHING}))
    terms = replace(right.versions[0], special_windows=(special,))
    pack = a_pack(replace(right, versions=(terms,)))

    assert decide(a_sale(days_later=3), pack).eligible is Eligible.YES
    clothing = replace(a_sale(days_later=3), category=Category.CLOTHING)
    assert decide(clothing, pack).eligible is Eligible.NO


def test_the_right_that_leaves_most_time_decides() -> None:
    decision = decide(a_sale(), a_pack(a_right(), a_right("AA-LONG", 30)))

    assert decision.decided_by == "AA-LONG"
    assert {reason.rule for reason in decision.reasons} == {"AA-WD", "AA-LONG"}


def test_a_law_that_changes_governs_contracts_from_its_day() -> None:
    right = a_right()
    newer = replace(
        right.versions[0],
        since=date(2027, 1, 1),
        window=Window(length=30, unit=Unit.CALENDAR_DAYS, runs_from=Event.DELIVERY),
    )
    pack = a_pack(replace(right, versions=(*right.versions, newer)))

    before = decide(replace(a_sale(20), contract_on=date(2026, 12, 31)), pack)
    after = decide(replace(a_sale(20), contract_on=date(2027, 1, 1)), pack)

    assert (before.eligible, after.eligible) == (Eligible.NO, Eligible.YES)


def test_a_reason_says_itself_by_its_code() -> None:
    reason = Reason("AA-WD", Outcome.GRANTS, "within_window", {"last_day": date(2027, 3, 15)})

    assert reason.say() == Say("law.within_window", {"last_day": date(2027, 3, 15)})


def test_a_restocking_percentage_is_taken_of_the_price_and_rounded_down() -> None:
    (plain,) = a_policy(30).policies
    policy = PolicySet((replace(plain, restocking=RestockingFee(percent=Decimal(15))),))
    sale = replace(a_sale(20), merchant_policy=policy, price=Decimal("9.99"), currency="EUR")

    (deduction,) = decide(sale, a_pack()).deductions

    assert (deduction.amount, deduction.currency) == (Decimal("1.49"), "EUR")


@given(st.integers(0, 60), st.integers(0, 60))
def test_asking_later_never_turns_no_into_yes(first: int, second: int) -> None:
    sooner, later = sorted((first, second))

    refused = decide(a_sale(sooner), a_pack()).eligible is Eligible.NO

    assert not refused or decide(a_sale(later), a_pack()).eligible is Eligible.NO


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_a_longer_promise_never_harms_the_buyer(asked: int, one: int, other: int) -> None:
    shorter, longer = sorted((one, other))
    rank = [Eligible.NO, Eligible.REVIEW, Eligible.YES]

    answers = [
        decide(replace(a_sale(asked), merchant_policy=a_policy(days)), a_pack()).eligible
        for days in (shorter, longer)
    ]

    assert rank.index(answers[0]) <= rank.index(answers[1])


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_merchants_policy_never_takes_what_the_law_gives(asked: int, days: int) -> None:
    by_law = decide(a_sale(asked), a_pack())

    decision = decide(replace(a_sale(asked), merchant_policy=a_policy(days)), a_pack())

    assert by_law.eligible is not Eligible.YES or decision.eligible is Eligible.YES


@pytest.mark.parametrize("days_later", [14, 15])
def test_terms_that_cannot_be_read_leave_what_law_grants_or_refuses_to_a_person(
    days_later: int,
) -> None:
    by_law = decide(a_sale(days_later), a_pack())

    decision = decide(replace(a_sale(days_later), merchant_policy=UNREAD), a_pack())

    assert decision.eligible is Eligible.REVIEW
    assert decision.confidence is Confidence.LOW
    assert decision.last_day == by_law.last_day
    assert [reason.code for reason in decision.reasons][-1] == "merchant_policy_unread"
    assert decision.reasons[:-1] == by_law.reasons


def test_terms_that_cannot_be_read_promise_no_full_refund() -> None:
    assert not UNREAD.refunds_in_full_for(0)
