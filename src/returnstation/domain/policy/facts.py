"""Facts and days of a sale by the names the statute pack uses for them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeAlias

from returnstation.domain.policy.sale import Category, Channel, Digital, Sale
from returnstation.domain.policy.terms import Event

Truth: TypeAlias = bool | None
"""Yes, no, or nobody knows."""

_NO_DIGITAL = Digital()

NAMES_OF_EVENTS: Mapping[Event, str] = {
    Event.DELIVERY: "delivered_on",
    Event.CONTRACT: "contract_on",
    Event.PURCHASE: "purchased_on",
    Event.ORDER: "order_received_on",
    Event.DOCUMENTS: "documents_received_on",
    Event.DISCOVERY: "discovered_on",
    Event.NOTICE: "notice_received_on",
    Event.GOODS_BACK: "returned_on",
    Event.AGREEMENT: "merchant_agreed_on",
}
"""Which fact to ask for when the day of an event is missing."""


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return no if any is no, else unknown if any is unknown, else yes."""
    known = tuple(truths)
    if False in known:
        return False
    return None if None in known else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return yes if any is yes, else no if any is no, else unknown."""
    known = tuple(truths)
    if True in known:
        return True
    return False if False in known else None


def _damaged(sale: Sale) -> Truth:
    return None if sale.intact is None else not sale.intact


def _unused(sale: Sale) -> Truth:
    return False if sale.used else sale.unused


def _repacked(sale: Sale) -> Truth:
    return None if sale.original_packaging is None else not sale.original_packaging


def _no_proof(sale: Sale) -> Truth:
    return None if sale.proof_of_purchase is None else not sale.proof_of_purchase


def _digital_started(sale: Sale) -> Truth:
    return (sale.digital or _NO_DIGITAL).started


def _digital_consented(sale: Sale) -> Truth:
    return (sale.digital or _NO_DIGITAL).consented_and_acknowledged


def _digital_confirmed(sale: Sale) -> Truth:
    return (sale.digital or _NO_DIGITAL).confirmation_sent


FACTS: Mapping[str, Callable[[Sale], Truth]] = {
    "seal_opened": lambda sale: sale.seal_opened,
    "packaging_damaged": lambda sale: sale.packaging_damaged,
    "used": lambda sale: sale.used,
    "damaged": _damaged,
    "unused": _unused,
    "intact": lambda sale: sale.intact,
    "repacked": _repacked,
    "proof_of_purchase": lambda sale: sale.proof_of_purchase,
    "no_proof_of_purchase": _no_proof,
    "in_reasonable_time": lambda sale: sale.notified_in_time,
    "sold_in_conversation": lambda sale: sale.sold_in_conversation,
    "written_confirmation_sent": lambda sale: sale.written_confirmation_sent,
    "subscription": lambda sale: bool(sale.regular_delivery),
    "digital_started": _digital_started,
    "digital_consented": _digital_consented,
    "digital_confirmed": _digital_confirmed,
}
"""What a pack file may name where it asks for a fact: ``when``, ``unless``, ``requires``, ..."""

ASKED_AS: Mapping[str, str] = {
    "damaged": "intact",
    "repacked": "original_packaging",
    "no_proof_of_purchase": "proof_of_purchase",
    "in_reasonable_time": "notified_in_time",
    "subscription": "regular_delivery",
    "digital_started": "digital",
    "digital_consented": "digital",
    "digital_confirmed": "digital",
}
"""The fact to ask for where it has another name in a sale."""


def asked_as(name: str) -> str:
    """Return the name of a sale's fact behind a name of the pack."""
    return ASKED_AS.get(name, name)


def received_on(sale: Sale) -> date | None:
    """Return the day of delivery that counts: the last parcel, or the first of a series."""
    if not sale.delivered_on:
        return None
    return min(sale.delivered_on) if sale.regular_delivery else max(sale.delivered_on)


def concluded_on(sale: Sale) -> date | None:
    """Return the day of the contract, as well as it is known."""
    return sale.contract_on or sale.purchased_on or sale.order_received_on


def _bought_on(sale: Sale) -> date | None:
    handed_over = received_on(sale) if sale.channel is Channel.IN_STORE else None
    return sale.purchased_on or sale.contract_on or sale.order_received_on or handed_over


_DAYS: Mapping[Event, Callable[[Sale], date | None]] = {
    Event.DELIVERY: received_on,
    Event.CONTRACT: concluded_on,
    Event.PURCHASE: _bought_on,
    Event.ORDER: lambda sale: sale.order_received_on or sale.contract_on or sale.purchased_on,
    Event.DOCUMENTS: lambda sale: sale.documents_received_on,
    Event.DISCOVERY: lambda sale: sale.discovered_on or sale.defect_appeared_on,
    Event.NOTICE: lambda sale: sale.notice_received_on or sale.requested_on,
    Event.GOODS_BACK: lambda sale: sale.returned_on,
    Event.AGREEMENT: lambda sale: sale.merchant_agreed_on,
}


def day_of(event: Event, sale: Sale) -> date | None:
    """Return the day of an event, or None when nobody knows it."""
    return _DAYS[event](sale)


def law_day(sale: Sale) -> date:
    """Return the day whose law governs: of the contract, or the earliest day known."""
    return concluded_on(sale) or min((*sale.delivered_on, sale.requested_on))


def is_digital(sale: Sale) -> bool:
    """Tell whether there are no goods to send back."""
    return sale.category is Category.DIGITAL_CONTENT
