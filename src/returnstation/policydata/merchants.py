"""Read a merchant's return terms from schema.org MerchantReturnPolicy (JSON-LD)."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from returnstation.domain.policy import (
    ItemCondition,
    MerchantPolicy,
    RefundType,
    ReturnFees,
    ReturnWindow,
)
from returnstation.policydata.problems import BadMerchantPolicy

_E = TypeVar("_E", bound=StrEnum)
_PREFIXES = ("https://schema.org/", "http://schema.org/", "schema:")
_MOST_DAYS = 36_500
_WHOLE = Decimal(100)
_MOST_MONEY = 10**12
_MOST_DECIMALS = 6


def merchant_policy_from(terms: Mapping[str, Any]) -> MerchantPolicy:
    """Return the terms of a MerchantReturnPolicy; properties we do not use are passed over.

    Raises:
        BadMerchantPolicy: A term we use has a value schema.org does not know.
    """
    days = _days(terms)
    shipping_fee, shipping_currency = _amount(terms, "returnShippingFeesAmount")
    restocking, restocking_currency = _amount(terms, "restockingFee")
    is_amount = restocking_currency is not None
    if restocking is not None and restocking > _WHOLE and not is_amount:
        raise BadMerchantPolicy("bad_value", "is more than the whole price", "restockingFee")
    return MerchantPolicy(
        id=_id(terms),
        window=_window(terms, days),
        days=days,
        fees=_one(terms, "returnFees", ReturnFees),
        shipping_fee=shipping_fee,
        refund_types=_several(terms, "refundType", RefundType) or (RefundType.FULL,),
        restocking_percent=None if is_amount else restocking,
        restocking_fee=restocking if is_amount else None,
        currency=restocking_currency or shipping_currency,
        conditions=_several(terms, "itemCondition", ItemCondition),
        countries=_countries(terms),
    )


def _id(terms: Mapping[str, Any]) -> str:
    found = terms.get("@id", terms.get("id", terms.get("identifier", "default")))
    if not isinstance(found, str) or not found:
        raise BadMerchantPolicy("bad_value", "is no text", "id")
    return found


def _days(terms: Mapping[str, Any]) -> int | None:
    days = terms.get("merchantReturnDays")
    if days is None:
        return None
    if isinstance(days, str) and days.isascii() and days.isdigit() and len(days) < 6:
        days = int(days)
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= _MOST_DAYS:
        raise BadMerchantPolicy("bad_value", "is no number of days", "merchantReturnDays")
    return days


def _window(terms: Mapping[str, Any], days: int | None) -> ReturnWindow:
    window = _one(terms, "returnPolicyCategory", ReturnWindow)
    if window is None:
        return ReturnWindow.UNSPECIFIED if days is None else ReturnWindow.FINITE
    if window is ReturnWindow.FINITE and days is None:
        raise BadMerchantPolicy(
            "missing_field", "a finite window needs its days", "merchantReturnDays"
        )
    return window


def _one(terms: Mapping[str, Any], name: str, kind: type[_E]) -> _E | None:
    return next(iter(_several(terms, name, kind)), None)


def _several(terms: Mapping[str, Any], name: str, kind: type[_E]) -> tuple[_E, ...]:
    found = []
    for value in _listed(terms.get(name)):
        text = str(value.get("@id") if isinstance(value, Mapping) else value)
        for prefix in _PREFIXES:
            text = text.removeprefix(prefix)
        try:
            found.append(kind(text))
        except ValueError:
            raise BadMerchantPolicy("bad_value", f"unknown value {text!r}", name) from None
    return tuple(found)


def _amount(terms: Mapping[str, Any], name: str) -> tuple[Decimal | None, str | None]:
    """Return a number, and its currency when it is a MonetaryAmount."""
    value, currency = terms.get(name), None
    if isinstance(value, Mapping):
        currency = value.get("currency")
        value = value.get("value")
        if not isinstance(currency, str):
            raise BadMerchantPolicy("missing_field", "an amount needs its currency", name)
    if value is None:
        return None, currency
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise BadMerchantPolicy("bad_value", "is no number", name) from None
    if isinstance(value, bool) or not _plausible(number):
        raise BadMerchantPolicy("bad_value", "is no amount", name)
    return number, currency


def _plausible(number: Decimal) -> bool:
    if not number.is_finite() or not 0 <= number <= _MOST_MONEY:
        return False
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_MOST_DECIMALS


def _countries(terms: Mapping[str, Any]) -> tuple[str, ...]:
    found = []
    for value in _listed(terms.get("applicableCountry")):
        name = value.get("name") if isinstance(value, Mapping) else value
        if not isinstance(name, str):
            raise BadMerchantPolicy("bad_value", "is no country code", "applicableCountry")
        found.append(name)
    return tuple(found)


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
