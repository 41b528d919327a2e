"""Tax contained in what is paid back, by rate."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from returnstation.domain.facts import CaseLine, ResolvedLine, TaxShare
from returnstation.domain.money import Money, prorate, total
from returnstation.domain.pay.postage import postage_in, postage_of


def tax_in(line: CaseLine, amount: Money) -> Money | None:
    """Return the tax contained in what is paid back of a line, rounded down.

    The order's own amount of tax goes before its rate, so that several parts never exceed it.
    None where the order tells neither.
    """
    if line.tax and line.sold_for:
        return line.tax.share(Fraction(amount.minor, line.sold_for.minor))
    return None if line.tax_rate is None else contained(amount, line.tax_rate)


def contained(gross: Money, rate: str) -> Money:
    """Return the tax in an amount that contains it, rounded down.

    >>> contained(Money(11900, "EUR"), "19")
    Money(minor=1900, currency='EUR')
    """
    per_cent = Fraction(Decimal(rate))
    return gross.share(per_cent / (100 + per_cent))


def by_rate(lines: Sequence[ResolvedLine], shipping: Money) -> tuple[TaxShare, ...]:
    """Return what is paid back by rate; delivery shares the rates of the goods it brought.

    Import duties, postage and lines without tax stand under no rate. The gross amounts add up to what is
    paid back.
    """
    currency = shipping.currency
    nothing = Money(0, currency)
    goods: dict[str | None, Money] = {}
    taxes: dict[str | None, Money] = {}
    postage = postage_of(lines, currency)
    for line in lines:
        amount = line.amount - postage_in(line)
        duties = min(line.duties or nothing, amount)
        rate = line.rate if line.tax is not None else None
        goods[rate] = goods.get(rate, nothing) + amount - duties
        taxes[rate] = taxes.get(rate, nothing) + (line.tax or nothing)
        if duties:
            goods[None] = goods.get(None, nothing) + duties
    if shipping and not any(amount for amount in goods.values()):
        goods.setdefault(None, nothing)
    parts = prorate(shipping, [amount.minor for amount in goods.values()])
    for (rate, amount), part in zip(tuple(goods.items()), parts, strict=bool(goods)):
        goods[rate] = amount + part
        tax = nothing if rate is None else contained(part, rate)
        taxes[rate] = taxes.get(rate, nothing) + tax
    if postage:
        goods[None] = goods.get(None, nothing) + postage
    return tuple(
        TaxShare(rate=rate, gross=gross, tax=taxes.get(rate, nothing))
        for rate, gross in goods.items()
        if gross
    )


def gross_of(shares: Sequence[TaxShare], currency: str) -> Money:
    """Return the sum with tax."""
    return total([share.gross for share in shares], currency)
