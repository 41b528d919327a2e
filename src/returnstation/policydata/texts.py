"""Read what was kept of policies: packs, merchants' terms, and the facts of past sales."""

from collections.abc import Mapping
from typing import Any

import msgspec

from returnstation.application.policy_ports import UnreadablePolicy
from returnstation.domain.policy import Pack, PolicySet, Sale
from returnstation.policydata.merchants import policy_set_from
from returnstation.policydata.packs import pack_from_text
from returnstation.policydata.problems import BadFacts
from returnstation.policydata.sales import kept_sale
from returnstation.policydata.shapes import BadPack


class KeptTexts:
    """Reads the texts that are kept beside verdicts."""

    def sale(self, facts: Mapping[str, Any]) -> Sale:
        """Return a sale out of the facts that were kept with its verdict."""
        try:
            return kept_sale(facts)
        except BadFacts as error:
            raise UnreadablePolicy(str(error)) from error

    def pack(self, text: bytes) -> Pack:
        """Return a statute pack out of its text."""
        try:
            return pack_from_text(text)
        except BadPack as error:
            raise UnreadablePolicy(str(error)) from error

    def policy(self, text: bytes) -> PolicySet:
        """Return a merchant's policy out of the terms as they were given."""
        try:
            return policy_set_from(msgspec.json.decode(text, type=dict[str, Any]))
        except (BadFacts, msgspec.DecodeError) as error:
            raise UnreadablePolicy(str(error)) from error
