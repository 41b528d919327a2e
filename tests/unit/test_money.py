"""Amounts: what is given is rounded down, and parts add up to the whole."""

from fractions import Fraction
from itertools import pairwise

import pytest
from babel.numbers import get_currency_precision, list_currencies
from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.money import (
    BadAmount,
    MixedCurrencies,
    Money,
    exponent,
    parse_amount,
    prorate,
    total,
)

# Legal tender of the countries the station serves or may serve (CLDR, currencyData).
IN_USE = [
    "AED",
    "ARS",
    "AUD",
    "BGN",
    "BHD",
    "BRL",
    "CAD",
    "CHF",
    "CLP",
    "CNY",
    "COP",
    "CZK",
    "DJF",
    "DKK",
    "EGP",
    "EUR",
    "GBP",
    "GNF",
    "HKD",
    "HUF",
    "IDR",
    "ILS",
    "INR",
    "ISK",
    "JOD",
    "JPY",
    "KMF",
    "KRW",
    "KWD",
    "KZT",
    "LYD",
    "MAD",
    "MXN",
    "MYR",
    "NGN",
    "NOK",
    "NZD",
    "OMR",
    "PEN",
    "PHP",
    "PLN",
    "PYG",
    "QAR",
    "RON",
    "RWF",
    "SAR",
    "SEK",
    "SGD",
    "THB",
    "TND",
    "TRY",
    "TWD",
    "UAH",
    "UGX",
    "USD",
    "UYU",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
    "ZAR",
]
# CLDR writes these without decimals although ISO 4217 gives them two, and shops charge cents.
ISO_HAS_CENTS = {"COP", "HUF", "IDR"}

amounts = st.integers(0, 10**12)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


@given(amounts, weights)
def test_the_parts_of_an_amount_add_up_to_it(minor: int, shares: list[int]) -> None:
    parts = prorate(Money(minor, "EUR"), shares)

    assert sum(part.minor for part in parts) == minor
    assert len(parts) == len(shares)


@given(amounts, weights)
def test_no_part_of_an_amount_is_negative_or_off_by_more_than_one_unit(
    minor: int, shares: list[int]
) -> None:
    parts = prorate(Money(minor, "EUR"), shares)

    assert min(part.minor for part in parts) >= 0
    if sum(shares):
        exact = [Fraction(minor * share, sum(shares)) for share in shares]
        assert all(abs(part.minor - want) < 1 for part, want in zip(parts, exact, strict=True))


def test_the_first_of_equal_parts_gets_the_unit_left_over() -> None:
    parts = prorate(Money(100, "EUR"), [1, 1, 1])

    assert [part.minor for part in parts] == [34, 33, 33]


def test_without_weights_everything_goes_to_the_first_part() -> None:
    assert [part.minor for part in prorate(Money(7, "EUR"), [0, 0])] == [7, 0]
    assert prorate(Money(7, "EUR"), []) == ()


@given(amounts, st.integers(1, 50), st.data())
def test_shares_of_a_whole_never_exceed_it(minor: int, units: int, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, units), max_size=6).map(sorted))
    edges = [0, *cuts, units]
    pieces = [Fraction(high - low, units) for low, high in pairwise(edges)]

    shares = [Money(minor, "EUR").share(piece) for piece in pieces]

    assert sum(share.minor for share in shares) <= minor


def test_a_share_is_rounded_down() -> None:
    assert Money(100, "EUR").share(Fraction(2, 3)) == Money(66, "EUR")
    assert Money(99, "EUR").share(Fraction(2, 3)) == Money(66, "EUR")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("129", "EUR", 12900),
        ("129.9", "EUR", 12990),
        ("129.99", "EUR", 12999),
        ("129.990", "EUR", 12999),
        ("138000", "KRW", 138000),
        ("138000.00", "KRW", 138000),
        ("1.234", "KWD", 1234),
        ("-0.01", "EUR", -1),
        (" 5. ", "EUR", 500),
        ("999999999999999", "KRW", 999999999999999),
    ],
)
def test_amounts_are_read_with_a_point(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("129.999", "EUR"),
        ("1.5", "KRW"),
        ("1.2345", "KWD"),
        ("", "EUR"),
        ("-", "EUR"),
        (".5", "EUR"),
        ("1,5", "EUR"),
        ("1 000", "EUR"),
        ("1e3", "EUR"),
        ("--1", "EUR"),
        ("+1", "EUR"),
        ("1_0", "EUR"),
        ("１２", "EUR"),
        ("²", "EUR"),
        ("1.2.3", "EUR"),
        ("NaN", "EUR"),
        ("1.-1", "EUR"),
    ],
)
def test_what_is_no_amount_of_the_currency_is_refused(text: str, currency: str) -> None:
    with pytest.raises(BadAmount):
        parse_amount(text, currency)


@pytest.mark.parametrize("text", ["1" * 16, "9" * 5000])
def test_an_amount_no_fact_can_hold_exactly_is_refused(text: str) -> None:
    with pytest.raises(BadAmount):
        parse_amount(text, "KRW")


@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        amount = parse_amount(text, "EUR")
    except BadAmount:
        return

    assert parse_amount(amount.decimal(), "EUR") == amount


@given(st.integers(-(10**12), 10**12), st.sampled_from(["EUR", "KRW", "KWD"]))
def test_an_amount_written_is_read_back(minor: int, currency: str) -> None:
    amount = Money(minor, currency)

    assert parse_amount(amount.decimal(), currency) == amount


@pytest.mark.parametrize("currency", IN_USE)
def test_decimals_agree_with_cldr(currency: str) -> None:
    expected = 2 if currency in ISO_HAS_CENTS else get_currency_precision(currency)

    assert currency in list_currencies()
    assert exponent(currency) == expected


def test_amounts_of_two_currencies_are_never_mixed() -> None:
    one, other = Money(1, "EUR"), Money(1, "USD")

    with pytest.raises(MixedCurrencies):
        one + other
    with pytest.raises(MixedCurrencies):
        _ = one < other
    with pytest.raises(MixedCurrencies):
        total([one, other], "EUR")


def test_nothing_adds_up_to_zero() -> None:
    assert total([], "KRW") == Money(0, "KRW")
    assert not Money(0, "KRW")
    assert Money(-5, "EUR").decimal() == "-0.05"
