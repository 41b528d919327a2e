"""Up to which amount who is at the desk may let the merchant pay."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from returnstation.domain.money import Money

MAY_APPROVE = frozenset({"supervisor", "admin"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What an operator may pay back of one parcel without a supervisor.

    Attributes:
        amounts: By currency (``EUR``), or by merchant and currency (``ds/EUR``), which goes
            first. With no limit at all everybody may; a currency without one needs a supervisor.
    """

    amounts: Mapping[str, Money] = field(default_factory=dict)

    def of(self, merchant_id: str, currency: str) -> Money | None:
        """Return the limit for a merchant; None when there is none in this currency."""
        own = self.amounts.get(f"{merchant_id}/{currency}")
        return self.amounts.get(currency) if own is None else own

    def allows(self, role: str, merchant_id: str, amount: Money) -> bool:
        """Tell whether somebody of this role may let this amount be paid."""
        if role in MAY_APPROVE or not self.amounts or not amount:
            return True
        limit = self.of(merchant_id, amount.currency)
        return limit is not None and amount <= limit


UNLIMITED = Limits()
