"""Write a merchant's policies as JSON-LD: what ``policy_set_from`` reads gives the same again."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from returnstation.domain.money import Money
from returnstation.domain.policy import (
    MerchantPolicy,
    MerchantScope,
    PolicySet,
    RefundType,
    ReturnAddress,
    ReturnCost,
    ShippingSplit,
    WindowTerm,
)
from returnstation.policydata.merchants_reading import NAMESPACE

CONTEXT: tuple[Any, ...] = ("https://schema.org", {"rs": NAMESPACE})
"""The ``@context`` of our files: schema.org, and our prefix for what it has no word for."""

_SCHEMA = "https://schema.org/"
_DEFAULT_ID = MerchantPolicy().id


def policy_set_to_json(policies: PolicySet) -> dict[str, Any]:
    """Return policies as one JSON-LD document."""
    nodes = [policy_to_json(policy) for policy in policies.policies]
    if len(nodes) == 1:
        return {"@context": list(CONTEXT), **nodes[0]}
    return {"@context": list(CONTEXT), "@graph": nodes}


def policy_to_json(policy: MerchantPolicy) -> dict[str, Any]:
    """Return one policy as a MerchantReturnPolicy, without its ``@context``."""
    fee = policy.restocking
    percent = None if fee is None or fee.percent is None else _number(fee.percent)
    is_plain = policy.refund_types == (RefundType.FULL,)
    bonus = policy.store_credit_bonus
    return _said(
        {
            "@type": "MerchantReturnPolicy",
            "@id": None if policy.id == _DEFAULT_ID else policy.id,
            **_scope(policy.scope),
            **_window(policy.window),
            "returnPolicySeasonalOverride": [
                {
                    "@type": "MerchantReturnPolicySeasonalOverride",
                    "startDate": override.season.first_on.isoformat(),
                    "endDate": override.season.last_on.isoformat(),
                    **_said(_window(override.window)),
                }
                for override in policy.seasonal
            ],
            **_cost("", policy.cost),
            **_cost("customerRemorse", policy.remorse_cost),
            **_cost("itemDefect", policy.defect_cost),
            "rs:returnShippingSplit": None if policy.split is None else _split(policy.split),
            "refundType": [] if is_plain else _codes(policy.refund_types),
            "restockingFee": percent if fee is None or fee.amount is None else _money(fee.amount),
            "rs:restockingFeeCap": None if fee is None or fee.cap is None else _money(fee.cap),
            "itemCondition": _codes(policy.conditions),
            "rs:finalSale": policy.final_sale or None,
            "rs:keepItBelow": None if policy.keep_below is None else _money(policy.keep_below),
            "rs:storeCreditBonus": None if bonus is None else _number(bonus),
            "returnMethod": _codes(policy.methods),
            "rs:returnAddress": [_address(address) for address in policy.addresses],
            "rs:autoApprove": policy.auto_approve or None,
            "returnPolicyCountry": list(policy.return_countries),
            "inStoreReturnsOffered": policy.in_store,
            "merchantReturnLink": policy.link,
        }
    )


def _scope(scope: MerchantScope) -> dict[str, Any]:
    season, price = scope.season, scope.price
    return {
        "applicableCountry": sorted(scope.countries),
        "rs:product": sorted(scope.products),
        "rs:category": sorted(scope.categories),
        "rs:tradeCategory": sorted(scope.trade_categories),
        "validForMemberTier": sorted(scope.tiers),
        "rs:channel": sorted(scope.channels),
        "rs:reason": sorted(scope.reasons),
        "rs:season": None
        if season is None
        else {"startDate": season.first_on.isoformat(), "endDate": season.last_on.isoformat()},
        "rs:price": None
        if price is None
        else _said(
            {
                "@type": "PriceSpecification",
                "priceCurrency": price.currency,
                "minPrice": None if price.at_least is None else format(price.at_least, "f"),
                "maxPrice": None if price.at_most is None else format(price.at_most, "f"),
            }
        ),
    }


def _window(window: WindowTerm) -> dict[str, Any]:
    until = None if window.until is None else window.until.isoformat()
    days = until if window.days is None else window.days
    return {"returnPolicyCategory": _SCHEMA + window.kind, "merchantReturnDays": days}


def _cost(when: str, cost: ReturnCost | None) -> dict[str, Any]:
    if cost is None:
        return {}
    names = ("ReturnFees", "ReturnShippingFeesAmount", "ReturnLabelSource")
    fees, amount, label = (f"{when}{name}" if when else f"r{name[1:]}" for name in names)
    return {
        fees: None if cost.fees is None else _SCHEMA + cost.fees,
        amount: None if cost.shipping is None else _money(cost.shipping),
        label: None if cost.label is None else _SCHEMA + cost.label,
    }


def _split(split: ShippingSplit) -> dict[str, Any]:
    if split.merchant_up_to is not None:
        return {"merchantUpTo": _money(split.merchant_up_to)}
    return {"merchantShare": _number(split.merchant_share or Decimal(0))}


def _address(address: ReturnAddress) -> dict[str, Any]:
    return _said(
        {
            "@type": "PostalAddress",
            "name": address.name,
            "streetAddress": address.street,
            "postalCode": address.postcode,
            "addressLocality": address.city,
            "addressRegion": address.region,
            "addressCountry": address.country,
            "areaServed": list(address.serves),
        }
    )


def _money(amount: Money) -> dict[str, Any]:
    return {"@type": "MonetaryAmount", "value": amount.decimal(), "currency": amount.currency}


def _number(number: Decimal) -> int | str:
    """Return a percentage as a JSON number, or as text where a float could not hold it."""
    return int(number) if number == number.to_integral_value() else format(number, "f")


def _codes(codes: Iterable[str]) -> list[str]:
    return [_SCHEMA + code for code in codes]


def _said(table: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what the policy does not say."""
    return {name: value for name, value in table.items() if value is not None and value != []}
