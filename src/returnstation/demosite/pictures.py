"""Pictures of the labels on the parcels of the shift."""

from collections.abc import Iterable, Iterator

from returnstation.demosite.camera import a_shot, photograph
from returnstation.demosite.drawing_lots import Lots
from returnstation.demosite.generate import DemoSite
from returnstation.demosite.labels import ShippingLabel, draw_label
from returnstation.demosite.shift import PlannedReturn
from returnstation.domain.orders import Order

_CARRIERS = {"1Z": "UPS", "94": "USPS"}
_RECEIVER = ("한빛물류 인천 반품센터", "인천 연수구 송도과학로 32", "22006 대한민국")
_ROUTING = "KR-ICN {place}"


def label_pictures(site: DemoSite, planned: Iterable[PlannedReturn]) -> Iterator[tuple[str, bytes]]:
    """Yield file name and JPEG of the label of every parcel that has a tracking number."""
    for each in planned:
        if each.tracking is None or each.merchant_id is None:
            continue
        lots = Lots(f"{site.seed} {each.name}")
        order = site.order(each.merchant_id, each.orders[0])
        drawn = draw_label(_label(site, each, order, lots))
        yield f"{each.name}.jpg", photograph(drawn, a_shot(lots), lots)


def _label(site: DemoSite, planned: PlannedReturn, order: Order, lots: Lots) -> ShippingLabel:
    customer = order.customer
    tracking = planned.tracking or ""
    street = site.streets[order.merchant_id, order.number]
    city = " ".join(filter(None, (customer.postcode, customer.city)))
    place = f"{lots.randint(1, 9)}{lots.choice('ABCD')}{lots.randint(10, 99)}"
    reference = planned.rmas[0] if planned.rmas else order.number
    return ShippingLabel(
        carrier=_carrier(tracking, customer.jurisdiction),
        language=customer.language,
        sender=(customer.name, street, city, customer.jurisdiction),
        receiver=_RECEIVER,
        routing=_ROUTING.format(place=place),
        tracking=tracking,
        reference=f"REF {reference}",
        # The code of one return would hide the others in the parcel.
        matrix=reference if lots.chance(50) and len(planned.rmas) == 1 else None,
    )


def _carrier(tracking: str, country: str) -> str:
    if tracking[:2] in _CARRIERS:
        return _CARRIERS[tracking[:2]]
    if tracking[-2:].isalpha():
        return "EMS"
    if country == "KR":
        return "CJ LOGISTICS" if tracking.startswith("6") else "HANJIN"
    if country == "JP":
        return "YAMATO"
    return {10: "DHL EXPRESS", 12: "FEDEX"}.get(len(tracking), "PARCEL")
