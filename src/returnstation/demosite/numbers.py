"""Numbers with the check digits of their carriers and standards, each given once."""

from collections.abc import Callable, Mapping

from stdnum import ean, luhn

from returnstation.demosite.drawing_lots import Lots

_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_SSCC_PREFIX = "3880124"
_SERIAL_LETTERS = "ABCDEFGHJKLMNPRSTVWXYZ"


class Numbers:
    """Draws numbers and never the same one twice."""

    def __init__(self, lots: Lots) -> None:
        self._lots = lots
        self._taken: set[str] = set()

    def tracking(self, carrier: str, country: str) -> str:
        """Return a tracking number of a carrier; ``country`` is where a postal item began."""
        return self._new(lambda: _TRACKINGS[carrier](self._lots, country))

    def sscc(self) -> str:
        """Return a serial shipping container code."""
        return self._new(lambda: _checked(_SSCC_PREFIX + self._lots.digits(10)))

    def imei(self) -> str:
        """Return the number of a mobile phone."""

        def drawn() -> str:
            digits = "35" + self._lots.digits(12)
            return digits + str(luhn.calc_check_digit(digits))

        return self._new(drawn)

    def serial(self, start: str) -> str:
        """Return a maker's serial number."""
        letters = "".join(self._lots.choice(_SERIAL_LETTERS) for _ in range(3))
        return self._new(lambda: f"{start}{letters}{self._lots.digits(7)}")

    def _new(self, draw: Callable[[], str]) -> str:
        number = draw()
        while number in self._taken:
            number = draw()
        self._taken.add(number)
        return number


def gtin13(prefix: str, number: int) -> str:
    """Return an article number of 13 digits."""
    return _checked(prefix + str(number).zfill(12 - len(prefix)))


def _checked(digits: str) -> str:
    return digits + str(ean.calc_check_digit(digits))


def _s10(lots: Lots, country: str) -> str:
    serial = lots.digits(8)
    rest = 11 - sum(int(d) * w for d, w in zip(serial, _S10_WEIGHTS, strict=True)) % 11
    check = {10: 0, 11: 5}.get(rest, rest)
    return f"{lots.choice(('EE', 'EG', 'RR', 'CP'))}{serial}{check}{country[:2]}"


def _ups(lots: Lots, _country: str) -> str:
    text = lots.choice(("A4", "Y3", "X7")) + lots.digits(4) + "68" + lots.digits(7)
    values = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in text]
    return f"1Z{text}{-(sum(values[0::2]) + 2 * sum(values[1::2])) % 10}"


def _fedex(lots: Lots, _country: str) -> str:
    digits = lots.choice("78") + lots.digits(10)
    total = sum(int(d) * w for d, w in zip(digits, (3, 1, 7) * 4, strict=False))
    return f"{digits}{total % 11 % 10}"


def _mod7(length: int, start: str) -> Callable[[Lots, str], str]:
    def drawn(lots: Lots, _country: str) -> str:
        digits = start + lots.digits(length - 1 - len(start))
        return f"{digits}{int(digits) % 7}"

    return drawn


_TRACKINGS: Mapping[str, Callable[[Lots, str], str]] = {
    "cj": lambda lots, country: _mod7(lots.choice((10, 12, 12)), "6")(lots, country),
    "hanjin": _mod7(12, "51"),
    "lotte": _mod7(12, "23"),
    "korea-post": lambda lots, _country: "6" + lots.digits(12),
    "yamato": _mod7(12, "4"),
    "sagawa": _mod7(12, "3"),
    "dhl": _mod7(10, "5"),
    "ems": _s10,
    "ups": _ups,
    "usps": lambda lots, _country: _checked("9405511" + lots.digits(14)),
    "fedex": _fedex,
}
