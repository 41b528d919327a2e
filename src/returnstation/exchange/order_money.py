"""What an order's row tells of its money: means of payment, stored rate, rate of tax."""

import re
from decimal import Decimal

from returnstation.domain.money import BadAmount, Money, parse_amount
from returnstation.domain.orders import Tender
from returnstation.exchange.cells import Cells
from returnstation.exchange.rows import BadField

_TENDER = re.compile(r"([a-z][a-z0-9_]{0,39}):(.+)\Z")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?\Z")
_WHOLE = Decimal(100)


def read_tenders(cells: Cells, currency: str) -> tuple[Tender, ...]:
    """Return how much was paid by what: a list of ``kind:amount``.

    Raises:
        BadField: A part is not written like that, or no amount of the currency.
    """
    return tuple(_tender(part, currency) for part in cells.listed("tenders") if part)


def read_rate(cells: Cells) -> str | None:
    """Return what one unit of the order's currency was worth when it was settled.

    Raises:
        BadField: It is no number above zero.
    """
    text = cells.text("rate")
    if text is None:
        return None
    if not _NUMBER.match(text) or not Decimal(text):
        raise BadField("rate", "no-amount", text)
    return text


def read_per_cent(cells: Cells) -> str | None:
    """Return the rate of tax in per cent, without zeros at its end.

    Raises:
        BadField: It is no number of at most a hundred.
    """
    text = cells.text("tax_rate")
    if text is None:
        return None
    plain = text.removesuffix("%").strip()
    if not _NUMBER.match(plain) or Decimal(plain) > _WHOLE:
        raise BadField("tax_rate", "no-amount", text)
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _tender(part: str, currency: str) -> Tender:
    found = _TENDER.match(part.strip().lower().replace(" ", "_").replace("-", "_"))
    if found is None:
        raise BadField("tenders", "unknown-value", part)
    try:
        amount: Money = parse_amount(found[2], currency)
    except BadAmount:
        raise BadField("tenders", "no-amount", part) from None
    return Tender(kind=found[1], amount=amount)
