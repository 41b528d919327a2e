"""Money as whole minor units of a currency, and how it is shared out.

Amounts are never floats. What a customer is given is rounded down, so that several partial
refunds of one payment can never exceed what was paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

# ISO 4217 currencies whose minor unit is not 1/100 (CLDR supplemental data, currencyData).
_EXPONENTS = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0,
    "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "VND": 0,
    "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip


_MOST_DIGITS = 15
"""Beyond it a fact's JSON cannot hold the amount exactly (RFC 8785: up to 2**53)."""


class BadAmount(ValueError):
    """A text is no amount of its currency; the message is the text."""


class MixedCurrencies(ValueError):
    """Amounts of different currencies were to be added or compared."""


def exponent(currency: str) -> int:
    """Return how many decimals a currency has: 0 for KRW, 2 for EUR."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount.

    Attributes:
        minor: The amount in the currency's smallest unit (cents; whole won and yen).
        currency: ISO 4217 code.
    """

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def share(self, part: Fraction) -> "Money":
        """Return a share of the amount, rounded down to a whole minor unit."""
        return Money(floor(self.minor * part), self.currency)

    def decimal(self) -> str:
        """Return the amount as digits with a point: ``"129.00"``, ``"138000"``."""
        digits = exponent(self.currency)
        sign = "-" if self.minor < 0 else ""
        whole, rest = divmod(abs(self.minor), 10**digits)
        return f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}"

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency}")
        return other.minor


def parse_amount(text: str, currency: str) -> Money:
    """Return the amount written in ``text`` with a decimal point.

    >>> parse_amount("129.9", "EUR")
    Money(minor=12990, currency='EUR')

    Raises:
        BadAmount: Not a number, more decimals than the currency has, or too large to be kept.
    """
    whole, _, rest = text.strip().partition(".")
    digits = exponent(currency)
    sign = -1 if whole.startswith("-") else 1
    whole, rest = whole.removeprefix("-"), rest.rstrip("0")
    numbers = f"{whole}{rest}"
    if not (whole and numbers.isascii() and numbers.isdigit() and len(rest) <= digits):
        raise BadAmount(text)
    units = (whole + rest.ljust(digits, "0")).lstrip("0")
    if len(units) > _MOST_DIGITS:
        raise BadAmount(text[:40])
    return Money(sign * int(units or "0"), currency)


def total(amounts: Sequence[Money], currency: str) -> Money:
    """Return the sum; zero of ``currency`` when there are none."""
    return sum(amounts, Money(0, currency))


def prorate(amount: Money, weights: Sequence[int]) -> tuple[Money, ...]:
    """Split an amount by weight so that the parts add up to it exactly.

    Largest remainders get the units that rounding down leaves; the first wins a tie. With no
    weight at all everything goes to the first part.
    """
    if not weights:
        return ()
    whole = sum(weights)
    shares = list(weights) if whole else [1, *[0] * (len(weights) - 1)]
    base = sum(shares)
    parts = [amount.minor * share // base for share in shares]
    left = amount.minor - sum(parts)
    by_remainder = sorted(range(len(shares)), key=lambda i: (-(amount.minor * shares[i] % base), i))
    for index in by_remainder[:left]:
        parts[index] += 1
    return tuple(Money(part, amount.currency) for part in parts)
