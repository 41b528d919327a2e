"""Reads and checks the statute pack and the merchants' policies."""

from returnstation.policydata.answers import decision_to_json, value_to_json
from returnstation.policydata.checks import check_pack
from returnstation.policydata.later import pack_on_demand
from returnstation.policydata.merchants import (
    PolicyNode,
    merchant_policy_from,
    policies_in,
    policy_nodes,
    policy_set_from,
    unused_terms,
)
from returnstation.policydata.merchants_writing import policy_set_to_json, policy_to_json
from returnstation.policydata.packs import (
    load_pack,
    load_pack_from,
    pack_files,
    pack_from_text,
    pack_of,
    pack_text,
)
from returnstation.policydata.problems import BadFacts, BadMerchantPolicy, BadSale
from returnstation.policydata.sales import kept_sale, parse_sale
from returnstation.policydata.shapes import BadPack

__all__ = [
    "BadFacts",
    "BadMerchantPolicy",
    "BadPack",
    "BadSale",
    "PolicyNode",
    "check_pack",
    "decision_to_json",
    "kept_sale",
    "load_pack",
    "load_pack_from",
    "merchant_policy_from",
    "pack_files",
    "pack_from_text",
    "pack_of",
    "pack_on_demand",
    "pack_text",
    "parse_sale",
    "policies_in",
    "policy_nodes",
    "policy_set_from",
    "policy_set_to_json",
    "policy_to_json",
    "unused_terms",
    "value_to_json",
]
