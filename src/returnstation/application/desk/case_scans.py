"""Scans while a parcel is open: what each one is about."""

from dataclasses import dataclass

from returnstation.application.desk.exits import Exits
from returnstation.application.desk.inspecting import Inspecting
from returnstation.application.desk.items import Items
from returnstation.application.desk.memory import Memory
from returnstation.application.desk.parcels import Parcels
from returnstation.application.troubles import Refused
from returnstation.application.view import Step
from returnstation.domain.barcodes import Barcode, Kind, UnreadableBarcode, parse_barcode
from returnstation.domain.cases import Item, ItemStage

_OURS = frozenset({Kind.BADGE, Kind.COMMAND, Kind.CONTAINER, Kind.LPN})


@dataclass(frozen=True, slots=True)
class CaseScans:
    """Brings a scan to the part of the desk it is for."""

    memory: Memory
    parcels: Parcels
    items: Items
    inspecting: Inspecting
    exits: Exits

    def scan(self, barcode: Barcode) -> None:
        """Take a scan: label, tote, value that was asked for, product, or the next parcel.

        Raises:
            Refused: It is none of them, or something else comes first.
        """
        item = self.memory.in_hand
        if self._is_of_item(item, barcode):
            return
        if item is None and self.items.is_on_case(barcode):
            self._take(barcode)
        elif self.parcels.attaching.is_inside(barcode):
            self.parcels.attaching.ask_inside(barcode, lambda: self.parcels.next_parcel(barcode))
        elif self.parcels.is_other_parcel(barcode):
            self.parcels.next_parcel(barcode)
        elif item is not None and item.stage is ItemStage.PUT:
            raise Refused("container-first", place=0 if item.container is None else 1)
        elif item is not None and item.stage is ItemStage.SCAN_BACK:
            raise Refused("label-first", lpn=item.lpn or "")
        else:
            self._take(barcode)

    def is_clue(self, text: str) -> bool:
        """Tell whether a typed text is about the blind parcel, not a product, tote or command."""
        case = self.memory.open
        if self.memory.step is not Step.MATCHED or case is None or not case.case.is_blind:
            return False
        try:
            barcode = parse_barcode(text)
        except UnreadableBarcode:
            return bool(text.strip())
        return not self.items.is_product(barcode) and not _OURS.intersection(
            found.kind for found in barcode.candidates
        )

    def is_value(self, text: str) -> bool:
        """Tell whether a typed text answers the question in hand."""
        return self.inspecting.takes_value and not text.strip().upper().startswith(("RS:", "RSB:"))

    def _is_of_item(self, item: Item | None, barcode: Barcode) -> bool:
        """Take a scan that is surely about the item in hand; tell whether it was."""
        lpn = barcode.first(Kind.LPN)
        container = barcode.first(Kind.CONTAINER)
        if lpn is not None and self.exits.carries(lpn.value):
            self.exits.scan_back(lpn.value)
        elif container is not None and item is not None and item.stage is ItemStage.PUT:
            self.exits.put(container.value)
        elif self.inspecting.takes(barcode) and not self._is_next(barcode):
            self.inspecting.scan(barcode)
        else:
            return False
        return True

    def _is_next(self, barcode: Barcode) -> bool:
        """Tell whether a scan is the next parcel and no number of a device."""
        return barcode.first(Kind.IMEI) is None and self.parcels.is_other_parcel(barcode)

    def _take(self, barcode: Barcode) -> None:
        self.memory.settling = False
        self.items.scan(barcode)
