"""ISO/IEC 15434 envelopes, ``[)>``: MaxiCode, PDF417 and DataMatrix of carriers and makers."""

import re
from collections.abc import Mapping
from dataclasses import replace

from returnstation.domain.barcodes.gs1 import SEPARATOR
from returnstation.domain.barcodes.gs1_meanings import Reading
from returnstation.domain.barcodes.keys import canonical
from returnstation.domain.barcodes.patterns import CodePatterns
from returnstation.domain.barcodes.values import Identifier, Kind

ENVELOPE = "[)>"
RECORD, END = "\x1e", "\x04"

_TRANSPORT, _IDENTIFIED = "01", "06"
_VERSION = 2
_MISSING = ("",) * 6
_UPS = "UPSN"
_FEDEX = "FDE"
_FEDEX_CODE = "fedex"
_FORM = 4
_FIELD = re.compile(r"([0-9]{0,3}[A-Z])(.+)", re.DOTALL)
# Data identifiers of ASC MH10 (ISO/IEC 15418).
_KINDS: Mapping[str, Kind] = {
    "K": Kind.ORDER, "P": Kind.PART, "1P": Kind.PART, "S": Kind.SERIAL, "1T": Kind.LOT,
    "T": Kind.LOT, "2L": Kind.ROUTING,
}  # fmt: skip
_PLATES = frozenset({"J", "1J", "2J", "3J", "4J", "5J", "6J"})


def read_envelope(text: str, patterns: CodePatterns) -> Reading:
    """Return what the records of an envelope mean; nothing when it is none."""
    if not text.startswith(ENVELOPE):
        return Reading()
    reading = Reading()
    for record in text.removeprefix(ENVELOPE).rstrip(END).split(RECORD):
        form, _, rest = record.partition(SEPARATOR)
        if form == _TRANSPORT:
            reading += _transport(rest.split(SEPARATOR), patterns)
        elif form == _IDENTIFIED:
            reading += _identified(rest.split(SEPARATOR), patterns)
        elif record:
            reading += Reading(unknown=(("", record),))
    return reading


def _transport(fields: list[str], patterns: CodePatterns) -> Reading:
    """Return a carrier's record: postcode, country, class of service, number, carrier, shipper."""
    postcode, _, service, number, carrier, shipper, *rest = (*fields, *_MISSING)
    found = _shipment(number, carrier, f"{shipper}{service[-2:]}", patterns)
    found = found or tuple(patterns.read(number))
    if not found and canonical(number):
        found = (Identifier(Kind.TRACKING, canonical(number)),)
    # Two digits of a version stand before the postcode.
    detail = (("ship_postcode", postcode[_VERSION:]), ("service_class", service))
    return Reading(
        found,
        tuple(pair for pair in detail if pair[1]),
        tuple(("", field) for field in rest if field),
    )


def _shipment(
    number: str, carrier: str, sender: str, patterns: CodePatterns
) -> tuple[Identifier, ...]:
    """Return the number of a carrier that does not write it as a whole."""
    if carrier == _UPS:
        # Shipper and service are left out of the number; they stand in fields of their own.
        return tuple(patterns.read(f"1Z{sender}{number[2:]}"))
    if carrier.startswith(_FEDEX):
        # Four digits of the form stand behind the number; the carrier's field proves whose it is.
        return tuple(
            replace(each, is_sure=True)
            for each in patterns.read(number[:-_FORM])
            if each.carrier == _FEDEX_CODE
        )
    return ()


def _identified(fields: list[str], patterns: CodePatterns) -> Reading:
    reading = Reading()
    for field in filter(None, fields):
        reading += _field(field, patterns)
    return reading


def _field(field: str, patterns: CodePatterns) -> Reading:
    match = _FIELD.fullmatch(field)
    if match is None:
        return Reading(unknown=(("", field),))
    code, value = match[1], match[2]
    if code in _KINDS:
        kind = _KINDS[code]
        shown = canonical(value) if kind is Kind.ORDER else value
        return Reading((Identifier(kind, shown or value, is_sure=True),))
    if code in _PLATES:
        # Carriers print the identifier as a part of the number (JJD...), or without it.
        found = (*patterns.read(field), *patterns.read(value))
        return Reading(found or (Identifier(Kind.TRACKING, canonical(value) or value),))
    if code == "Q":
        return Reading(detail=(("quantity", value),))
    return Reading(unknown=((code, value),))
