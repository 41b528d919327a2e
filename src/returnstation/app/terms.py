"""Read merchants' terms for a desk."""

import hashlib
import logging
from typing import Any

import msgspec

from returnstation.application.equipment import MerchantTerms
from returnstation.domain.policy import UNREAD
from returnstation.policydata import BadMerchantPolicy, policy_set_from

_logger = logging.getLogger(__name__)


def read_terms(terms: dict[str, Any]) -> MerchantTerms:
    """Return a merchant's terms as the engine takes them, and what they are known by.

    Hubs and imports take none that they cannot read, but a newer hub may read more than this
    station: what such terms leave unsure, a supervisor decides.
    """
    canonical = msgspec.json.encode(terms, order="sorted")
    version = hashlib.sha256(canonical).hexdigest()[:16]
    try:
        policy = policy_set_from(terms)
    except BadMerchantPolicy as bad:
        _logger.warning("a merchant's terms %s cannot be read: %s", version, bad)
        policy = UNREAD
    return MerchantTerms(policy=policy, version=version, given=canonical)
