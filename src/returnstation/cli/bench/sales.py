"""Orders as a return centre for many merchants has them: any number, always the same ones.

Everything about order ``n`` follows from ``n`` alone, so a cache can be filled on from where it
stands, and codes to scan are known without reading it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from returnstation.domain.money import Money
from returnstation.domain.orders import (
    Customer,
    Merchant,
    Order,
    OrderLine,
    Product,
    ReturnLine,
    Rma,
    Shipment,
)
from returnstation.domain.policy import Category, ReturnReason

RMA_EVERY = 4
"""One order in four comes back announced."""

PRODUCTS_EACH = 250

_MERCHANTS = 40
_SPREAD = 0x9E3779B97F4A7C15  # Knuth's multiplicative hashing: neighbours land far apart
_TRACKINGS = 10**12
_STEP = 7919 * 104729  # prime to 10**12: no two orders share a tracking number

# Country, language, currency, price of one step in minor units; as often as listed.
_BUYERS = (
    *[("KR", "ko", "KRW", 4900)] * 10,
    *[("JP", "ja", "JPY", 490)] * 3,
    *[("US-CA", "en", "USD", 390)] * 2,
    ("US-TX", "en", "USD", 390),
    *[("DE", "de", "EUR", 370)] * 3,
    ("FR", "fr", "EUR", 370),
    ("ES", "es", "EUR", 370),
    ("IT", "it", "EUR", 370),
    ("NL", "nl", "EUR", 370),
    ("PL", "pl", "PLN", 1590),
    ("GB", "en", "GBP", 330),
)
_GOODS = (
    ("shoes", Category.CLOTHING, "러너"),
    ("apparel", Category.CLOTHING, "자켓"),
    ("electronics", Category.ELECTRONICS, "헤드폰"),
    ("cosmetics", Category.SEALED_HYGIENE, "크림"),
    ("general", Category.GENERAL, "텀블러"),
)
# Surnames as often as they are: one Korean in five is a Kim.
_FAMILIES = ("김", "김", "이", "박", "최", "정", "강", "조", "윤", "장", "임")
_GIVEN = tuple(
    f"{first}{second}" for first in "민서지하도예준은시유" for second in "수연준우윤아현진호영늘린"
)
_ABROAD = (
    ("Anna", "Marie", "John", "Emma", "Lukas", "Sofia", "Jan", "Paul", "Lea", "Marta"),
    ("Lehmann", "Dupont", "Smith", "Nowak", "García", "Rossi", "de Vries", "Müller", "Weber"),
)
_CITIES = ("서울", "서울", "부산", "인천", "대구", "대전", "광주", "Berlin", "München", "大阪")
_JAPAN = (("田中", "佐藤", "鈴木", "高橋", "山本"), ("花子", "太郎", "美咲", "陽菜", "蓮", "葵"))
_REASONS = tuple(ReturnReason)


@dataclass(frozen=True, slots=True)
class Sales:
    """Every sale up to a day."""

    today: date

    @classmethod
    def any_day(cls) -> "Sales":
        """Return sales for whoever needs no days: numbers, names and goods follow from ``n``."""
        return cls(date(2026, 1, 1))

    def merchants(self) -> list[Merchant]:
        """Return all merchants."""
        return [
            Merchant(merchant_id=f"m{n:02d}", name=f"상점 {n:02d}", country="KR", language="ko")
            for n in range(_MERCHANTS)
        ]

    def products(self) -> Iterator[Product]:
        """Yield every product of every merchant."""
        for merchant in range(_MERCHANTS):
            for number in range(PRODUCTS_EACH):
                category, legal, title = _GOODS[number % len(_GOODS)]
                yield Product(
                    merchant_id=f"m{merchant:02d}",
                    sku=_sku(merchant, number),
                    title=f"{title} {number}",
                    gtin=gtin(merchant, number),
                    category=category,
                    legal=legal,
                    weight_g=300 + number,
                    price=Money(9900 + number * 900, "KRW"),
                )

    def order(self, index: int) -> Order:
        """Return one order."""
        dice = index * _SPREAD >> 7
        country, language, currency, step = _BUYERS[dice % len(_BUYERS)]
        sold_on = self.today - timedelta(days=5 + dice % 25)
        merchant = _merchant(index)
        lines = tuple(
            self._line(merchant, index, number, Money(step * (1 + dice % 30), currency))
            for number in range(1, 2 + dice % 3)
        )
        return Order(
            merchant_id=f"m{merchant:02d}",
            number=order_number(index),
            ordered_on=sold_on,
            currency=currency,
            customer=Customer(
                name=_name(country, dice),
                jurisdiction=country,
                language=language,
                postcode=f"{dice % 100_000:05d}",
                city=_CITIES[dice // 3 % len(_CITIES)],
                phone=f"010-{dice // 7 % 10_000:04d}-{dice // 11 % 10_000:04d}",
                email=f"{index:x}@example.com",
            ),
            lines=lines,
            shipments=(
                Shipment(
                    tracking=tracking(index),
                    carrier="cj",
                    shipped_on=sold_on + timedelta(days=1),
                    delivered_on=sold_on + timedelta(days=3),
                ),
            ),
            shipping=Money(step, currency),
        )

    def rma(self, index: int) -> Rma:
        """Return the announced return of an order."""
        merchant = _merchant(index)
        sku = _sku(merchant, _product(index, 1))
        return Rma(
            merchant_id=f"m{merchant:02d}",
            number=rma_number(index),
            order_number=order_number(index),
            requested_on=self.today - timedelta(days=2),
            lines=(ReturnLine(sku=sku, reason=_REASONS[index % len(_REASONS)]),),
            tracking=tracking(index + _TRACKINGS // 2),
        )

    def _line(self, merchant: int, index: int, number: int, price: Money) -> OrderLine:
        product = _product(index, number)
        category, legal, title = _GOODS[product % len(_GOODS)]
        serials = (f"SN{index:08d}{number}",) if category == "electronics" else ()
        return OrderLine(
            number=number,
            sku=_sku(merchant, product),
            title=f"{title} {product}",
            quantity=1,
            unit_price=price,
            discount=Money(0, price.currency),
            tax=Money(price.minor // 11, price.currency),
            gtin=gtin(merchant, product),
            category=category,
            legal=legal,
            serials=serials,
        )


def parcel_codes(index: int) -> tuple[str, ...]:
    """Return what may be scanned on the parcel of an order."""
    codes = (order_number(index), tracking(index))
    if index % RMA_EVERY:
        return codes
    return (*codes, rma_number(index), tracking(index + _TRACKINGS // 2))


def order_number(index: int) -> str:
    """Return an order's number."""
    return f"M{_merchant(index):02d}-{20_000_000 + index}"


