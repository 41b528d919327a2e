"""Any return policy a merchant could have."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from returnstation.domain.money import Money
from returnstation.domain.policy import (
    Category,
    Channel,
    ItemCondition,
    LabelSource,
    MerchantPolicy,
    MerchantScope,
    PriceRange,
    RefundType,
    RestockingFee,
    ReturnAddress,
    ReturnCost,
    ReturnFees,
    ReturnMethod,
    ReturnReason,
    ReturnWindow,
    Season,
    SeasonalOverride,
    ShippingSplit,
    WindowTerm,
)

_CURRENCIES = st.sampled_from(["EUR", "KRW", "JPY", "BHD"])
_MONEY = st.builds(Money, st.integers(0, 10**9), _CURRENCIES)
_PERCENT = st.integers(0, 10_000).map(lambda n: Decimal(n) / 100)
_WORDS = st.text("abcÄ한 -/1", min_size=1, max_size=8).map(str.strip).filter(bool)
_COUNTRIES = st.sampled_from(["DE", "KR", "US-CA", "FR", "JP"])
_DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
_SEASONS = st.tuples(_DAYS, _DAYS).map(lambda days: Season(min(days), max(days)))
_WINDOWS = (
    st.builds(WindowTerm, st.sampled_from(ReturnWindow), st.integers(0, 3650))
    | st.builds(WindowTerm, st.just(ReturnWindow.FINITE), st.none(), _DAYS)
    | st.builds(WindowTerm, st.sampled_from([w for w in ReturnWindow if "Finite" not in w]))
)
_COSTS = st.builds(
    ReturnCost,
    fees=st.sampled_from(ReturnFees),
    shipping=st.none() | _MONEY,
    label=st.none() | st.sampled_from(LabelSource),
)
_PRICES = st.builds(
    lambda currency, low, more: PriceRange(
        currency=currency, at_least=Decimal(low), at_most=Decimal(low + more)
    ),
    _CURRENCIES,
    st.integers(0, 99),
    st.integers(0, 99),
)


def _sets(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.frozensets(values, max_size=2)


def _tuples(values: Any) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


_SCOPES = st.builds(
    MerchantScope,
    countries=_sets(_COUNTRIES),
    products=_sets(_WORDS),
    categories=_sets(st.sampled_from(Category)),
    trade_categories=_sets(_WORDS),
    tiers=_sets(_WORDS),
    channels=_sets(st.sampled_from(Channel)),
    reasons=_sets(st.sampled_from(ReturnReason)),
    season=st.none() | _SEASONS,
    price=st.none() | _PRICES,
)
_FEES = st.builds(lambda m: RestockingFee(amount=m), _MONEY) | st.builds(
    lambda p, m: RestockingFee(percent=p, cap=m), _PERCENT, st.none() | _MONEY
)
_SPLITS = st.builds(lambda p: ShippingSplit(merchant_share=p), _PERCENT) | st.builds(
    lambda m: ShippingSplit(merchant_up_to=m), _MONEY
)
_ADDRESSES = st.lists(
    st.builds(
        ReturnAddress,
        country=st.sampled_from(["DE", "KR"]),
        name=st.none() | _WORDS,
        city=st.none() | _WORDS,
        postcode=st.none() | _WORDS,
        serves=st.tuples(_COUNTRIES) | st.just(()),
    ),
    max_size=3,
    unique_by=lambda address: address.serves,
).map(tuple)
POLICIES = st.builds(
    MerchantPolicy,
    id=_WORDS,
    scope=_SCOPES,
    window=_WINDOWS,
    seasonal=st.lists(st.builds(SeasonalOverride, _SEASONS, _WINDOWS), max_size=2).map(tuple),
    cost=_COSTS | st.just(ReturnCost()),
    remorse_cost=st.none() | _COSTS,
    defect_cost=st.none() | _COSTS,
    split=st.none() | _SPLITS,
    refund_types=_tuples(RefundType).map(lambda kinds: kinds or (RefundType.FULL,)),
    restocking=st.none() | _FEES,
    conditions=_tuples(ItemCondition),
    final_sale=st.booleans(),
    keep_below=st.none() | _MONEY,
    store_credit_bonus=st.none() | _PERCENT,
    methods=_tuples(ReturnMethod),
    addresses=_ADDRESSES,
    auto_approve=st.booleans(),
    return_countries=st.tuples(_COUNTRIES) | st.just(()),
    in_store=st.none() | st.booleans(),
    link=st.none() | st.just("https://shop.example/returns"),
)
