"""The papers of one case: copy of the receipt, certificate, draft of a credit note, label back."""

from dataclasses import dataclass, replace

from returnstation.application.desk.receipts import Receipts, because_of, tender_word
from returnstation.application.equipment import Equipment
from returnstation.application.papers_of_items import ItemPapers, address_of
from returnstation.application.recording import OpenCase
from returnstation.application.troubles import Refused
from returnstation.domain.barcodes import Kind, UnreadableBarcode
from returnstation.domain.cases import Case, Item
from returnstation.domain.facts import PaperQueued, RefundResolved
from returnstation.domain.messages import Say, say
from returnstation.domain.papers import (
    Address,
    Certificate,
    CertifiedItem,
    CreditLine,
    CreditNote,
    CreditTax,
    Outcome,
    PaperKind,
    PaperPhoto,
    Receipt,
    ShippingLabel,
)
from returnstation.domain.pay import ACCEPTED
from returnstation.domain.refunds import given_for

FINDINGS_TOLD = frozenset(
    {
        "assembled",
        "base_weight_wrong",
        "battery_damaged",
        "battery_worn",
        "claim_not_found",
        "cold_chain_broken",
        "damaged",
        "data_not_wiped",
        "defective",
        "expired",
        "expires_soon",
        "hygiene_seal_broken",
        "incomplete",
        "media_seal_broken",
        "not_reflective",
        "other_product",
        "smell",
        "stained",
        "tag_removed",
        "unsafe",
        "water_damage",
        "worn",
        "wrong_item",
    }
)
"""What a customer is told was found; a mere suspicion is not. Their words exist in every
language of receipts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a parcel travels, as far as somebody says so."""

    sender: Address | None = None
    to: Address | None = None
    carrier: str | None = None
    service: str | None = None
    tracking: str | None = None
    weight_g: int | None = None
    sscc: str | None = None


