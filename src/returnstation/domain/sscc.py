"""Serial shipping container codes: the 18 digits on a pallet's logistic label."""

from stdnum import ean

_BODY = 17


class BadPrefix(ValueError):
    """No GS1 company prefix, or no number left in it; the message is what was given."""


def is_prefix(text: str) -> bool:
    """Tell whether a text can be a GS1 company prefix."""
    return text.isascii() and text.isdigit() and 4 <= len(text) <= 12


def sscc(prefix: str, number: int) -> str:
    """Return an SSCC (GS1 General Specifications 1.3.1: extension, prefix, serial, check digit).

    The extension digit means nothing and gives a prefix ten times as many numbers.

    >>> sscc("8801234", 42)
    '088012340000000420'
    >>> sscc("880123456", 30_000_042)
    '388012345600000420'

    Args:
        prefix: The site's GS1 company prefix, 4 to 12 digits.
        number: Serial reference, from 1, with the extension digit before it.

    Raises:
        BadPrefix: The prefix is none, or the number has more digits than it leaves.
    """
    room = _BODY - len(prefix)
    if not is_prefix(prefix) or not 0 < number < 10**room:
        raise BadPrefix(f"{prefix}/{number}")
    serial = f"{number:0{room}d}"
    body = f"{serial[0]}{prefix}{serial[1:]}"
    return body + str(ean.calc_check_digit(body))
