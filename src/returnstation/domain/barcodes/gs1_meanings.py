"""What the application identifiers of GS1 mean to a returns desk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from returnstation.domain.barcodes.check_digits import has_gs1_check_digit, is_imei
from returnstation.domain.barcodes.gs1 import Element, Message
from returnstation.domain.barcodes.keys import canonical
from returnstation.domain.barcodes.products import circulation
from returnstation.domain.barcodes.values import BadCheckDigit, Identifier, Kind
from returnstation.domain.lpn import BadLpn, parse_lpn

LPN_IDENTIFIER = "91"
"""Application identifier for company-internal use, under which our labels carry the LPN."""

_Pair = tuple[str, str]

_KINDS: Mapping[str, Kind] = {
    "00": Kind.SSCC, "01": Kind.GTIN, "02": Kind.GTIN, "03": Kind.GTIN,
    "10": Kind.LOT, "21": Kind.SERIAL, "253": Kind.DOCUMENT,
    "401": Kind.SHIPMENT, "402": Kind.SHIPMENT, "403": Kind.ROUTING,
    "8003": Kind.ASSET, "8004": Kind.ASSET, "8010": Kind.PART,
    "8017": Kind.RELATION, "8018": Kind.RELATION, "8040": Kind.IMEI, "8041": Kind.IMEI,
}  # fmt: skip
_CHECKED = frozenset({"00", "01", "02", "03"})

_DETAILS: Mapping[str, str] = {
    "11": "produced_on", "12": "due_on", "13": "packed_on", "15": "best_before",
    "16": "sell_by", "17": "expires_on",
    "20": "variant", "22": "consumer_variant", "235": "third_party_serial",
    "240": "additional_article", "241": "customer_part", "250": "secondary_serial",
    "251": "source_reference", "254": "location_extension", "30": "quantity", "37": "quantity",
    "410": "ship_to", "411": "bill_to", "412": "bought_from", "413": "forward_to",
    "414": "location", "415": "pay_to", "416": "produced_at", "417": "party",
    "420": "ship_postcode", "421": "ship_country_postcode",
    "4307": "ship_country", "4317": "return_country",
    "4321": "dangerous_goods", "4322": "leave_without_signature", "4323": "signature_required",
    "4324": "not_before", "4325": "not_after", "4326": "released_on",
    "7003": "expires_at", "7020": "refurbishment_lot", "7021": "functional_status",
    "7022": "revision", "7023": "assembly", "7040": "unique_code",
    "8008": "produced_at_time", "8011": "part_serial", "8012": "software_version",
    "8013": "model", "8019": "relation_instance", "8020": "payment_reference",
    "8042": "esim", "8043": "sim", "8200": "product_url",
}  # fmt: skip
_WEIGHTS: Mapping[str, str] = {"310": "net_weight_kg", "330": "gross_weight_kg"}
# AI 4300-4306, 4308, 4309 name the party shipped to; 4310-4316, 4318, 4319 the one to return to.
_PARTY: Mapping[str, str] = {
    "0": "company", "1": "name", "2": "address", "3": "address_2", "4": "suburb",
    "5": "locality", "6": "region", "8": "postcode", "9": "phone",
}  # fmt: skip
_ARTICLE = 14
"""Digits of the article at the beginning of an ITIP (8006); piece and total follow."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says."""

    identifiers: tuple[Identifier, ...] = ()
    detail: tuple[_Pair, ...] = ()
    unknown: tuple[_Pair, ...] = ()

    def __add__(self, other: "Reading") -> "Reading":
        return Reading(
            self.identifiers + other.identifiers,
            self.detail + other.detail,
            self.unknown + other.unknown,
        )


def read_elements(message: Message) -> Reading:
    """Return what the element strings of a message mean.

    Raises:
        BadCheckDigit: The symbology says GS1, and a GTIN or SSCC in it is wrong.
    """
    identifiers: list[Identifier] = []
    detail: list[_Pair] = []
    unknown: list[_Pair] = [("", rest) for rest in message.rest]
    for element in message.elements:
        found = _identifier(element, is_marked=message.is_marked)
        told = list(_details(element))
        if found is not None:
            identifiers.append(found)
        detail += told
        if found is None and not told:
            unknown.append((element.code, element.value))
    return Reading(tuple(identifiers), tuple(detail), tuple(unknown))


def _identifier(element: Element, *, is_marked: bool) -> Identifier | None:
    code, value = element.code, element.value
    if code in _CHECKED and not has_gs1_check_digit(value):
        if is_marked:
            raise BadCheckDigit(value)
        return None
    match code:
        case code if code == LPN_IDENTIFIER:
            return _plate(value)
        case "400":
            return Identifier(Kind.ORDER, canonical(value), is_sure=not element.may_hold_more)
        case "8006":
            article = value[:_ARTICLE]
            return Identifier(Kind.GTIN, article, is_sure=has_gs1_check_digit(article))
        case "8040" | "8041":
            return Identifier(Kind.IMEI, value, is_sure=is_imei(value))
    kind = _KINDS.get(code)
    return None if kind is None else Identifier(kind, value, is_sure=not element.may_hold_more)


def _plate(value: str) -> Identifier | None:
    try:
        return Identifier(Kind.LPN, str(parse_lpn(value)), is_sure=True)
    except BadLpn:
        return None


def _details(element: Element) -> Iterator[_Pair]:
    code, value = element.code, element.value
    if code in _CHECKED:
        yield from circulation(value)
    elif code == "8006":
        yield "piece", f"{int(value[_ARTICLE : _ARTICLE + 2])}/{int(value[_ARTICLE + 2 :])}"
    elif code in _DETAILS:
        yield _DETAILS[code], value if element.day is None else element.day.isoformat()
    elif code[:3] in _WEIGHTS and element.amount is not None:
        yield _WEIGHTS[code[:3]], str(element.amount)
    elif code[:3] in {"430", "431"} and code[3] in _PARTY:
        # Percent-encoded with "+" for a space: the character set of GS1 has neither space nor
        # letters beyond ASCII.
        who = "ship" if code[2] == "0" else "return"
        yield f"{who}_{_PARTY[code[3]]}", unquote_plus(value)
    elif code == "4320":
        yield "service", unquote_plus(value)
    if element.may_hold_more:
        yield "separator", "perhaps_lost"
