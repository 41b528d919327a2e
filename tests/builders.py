"""Make things that are valid by default; say only what matters."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from returnstation.domain.facts import CaseLine, CaseOpened, Fact, Recorded
from returnstation.domain.messages import Value, plain
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
from returnstation.domain.policy import Eligible, Ground
from returnstation.domain.verdicts import Verdict, VerdictReason

AT = datetime(2026, 11, 24, 5, 32, tzinfo=UTC)
SHOES_GTIN = "08801234567893"
WATCH_GTIN = "08801234500005"


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def a_line(**changes: Any) -> OrderLine:
    line = OrderLine(
        number=1,
        sku="HR3-NV-270",
        title="하늘 러너 3",
        quantity=1,
        unit_price=euros(12900),
        discount=euros(0),
        tax=euros(2060),
        gtin=SHOES_GTIN,
        category="shoes",
    )
    return replace(line, **changes)


def an_order(**changes: Any) -> Order:
    order = Order(
        merchant_id="ds",
        number="DS-118402",
        ordered_on=date(2026, 11, 1),
        currency="EUR",
        customer=Customer(
            name="Anna Lehmann", jurisdiction="DE", language="de", postcode="10115", city="Berlin"
        ),
        lines=(a_line(),),
        shipments=(Shipment(tracking="RR473124829DE", delivered_on=date(2026, 11, 5)),),
        shipping=euros(490),
    )
    return replace(order, **changes)


def an_rma(**changes: Any) -> Rma:
    rma = Rma(
        merchant_id="ds",
        number="R-77421",
        order_number="DS-118402",
        requested_on=date(2026, 11, 12),
        lines=(ReturnLine(sku="HR3-NV-270"),),
        tracking="689204177735",
    )
    return replace(rma, **changes)


def a_merchant(**changes: Any) -> Merchant:
    return replace(Merchant(merchant_id="ds", name="달빛스포츠", country="KR"), **changes)


def a_product(**changes: Any) -> Product:
    product = Product(
        merchant_id="ds",
        sku="HR3-NV-270",
        title="하늘 러너 3",
        gtin=SHOES_GTIN,
        category="shoes",
        weight_g=900,
        price=euros(12900),
    )
    return replace(product, **changes)


def a_case_line(**changes: Any) -> CaseLine:
    line = CaseLine(
        line_id="DS-118402/1",
        order_number="DS-118402",
        number=1,
        sku="HR3-NV-270",
        title="하늘 러너 3",
        quantity=1,
        paid=euros(12900),
        gtin=SHOES_GTIN,
        category="shoes",
        is_announced=True,
    )
    return replace(line, **{"sold": changes.get("quantity", 1), **changes})


def a_verdict(**changes: Any) -> Verdict:
    verdict = Verdict(
        eligible=Eligible.YES,
        reasons=(VerdictReason("EU-DE-WD", "grants", "window_open", "BGB § 355"),),
        pack="p",
        confidence="high",
        decided_by="EU-DE-WD",
        ground=Ground.WITHDRAWAL,
        refund_due_on=date(2026, 11, 26),
    )
    return replace(verdict, **changes)


def opened(*lines: CaseLine, **changes: Any) -> CaseOpened:
    fact = CaseOpened(
        number="ICN3-C000001",
        scanned="R-77421",
        keys=("R77421",),
        merchant_id="ds",
        merchant="달빛스포츠",
        orders=("DS-118402",),
        jurisdiction="DE",
        currency="EUR",
        shipping=euros(490),
        lines=lines or (a_case_line(),),
    )
    return replace(fact, **changes)


def told(*facts: Fact) -> tuple[Recorded, ...]:
    """Return facts as recorded one after the other in case-1."""
    return tuple(
        Recorded(seq, f"fact-{seq}", AT.replace(microsecond=seq), "u1", "case-1", fact)
        for seq, fact in enumerate(facts, start=1)
    )


def kept(**values: Value) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items()}
