"""What the merchant's system says of refunds: one row per instruction."""

from collections.abc import Callable, Iterator

from returnstation.domain.facts import RefundReported
from returnstation.domain.pay import ACKNOWLEDGED, EXECUTED, FAILED
from returnstation.exchange.cells import Cells
from returnstation.exchange.profiles import Profile
from returnstation.exchange.rows import Accepted, BadField, Rejected, Row, broken, rejected

_STATES = frozenset({ACKNOWLEDGED, EXECUTED, FAILED})


def read_reports(
    rows: Iterator[Row], profile: Profile, is_known: Callable[[str], bool]
) -> Iterator[Accepted[RefundReported] | Rejected]:
    """Yield what is said of instructions, and the rows that say nothing of any."""
    cells = Cells(profile)
    for row in rows:
        if row.broken:
            yield broken(row)
            continue
        try:
            yield Accepted(_report(cells.of(row.cells), is_known), 1)
        except BadField as bad:
            yield rejected(row, bad)


def _report(cells: Cells, is_known: Callable[[str], bool]) -> RefundReported:
    key = cells.needed("key")
    if not is_known(key):
        raise BadField("key", "unknown-value", key)
    state = cells.needed("state").lower()
    if state not in _STATES:
        raise BadField("state", "unknown-value", state)
    return RefundReported(key=key, state=state, note=cells.text("note", 500))
