"""Which of a merchant's policies holds for a sale."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from returnstation.domain.policy.facts import Truth, concluded_on
from returnstation.domain.policy.merchant import MerchantPolicy, PolicySet
from returnstation.domain.policy.merchant_scope import MerchantScope
from returnstation.domain.policy.sale import Sale


@dataclass(frozen=True, slots=True)
class Chosen:
    """The policies that hold or may hold, the most specific first.

    Attributes:
        policy: The one that holds; None when none surely does.
        perhaps: More specific ones that hold if a fact nobody knows says so.
        needs: Those facts.
        missed: Why each policy does not hold: the first condition that fails.
    """

    policy: MerchantPolicy | None
    perhaps: tuple[MerchantPolicy, ...] = ()
    needs: tuple[str, ...] = ()
    missed: tuple[tuple[MerchantPolicy, str], ...] = ()


def choose_policy(sale: Sale, policies: PolicySet) -> Chosen:
    """Return the most specific policy whose conditions are all met, and those that may be."""
    perhaps: list[MerchantPolicy] = []
    needs: list[str] = []
    missed: list[tuple[MerchantPolicy, str]] = []
    for policy in policies.ranked:
        failed, unknown = _compare(sale, policy.scope)
        if failed is not None:
            missed.append((policy, failed))
        elif unknown:
            perhaps.append(policy)
            needs += unknown
        else:
            return Chosen(policy, tuple(perhaps), tuple(dict.fromkeys(needs)))
    return Chosen(None, tuple(perhaps), tuple(dict.fromkeys(needs)), tuple(missed))


def _compare(sale: Sale, scope: MerchantScope) -> tuple[str | None, list[str]]:
    """Return the first condition that fails, and the facts missing to tell of the others."""
    unknown = []
    for name in scope.named:
        met = _MET[name](sale, scope)
        if met is False:
            return name, []
        if met is None:
            unknown.append(_ASKED_AS[name])
    return None, unknown


def _in_season(sale: Sale, scope: MerchantScope) -> Truth:
    bought_on = concluded_on(sale)
    if scope.season is None or bought_on is None:
        return None
    return scope.season.first_on <= bought_on <= scope.season.last_on


def _in_range(sale: Sale, scope: MerchantScope) -> Truth:
    price = scope.price
    if price is None or sale.price is None or sale.currency is None:
        return None
    if sale.currency != price.currency:
        return False
    high_enough = price.at_least is None or sale.price >= price.at_least
    return high_enough and (price.at_most is None or sale.price <= price.at_most)


def _known(value: str | None, allowed: frozenset[str]) -> Truth:
    return None if value is None else value in allowed


_MET: Mapping[str, Callable[[Sale, MerchantScope], Truth]] = {
    "countries": lambda sale, scope: scope.covers(sale.jurisdiction),
    "products": lambda sale, scope: _known(sale.product, scope.products),
    "categories": lambda sale, scope: sale.category in scope.categories,
    "trade_categories": lambda sale, scope: _known(sale.trade_category, scope.trade_categories),
    "tiers": lambda sale, scope: _known(sale.customer_tier, scope.tiers),
    "channels": lambda sale, scope: sale.channel in scope.channels,
    "reasons": lambda sale, scope: sale.reason in scope.reasons,
    "season": _in_season,
    "price": _in_range,
}

_ASKED_AS: Mapping[str, str] = {
    "products": "product",
    "trade_categories": "trade_category",
    "tiers": "customer_tier",
    "season": "purchased_on",
    "price": "price",
}
"""The fact of a sale that a condition asks for."""
