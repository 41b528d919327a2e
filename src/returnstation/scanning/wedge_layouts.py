"""What a scanner set to the US layout types into a computer set to another one.

A keyboard wedge sends places of keys, not characters. The computer turns them into the characters
of its own layout, or into Hangul while the Korean input method is on.
"""

import unicodedata
from collections.abc import Mapping
from itertools import chain

_US = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./"
_US_SHIFTED = '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'

# The characters of the same keys; a space where a key gives none. Dead keys stand as the sign
# they put on the next letter.
_ROWS: Mapping[str, tuple[str, str]] = {
    "de": (
        "^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-",
        "°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_",
    ),
    "fr": (
        "²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!",
        " 1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§",
    ),
    "ja": (
        " 1234567890-^qwertyuiop@[]asdfghjkl;:zxcvbnm,./",
        " !\"#$%&'() =~QWERTYUIOP`{}ASDFGHJKL+*ZXCVBNM<>?",
    ),
}

_MARKS = {"\u0300": "`", "\u0301": "´", "\u0302": "^", "\u0308": "¨"}

_INITIALS = [
    "r",
    "R",
    "s",
    "e",
    "E",
    "f",
    "a",
    "q",
    "Q",
    "t",
    "T",
    "d",
    "w",
    "W",
    "c",
    "z",
    "x",
    "v",
    "g",
]
_MEDIALS = [
    "k",
    "o",
    "i",
    "O",
    "j",
    "p",
    "u",
    "P",
    "h",
    "hk",
    "ho",
    "hl",
    "y",
    "n",
    "nj",
    "np",
    "nl",
    "b",
    "m",
    "ml",
    "l",
]
_FINALS = [
    "r",
    "R",
    "rt",
    "s",
    "sw",
    "sg",
    "e",
    "f",
    "fr",
    "fa",
    "fq",
    "ft",
    "fx",
    "fv",
    "fg",
    "a",
    "q",
    "qt",
    "t",
    "T",
    "d",
    "w",
    "c",
    "z",
    "x",
    "v",
    "g",
]
_TAILS = len(_FINALS) + 1
_FIRST_SYLLABLE, _SYLLABLES = 0xAC00, 11172
_CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_CLUSTERS = "ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ"
_LETTERS: Mapping[str, str] = {
    **dict(zip(_CONSONANTS, _INITIALS, strict=True)),
    **dict(zip(_VOWELS, _MEDIALS, strict=True)),
    **dict(zip(_CLUSTERS, (keys for keys in _FINALS if len(keys) == 2), strict=True)),
    "₩": "\\",
}
_SHIFTED = frozenset("QWERTOP")

LAYOUTS = (*_ROWS, "ko")
"""Layouts whose characters can be turned back."""


def _table(plain: str, shifted: str) -> dict[str, str]:
    pairs = chain(zip(plain, _US, strict=True), zip(shifted, _US_SHIFTED, strict=True))
    return {typed: meant for typed, meant in pairs if typed != " "}


_TABLES: Mapping[str, Mapping[str, str]] = {name: _table(*rows) for name, rows in _ROWS.items()}


def as_us(text: str, layout: str) -> str:
    """Return what a scanner of the US layout meant that typed ``text`` into another layout.

    Characters that no key of the layout gives stay as they are.

    >>> as_us("ICN3ß0011842", "de")
    'ICN3-0011842'
    >>> as_us("ㅁㅠㅊ", "ko")
    'abc'
    """
    if layout == "ko":
        return _from_hangul(text)
    table = _TABLES[layout]
    return "".join(table.get(each, each) for each in _with_dead_keys(text, table))


def _with_dead_keys(text: str, table: Mapping[str, str]) -> str:
    """Take letters apart that a dead key made with the letter after it: ``â`` was ``^a``."""
    return "".join(
        char if char in table or char.isascii() else _taken_apart(char)
        for char in unicodedata.normalize("NFC", text)
    )


def _taken_apart(char: str) -> str:
    # Of several signs only the last was a dead key: ``Ǜ`` is the grave accent on ``Ü``.
    *rest, mark = list(unicodedata.normalize("NFD", char))
    if not rest or mark not in _MARKS:
        return char
    return _MARKS[mark] + unicodedata.normalize("NFC", "".join(rest))


def _from_hangul(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    keys = [_keys_of(char) for char in text]
    letters = "".join(key or char for key, char in zip(keys, text, strict=True))
    # Most Hangul letters are the same with Shift. Codes are printed in one case, so a letter
    # that tells speaks for the others.
    return letters.upper() if any(_SHIFTED & set(key) for key in keys) else letters


def _keys_of(char: str) -> str:
    """Return the keys that give a Hangul letter or syllable; nothing for other characters."""
    place = ord(char) - _FIRST_SYLLABLE
    if not 0 <= place < _SYLLABLES:
        return _LETTERS.get(char, "")
    initial, rest = divmod(place, len(_MEDIALS) * _TAILS)
    medial, final = divmod(rest, _TAILS)
    return _INITIALS[initial] + _MEDIALS[medial] + (_FINALS[final - 1] if final else "")
