"""Tell what somebody typed about a parcel: a name, a postcode, a phone's end, a weight, a colour."""

import re
import unicodedata
from collections.abc import Callable, Iterator

from returnstation.domain.barcodes import Barcode, canonical
from returnstation.domain.candidates import Clue, ClueKind

LONGEST = 80

PERSONAL = frozenset({ClueKind.NAME, ClueKind.PHONE, ClueKind.POSTCODE, ClueKind.CITY})
"""Kinds which together may tell who the customer is; facts never hold their values."""

MOST_COUNTED = 50
"""So many orders are enough to know what a word is."""

Count = Callable[[str, str], int]
"""How many orders, ``MOST_COUNTED`` at most, have words in ``name``, ``place`` or ``goods``."""

_WEIGHT = re.compile(r"(\d{1,5}(?:[.,]\d{1,3})?)\s*(kg|g|㎏|킬로|그램)", re.IGNORECASE)
_PHONE_END = 4
_BETWEEN = re.compile(r"[,;、，]\s+|[;、]")
_JOINED = frozenset({ClueKind.NAME, ClueKind.CITY, ClueKind.WORDS})
_FIELDS = {"name": ClueKind.NAME, "place": ClueKind.CITY}
_POSTCODE_DIGITS = (5, 7)
_SHORTEST_PHONE, _LONGEST_PHONE = 9, 13
# UK and Canadian postcodes: letters and digits in two groups, the second begins with a digit.
_LETTERED_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d")


def clues_of(text: str, count: Count) -> tuple[Clue, ...]:
    """Return everything a typed text tells of a parcel; commas stand between different things.

    Words are what most orders have them as: a name, a city, or the colour, size or title of a
    product. What no order has is a name.
    """
    plain = unicodedata.normalize("NFKC", text)[:LONGEST]
    found: dict[ClueKind, Clue] = {}
    for part in _BETWEEN.split(plain):
        for clue in _clues_in(part, count):
            before = found.get(clue.kind) if clue.kind in _JOINED else None
            joined = clue.value if before is None else f"{before.value} {clue.value}"
            found[clue.kind] = Clue(clue.kind, joined)
    return tuple(found.values())


def _clues_in(part: str, count: Count) -> Iterator[Clue]:
    clue = clue_of(part)
    if clue is None:
        return
    if clue.kind is not ClueKind.NAME:
        is_size = clue.kind is ClueKind.PHONE and len(canonical(part)) < _PHONE_END
        yield Clue(ClueKind.WORDS, clue.value) if is_size else clue
        return
    kind = _kind_of_words(clue.value, count)
    words = [(word, _kind_of_words(word, count)) for word in clue.value.split()]
    if kind is None and any(found not in {None, ClueKind.NAME} for _, found in words):
        yield from (Clue(found or ClueKind.NAME, word) for word, found in words)
    else:
        yield Clue(kind or ClueKind.NAME, clue.value)


def _kind_of_words(text: str, count: Count) -> ClueKind | None:
    counts = {kind: count(field, text) for field, kind in _FIELDS.items()}
    if max(counts.values()) < MOST_COUNTED:
        counts[ClueKind.WORDS] = count("goods", text)
    best = max(counts, key=lambda kind: counts[kind])
    return best if counts[best] else None


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


def grams_of(barcode: Barcode) -> int | None:
    """Return what a parcel weighs by its own label, if that says it."""
    kilograms = barcode.says("gross_weight_kg")
    return None if kilograms is None else round(float(kilograms) * 1000)


def _grams(number: str, unit: str) -> int:
    amount = float(number.replace(",", "."))
    return round(amount if unit.casefold() in {"g", "그램"} else amount * 1000)
