"""Countries as merchants write them: a code, a name, or a schema.org Country."""

import re
from collections.abc import Mapping
from functools import cache

_CODE = re.compile(r"[A-Z]{2}")
_PART = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")
_NAMED_IN = ("en", "de", "ko", "ja", "fr", "es", "it")
_HABITS = {"UK": "GB", "EL": "GR", "USA": "US"}
"""Codes people write that ISO 3166-1 does not mean so."""


def country_code(text: str) -> str | None:
    """Return the ISO 3166 code of a country or a part of one; None when there is none.

    >>> country_code("DE"), country_code("us-ca"), country_code("UK"), country_code("대한민국")
    ('DE', 'US-CA', 'GB', 'KR')
    """
    code = text.strip().upper()
    code = _HABITS.get(code, code)
    part = _PART.fullmatch(code)
    country = part.group(1) if part else code
    if _CODE.fullmatch(country):
        return code if country in _names().values() else None
    return _names().get(text.strip().casefold())


@cache
def _names() -> Mapping[str, str]:
    # Loaded for merchants' files only: a desk does not wait for seven languages' names.
    from babel import Locale

    names: dict[str, str] = {}
    for language in _NAMED_IN:
        for code, name in Locale(language).territories.items():
            if _CODE.fullmatch(code):
                names.setdefault(name.casefold(), code)
    return names
