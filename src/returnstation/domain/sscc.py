"""Serial shipping container codes: the 18 digits on a pallet's logistic label."""

from stdnum import ean

_BODY = 17


class BadPrefix(ValueError):
    """No GS1 company prefix, or no number left in it; the message is what was given."""


def sscc(prefix: str, number: int, extension: int = 0) -> str:
    """Return an SSCC (GS1 General Specifications 1.3.1: extension, prefix, serial, check digit).

    >>> sscc("8801234", 42)
    '088012340000000420'

    Args:
        prefix: The site's GS1 company prefix, 4 to 12 digits.
        number: Serial reference, from 1.
        extension: The first digit, 0 to 9.

    Raises:
        BadPrefix: The prefix is none, or the number has more digits than it leaves.
    """
    room = _BODY - 1 - len(prefix)
    is_prefix = prefix.isascii() and prefix.isdigit() and 4 <= len(prefix) <= 12
    if not is_prefix or not 0 < number < 10**room:
        raise BadPrefix(f"{prefix}/{number}")
    body = f"{extension}{prefix}{number:0{room}d}"
    return body + str(ean.calc_check_digit(body))
