"""How many order lines law and policy can judge in a second."""

from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import median

from returnstation.cli.bench.figures import Figure, figure, timed
from returnstation.cli.bench.sales import Sales
from returnstation.domain.policy import ReturnReason, Sale, decide
from returnstation.policydata import load_pack

_RUNS = 5000
_REASONS = tuple(ReturnReason)


def measure_decide(orders: int) -> Figure:
    """Judge lines of orders from every country of the benchmark's buyers."""
    today = datetime.now(UTC).date()
    sales = [sale_of(index % orders, today) for index in range(_RUNS)]
    pack = load_pack()
    timed(lambda sale: decide(sale, pack), sales[:200])
    times = timed(lambda sale: decide(sale, pack), sales)
    return figure(
        "decide",
        times,
        target_ms=None,
        against=("", ()),
        note=f"{1000 / median(times):,.0f} decisions per second",
    )


def sale_of(index: int, today: date) -> Sale:
    """Return an order's first line as the engine is asked about it."""
    order = Sales(today).order(index)
    line = order.lines[0]
    return Sale(
        id=order.number,
        jurisdiction=order.customer.jurisdiction,
        buyer=order.customer.buyer,
        channel=order.channel,
        category=line.legal,
        reason=_REASONS[index % len(_REASONS)],
        requested_on=today,
        contract_on=order.ordered_on,
        purchased_on=order.ordered_on,
        order_received_on=order.ordered_on,
        delivered_on=order.delivered_on,
        delivered=True,
        shipped=True,
        returned_on=today,
        proof_of_purchase=True,
        price=Decimal(line.paid.decimal()),
        currency=order.currency,
    )
