"""What a station was told to forget."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderForgotten:
    """The station holds nothing personal of this order any more; the subject is the station.

    Attributes:
        erased_ms: When the hub erased it, as told with the erasure: an order that came back and
            was erased again is forgotten, and confirmed, again.
    """

    merchant_id: str
    order_number: str
    erased_ms: int = 0
