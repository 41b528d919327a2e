"""What the rule book answers, out of the pack that is shipped and out of made-up ones."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from returnstation.application.policy_book import (
    Asked,
    Cell,
    PolicyBook,
    Sheet,
    Shop,
    Stance,
    Topic,
    UnknownLand,
    VersionState,
)
from returnstation.domain.policy import (
    Buyer,
    Category,
    Channel,
    Confidence,
    MerchantPolicy,
    Pack,
    Region,
    ReturnFees,
    ReturnReason,
    ReturnWindow,
    Right,
    Sale,
    decide,
)
from returnstation.domain.policy.merchant import (
    PolicySet,
    RestockingFee,
    ReturnCost,
    WindowTerm,
)
from returnstation.domain.policy.merchant_scope import MerchantScope
from returnstation.domain.policy.terms import Kind, Terms
from returnstation.i18n import load_catalog
from returnstation.policydata import load_pack

DAY = date(2026, 11, 24)
FEE = MerchantPolicy(
    window=WindowTerm(ReturnWindow.FINITE, 30), restocking=RestockingFee(percent=Decimal(10))
)


class OneShop:
    """A site with a merchant, or none."""

    def __init__(self, policy: MerchantPolicy | None = None, *countries: str) -> None:
        self._policy = policy
        self._countries = countries

    def country(self) -> str | None:
        return "KR"

    def countries(self) -> tuple[str, ...]:
        return self._countries

    def shops(self) -> tuple[Shop, ...]:
        return (Shop("m1", "Moonlight"),)

    def terms(self, merchant_id: str) -> PolicySet | None:
        return None if self._policy is None else PolicySet((self._policy,))


def sheet_of(
    code: str, channel: Channel = Channel.ONLINE, policy: MerchantPolicy | None = None
) -> Sheet:
    shop = None if policy is None else "m1"
    return PolicyBook(load_pack(), OneShop(policy)).sheet(code, Asked(DAY, channel, shop))


def cell(sheet: Sheet, topic: Topic) -> Cell:
    return next(one for one in sheet.cells if one.topic is topic)


def said(sheet: Sheet, topic: Topic, language: str = "en") -> str:
    return " ".join(load_catalog(language).say(text) for text in cell(sheet, topic).texts)


def a_pack(*rights: Right) -> Pack:
    return Pack("v", DAY, {"XX": Region("XX", "Nowhere", rights=rights)}, load_pack().counting)


def a_right(*versions: Terms, rule: str = "XX-1", checked_on: date = DAY) -> Right:
    return Right(rule, Kind.WITHDRAWAL, "XX", "A right", checked_on, versions)


def terms(since: date, confidence: Confidence = Confidence.HIGH) -> Terms:
    return Terms(since=since, source="Act s. 1", confidence=confidence)


@pytest.mark.parametrize(
    ("code", "topic", "text", "source"),
    [
        ("KR", Topic.WINDOW, "**7 days**, counted from the day after delivery.", "제17조"),
        ("KR", Topic.REST_DAY, "holiday: **next working day**.", "민법"),
        ("KR", Topic.REFUND, "**3 business days** after the return of the goods.", "제18조"),
        ("KR", Topic.RETURN_COST, "The **customer**.", "제18조"),
        ("KR", Topic.FEE, "**May not be charged.**", "제18조"),
        ("KR", Topic.FAULT, "**3 months** from delivery and **30 days** from knowing", "제17조"),
        (
            "DE",
            Topic.WINDOW,
            "**14 days**, counted from the day after delivery.",
            "BGB §§ 355(2), 356",
        ),
        ("DE", Topic.REST_DAY, "holiday: **next working day**.", "BGB §§ 187(1)"),
        ("DE", Topic.REFUND, "May wait for goods or proof of dispatch.", "357"),
        ("DE", Topic.RETURN_COST, "If not told: the **merchant**.", "BGB"),
        ("DE", Topic.DEDUCTION, "Only the **value lost by use**.", "357a"),
        ("DE", Topic.FAULT, "**2 years** from delivery.", "BGB §§ 434"),
        ("DE", Topic.EXCLUSION, "unsealed hygiene", "312g"),
        ("GB", Topic.REST_DAY, "Days of rest **change nothing**.", "reg. 30"),
        ("GB", Topic.FAULT, "**30 days** from delivery.", "Consumer Rights Act 2015 ss. 20"),
        ("GB", Topic.FAULT, "**6 years** from delivery.", "ss. 19"),
        ("JP", Topic.WINDOW, "Only if the shop **did not show its terms**.", "第15条の3"),
        ("JP", Topic.WINDOW, "with the day of delivery as the first.", "第15条の3"),
        ("US", Topic.WINDOW, "**No right by law.**", "no federal statute"),
        ("US-CA", Topic.WINDOW, "**No right by law.**", "no federal statute"),
        ("AU", Topic.WINDOW, "**No right by law.**", "no statute"),
        ("AU", Topic.FAULT, "Major: **money back**; else repair first.", "Consumer Law"),
        ("BR", Topic.WINDOW, "**7 days**", "art. 49"),
        ("BR", Topic.REFUND, "**At once** after the notice.", "art. 49"),
    ],
)
def test_an_answer_says_what_the_pack_says(code: str, topic: Topic, text: str, source: str) -> None:
    sheet = sheet_of(code)

    assert text in said(sheet, topic)
    assert source in cell(sheet, topic).source


@pytest.mark.parametrize("channel", [Channel.ONLINE, Channel.IN_STORE, Channel.OFF_PREMISES_HOME])
def test_every_country_answers_every_question(channel: Channel) -> None:
    book = PolicyBook(load_pack(), OneShop())

    for land in book.lands():
        sheet = book.sheet(land.code, Asked(DAY, channel))
        assert [one.topic for one in sheet.cells] == list(Topic)
        assert all(one.texts for one in sheet.cells)


def test_the_shop_in_california_must_show_its_terms() -> None:
    sheet = sheet_of("US-CA", Channel.IN_STORE)

    assert said(sheet, Topic.WINDOW).startswith("Only if the shop **did not show its terms**.")
    assert "at least 7 days" in said(sheet, Topic.WINDOW)
    assert cell(sheet, Topic.WINDOW).rule == "US-CA-1723"
    assert load_catalog("en").say(sheet.gist) == "perhaps 30 days"


def test_a_sale_at_the_door_has_another_right() -> None:
    assert load_catalog("ko").say(sheet_of("KR", Channel.OFF_PREMISES_HOME).gist) == "14일"
    assert cell(sheet_of("US", Channel.OFF_PREMISES_HOME), Topic.WINDOW).rule == "US-FTC-COOL"


def test_a_price_the_right_depends_on_is_named() -> None:
    assert "Only above **€40.00**." in said(sheet_of("DE", Channel.OFF_PREMISES_HOME), Topic.WINDOW)
    assert "Only above" not in said(sheet_of("DE"), Topic.WINDOW)


def test_interest_on_a_late_refund_is_named() -> None:
    assert "15% interest" in said(sheet_of("KR", Channel.OFF_PREMISES_HOME), Topic.REFUND)


def test_business_days_leave_rest_days_out() -> None:
    text = said(sheet_of("US", Channel.OFF_PREMISES_HOME), Topic.REST_DAY)

    assert text == "Sunday, holiday: **not counted**."


def test_a_statute_that_ends_earlier_is_said_to_be_read_kindly() -> None:
    assert "The law moves nothing" in said(sheet_of("ES"), Topic.REST_DAY)


def test_without_any_entry_there_is_no_source_and_no_confidence() -> None:
    answer = cell(sheet_of("KR", Channel.IN_STORE), Topic.WINDOW)

    assert answer.stance is Stance.SILENT
    assert (answer.source, answer.confidence) == ("", None)


def test_a_fee_is_struck_where_the_law_forbids_it() -> None:
    answer = cell(sheet_of("DE", policy=FEE), Topic.FEE)

    assert answer.stance is Stance.BARRED
    assert said(sheet_of("DE", policy=FEE), Topic.FEE) == (
        "~~Terms of Moonlight: 10%~~ **May not be charged.**"
    )
    assert answer.source.startswith("BGB")


def test_a_fee_stands_where_no_right_forbids_it() -> None:
    sheet = sheet_of("US", policy=FEE)

    assert said(sheet, Topic.FEE) == "Terms of Moonlight: **10%**"
    assert cell(sheet, Topic.FEE).stance is Stance.SILENT


def test_a_fee_of_the_law_stands_before_that_of_the_shop() -> None:
    text = said(sheet_of("IL", policy=FEE), Topic.FEE)

    assert text == "Up to **5%** of the price, at most **₪100.00**. Terms of Moonlight: **10%**"


def test_a_shop_without_a_fee_is_said_to_have_none() -> None:
    policy = replace(FEE, restocking=None)

    assert "Moonlight charges no fee." in said(sheet_of("DE", policy=policy), Topic.FEE)


@pytest.mark.parametrize(
    ("days", "texts", "also"),
    [
        (13, "~~Moonlight: 13 days~~ – the law goes first.", None),
        (14, "", None),
        (15, "", "Moonlight: 15 days"),
    ],
)
def test_a_shops_own_days_are_struck_when_fewer_and_named_when_more(
    days: int, texts: str, also: str | None
) -> None:
    policy = MerchantPolicy(window=WindowTerm(ReturnWindow.FINITE, days))
    sheet = sheet_of("DE", policy=policy)

    found = cell(sheet, Topic.WINDOW)

    assert said(sheet, Topic.WINDOW).endswith(texts)
    assert ("~~" in said(sheet, Topic.WINDOW)) is bool(texts)
    assert (None if found.also is None else load_catalog("en").say(found.also)) == also


def test_a_shop_that_takes_nothing_back_is_struck_where_a_right_exists() -> None:
    policy = MerchantPolicy(window=WindowTerm(ReturnWindow.NOT_PERMITTED))

    assert "~~Moonlight takes nothing back~~" in said(sheet_of("DE", policy=policy), Topic.WINDOW)
    assert "Moonlight **takes nothing back**" in said(sheet_of("US", policy=policy), Topic.WINDOW)


def test_a_shop_that_pays_the_way_back_is_named() -> None:
    policy = MerchantPolicy(cost=ReturnCost(fees=ReturnFees.FREE))

    also = cell(sheet_of("DE", policy=policy), Topic.RETURN_COST).also

    assert also is not None
    assert load_catalog("en").say(also) == "Moonlight pays it"


def test_terms_meant_for_other_countries_are_not_shown() -> None:
    policy = replace(FEE, scope=MerchantScope(countries=frozenset({"US"})))

    assert sheet_of("DE", policy=policy).shop == ""
    assert sheet_of("US", policy=policy).shop == "Moonlight"


def test_a_union_is_named_but_is_no_country() -> None:
    book = PolicyBook(load_pack(), OneShop())

    assert book.sheet("DE", Asked(DAY)).land.follows == "EU"
    assert "EU" not in {land.code for land in book.lands()}
    with pytest.raises(UnknownLand, match="EU"):
        book.sheet("EU", Asked(DAY))


def test_the_book_opens_where_the_site_is_and_where_the_last_buyer_lives() -> None:
    home = PolicyBook(load_pack(), OneShop(None, "DE", "US")).home()

    assert (home.left, home.right) == ("KR", "DE")


def test_countries_the_pack_does_not_know_are_passed_over() -> None:
    home = PolicyBook(load_pack(), OneShop(None, "QQ", "KR", "JP")).home()

    assert (home.left, home.right) == ("KR", "JP")


def test_a_sheet_follows_the_version_of_its_day() -> None:
    past = PolicyBook(load_pack(), OneShop()).sheet("DE", Asked(date(2014, 6, 12)))

    assert cell(past, Topic.WINDOW).rule == ""
    assert cell(sheet_of("DE"), Topic.WINDOW).rule == "EU-DE-WD"


def test_a_right_shows_what_holds_then_what_comes_then_the_past() -> None:
    right = a_right(terms(date(2010, 1, 1)), terms(date(2020, 1, 1)), terms(date(2027, 3, 1)))

    shown = PolicyBook(a_pack(right), OneShop()).rights("XX", DAY)[0]

    assert [(one.state, one.since, one.until) for one in shown.versions] == [
        (VersionState.NOW, date(2020, 1, 1), date(2027, 2, 28)),
        (VersionState.COMING, date(2027, 3, 1), None),
        (VersionState.PAST, date(2010, 1, 1), date(2019, 12, 31)),
    ]


def test_rights_of_the_union_are_among_those_of_its_members() -> None:
    rights = PolicyBook(load_pack(), OneShop()).rights("DE", DAY)

    assert rights[0].rule == "EU-DE-WD"
    assert "EU-ALL-LATE" in {right.rule for right in rights}


@pytest.mark.parametrize(("day", "count"), [(date(2026, 11, 24), 0), (date(2026, 11, 25), 1)])
def test_a_rule_is_stale_once_more_than_twelve_months_went_by(day: date, count: int) -> None:
    right = a_right(terms(date(2020, 1, 1)), checked_on=date(2025, 11, 24))
    book = PolicyBook(a_pack(right), OneShop())

    assert len(book.to_check(day)) == count
    assert book.rights("XX", day)[0].is_stale is bool(count)


def test_a_rule_of_low_confidence_is_to_be_checked() -> None:
    sure = a_right(terms(date(2020, 1, 1)), rule="XX-1")
    medium = a_right(terms(date(2020, 1, 1), Confidence.MEDIUM), rule="XX-2")
    unsure = a_right(terms(date(2020, 1, 1), Confidence.LOW), rule="XX-3")

    due = PolicyBook(a_pack(sure, medium, unsure), OneShop()).to_check(DAY)

    assert [(one.rule, one.is_unsure, one.is_stale) for one in due] == [("XX-3", True, False)]


def test_what_was_unsure_in_the_past_need_not_be_checked() -> None:
    right = a_right(terms(date(2010, 1, 1), Confidence.LOW), terms(date(2020, 1, 1)))

    assert PolicyBook(a_pack(right), OneShop()).to_check(DAY) == ()


def test_what_was_checked_longest_ago_comes_first() -> None:
    newer = a_right(terms(date(2020, 1, 1)), rule="XX-1", checked_on=date(2025, 1, 1))
    older = a_right(terms(date(2020, 1, 1)), rule="XX-2", checked_on=date(2024, 1, 1))

    due = PolicyBook(a_pack(newer, older), OneShop()).to_check(DAY)

    assert [one.rule for one in due] == ["XX-2", "XX-1"]


def ordinary_sale(code: str, channel: Channel) -> Sale:
    """Return a sale of ordinary, dear goods that come back unharmed the day they were bought."""
    return Sale(
        id="sale",
        jurisdiction=code,
        buyer=Buyer.CONSUMER,
        channel=channel,
        category=Category.GENERAL,
        reason=ReturnReason.CHANGE_OF_MIND,
        requested_on=DAY,
        contract_on=DAY,
        documents_received_on=DAY,
        delivered_on=(DAY,),
        policy_displayed=False,
        complied_with_information_duties=False,
        unused=True,
        intact=True,
        proof_of_purchase=True,
        sold_in_conversation=False,
        written_confirmation_sent=True,
        price=Decimal(100_000),
    )


@pytest.mark.parametrize("channel", [Channel.ONLINE, Channel.IN_STORE, Channel.OFF_PREMISES_HOME])
def test_the_book_names_the_rule_by_which_a_sale_is_judged(channel: Channel) -> None:
    book = PolicyBook(load_pack(), OneShop())

    differing = {}
    for land in book.lands():
        answer = cell(book.sheet(land.code, Asked(DAY, channel)), Topic.WINDOW)
        decision = decide(ordinary_sale(land.code, channel), load_pack())
        if (decision.decided_by or "") != answer.rule:
            differing[land.code] = (decision.decided_by, answer.rule)

    assert differing == {}


def test_where_the_pack_is_unsure_of_all_it_knows_a_person_decides() -> None:
    unsure = a_right(terms(date(2020, 1, 1), Confidence.LOW))

    sheet = PolicyBook(a_pack(unsure), OneShop()).sheet("XX", Asked(DAY))

    assert "a supervisor decides" in said(sheet, Topic.WINDOW)
    assert cell(sheet, Topic.WINDOW).confidence is Confidence.LOW


def test_a_withdrawal_for_faults_answers_where_no_guarantee_does() -> None:
    assert cell(sheet_of("IL"), Topic.FAULT).rule == "IL-CPL-14C"
