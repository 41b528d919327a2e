"""The form in which numbers people write differently compare equal."""

import re
import unicodedata

# White space, hyphens and dashes of every script, minus, underscore and soft hyphen. A number
# sign is dropped too: shops print "#1001" and export "1001".
_IGNORED = re.compile(r"[\s\-_#\u00AD\u2010-\u2015\u2212\u30FC\uFE58\uFE63]+")


def canonical(text: str) -> str:
    """Return the key under which an order, RMA or tracking number is stored and looked up.

    Compatibility forms become plain ones (an IME may type full-width digits), letters become
    capitals, and white space, hyphens and number signs go.

    >>> canonical(" rma-2026 0117 ")
    'RMA20260117'
    """
    if text.isascii():
        return _IGNORED.sub("", text.upper())
    folded = unicodedata.normalize("NFKC", text).upper()
    kept = _IGNORED.sub("", unicodedata.normalize("NFKC", folded))
    return unicodedata.normalize("NFC", kept)
