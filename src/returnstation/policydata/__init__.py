"""Reads and checks the statute pack and the merchants' policies."""

from returnstation.policydata.packs import load_pack

__all__ = ["load_pack"]
