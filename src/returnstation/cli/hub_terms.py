"""Merchants' terms as the hub is sent them, checked by what reads them at a station."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from returnstation.cli.policy_merchants import refused_as_json
from returnstation.domain.policy import Pack
from returnstation.domain.policy.merchant_floor import floor_check_set
from returnstation.hub.merchants import BadTerms
from returnstation.policydata import BadMerchantPolicy, load_pack, policy_set_from


def check_terms(terms: Mapping[str, Any]) -> Sequence[Any]:
    """Return which terms law does not allow, and where.

    Raises:
        BadTerms: They cannot be used.
    """
    try:
        policies = policy_set_from(dict(terms))
    except BadMerchantPolicy as bad:
        raise BadTerms(bad.code.replace("_", "-"), bad.field, bad.message) from bad
    return refused_as_json(floor_check_set(policies, _pack(), datetime.now(UTC).date()))


@cache
def _pack() -> Pack:
    return load_pack()
