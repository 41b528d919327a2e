"""Announced returns from rows: one row per product that comes back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from returnstation.domain.money import Money
from returnstation.domain.orders import ReturnLine, Rma
from returnstation.domain.policy import ReturnReason
from returnstation.exchange.cells import Cells
from returnstation.exchange.order_parts import currency_of, word
from returnstation.exchange.profiles import Profile
from returnstation.exchange.rows import Accepted, BadField, Rejected, Row, broken, rejected

MOST_LINES = 1000

Known = Callable[[str, str], Rma | None]
"""Return the announced return of a merchant with this number."""


def read_rmas(rows: Iterator[Row], profile: Profile) -> Iterator[Accepted[Rma] | Rejected]:
    """Yield announced returns of rows that stand together, and the rows that make none."""
    cells = Cells(profile)
    group: _Group | None = None
    for row in rows:
        if row.broken:
            yield broken(row)
            continue
        try:
            head, line = _head(cells.of(row.cells)), _line(cells)
            same = group is not None and group.key == (head.merchant_id, head.number)
            if group is not None and (not same or group.is_full):
                yield group.given()
                group = None
            group = group or _Group(head)
            group.add(head, line)
        except BadField as bad:
            yield rejected(row, bad)
    if group is not None and group.rows:
        yield group.given()


def merged_rmas(rmas: Sequence[Rma], known: Known) -> list[Rma]:
    """Return the returns with the lines already known of them; nothing is removed by an import.

    A line that comes again replaces the one of its product.
    """
    merged: dict[tuple[str, str], Rma] = {}
    for rma in rmas:
        key = (rma.merchant_id, rma.number)
        before = merged.get(key) or known(*key)
        merged[key] = rma if before is None else _joined(before, rma)
    return list(merged.values())


def _joined(before: Rma, rma: Rma) -> Rma:
    lines = {line.sku: line for line in (*before.lines, *rma.lines)}
    return replace(rma, lines=tuple(lines.values()))


@dataclass(slots=True)
class _Group:
    """Rows of one return that stand together."""

    head: Rma
    lines: dict[str, ReturnLine] = field(default_factory=dict)
    rows: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """Merchant and number."""
        return self.head.merchant_id, self.head.number

    @property
    def is_full(self) -> bool:
        """More lines go into a further piece."""
        return len(self.lines) >= MOST_LINES

    def add(self, head: Rma, line: ReturnLine) -> None:
        """Add a row."""
        if head != self.head:
            raise BadField("order_number", "order-differs", head.order_number)
        if self.lines.get(line.sku, line) != line:
            raise BadField("sku", "line-twice", line.sku)
        self.lines[line.sku] = line
        self.rows += 1

    def given(self) -> Accepted[Rma]:
        """Return the return."""
        return Accepted(replace(self.head, lines=tuple(self.lines.values())), self.rows)


def _head(cells: Cells) -> Rma:
    requested_on: date | None = cells.day("requested_on")
    if requested_on is None:
        raise BadField("requested_on", "missing")
    return Rma(
        merchant_id=cells.needed("merchant_id"),
        number=cells.needed("rma_number"),
        order_number=cells.needed("order_number"),
        requested_on=requested_on,
        lines=(),
        tracking=cells.code("tracking"),
        wants=word(cells, "wants", "") or None,
        label_cost=_cost(cells, "label_cost"),
        postage=_cost(cells, "postage"),
    )


def _cost(cells: Cells, name: str) -> Money | None:
    if cells.text(name) is None:
        return None
    currency = currency_of(cells, "label_currency")
    if currency is None:
        raise BadField("label_currency", "missing")
    return cells.amount(name, currency)


def _line(cells: Cells) -> ReturnLine:
    return ReturnLine(
        sku=cells.needed("sku"),
        quantity=cells.whole("quantity", 1, most=100_000),
        reason=cells.choice("reason", ReturnReason, ReturnReason.CHANGE_OF_MIND),
        comment=cells.text("comment", 2000),
    )
