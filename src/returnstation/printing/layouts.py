"""Which layout draws which paper."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from returnstation.domain.papers import (
    Badge,
    CalibrationPage,
    CarrierLabel,
    Certificate,
    CommandSheet,
    ContainerLabel,
    CreditNote,
    ItemLabel,
    Manifest,
    PalletLabel,
    Paper,
    PhotoSheet,
    QuarantineTag,
    Receipt,
    ScannerSheet,
    ShiftReport,
    ShipBackLabel,
    ShippingLabel,
    WorkTicket,
)
from returnstation.i18n import Catalog
from returnstation.printing.badge import draw_badge
from returnstation.printing.calibration_page import draw_calibration_page
from returnstation.printing.certificate import draw_certificate
from returnstation.printing.command_sheet import draw_command_sheet
from returnstation.printing.container_label import draw_container_label
from returnstation.printing.credit_note import draw_credit_note
from returnstation.printing.drawing import DoesNotFit, Drawing, Surface
from returnstation.printing.label import draw_label
from returnstation.printing.manifest import draw_manifest
from returnstation.printing.pallet_label import draw_pallet_label
from returnstation.printing.photo_sheet import draw_photo_sheet
from returnstation.printing.quarantine_tag import draw_quarantine_tag
from returnstation.printing.receipt import draw_receipt
from returnstation.printing.scanner_sheet import draw_scanner_sheet
from returnstation.printing.shift_report import draw_shift_report
from returnstation.printing.shipping_label import draw_ship_back_label, draw_shipping_label
from returnstation.printing.symbols import NotEncodable
from returnstation.printing.work_ticket import draw_work_ticket

Layout: TypeAlias = Callable[[Any, Catalog, Surface], tuple[Drawing, ...]]


def draw(paper: Paper, catalog: Catalog, surface: Surface) -> tuple[Drawing, ...]:
    """Return the pages of a paper.

    Raises:
        DoesNotFit: A part would not be legible, or a barcode cannot hold its text.
        MissingGlyph: No font has one of the characters.
    """
    try:
        return _LAYOUTS[type(paper)](paper, catalog, surface)
    except NotEncodable as odd:
        raise DoesNotFit(str(odd)) from odd


def _item_label(paper: ItemLabel, catalog: Catalog, surface: Surface) -> tuple[Drawing, ...]:
    return (draw_label(paper, catalog, surface.label_mm, surface.grid),)


def _container(paper: ContainerLabel, catalog: Catalog, surface: Surface) -> tuple[Drawing, ...]:
    return (draw_container_label(paper, catalog, surface.label_mm, surface.grid),)


def _carrier(paper: CarrierLabel, catalog: Catalog, surface: Surface) -> tuple[Drawing, ...]:
    # PDFium takes 15 ms to load, and few stations print what carriers send.
    from returnstation.printing.carrier_label import draw_carrier_label

    return draw_carrier_label(paper, catalog, surface)


def _pallet(paper: PalletLabel, catalog: Catalog, surface: Surface) -> tuple[Drawing, ...]:
    return (draw_pallet_label(paper, catalog, surface.size_mm, surface.grid),)


def _receipt(paper: Receipt, catalog: Catalog, surface: Surface) -> tuple[Drawing, ...]:
    return draw_receipt(paper, catalog, surface.size_mm, surface.grid)


def _scanners(paper: ScannerSheet, catalog: Catalog, surface: Surface) -> tuple[Drawing, ...]:
    return draw_scanner_sheet(paper, catalog, surface.size_mm, surface.grid)


def _commands(paper: CommandSheet, catalog: Catalog, surface: Surface) -> tuple[Drawing, ...]:
    return draw_command_sheet(paper, catalog, surface.size_mm, surface.grid)


_LAYOUTS: Mapping[type, Layout] = {
    ItemLabel: _item_label,
    ContainerLabel: _container,
    PalletLabel: _pallet,
    Receipt: _receipt,
    ScannerSheet: _scanners,
    CommandSheet: _commands,
    ShippingLabel: draw_shipping_label,
    CarrierLabel: _carrier,
    ShipBackLabel: draw_ship_back_label,
    QuarantineTag: draw_quarantine_tag,
    WorkTicket: draw_work_ticket,
    PhotoSheet: draw_photo_sheet,
    Certificate: draw_certificate,
    CreditNote: draw_credit_note,
    Manifest: draw_manifest,
    Badge: draw_badge,
    ShiftReport: draw_shift_report,
    CalibrationPage: draw_calibration_page,
}
