"""The code on a parcel: which one was used, whose it is, and by which service it went."""

from returnstation.application.equipment import Equipment
from returnstation.application.view import CodeView, Entry
from returnstation.domain.barcodes import (
    Identifier,
    Kind,
    UnreadableBarcode,
    canonical,
    parse_barcode,
)
from returnstation.domain.messages import Say, say
from returnstation.domain.orders import Order


def shown_code(equipment: Equipment, scanned: str, order: Order | None) -> CodeView | None:
    """Return what a parcel was scanned by; None when it can mean nothing.

    A carrier is named only where the number proves it, where it can be no other's, or where the
    order says who brought it.
    """
    try:
        barcode = equipment.barcodes.again(parse_barcode(scanned))
    except UnreadableBarcode:
        return None
    carried = [found for found in barcode.candidates if found.carrier]
    proven = [found for found in carried if found.is_sure]
    told = proven or carried
    is_clear = len({found.carrier for found in told}) == 1
    used = told[0] if is_clear else barcode.best
    carrier = used.carrier if is_clear else _brought_by(order, used.value)
    return CodeView(
        code=barcode.text if used.kind is Kind.TEXT else used.value,
        kind=say(f"kind.{used.kind.value}"),
        carrier=None if carrier is None else carrier_name(equipment, carrier),
        service=_service(equipment, used) if is_clear else None,
    )


def code_entry(code: CodeView) -> Entry:
    """Return the code as a line of the case's facts."""
    if code.carrier is None:
        return Entry(say("fact.scanned"), say("find.plain", text=code.code))
    if code.service is None:
        shown = say("code.by-carrier", carrier=code.carrier, code=code.code)
    else:
        carrier, service = code.carrier, code.service
        shown = say("code.by-service", carrier=carrier, service=service, code=code.code)
    return Entry(say("fact.scanned"), shown)


def carrier_name(equipment: Equipment, carrier: str) -> Say:
    """Return a carrier's name; one that nobody has named is shown by its code."""
    if equipment.barcodes.patterns.is_named(carrier):
        return say(f"carrier.{carrier}")
    return say("find.plain", text=carrier.upper())


def _brought_by(order: Order | None, code: str) -> str | None:
    shipments = () if order is None else order.shipments
    return next((sent.carrier for sent in shipments if canonical(sent.tracking) == code), None)


def _service(equipment: Equipment, used: Identifier) -> Say | None:
    is_named = used.carrier is not None and equipment.barcodes.patterns.is_named(used.carrier)
    return say(f"service.{used.service}") if used.service and is_named else None
