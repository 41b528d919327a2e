"""Reads and checks the statute pack and the merchants' policies."""

from returnstation.policydata.answers import decision_to_json
from returnstation.policydata.checks import check_pack
from returnstation.policydata.merchants import merchant_policy_from, policy_set_from, unused_terms
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
    "check_pack",
    "decision_to_json",
    "kept_sale",
    "load_pack",
    "load_pack_from",
    "merchant_policy_from",
    "pack_files",
    "pack_from_text",
    "pack_of",
    "pack_text",
    "parse_sale",
    "policy_set_from",
    "unused_terms",
]
