"""Rows as CSV that spreadsheets open safely."""

import csv
from collections.abc import Sequence
from io import StringIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_line(cells: Sequence[str]) -> str:
    """Return cells as a line of CSV; texts that a spreadsheet would run as a formula are quoted."""
    line = StringIO()
    safe = [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]
    csv.writer(line, lineterminator="\r\n").writerow(safe)
    return line.getvalue()