def rma_number(index: int) -> str:
    """Return the number of an order's announced return."""
    return f"R{_merchant(index):02d}-{20_000_000 + index}"


def tracking(index: int) -> str:
    """Return a tracking number of twelve digits."""
    return f"{index * _STEP % _TRACKINGS:012d}"


@cache
def gtin(merchant: int, number: int) -> str:
    """Return a product's GTIN-14, with its check digit."""
    digits = f"0880{merchant:04d}{number:05d}"
    # GS1 General Specifications, 7.9: weights 3 and 1 from the right.
    odd = sum(int(digit) for digit in digits[::-2])
    even = sum(int(digit) for digit in digits[-2::-2])
    return f"{digits}{-(3 * odd + even) % 10}"


def _name(country: str, dice: int) -> str:
    dice //= 13
    first, second = dice % 997, dice // 997
    if country == "KR":
        return _FAMILIES[first % len(_FAMILIES)] + _GIVEN[second % len(_GIVEN)]
    if country == "JP":
        return _JAPAN[0][first % len(_JAPAN[0])] + _JAPAN[1][second % len(_JAPAN[1])]
    return f"{_ABROAD[0][first % len(_ABROAD[0])]} {_ABROAD[1][second % len(_ABROAD[1])]}"


def _product(index: int, number: int) -> int:
    return (index * 31 + number) % PRODUCTS_EACH


def _merchant(index: int) -> int:
    return index % _MERCHANTS


@cache
def _sku(merchant: int, number: int) -> str:
    return f"S{merchant:02d}-{number:04d}"
