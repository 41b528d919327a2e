"""Which papers there are."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from returnstation.domain.papers.calibration import CalibrationPage
from returnstation.domain.papers.documents import Certificate, CreditNote, Manifest
from returnstation.domain.papers.parcels import CarrierLabel, ShipBackLabel, ShippingLabel
from returnstation.domain.papers.tickets import (
    Badge,
    PhotoSheet,
    QuarantineTag,
    ShiftReport,
    WorkTicket,
)
from returnstation.domain.papers.values import (
    CommandSheet,
    ContainerLabel,
    ItemLabel,
    PalletLabel,
    Receipt,
    ScannerSheet,
)


class PaperKind(StrEnum):
    """Which paper it is; printers are chosen per kind."""

    ITEM_LABEL = "item_label"
    RECEIPT = "receipt"
    SCANNER_SHEET = "scanner_sheet"
    COMMAND_SHEET = "command_sheet"
    CONTAINER_LABEL = "container_label"
    PALLET_LABEL = "pallet_label"
    SHIPPING_LABEL = "shipping_label"
    CARRIER_LABEL = "carrier_label"
    SHIP_BACK_LABEL = "ship_back_label"
    QUARANTINE_TAG = "quarantine_tag"
    WORK_TICKET = "work_ticket"
    PHOTO_SHEET = "photo_sheet"
    CERTIFICATE = "certificate"
    CREDIT_NOTE = "credit_note"
    MANIFEST = "manifest"
    BADGE = "badge"
    SHIFT_REPORT = "shift_report"
    CALIBRATION_PAGE = "calibration_page"


Paper: TypeAlias = (
    ItemLabel
    | Receipt
    | ScannerSheet
    | CommandSheet
    | ContainerLabel
    | PalletLabel
    | ShippingLabel
    | CarrierLabel
    | ShipBackLabel
    | QuarantineTag
    | WorkTicket
    | PhotoSheet
    | Certificate
    | CreditNote
    | Manifest
    | Badge
    | ShiftReport
    | CalibrationPage
)

KINDS: Mapping[PaperKind, type[Paper]] = {
    PaperKind.ITEM_LABEL: ItemLabel,
    PaperKind.RECEIPT: Receipt,
    PaperKind.SCANNER_SHEET: ScannerSheet,
    PaperKind.COMMAND_SHEET: CommandSheet,
    PaperKind.CONTAINER_LABEL: ContainerLabel,
    PaperKind.PALLET_LABEL: PalletLabel,
    PaperKind.SHIPPING_LABEL: ShippingLabel,
    PaperKind.CARRIER_LABEL: CarrierLabel,
    PaperKind.SHIP_BACK_LABEL: ShipBackLabel,
    PaperKind.QUARANTINE_TAG: QuarantineTag,
    PaperKind.WORK_TICKET: WorkTicket,
    PaperKind.PHOTO_SHEET: PhotoSheet,
    PaperKind.CERTIFICATE: Certificate,
    PaperKind.CREDIT_NOTE: CreditNote,
    PaperKind.MANIFEST: Manifest,
    PaperKind.BADGE: Badge,
    PaperKind.SHIFT_REPORT: ShiftReport,
    PaperKind.CALIBRATION_PAGE: CalibrationPage,
}
_KIND_OF = {paper: kind for kind, paper in KINDS.items()}
# By what a paper is told from others of its kind: the first of these that it has.
_NAMES = (
    "lpn",
    "sscc",
    "number",
    "case_number",
    "tracking",
    "load",
    "code",
    "scanner",
    "name",
    "desk",
)


def kind_of(paper: Paper) -> PaperKind:
    """Return which kind a paper is."""
    return _KIND_OF[type(paper)]


def title_of(paper: Paper) -> str:
    """Return by what a paper is told from others of its kind, as files are called."""
    named = (getattr(paper, name, None) for name in _NAMES)
    return next((name for name in named if name), "RS")
