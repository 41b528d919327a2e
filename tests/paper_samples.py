"""Papers as tests need them: valid, and every field that is not asked for is said."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw

from returnstation.domain.messages import say
from returnstation.domain.money import Money
from returnstation.domain.papers import (
    Address,
    Badge,
    CarrierFormat,
    CarrierLabel,
    Certificate,
    CertifiedItem,
    ContainerLabel,
    CreditLine,
    CreditNote,
    CreditTax,
    ItemLabel,
    JobState,
    Manifest,
    ManifestItem,
    Outcome,
    PalletLabel,
    Paper,
    PaperKind,
    PaperPhoto,
    PhotoSheet,
    PrintJob,
    QuarantineTag,
    Receipt,
    ReceiptLine,
    ShiftReport,
    ShipBackLabel,
    ShippingLabel,
    Tally,
    TicketStep,
    WorkerFigures,
    WorkTicket,
)
from returnstation.domain.sscc import sscc

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

_LABEL = ItemLabel(
    lpn="ICN3-0011842",
    disposition="restock_open_box",
    functional="F6",
    cosmetic="C6",
    title="하늘 러너 3 · 네이비 270",
    merchant="달빛스포츠",
    sku="SKY-3-NV-270",
    case_number="C-2026-0117",
    printed_at=NOON,
    gtin="8801234567893",
)
_LINE = ReceiptLine(
    title="Sky Runner 3, navy 270",
    sku="SKY-3-NV-270",
    quantity=2,
    outcome=Outcome.ACCEPTED,
    because=say("papers.receipt.keep"),
    clause="BGB § 357a(1)",
    refund=Money(12340, "EUR"),
    deductions=((say("papers.deduction.diminished_value"), Money(560, "EUR")),),
)
_RECEIPT = Receipt(
    case_number="C-2026-0117",
    merchant="달빛스포츠 Moonlight",
    country="DE",
    received_on=date(2026, 11, 24),
    issued_at=NOON,
    lines=(
        _LINE,
        replace(_LINE, outcome=Outcome.REFUSED, refund=None, deductions=()),
        replace(_LINE, outcome=Outcome.REVIEW, refund=None, deductions=(), clause=None),
    ),
    rma="RMA-2026-0117",
    order_number="112-1234567-1234567",
    customer="Jana K.",
    refund_total=Money(12340, "EUR"),
    refund_due_on=date(2026, 12, 8),
    refund_method="original_payment",
    feedback_url="https://returns.example/f/C-2026-0117",
)
SSCC = sscc("8801234", 42)
TRACKING = "1Z999AA10123456784"
_SITE = Address(
    name="인천 반품센터 Returns", lines=("88 Harbour Road", "22300 Incheon"), country="KR"
)
_BUYER = Address(name="Jana Königsberger", lines=("Lange Straße 12", "10115 Berlin"), country="DE")
_PHOTO = "ab" * 32
_PHOTOS = tuple(PaperPhoto(digest=_PHOTO, caption=say("finding.damaged")) for _ in range(3))


def photo(digest: str) -> bytes | None:
    """Return a photo for the one digest that is kept: a shoe-like blot in grey and red."""
    if digest != _PHOTO:
        return None
    picture = Image.linear_gradient("L").resize((640, 480)).convert("RGB")
    ImageDraw.Draw(picture).ellipse((150, 120, 500, 380), fill=(190, 60, 50))
    out = BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def carrier_png(tracking: str = TRACKING, dpi: int = 203) -> bytes:
    """Return a label of 4 x 6 inches as a carrier sends it: a Code 128 and words."""
    picture = Image.new("L", (4 * dpi, 6 * dpi), 255)
    made = zxingcpp.create_barcode(tracking, zxingcpp.BarcodeFormat.Code128)
    bars = np.asarray(made.to_image(scale=1, add_quiet_zones=False))[:1]
    module = 3 * dpi // 203
    wide = np.repeat(np.repeat(bars, module, axis=1), dpi, axis=0)
    picture.paste(Image.fromarray(wide), (dpi // 4, 3 * dpi))
    ImageDraw.Draw(picture).text((dpi // 4, dpi // 2), "CARRIER EXPRESS", fill=0, font_size=60)
    out = BytesIO()
    picture.save(out, "PNG", dpi=(dpi, dpi))
    return out.getvalue()


SAMPLES: dict[PaperKind, Paper] = {
    PaperKind.ITEM_LABEL: _LABEL,
    PaperKind.RECEIPT: _RECEIPT,
    PaperKind.CONTAINER_LABEL: ContainerLabel(
        code="T-07", disposition="restock_open_box", capacity=40, site="ICN3", place=3
    ),
    PaperKind.PALLET_LABEL: PalletLabel(sscc=SSCC, disposition="liquidate", site="ICN3"),
    PaperKind.SHIPPING_LABEL: ShippingLabel(
        sender=_BUYER,
        to=_SITE,
        carrier="UPS",
        service="Standard",
        tracking=TRACKING,
        rma="RMA-2026-0117",
        reason=say("reason.defective"),
        reason_code="defective",
        weight_g=1240,
        sscc=SSCC,
    ),
    PaperKind.CARRIER_LABEL: CarrierLabel(
        format=CarrierFormat.PNG, content=carrier_png(), name="C-2026-0117"
    ),
    PaperKind.SHIP_BACK_LABEL: ShipBackLabel(
        sender=_SITE,
        to=_BUYER,
        lpn="ICN3-0011842",
        case_number="C-2026-0117",
        title="하늘 러너 3 · 네이비 270",
        because=say("law.window_closed", last_day=date(2026, 11, 2)),
        clause="BGB § 355(2)",
        order_number="112-1234567-1234567",
    ),
    PaperKind.QUARANTINE_TAG: QuarantineTag(
        lpn="ICN3-0011842",
        title="하늘 러너 3 · 네이비 270",
        merchant="달빛스포츠",
        case_number="C-2026-0117",
        reasons=(say("finding.battery_damaged"), say("finding.unsafe")),
        tagged_at=NOON,
    ),
    PaperKind.WORK_TICKET: WorkTicket(
        lpn="ICN3-0011842",
        disposition="refurbish",
        title="달빛 페이스 2 블랙",
        merchant="달빛스포츠",
        sku="DP2-BK",
        case_number="C-2026-0117",
        steps=(
            TicketStep(title=say("work.step.wipe"), outcome=say("work.done")),
            TicketStep(title=say("work.step.repair")),
            TicketStep(title=say("work.step.test")),
            TicketStep(title=say("work.step.pack")),
        ),
        success="restock_open_box",
        failure="harvest_parts",
        ordered_at=NOON,
        functional="F3",
        cosmetic="C6",
        findings=(say("finding.battery_worn"), say("finding.incomplete")),
        parts=("charger", "strap"),
    ),
    PaperKind.PHOTO_SHEET: PhotoSheet(
        case_number="C-2026-0117",
        title="하늘 러너 3 · 네이비 270",
        merchant="달빛스포츠",
        photos=(*_PHOTOS, PaperPhoto(digest="00" * 32)),
        printed_at=NOON,
        lpn="ICN3-0011842",
        functional="F6",
        cosmetic="C6",
    ),
    PaperKind.CERTIFICATE: Certificate(
        case_number="C-2026-0117",
        merchant="달빛스포츠 Moonlight",
        country="DE",
        received_on=date(2026, 11, 24),
        issued_at=NOON,
        customer="Jana K.",
        order_number="112-1234567-1234567",
        items=(
            CertifiedItem(
                title="Sky Runner 3, navy 270",
                sku="SKY-3-NV-270",
                lpn="ICN3-0011842",
                quantity=1,
                inspected_at=NOON,
                outcome=Outcome.ACCEPTED,
                because=say("papers.receipt.keep"),
                clause="BGB § 357a(1)",
                functional="F5",
                cosmetic="C4",
                findings=(say("finding.worn"), say("finding.tag_removed")),
                photos=_PHOTOS,
            ),
            CertifiedItem(
                title="Moon Pace 2",
                sku="DP2-BK",
                lpn="ICN3-0011843",
                quantity=1,
                outcome=Outcome.REFUSED,
                because=say("papers.receipt.keep"),
                functional="F6",
                cosmetic="C9",
            ),
        ),
    ),
    PaperKind.CREDIT_NOTE: CreditNote(
        number="CN-C-2026-0117-1",
        case_number="C-2026-0117",
        merchant="달빛스포츠 Moonlight",
        issued_at=NOON,
        order_number="112-1234567-1234567",
        customer="Jana K.",
        lines=(
            CreditLine(
                title="Sky Runner 3, navy 270",
                sku="SKY-3-NV-270",
                quantity=2,
                amount=Money(12340, "EUR"),
                rate="19",
            ),
            CreditLine(title="Moon Pace 2", sku="DP2", quantity=1, amount=Money(900, "EUR")),
        ),
        shipping=Money(490, "EUR"),
        total=Money(13730, "EUR"),
        settlement=Money(214000, "KRW"),
        taxes=(
            CreditTax(
                rate="19",
                net=Money(10370, "EUR"),
                tax=Money(1970, "EUR"),
                gross=Money(12340, "EUR"),
            ),
        ),
        tenders=(
            (say("papers.tender.gift_card"), Money(3730, "EUR")),
            (say("papers.tender.card"), Money(10000, "EUR")),
        ),
    ),
    PaperKind.MANIFEST: Manifest(
        load="L-ICN3-000042",
        site="인천 반품센터",
        printed_at=NOON,
        left_at=NOON,
        to="Second Life GmbH",
        lines=tuple(
            ManifestItem(
                lpn=f"ICN3-{11842 + number:07}",
                gtin="08801234567893",
                title="하늘 러너 3 · 네이비 270",
                grade="F6 / C6",
                quantity=1 + number % 3,
                value=None if number % 7 == 0 else Money(89000, "KRW"),
            )
            for number in range(70)
        ),
        units=139,
        totals=(Money(10680000, "KRW"),),
        unvalued=20,
    ),
    PaperKind.BADGE: Badge(code="OPERATOR", name="김서연", role="operator", site="인천 반품센터"),
    PaperKind.SHIFT_REPORT: ShiftReport(
        site="인천 반품센터",
        desk="3번 작업대",
        day=date(2026, 11, 24),
        printed_at=NOON,
        cases=212,
        items=260,
        seconds=71,
        outcomes=(
            Tally(say("papers.receipt.outcome.accepted"), 231),
            Tally(say("papers.receipt.outcome.refused"), 20),
        ),
        dispositions=(
            Tally(say("disposition.restock_new"), 120),
            Tally(say("disposition.liquidate"), 90),
        ),
        people=(WorkerFigures(name="김서연", cases=212, items=260, seconds=71),),
        exceptions=(Tally(say("slip.exception.reprinted"), 4),),
    ),
}
"""One of each kind that is drawn from values alone."""

EXPECTED_CODES: dict[PaperKind, set[tuple[str, str]]] = {
    PaperKind.ITEM_LABEL: {("]C0", "ICN3-0011842"), ("]d2", "010880123456789391ICN3-0011842")},
    PaperKind.RECEIPT: {("]C0", "C-2026-0117")},
    PaperKind.CONTAINER_LABEL: {("]C0", "RST:T-07")},
    PaperKind.PALLET_LABEL: {("]C1", f"00{SSCC}")},
    PaperKind.SHIPPING_LABEL: {
        ("]C0", TRACKING),
        ("]Q1", "RMA-2026-0117"),
        ("]C1", f"00{SSCC}"),
    },
    PaperKind.CARRIER_LABEL: {("]C0", TRACKING)},
    PaperKind.SHIP_BACK_LABEL: {("]C0", "ICN3-0011842")},
    PaperKind.QUARANTINE_TAG: {("]C0", "ICN3-0011842")},
    PaperKind.WORK_TICKET: {("]C0", "ICN3-0011842")},
    PaperKind.PHOTO_SHEET: {("]C0", "ICN3-0011842")},
    PaperKind.CERTIFICATE: {("]C0", "C-2026-0117")},
    PaperKind.CREDIT_NOTE: {("]C0", "CN-C-2026-0117-1")},
    PaperKind.MANIFEST: {("]C0", "L-ICN3-000042")},
    PaperKind.BADGE: {("]C0", "RSB:OPERATOR")},
    PaperKind.SHIFT_REPORT: {("]C0", "2026-11-24")},
}
"""What a reader finds on them, at least."""


def a_label(**changes: Any) -> ItemLabel:
    return replace(_LABEL, **changes)


def a_line(**changes: Any) -> ReceiptLine:
    return replace(_LINE, **changes)


def a_receipt(**changes: Any) -> Receipt:
    return replace(_RECEIPT, **changes)


def a_job(job_id: str, paper: Paper | None = None, language: str = "ko") -> PrintJob:
    return PrintJob(
        job_id=job_id,
        paper=paper or a_label(),
        language=language,
        printer="desk",
        state=JobState.QUEUED,
        created_at=NOON,
    )
