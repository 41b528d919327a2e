"""Recall lists: which units of a product must not go on."""

from dataclasses import dataclass
from datetime import date

from returnstation.domain.cases import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """One recall.

    Attributes:
        merchant_id: None for every merchant's.
        gtins: 14 digits each.
        serials: First and last of each range, both included.
        since: The first day it holds; None for always.
    """

    recall_id: str
    merchant_id: str | None = None
    gtins: frozenset[str] = frozenset()
    skus: frozenset[str] = frozenset()
    lots: frozenset[str] = frozenset()
    serials: tuple[tuple[str, str], ...] = ()
    since: date | None = None

    def meets(self, merchant_id: str | None, item: Item, on: date) -> bool:
        """Tell whether an item is recalled, or may be: its lot or serial number is not known."""
        if self.merchant_id not in {None, merchant_id} or (self.since and on < self.since):
            return False
        if item.gtin not in self.gtins and item.sku not in self.skus:
            return False
        if not self.lots and not self.serials:
            return True
        return self._has_lot(item.lot) or self._has_serial(item.serial)

    def _has_lot(self, lot: str | None) -> bool:
        return bool(self.lots) and (lot is None or lot in self.lots)

    def _has_serial(self, serial: str | None) -> bool:
        if not self.serials:
            return False
        return serial is None or any(
            len(first) == len(serial) and first <= serial <= last for first, last in self.serials
        )
