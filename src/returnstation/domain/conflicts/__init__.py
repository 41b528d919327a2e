"""What stations recorded that does not go together; found from the facts alone, in any order.

Facts are never overwritten. Whatever a rule cannot settle is a conflict with an owner and an
age: goods move on the least irreversible way, money waits for a person. Which fact came first
is never decided by a clock where money hangs on it, but by what its writer had seen.
"""

from returnstation.domain.conflicts.rules import (
    counted_twice,
    forked,
    of_order,
    of_overrides,
    of_policy,
    of_users,
    same_parcel,
)
from returnstation.domain.conflicts.unsure import of_clock
from returnstation.domain.conflicts.values import (
    CaseTold,
    Conflict,
    ConflictKind,
    Money,
    OnStale,
    PolicyInForce,
)

__all__ = [
    "CaseTold",
    "Conflict",
    "ConflictKind",
    "Money",
    "OnStale",
    "PolicyInForce",
    "counted_twice",
    "forked",
    "of_clock",
    "of_order",
    "of_overrides",
    "of_policy",
    "of_users",
    "same_parcel",
]
