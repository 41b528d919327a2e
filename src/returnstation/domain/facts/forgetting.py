"""What a station was told to forget."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderForgotten:
    """The station holds nothing personal of this order any more; the subject is the station.

    Written by older programs; ``OrdersForgotten`` tells of several at once.

    Attributes:
        erased_ms: When the hub erased it, as told with the erasure: an order that came back and
            was erased again is forgotten, and confirmed, again.
    """

    merchant_id: str
    order_number: str
    erased_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenOrder:
    """An order of which nothing personal is left, as in ``OrderForgotten``."""

    merchant_id: str
    order_number: str
    erased_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersForgotten:
    """The station holds nothing personal of these orders any more; the subject is the station.

    A night's retention may erase more orders than the site gets parcels in a month.
    """

    orders: tuple[ForgottenOrder, ...]
