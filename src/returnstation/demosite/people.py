"""Customers of the demo site."""

from returnstation.demosite.drawing_lots import Lots
from returnstation.demosite.tables import Place
from returnstation.domain.orders import Customer
from returnstation.domain.policy import Buyer

_FIRMS = {"KR": "주식회사 {family}스토어", "JP": "株式会社{family}商店", "DE": "{family} GmbH"}


def a_customer(lots: Lots, place: Place, number: int) -> Customer:
    """Return somebody who lives at a place; one in twenty-five is a firm."""
    is_firm = lots.chance(4)
    given, family = lots.choice(place.given), lots.choice(place.family)
    names = _FIRMS.get(place.code, "{family} Trading Ltd") if is_firm else place.names
    city, _, postcode = lots.choice(place.cities).partition(":")
    return Customer(
        name=names.format(given=given, family=family),
        jurisdiction=place.code,
        language=place.language,
        buyer=Buyer.BUSINESS if is_firm else Buyer.CONSUMER,
        postcode=lots.filled(postcode) or None,
        city=city,
        phone=lots.filled(place.phone),
        email=f"customer{number}@example.com",
    )


def a_street(lots: Lots, place: Place) -> str:
    """Return a street with a number."""
    return lots.choice(place.streets).format(n=lots.randint(1, 98), m=lots.randint(1, 9))
