"""Tell what somebody typed about a parcel: a name, a postcode, a phone's end, a weight."""

import re
import unicodedata

from returnstation.domain.barcodes import canonical
from returnstation.domain.candidates import Clue, ClueKind

LONGEST = 80

_WEIGHT = re.compile(r"(\d{1,5}(?:[.,]\d{1,3})?)\s*(kg|g|㎏|킬로|그램)", re.IGNORECASE)
_PHONE_END = 4
_POSTCODE_DIGITS = (5, 7)
_SHORTEST_PHONE, _LONGEST_PHONE = 9, 13
# UK and Canadian postcodes: letters and digits in two groups, the second begins with a digit.
_LETTERED_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d")


def clue_of(text: str) -> Clue | None:
    """Return what a typed text tells of a parcel; None when it says nothing.

    Four digits are the end of a phone, five to seven a postcode, more a phone when they begin
    like one, else the end of a code; letters are a name.

    >>> clue_of("1.1 kg"), clue_of("06236").kind.value, clue_of("김하늘").kind.value
    (Clue(kind=<ClueKind.WEIGHT: 'weight'>, value='1100'), 'postcode', 'name')
    """
    plain = unicodedata.normalize("NFKC", text).strip()[:LONGEST]
    weight = _WEIGHT.fullmatch(plain)
    if weight is not None:
        return Clue(ClueKind.WEIGHT, str(_grams(*weight.groups())))
    if _LETTERED_POSTCODE.fullmatch(plain.upper()):
        return Clue(ClueKind.POSTCODE, plain.upper())
    key = canonical(plain)
    if key.lstrip("+").isdecimal():
        return Clue(_kind_of_digits(plain, key.lstrip("+")), plain)
    if not any(character.isalpha() for character in plain):
        return None
    is_code = any(character.isdecimal() for character in plain) and " " not in plain
    return Clue(ClueKind.CODE if is_code else ClueKind.NAME, plain)


def _kind_of_digits(text: str, digits: str) -> ClueKind:
    least, most = _POSTCODE_DIGITS
    if len(digits) <= _PHONE_END:
        return ClueKind.PHONE
    if least <= len(digits) <= most:
        return ClueKind.POSTCODE
    begins = text.startswith(("0", "+"))
    is_phone = begins and _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE
    return ClueKind.PHONE if is_phone else ClueKind.CODE


def _grams(number: str, unit: str) -> int:
    amount = float(number.replace(",", "."))
    return round(amount if unit.casefold() in {"g", "그램"} else amount * 1000)
