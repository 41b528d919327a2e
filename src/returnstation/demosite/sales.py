"""Orders of the demo site: what was bought, sent and delivered in the last two months."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from returnstation.demosite.drawing_lots import Lots
from returnstation.demosite.goods import Ware, price_in
from returnstation.demosite.numbers import Numbers
from returnstation.demosite.people import a_customer
from returnstation.demosite.tables import Place, Seller, Tables
from returnstation.domain.money import Money
from returnstation.domain.orders import Customer, Order, OrderLine, Shipment
from returnstation.domain.policy import Buyer, Channel

OLDEST_DAYS = 60

_LINES = {1: 60, 2: 26, 3: 10, 4: 4}
_PAYMENTS = {"card": 70, "transfer": 14, "paypal": 10, "store_credit": 6}
_DOMESTIC, _ABROAD = (1, 3), (4, 12)
_SHIPPING_WON = {True: 3000, False: 14000}


@dataclass(frozen=True, slots=True)
class Sale:
    """An order with where it went and what was in it."""

    order: Order
    place: Place
    wares: tuple[Ware, ...]


class Selling:
    """Makes one order after the other.

    Args:
        lots: Decides.
        tables: What there is.
        wares: All products.
        today: The last day on which something was delivered.
    """

    def __init__(self, lots: Lots, tables: Tables, wares: tuple[Ware, ...], today: date) -> None:
        self._lots = lots
        self._numbers = Numbers(lots)
        self._rates = tables.rates
        self._today = today
        self._places = {place.code: place for place in tables.places}
        self._shares_of_places = {place.code: place.share for place in tables.places}
        self._sellers = {seller.merchant_id: seller for seller in tables.sellers}
        self._shares = {seller.merchant_id: seller.share for seller in tables.sellers}
        self._sold = dict.fromkeys(self._sellers, 0)
        self._wares = {
            name: [ware for ware in wares if ware.product.merchant_id == name]
            for name in self._sellers
        }

    @property
    def numbers(self) -> Numbers:
        """Gives tracking numbers that no order has."""
        return self._numbers

    def sale(self, number: int) -> Sale:
        """Return an order of somebody new."""
        place = self._place()
        customer = a_customer(self._lots, place, number)
        return self._sale(self._lots.weighted(self._shares), place, customer)

    def another(self, before: Sale) -> Sale:
        """Return one more order of the same customer at the same merchant."""
        return self._sale(before.order.merchant_id, before.place, before.order.customer)

    def _place(self) -> Place:
        return self._places[self._lots.weighted(self._shares_of_places)]

    def _sale(self, merchant_id: str, place: Place, customer: Customer) -> Sale:
        lots = self._lots
        delivered = self._today - timedelta(days=1 + int(OLDEST_DAYS * lots.random() ** 1.5))
        fastest, slowest = _DOMESTIC if place.code == "KR" else _ABROAD
        shipped = delivered - timedelta(days=lots.randint(fastest, slowest))
        ordered = shipped - timedelta(days=lots.randint(0, 2))
        wares = tuple(lots.sample(self._wares[merchant_id], lots.weighted(_LINES)))
        lines = tuple(self._line(place, ware, n) for n, ware in enumerate(wares, start=1))
        is_free = lots.chance(40)
        won = 0 if is_free else _SHIPPING_WON[place.code == "KR"]
        order = Order(
            merchant_id=merchant_id,
            number=self._order_number(self._sellers[merchant_id], ordered),
            ordered_on=ordered,
            currency=place.currency,
            customer=customer,
            lines=lines,
            shipments=self._shipments(place, customer, len(lines), (shipped, delivered)),
            channel=self._channel(place),
            payment=lots.weighted(_PAYMENTS),
            shipping=price_in(won, place.currency, self._rates) if won else None,
            discount=_coupon(lines, place.currency) if lots.chance(8) else None,
        )
        return Sale(order, place, wares)

    def _line(self, place: Place, ware: Ware, number: int) -> OrderLine:
        lots, product = self._lots, ware.product
        quantity = 2 if lots.chance(8) else 1
        price = price_in(product.price.minor if product.price else 0, place.currency, self._rates)
        whole = Money(price.minor * quantity, price.currency)
        percent = lots.choice((5, 10, 15, 20)) if lots.chance(15) else 0
        discount = whole.share(Fraction(percent, 100))
        tax = (whole - discount).share(Fraction(place.vat_percent, 100 + place.vat_percent))
        return OrderLine(
            number=number,
            sku=product.sku,
            title=ware.title(place.language),
            quantity=quantity,
            unit_price=price,
            discount=discount,
            tax=tax,
            gtin=product.gtin,
            category=product.category,
            legal=product.legal,
            serials=tuple(self._serial(ware) for _ in range(quantity)) if ware.serials else (),
        )

    def _serial(self, ware: Ware) -> str:
        if ware.serials == "imei":
            return self._numbers.imei()
        return self._numbers.serial(ware.product.sku[:2])

    def _shipments(
        self, place: Place, customer: Customer, lines: int, days: tuple[date, date]
    ) -> tuple[Shipment, ...]:
        lots = self._lots
        shipped, delivered = days
        parcels = 2 if lines > 1 and lots.chance(30) else 1
        is_known = not lots.chance(2)
        has_sscc = lots.chance(60 if customer.buyer is Buyer.BUSINESS else 6)
        shipments = []
        for parcel in range(parcels):
            carrier = lots.weighted(place.carriers)
            later = delivered + timedelta(days=parcel)
            shipments.append(
                Shipment(
                    tracking=self._numbers.tracking(carrier, "KR"),
                    carrier=carrier,
                    sscc=self._numbers.sscc() if has_sscc else None,
                    shipped_on=shipped,
                    delivered_on=min(later, self._today) if is_known else None,
                )
            )
        return tuple(shipments)

    def _channel(self, place: Place) -> Channel:
        if place.code == "KR" and self._lots.chance(4):
            return self._lots.choice((Channel.TELEPHONE, Channel.OFF_PREMISES_HOME))
        return Channel.ONLINE

    def _order_number(self, seller: Seller, day: date) -> str:
        number = seller.first_number + self._sold[seller.merchant_id]
        self._sold[seller.merchant_id] += 1
        return seller.order_number.format(n=number, y=day.year % 100, m=f"{day.month:02d}")


def _coupon(lines: tuple[OrderLine, ...], currency: str) -> Money:
    """Return five percent of the goods."""
    paid = Money(sum(line.paid.minor for line in lines), currency)
    return paid.share(Fraction(5, 100))
