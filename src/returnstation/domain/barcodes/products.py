"""Numbers of products: GTIN in all its lengths, UPC-E, add-ons, ISBN and ISSN."""

import re

from stdnum import isbn, issn
from stdnum.exceptions import ValidationError

from returnstation.domain.barcodes.check_digits import has_gs1_check_digit, is_number
from returnstation.domain.barcodes.values import BadCheckDigit, Identifier, Kind

GTIN_LENGTHS = (8, 12, 13, 14)
RESTRICTED = "restricted"
"""Value of the detail ``circulation``: the number means something to one company only."""

_UPC_E_LENGTH = 8
# An EAN or UPC symbol with an add-on of two or five digits: length of the whole -> of the number.
_WITH_ADD_ON = {14: 12, 17: 12, 15: 13, 18: 13}
_ISSN = re.compile(r"(?:ISSN)?\s*([0-9]{4}-[0-9]{3}[0-9X])\Z")
_ISBN_MARK = re.compile(r"ISBN(?:-1[03])?:?\s*")
_ISBN = re.compile(r"(?:ISBN(?:-1[03])?:?)?[0-9X -]{10,22}\Z")
# GS1 prefixes 02, 04 and 20 to 29 of a GTIN-13; GTIN-8 beginning with 0 or 2.
_RESTRICTED = re.compile(r"0(?:0[24]|2[0-9])[0-9]{11}\Z|000000[02][0-9]{7}\Z")


def product_symbol(
    text: str, symbology: str | None
) -> tuple[Identifier, tuple[tuple[str, str], ...]] | None:
    """Return the product of an EAN or UPC symbol with details, or None for other symbols.

    Raises:
        BadCheckDigit: The symbol is misread, or no product code.
    """
    if symbology is None or not symbology.startswith("]E") or not is_number(text):
        return None
    add_on = ""
    if symbology == "]E3" and len(text) in _WITH_ADD_ON:
        length = _WITH_ADD_ON[len(text)]
        text, add_on = text[:length], text[length:]
    if len(text) not in GTIN_LENGTHS:
        return None
    # An EAN-8 says ]E4; eight digits of an EAN-13 symbol are a short UPC.
    if symbology != "]E4" and len(text) == _UPC_E_LENGTH:
        text = upc_a_of(text) or text
    if not has_gs1_check_digit(text):
        raise BadCheckDigit(text)
    gtin = text.zfill(14)
    detail = (("add_on", add_on),) if add_on else ()
    return Identifier(Kind.GTIN, gtin, is_sure=True), (*detail, *circulation(gtin))


def circulation(gtin: str) -> tuple[tuple[str, str], ...]:
    """Return the detail that a number of 14 digits is no product world-wide, if so."""
    return (("circulation", RESTRICTED),) if _RESTRICTED.match(gtin) else ()


def upc_a_of(digits: str) -> str | None:
    """Return the 12 digits a UPC-E of eight stands for.

    >>> upc_a_of("01234565")
    '012345000065'
    """
    if not (is_number(digits) and len(digits) == _UPC_E_LENGTH and digits[0] in "01"):
        return None
    system, body, check = digits[0], digits[1:7], digits[7]
    last = body[5]
    if last in "012":
        middle = f"{body[:2]}{last}0000{body[2:5]}"
    elif last == "3":
        middle = f"{body[:3]}00000{body[3:5]}"
    elif last == "4":
        middle = f"{body[:4]}00000{body[4]}"
    else:
        middle = f"{body[:5]}0000{last}"
    return f"{system}{middle}{check}"


def gtins(text: str) -> dict[str, None]:
    """Return the GTINs a text without symbology may be, 14 digits each."""
    found: dict[str, None] = {}
    if is_number(text) and len(text) in GTIN_LENGTHS and text.strip("0"):
        if has_gs1_check_digit(text):
            found[text.zfill(14)] = None
        whole = upc_a_of(text)
        if whole and has_gs1_check_digit(whole):
            found[whole.zfill(14)] = None
    return found | _books(text.upper())


def _books(text: str) -> dict[str, None]:
    try:
        if (written := _ISSN.match(text)) and issn.is_valid(written[1]):
            return {issn.to_ean(written[1]).zfill(14): None}
        # Ten digits alone are a carrier's number rather than a book.
        if _ISBN.match(text) and not is_number(text):
            return {isbn.to_isbn13(isbn.validate(_ISBN_MARK.sub("", text))).zfill(14): None}
    except ValidationError:
        return {}
    return {}
