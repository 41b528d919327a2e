"""Reads and checks the statute pack and the merchants' policies."""

from returnstation.policydata.answers import decision_to_json
from returnstation.policydata.checks import check_pack
from returnstation.policydata.merchants import merchant_policy_from
from returnstation.policydata.packs import load_pack, load_pack_from
from returnstation.policydata.problems import BadFacts, BadMerchantPolicy, BadSale
from returnstation.policydata.sales import parse_sale
from returnstation.policydata.shapes import BadPack

__all__ = [
    "BadFacts",
    "BadMerchantPolicy",
    "BadPack",
    "BadSale",
    "check_pack",
    "decision_to_json",
    "load_pack",
    "load_pack_from",
    "merchant_policy_from",
    "parse_sale",
]
