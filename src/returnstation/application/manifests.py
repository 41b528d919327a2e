"""A liquidation manifest as CSV."""

from collections.abc import Iterable, Iterator

from returnstation.application.csv_lines import csv_line
from returnstation.domain.manifests import ManifestLine
from returnstation.domain.money import Money

COLUMNS = (
    "Pallet ID",
    "Box ID",
    "LPN",
    "Item #",
    "UPC/EAN",
    "Item Description",
    "Category",
    "Condition",
    "Functional",
    "Cosmetic",
    "Defect notes",
    "Qty",
    "Retail Per Unit",
    "Total Retail",
    "Currency",
    "Serial",
    "Case",
)
"""Head line: B-Stock's template and what other marketplaces ask; columns are only ever added."""


def manifest_csv(lines: Iterable[ManifestLine]) -> Iterator[str]:
    """Return the head line and a line for each item; serials are masked."""
    yield csv_line(COLUMNS)
    for line in lines:
        unit = line.unit_retail
        yield csv_line(
            (
                line.pallet,
                line.container,
                line.lpn,
                line.sku,
                line.gtin,
                line.description,
                line.category,
                line.condition,
                line.functional,
                line.cosmetic,
                "; ".join(line.defects),
                str(line.quantity),
                _amount(unit),
                _amount(line.ext_retail),
                "" if unit is None else unit.currency,
                line.serial,
                line.case,
            )
        )


def _amount(money: Money | None) -> str:
    return "" if money is None else str(money.decimal())
