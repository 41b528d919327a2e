"""Work orders from ``resources/work/<name>.toml``."""

from importlib.resources.abc import Traversable

import msgspec

from returnstation import datafiles
from returnstation.domain.dispositions import Disposition
from returnstation.domain.work import WorkOrder
from returnstation.sitedata.files import BadSiteFile, read_toml


class _Order(msgspec.Struct, forbid_unknown_fields=True):
    disposition: Disposition
    steps: list[str]
    success: Disposition
    failure: Disposition
    categories: list[str] = []


class _File(msgspec.Struct, forbid_unknown_fields=True):
    order: list[_Order]


def load_work(file: Traversable | None = None) -> tuple[WorkOrder, ...]:
    """Return what is done to items before they go on.

    Raises:
        BadSiteFile: The file has a mistake.
    """
    file = file or datafiles.resource("work", "default.toml")
    orders = tuple(_order(file, record) for record in read_toml(file, _File).order)
    seen: set[tuple[Disposition, str]] = set()
    for order in orders:
        for category in order.categories or ("",):
            if (order.disposition, category) in seen:
                raise BadSiteFile(f"{file.name}: {order.disposition}: {category or 'all'} twice")
            seen.add((order.disposition, category))
    return orders


def _order(file: Traversable, record: _Order) -> WorkOrder:
    if not record.steps or len(set(record.steps)) != len(record.steps):
        raise BadSiteFile(f"{file.name}: {record.disposition}: steps: none, or one twice")
    if record.disposition in {record.success, record.failure}:
        raise BadSiteFile(f"{file.name}: {record.disposition}: leads back to itself")
    return WorkOrder(
        disposition=record.disposition,
        categories=tuple(record.categories),
        steps=tuple(record.steps),
        success=record.success,
        failure=record.failure,
    )
