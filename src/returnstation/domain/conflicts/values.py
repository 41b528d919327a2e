"""What does not go together, and what must be known to find it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from returnstation.domain.cases import Case
from returnstation.domain.facts import Recorded


class ConflictKind(StrEnum):
    """What does not go together."""

    DOUBLE_INSPECTION = "double_inspection"
    SAME_PARCEL = "same_parcel"
    OVERRIDE_NEEDS_REVIEW = "override_needs_review"
    TWO_OVERRIDES = "two_overrides"
    POLICY_CHANGED = "policy_changed"
    ORDER_CHANGED = "order_changed"
    USER_REVOKED = "user_revoked"
    CLOCK_UNSURE = "clock_unsure"
    STATION_FORKED = "station_forked"


class Money(StrEnum):
    """What a conflict does to money: nothing, it waits, or it is paid for one case only."""

    FLOWS = "flows"
    WAITS = "waits"
    ONCE = "once"


class OnStale(StrEnum):
    """What a merchant wants when a decision was made by terms that had changed meanwhile."""

    HONOUR = "honour"
    RECHECK = "recheck"
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Something a person may have to settle.

    Attributes:
        group: What it is about: an order line, a parcel code, an item.
        cases: Ids, in order.
        since: When the last fact it follows from was recorded, by its station.
        owner: ``site`` or ``it``: who settles it.
        effective: Id of the case, or fact, that counts until somebody settles it.
        money: What becomes of refunds of these cases meanwhile.
        is_open: A person must look; others are only told.
        details: Codes and numbers to be shown.
    """

    kind: ConflictKind
    group: str
    cases: tuple[str, ...]
    since: datetime
    merchant_id: str | None = None
    owner: str = "site"
    effective: str | None = None
    money: Money = Money.WAITS
    is_open: bool = True
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def conflict_id(self) -> str:
        """The same wherever and whenever it is found."""
        return hashlib.sha256(f"{self.kind}\n{self.group}".encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class CaseTold:
    """A case, the facts it was folded from, and the station that opened it."""

    station: str
    case: Case
    facts: tuple[Recorded, ...]

    @property
    def last_at(self) -> datetime:
        """When the last fact about it was recorded."""
        return max(recorded.at for recorded in self.facts)


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """A merchant's policy on a day: the hash of its terms, and what it wants of stale answers."""

    version: str
    on_stale: OnStale = OnStale.HONOUR
