"""Check digits of the trade."""

from collections.abc import Callable, Mapping

from stdnum import ean, luhn
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def is_number(text: str) -> bool:
    """Tell whether a text is ASCII digits only; ``str.isdigit`` also takes ``²`` and ``٣``."""
    return text.isascii() and text.isdigit()


def has_gs1_check_digit(digits: str) -> bool:
    """Tell whether the last digit is the GS1 check digit of those before it."""
    return is_number(digits) and bool(ean.calc_check_digit(digits[:-1]) == digits[-1])


def has_luhn_check_digit(digits: str) -> bool:
    """Tell whether a number ends in its Luhn digit."""
    if not is_number(digits):
        return False
    try:
        luhn.validate(digits)
    except ValidationError:
        return False
    return True


def is_imei(text: str) -> bool:
    """Tell whether a text is a device number of 15 digits with its Luhn digit."""
    return len(text) == 15 and bool(text.strip("0")) and has_luhn_check_digit(text)


def imei_of(text: str) -> str | None:
    """Return the device number within one of 16 digits that ends in the software's version.

    >>> imei_of("4901542032375100") is None
    True
    >>> imei_of("3520990017614801")
    '352099001761481'
    """
    # Such a number has no check digit; it begins with the code of who gave it. One of them is 01,
    # but 01 and 14 digits are a product.
    if not (is_number(text) and len(text) == 16 and text.startswith(("35", "86", "99"))):
        return None
    return text[:14] + str(luhn.calc_check_digit(text[:14]))


def has_s10_check_digit(digits: str) -> bool:
    """Tell whether nine digits end in the check digit of UPU standard S10."""
    if not (is_number(digits) and len(digits) == 9):
        return False
    rest = 11 - sum(int(d) * w for d, w in zip(digits[:8], _S10_WEIGHTS, strict=True)) % 11
    return int(digits[8]) == {10: 0, 11: 5}.get(rest, rest)


def has_ups_check_digit(number: str) -> bool:
    """Tell whether a ``1Z`` number of 18 characters ends in its check digit."""
    if not (number.isascii() and number.isalnum() and number.isupper() and len(number) == 18):
        return False
    values = _values(number[2:17])
    total = sum(values[0::2]) + 2 * sum(values[1::2])
    return number[17] == str(-total % 10)


def has_evri_check_digit(number: str) -> bool:
    """Tell whether 16 characters of Evri end in their check digit, with the letters of UPS."""
    if not (number.isascii() and number.isalnum() and number.isupper() and len(number) == 16):
        return False
    values = _values(number[:15])
    return number[15] == str((2 * sum(values[0::2]) + sum(values[1::2])) % 10)


def _values(text: str) -> list[int]:
    """Return digits as they are, and letters from A as 2 to 9, 0, 1 and over again."""
    return [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in text]


def has_gls_check_digit(digits: str) -> bool:
    """Tell whether a GLS number ends in its check digit: that of GS1 with one added to the sum."""
    if not is_number(digits):
        return False
    return bool((int(ean.calc_check_digit(digits[:-1])) - 1) % 10 == int(digits[-1]))


def has_fedex_check_digit(digits: str) -> bool:
    """Tell whether a FedEx number of any length ends in its check digit (1-3-7, modulo 11)."""
    if not is_number(digits):
        return False
    body = reversed(digits[:-1])
    total = sum(int(d) * (1, 3, 7)[place % 3] for place, d in enumerate(body))
    return int(digits[-1]) == total % 11 % 10


def has_mod7_check_digit(digits: str) -> bool:
    """Tell whether a number ends in the remainder of the rest by seven (Yamato, Sagawa, DHL)."""
    return is_number(digits[:-1]) and is_number(digits) and int(digits[-1]) == int(digits[:-1]) % 7


def has_identcode_check_digit(digits: str) -> bool:
    """Tell whether an Identcode or Leitcode of Deutsche Post ends in its check digit."""
    if not is_number(digits):
        return False
    total = sum(int(d) * (4, 9)[place % 2] for place, d in enumerate(digits[:-1]))
    return int(digits[-1]) == -total % 10


def has_mod37_36_check_character(text: str) -> bool:
    """Tell whether a text ends in its check character of ISO/IEC 7064 MOD 37,36 (DPD)."""
    return bool(mod_37_36.is_valid(text))


def has_usps_check_digit(digits: str) -> bool:
    """Tell whether a USPS number ends in its check digit; the 91 of old ones is not printed."""
    return has_gs1_check_digit(digits) or (len(digits) == 20 and has_gs1_check_digit(f"91{digits}"))


def has_smartpost_check_digit(digits: str) -> bool:
    """Tell whether 20 digits of FedEx SmartPost end in the check digit that counts a 92 before."""
    return has_gs1_check_digit(f"92{digits}")


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "evri": has_evri_check_digit,
    "fedex": has_fedex_check_digit,
    "gls": has_gls_check_digit,
    "gs1": has_gs1_check_digit,
    "identcode": has_identcode_check_digit,
    "luhn": has_luhn_check_digit,
    "mod37_36": has_mod37_36_check_character,
    "mod7": has_mod7_check_digit,
    "s10": has_s10_check_digit,
    "smartpost": has_smartpost_check_digit,
    "ups": has_ups_check_digit,
    "usps": has_usps_check_digit,
}
"""The algorithms by the names that files of patterns use."""
