"""Check digits of the trade."""

from stdnum import ean, imei
from stdnum.exceptions import ValidationError

_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def is_number(text: str) -> bool:
    """Tell whether a text is ASCII digits only; ``str.isdigit`` also takes ``²`` and ``٣``."""
    return text.isascii() and text.isdigit()


def has_gs1_check_digit(digits: str) -> bool:
    """Tell whether the last digit is the GS1 check digit of those before it."""
    return is_number(digits) and bool(ean.calc_check_digit(digits[:-1]) == digits[-1])


def is_imei(text: str) -> bool:
    """Tell whether a text is a device number of 15 digits with its Luhn digit."""
    if not (is_number(text) and len(text) == 15):
        return False
    try:
        imei.validate(text)
    except ValidationError:
        return False
    return True


def has_s10_check_digit(digits: str) -> bool:
    """Tell whether nine digits end in the check digit of UPU standard S10."""
    rest = 11 - sum(int(d) * w for d, w in zip(digits[:8], _S10_WEIGHTS, strict=True)) % 11
    return int(digits[8]) == {10: 0, 11: 5}.get(rest, rest)


def has_ups_check_digit(number: str) -> bool:
    """Tell whether a ``1Z`` number of 18 characters ends in its check digit."""
    values = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in number[2:17]]
    total = sum(values[0::2]) + 2 * sum(values[1::2])
    return number[17] == str(-total % 10)


def has_fedex_check_digit(digits: str) -> bool:
    """Tell whether a 12-digit FedEx Express number ends in its check digit."""
    total = sum(int(d) * w for d, w in zip(digits[:11], (3, 1, 7) * 4, strict=False))
    return int(digits[11]) == total % 11 % 10


def has_mod7_check_digit(digits: str) -> bool:
    """Tell whether a number ends in the remainder of the rest by seven (Yamato, Sagawa, DHL)."""
    return int(digits[-1]) == int(digits[:-1]) % 7
