"""The words an order is found by: what people type, and what a parcel's clues are looked up by."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from returnstation.domain.barcodes import canonical
from returnstation.domain.candidates import Clue, ClueKind
from returnstation.domain.likeness import INITIALS, folded, initials, words_of
from returnstation.domain.orders import Order

MOST_WORDS = 6
"""Words of a search that count; nobody remembers more."""

LONGEST_BEGINNING = 3
"""Letters of a word's beginning that have an index of their own."""

_LONGEST, _LONGEST_WORD = 200, 40
_LETTERS_END = "\u2e7f"  # syllables and ideographs stand above this character
_MOST_NAMES = 3
_HANGUL_NAME = range(3, 5)
_PHONE_END = 4
_LONG_END = 8
_NOT_A_LETTER, _NOT_A_DIGIT = re.compile(r"[\W_]+"), re.compile(r"\D+")
_REMEMBERED = 4096


def columns_of(order: Order) -> tuple[str, str, str, str, str]:
    """Return name, initials, place, contact and goods of an order, as they are searched."""
    buyer = order.customer
    name = folded(buyer.name)
    # Part by part: a city or title that came before need not be folded again.
    place = " ".join(folded(part) for part in (buyer.postcode, buyer.city) if part)
    goods = " ".join(folded(text) for line in order.lines for text in (line.title, line.sku))
    contact = " ".join((*_phone_words(buyer.phone or ""), *_mail_words(buyer.email or "")))
    known = " ".join((name, *_given_names(name)))
    return known, _initials(known), place, contact, goods


def questions_of(words: str) -> Sequence[str]:
    """Return what an index of words is asked, from the narrowest question on; none without a word.

    Beginnings of a few letters have an index of their own. For longer ones all orders with such
    a word would have to be gathered, so first they count as whole words, then all but the last.

    >>> questions_of('Anna  "AND" ㄱㅎㄴ')
    ('"anna" "and"* "ㄱㅎㄴ"*', '"anna"* "and"* "ㄱㅎㄴ"*')
    """
    text = " ".join(_mail_words(words)) if "@" in words else words
    parts = [_begun(part[:_LONGEST_WORD]) for part in words_of(text[:_LONGEST]) if part.strip("_")]
    begun = [f'"{part}"*' for part in parts[:MOST_WORDS]]
    whole = [part if len(part) <= LONGEST_BEGINNING + 3 else part[:-1] for part in begun]
    asked = (whole, [*whole[:-1], *begun[-1:]], begun)
    return tuple(dict.fromkeys(" ".join(one) for one in asked if one))


def question_in(field: str, words: str) -> tuple[str, str] | None:
    """Return which index is asked for whole words in a field, and what; None without a word.

    Names and cities are keys of their own: to leave out the other columns of an index of words,
    every order with such a word there would have to be read.
    """
    parts = [part[:_LONGEST_WORD] for part in words_of(words[:_LONGEST]) if part.strip("_")]
    some = parts[:MOST_WORDS]
    if not some:
        return None
    if field == "goods":
        quoted = " AND ".join(f'"{part}"' for part in some)
        return "order_text", f"goods : ({quoted})"
    keys = tuple(key for part in some for key in _keys("n", part))
    if field == "place":
        keys = _keys("c", folded(words[:_LONGEST]))
    return "order_clue", " AND ".join(f'"{key}"' for key in keys)


def keys_of(order: Order) -> str:
    """Return the keys of everything clues are compared with."""
    buyer = order.customer
    keys = [key for word in words_of(buyer.name) for key in _name_keys(word)]
    keys += _place_keys(buyer.postcode or "", buyer.city or "")
    keys += _keys("f", _digits(buyer.phone or "")[-_PHONE_END:])
    for line in order.lines:
        keys += _product_keys(line.sku, line.gtin or "")
    return " ".join(dict.fromkeys(keys))


def clue_keys(clue: Clue) -> Sequence[Sequence[str]]:
    """Return groups of keys of the orders a clue may agree with; any key of a group will do.

    Each word of a name is a group: the more of them an order shares, the likelier it is meant.
    """
    value = clue.value
    match clue.kind:
        case ClueKind.NAME:
            return [_name_keys(word) for word in words_of(value)[:_MOST_NAMES]]
        case ClueKind.POSTCODE:
            return [_keys("p", canonical(value))]
        case ClueKind.PHONE:
            return [_keys("f", _digits(value)[-_PHONE_END:])]
        case ClueKind.PRODUCT:
            return [_keys("k", canonical(value))]
        case ClueKind.CITY:
            return [_keys("c", folded(value))]
    return []


def _begun(word: str) -> str:
    """Return a word without the syllable that is being typed: "김ㅎ" is on its way to "김하"."""
    whole = word.rstrip(INITIALS)
    return whole or word


@lru_cache(_REMEMBERED)  # names, places and products come again and again
def _name_keys(word: str) -> tuple[str, ...]:
    """Return a word of a name as keys that survive a wrong letter: itself, its ends, initials."""
    ends = 2 if word[0] > _LETTERS_END else 3
    keys = _keys("n", word) + _keys("m", word[:ends]) + _keys("e", word[-ends:])
    return keys + (_keys("i", initials(word)) if initials(word) != word else ())


@lru_cache(_REMEMBERED)
def _place_keys(postcode: str, city: str) -> tuple[str, ...]:
    return _keys("p", canonical(postcode)) + _keys("c", folded(city))


@lru_cache(_REMEMBERED)
def _product_keys(sku: str, gtin: str) -> tuple[str, ...]:
    return _keys("k", canonical(sku)) + _keys("k", gtin)


def _keys(kind: str, text: str) -> tuple[str, ...]:
    plain = _NOT_A_LETTER.sub("", text).casefold()
    return (f"{kind}{plain}",) if plain else ()


def _given_names(name: str) -> Iterator[str]:
    """Yield Hangul names without their family name, one syllable at the front."""
    for word in words_of(name):
        if len(word) in _HANGUL_NAME and initials(word[0]) != word[0]:
            yield word[1:]


def _initials(name: str) -> str:
    found = initials(name)
    return "" if found == name else found


def _phone_words(phone: str) -> tuple[str, ...]:
    digits = _digits(phone)
    return tuple(dict.fromkeys((digits, digits[-_LONG_END:], digits[-_PHONE_END:])))


def _mail_words(mail: str) -> Iterator[str]:
    """Yield the person of an address; houses and countries tell hardly anybody apart."""
    yield folded(mail.partition("@")[0])


def _digits(text: str) -> str:
    return _NOT_A_DIGIT.sub("", text)
