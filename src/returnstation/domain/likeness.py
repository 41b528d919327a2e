"""Compare what people write by hand or remember: names, places, words.

>>> round(likeness("김하늘", "김하눌"), 2), round(likeness("Jose Muñoz", "munoz jose"), 2)
(0.88, 1.0)
"""

import re
import unicodedata
from functools import lru_cache

from rapidfuzz import fuzz

SAME = 0.84
"""From here on two names are taken for the same: one wrong letter in a name of three syllables."""

SAME_IDEOGRAPHS = 0.74
"""The same for ideographs, which have no letters: one wrong character of four."""

_WORD = re.compile(r"\w+")
_LETTERS: dict[int, str] = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"}
)
_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3
_SYLLABLES_EACH = 588  # Unicode 3.12: 21 vowels times 28 finals stand below one initial
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
# Normal forms know initials only as parts of syllables; a keyboard writes them as letters.
_ALONE = {0x1100 + place: initial for place, initial in enumerate(INITIALS)}
_SHORTEST_PART = 3
_TABLE = _LETTERS | _ALONE
_REMEMBERED = 4096


@lru_cache(_REMEMBERED)  # titles, cities and family names come again and again
def folded(text: str) -> str:
    """Return text as it is compared: no case, no accents, no compatibility forms.

    >>> folded("ＭÜLLER Łódź"), folded("김하늘") == "김하늘"
    ('muller lodz', True)
    """
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    # Voicing marks of kana are letters, not accents.
    kept = (c for c in parts if not unicodedata.combining(c) or c in "\u3099\u309a")
    return unicodedata.normalize("NFC", "".join(kept)).translate(_TABLE)


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return _WORD.findall(folded(text))


def initials(text: str) -> str:
    """Return the initial consonants of Hangul syllables; other characters stay as they are.

    >>> initials("김하늘")
    'ㄱㅎㄴ'
    """
    return text if text.isascii() else "".join(map(_initial, text))


def is_same_name(degree: float, name: str) -> bool:
    """Tell whether names that are so much alike are taken for the same."""
    has_ideographs = any("\u3040" <= character <= "\u9fff" for character in name)
    return degree >= (SAME_IDEOGRAPHS if has_ideographs else SAME)


def letters(text: str) -> str:
    """Return a text with each Hangul syllable as its letters, so that one wrong one is one edit."""
    return unicodedata.normalize("NFD", " ".join(words_of(text)))


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, 0 to 1, in whatever order their words stand."""
    return float(fuzz.token_sort_ratio(letters(one), letters(other))) / 100


def best_likeness(part: str, whole: str) -> float:
    """Return how well a text is found among the words of another, 0 to 1.

    A name may lack its given or its family name.
    """
    given, known = letters(part).split(), letters(whole).split()
    if not given or not known:
        return 0.0
    if min(map(len, given)) < _SHORTEST_PART:
        return likeness(part, whole)
    found = [max(fuzz.ratio(word, other) for other in known) for word in given]
    return max(min(found) / 100 * 0.95, likeness(part, whole))


def _initial(character: str) -> str:
    code = ord(character)
    if not _FIRST_SYLLABLE <= code <= _LAST_SYLLABLE:
        return character
    return INITIALS[(code - _FIRST_SYLLABLE) // _SYLLABLES_EACH]
