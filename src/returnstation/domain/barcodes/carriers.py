"""Tracking numbers of carriers: pattern, check digit, and how much they prove.

A number of digits only is a guess whatever its check digit says: one random number in ten
passes, and carriers share lengths. Every reading is given, so that an order can decide.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from returnstation.domain.barcodes import check_digits
from returnstation.domain.barcodes.values import Identifier, Kind


@dataclass(frozen=True, slots=True)
class _Carrier:
    code: str
    pattern: re.Pattern[str]
    check: Callable[[str], bool]
    is_sure: bool = False


def _any(_number: str) -> bool:
    return True


def _carrier(
    code: str, pattern: str, check: Callable[[str], bool] = _any, *, is_sure: bool = False
) -> _Carrier:
    return _Carrier(code, re.compile(rf"(?:{pattern})\Z"), check, is_sure)


# A group in a pattern is the number as the carrier's web page takes it.
_CARRIERS = (
    _carrier(
        "s10", "([A-Z]{2}[0-9]{9}[A-Z]{2})",
        lambda number: check_digits.has_s10_check_digit(number[2:11]), is_sure=True,
    ),
    _carrier("ups", "(1Z[0-9A-Z]{15}[0-9])", check_digits.has_ups_check_digit, is_sure=True),
    _carrier("amazon", "(TB[A-Z][0-9]{12})", is_sure=True),
    _carrier("usps", "420[0-9]{5}(9[1-5][0-9]{20})", check_digits.has_gs1_check_digit, is_sure=True),
    _carrier("usps", "420[0-9]{9}(9[1-5][0-9]{20})", check_digits.has_gs1_check_digit, is_sure=True),
    _carrier("usps", "(9[1-5][0-9]{20})", check_digits.has_gs1_check_digit),
    _carrier("dhl", "(JJ?D[0-9]{16,22})"),
    _carrier("fedex", "96[0-9]{5}([0-9]{15})", check_digits.has_gs1_check_digit),
    _carrier("fedex", "[0-9]{22}([0-9]{12})", check_digits.has_fedex_check_digit),
    _carrier("fedex", "([0-9]{15})", check_digits.has_gs1_check_digit),
    _carrier("fedex", "([0-9]{12})", check_digits.has_fedex_check_digit),
    _carrier("dhl", "([0-9]{10})", check_digits.has_mod7_check_digit),
)  # fmt: skip

# Yamato, Sagawa, Japan Post, CJ, Hanjin, Lotte, Korea Post, GLS, DPD, bpost and others: digits
# of these lengths, with check digits that prove no carrier.
_DIGITS = re.compile(r"[0-9]{9,28}\Z")


def tracking_numbers(key: str) -> Iterator[Identifier]:
    """Yield the tracking numbers a canonical text may be, the proven ones first."""
    found = [
        Identifier(Kind.TRACKING, match[1], carrier.is_sure, carrier.code)
        for carrier in _CARRIERS
        if (match := carrier.pattern.match(key)) and carrier.check(match[1])
    ]
    yield from found
    if _DIGITS.match(key) and not any(each.value == key for each in found):
        yield Identifier(Kind.TRACKING, key)