@dataclass(frozen=True, slots=True)
class CasePapers:
    """Draws up papers of cases."""

    equipment: Equipment

    def receipt(self, opened: OpenCase) -> Receipt:
        """Return the customer's receipt, a copy when there was one before.

        Raises:
            Refused: The case is not settled.
        """
        paper = Receipts(self.equipment).of(opened.case, _settled(opened.case)).paper
        if not isinstance(paper, Receipt):
            raise TypeError(paper)
        kind = PaperKind.RECEIPT.value
        facts = (recorded.fact for recorded in opened.told)
        is_copy = any(isinstance(fact, PaperQueued) and fact.kind == kind for fact in facts)
        return replace(paper, is_copy=is_copy)

    def certificate(self, case: Case, item: Item | None = None) -> Certificate:
        """Return what was found on all items of a case, or on one.

        Raises:
            Refused: Nothing was received.
        """
        equipment, opened = self.equipment, case.opened
        items = tuple(case.items.values()) if item is None else (item,)
        if not items:
            raise Refused("nothing-received")
        customer = ItemPapers(equipment).customer(case)
        return Certificate(
            case_number=case.number,
            merchant=opened.merchant or "",
            country=opened.jurisdiction or "",
            received_on=equipment.day_in(opened.jurisdiction, case.opened_at),
            issued_at=equipment.now().astimezone(equipment.settings.zone),
            items=tuple(self._certified(case, each) for each in items),
            rma=opened.rma,
            order_number=None if case.is_gift else ", ".join(opened.orders) or None,
            customer=None if customer is None else customer.short_name,
            is_training=equipment.settings.is_training,
        )

    def _certified(self, case: Case, item: Item) -> CertifiedItem:
        grade, outcome = item.grade, _outcome(case, item)
        because, clause = None, ""
        if outcome is not None and item.line_id is not None:
            because, clause = because_of(case, item.line_id)
        at = item.graded_at
        return CertifiedItem(
            title=item.title,
            sku=item.sku or "",
            lpn=item.lpn or "",
            quantity=item.quantity,
            inspected_at=None if at is None else at.astimezone(self.equipment.settings.zone),
            outcome=outcome,
            because=because,
            clause=clause or None,
            functional=None
            if grade is None or grade.functional is None
            else f"F{grade.functional}",
            cosmetic=None if grade is None or grade.cosmetic is None else f"C{grade.cosmetic}",
            serial=item.serial,
            findings=tuple(
                say(f"finding.{code}")
                for code in (item.finding, *item.findings)
                if code in FINDINGS_TOLD
            ),
            photos=tuple(_photo(photo.digest, photo.finding) for photo in item.photos),
        )

    def credit_note(self, case: Case) -> CreditNote:
        """Return the draft of a credit note.

        Raises:
            Refused: The case is not settled, or no money is given back.
        """
        refund, equipment = _settled(case), self.equipment
        paid = [line for line in refund.lines if line.outcome == ACCEPTED and given_for(line)]
        if not paid and not refund.shipping:
            raise Refused("paper-nothing-settled", number=case.number)
        drafts = [told.credit_note for told in case.instructed if told.credit_note]
        customer = ItemPapers(equipment).customer(case)
        return CreditNote(
            number=drafts[-1] if drafts else f"CN-{case.number}",
            case_number=case.number,
            merchant=case.opened.merchant or "",
            issued_at=equipment.now().astimezone(equipment.settings.zone),
            lines=tuple(
                CreditLine(
                    title=case.line(line.line_id).title,
                    sku=case.line(line.line_id).sku,
                    quantity=line.units or case.units_of(line.line_id),
                    amount=given_for(line),
                    rate=line.rate,
                )
                for line in paid
            ),
            total=refund.total,
            order_number=None if case.is_gift else ", ".join(case.opened.orders) or None,
            customer=None if customer is None else customer.short_name,
            shipping=refund.shipping or None,
            taxes=tuple(
                CreditTax(
                    rate=share.rate, net=share.gross - share.tax, tax=share.tax, gross=share.gross
                )
                for share in refund.taxes
            ),
            tenders=tuple(
                (say(f"papers.tender.{tender_word(part.kind)}"), part.amount)
                for part in refund.tenders
            ),
            settlement=refund.settlement,
            is_training=equipment.settings.is_training,
        )

    def shipping(self, case: Case, way: Way) -> ShippingLabel:
        """Return the label of a parcel on its way back here.

        Raises:
            Refused: Nobody knows its tracking number, or who sends it.
        """
        items, opened = ItemPapers(self.equipment), case.opened
        tracking = way.tracking or self._tracking(case)
        if tracking is None:
            raise Refused("paper-no-tracking", number=case.number)
        customer = items.customer(case)
        if way.sender is None and customer is None:
            raise Refused("paper-no-customer", number=case.number)
        carrier, service = self._carrier(tracking)
        reasons = [line.reason for line in opened.lines if line.reason is not None]
        reason = reasons[0] if reasons else None
        return ShippingLabel(
            sender=way.sender or address_of(customer),
            to=way.to or items.house(case),
            carrier=way.carrier or carrier,
            service=way.service or service,
            tracking=tracking,
            rma=opened.rma,
            reason=None if reason is None else say(f"reason.{reason.value}"),
            reason_code=None if reason is None else reason.value,
            weight_g=way.weight_g,
            sscc=way.sscc,
            is_training=self.equipment.settings.is_training,
        )

    def _tracking(self, case: Case) -> str | None:
        opened = case.opened
        if opened.merchant_id is None or opened.rma is None:
            return None
        rma = self.equipment.catalogue.rma(opened.merchant_id, opened.rma)
        return None if rma is None else rma.tracking

    def _carrier(self, tracking: str) -> tuple[Say | str, Say | None]:
        """Return carrier and service, as far as the number tells."""
        try:
            found = self.equipment.barcodes.read(tracking).first(Kind.TRACKING)
        except UnreadableBarcode:
            return "", None
        if found is None or found.carrier is None:
            return "", None
        service = None if found.service is None else say(f"service.{found.service}")
        return say(f"carrier.{found.carrier}"), service


def _settled(case: Case) -> RefundResolved:
    if case.refund is None:
        raise Refused("paper-nothing-settled", number=case.number)
    return case.refund


def _outcome(case: Case, item: Item) -> Outcome | None:
    lines = () if case.refund is None else case.refund.lines
    found = next((line.outcome for line in lines if line.line_id == item.line_id), None)
    return None if found is None else Outcome(found)


def _photo(digest: str, finding: str | None) -> PaperPhoto:
    told = say(f"finding.{finding}") if finding in FINDINGS_TOLD else None
    return PaperPhoto(digest=digest, caption=told)
