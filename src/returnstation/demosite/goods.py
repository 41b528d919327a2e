"""Products of the demo site, made of families, colours and sizes."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from returnstation.demosite.drawings import picture_name
from returnstation.demosite.numbers import gtin13
from returnstation.demosite.tables import Family, Seller, Tables
from returnstation.domain.money import Money, exponent
from returnstation.domain.orders import Merchant, Product


@dataclass(frozen=True, slots=True)
class Ware:
    """A product, with its name abroad and how its units are numbered.

    Attributes:
        serials: ``imei``, ``serial`` or nothing.
    """

    product: Product
    en: str
    serials: str

    def title(self, language: str) -> str:
        """Return the name as a shop of this language wrote it into the order."""
        return self.product.title if language == "ko" else self.en


def merchants_of(tables: Tables) -> tuple[Merchant, ...]:
    """Return the sellers as merchants."""
    return tuple(
        Merchant(
            merchant_id=seller.merchant_id,
            name=seller.name,
            country=seller.country,
            language=seller.language,
            feedback_url=seller.feedback_url,
            policy=seller.terms(),
            policy_displayed=seller.policy_displayed,
        )
        for seller in tables.sellers
    )


def wares_of(tables: Tables) -> tuple[Ware, ...]:
    """Return everything the sellers sell."""
    sellers = {seller.merchant_id: seller for seller in tables.sellers}
    wares: list[Ware] = []
    for family in tables.families:
        wares += _variants(family, sellers[family.merchant], len(wares))
    return tuple(wares)


def price_in(won: int, currency: str, rates: dict[str, str]) -> Money:
    """Return a price as a shop would ask it: whole hundreds of won, 90 cents, tens of yen."""
    units = Fraction(won) / Fraction(rates[currency])
    if exponent(currency):
        return Money(int(units) * 100 + 90, currency)
    step = 100 if currency == "KRW" else 1000 if currency == "VND" else 10
    return Money(max(step, round(units / step) * step), currency)


def _variants(family: Family, seller: Seller, before: int) -> Iterator[Ware]:
    place = 0
    for colour in family.colours:
        for size in family.sizes:
            place += 1
            names = [_both(colour), _both(size)]
            prefix = family.gtin_prefix or seller.gtin_prefix
            product = Product(
                merchant_id=family.merchant,
                sku="-".join(filter(None, (family.sku, *(en[:4].upper() for _, en in names)))),
                title=" ".join(filter(None, (family.ko, *(ko for ko, _ in names)))),
                gtin=gtin13(prefix, before + place + 100).zfill(14),
                category=family.category,
                legal=family.legal,
                weight_g=family.weight_g,
                price=Money(family.price, "KRW"),
                hazards=family.hazards,
                flags=family.flags,
                parts=family.parts,
                picture=picture_name(family.drawing, _both(colour)[1]),
            )
            title = ", ".join(filter(None, (family.en, *(en for _, en in names))))
            yield Ware(product, title, family.serials)


def _both(variant: str) -> tuple[str, str]:
    ko, _, en = variant.partition("=")
    return ko, en or ko
