"""The papers that go with one item: quarantine tag, work ticket, label back to the customer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from returnstation.application.desk.receipts import because_of
from returnstation.application.equipment import Equipment
from returnstation.application.ports import Photos
from returnstation.application.proposing import Proposing
from returnstation.application.recording import ToPrint
from returnstation.application.troubles import Refused, Trouble
from returnstation.domain.cases import Case, Item
from returnstation.domain.dispositions import Disposition
from returnstation.domain.facts import PhotoTaken
from returnstation.domain.messages import Say, say
from returnstation.domain.orders import Customer
from returnstation.domain.papers import (
    Address,
    Paper,
    PaperPhoto,
    PhotoSheet,
    QuarantineTag,
    ShipBackLabel,
    TicketStep,
    WorkTicket,
    kind_of,
)
from returnstation.domain.work import order_for

_MOST_REASONS = 4


@dataclass(frozen=True, slots=True)
class ItemPapers:
    """Draws up papers of items."""

    equipment: Equipment

    def following(self, case: Case, item: Item, language: str) -> tuple[ToPrint, ...]:
        """Return what is printed because an item goes where it goes now.

        A paper that no printer has a medium for is left out.
        """
        equipment = self.equipment
        papers = [(paper, language) for paper in self._for_workers(case, item)]
        if item.disposition is Disposition.SHIP_BACK and self.customer(case) is not None:
            papers.append((self.ship_back(case, item), case.opened.language))
        printers = [(paper, said, equipment.printer_for(kind_of(paper))) for paper, said in papers]
        return tuple(
            ToPrint(paper, said, printer, item_id=item.item_id)
            for paper, said, printer in printers
            if printer is not None
        )

    def _for_workers(self, case: Case, item: Item) -> Iterator[Paper]:
        if item.disposition is Disposition.QUARANTINE:
            yield self.tag(case, item)
        if self._has_work(item):
            yield self.ticket(case, item)

    def tag(self, case: Case, item: Item) -> QuarantineTag:
        """Return the tag of an item in quarantine.

        Raises:
            Refused: It is not in quarantine.
        """
        settings = self.equipment.settings
        if item.disposition is not Disposition.QUARANTINE:
            raise Refused("paper-not-quarantined", lpn=item.lpn or "")
        return QuarantineTag(
            lpn=item.lpn or "",
            title=item.title,
            merchant=case.opened.merchant or "",
            case_number=case.number,
            reasons=tuple(self._reasons(case, item))[:_MOST_REASONS],
            tagged_at=self.equipment.now().astimezone(settings.zone),
            quantity=item.quantity,
            is_training=settings.is_training,
        )

    def _reasons(self, case: Case, item: Item) -> Iterator[Say]:
        """Yield why nobody may touch an item: what was found, else what a gate says."""
        if item.finding != "expected":
            yield say(f"finding.{item.finding}")
        yield from (say(f"finding.{finding}") for finding in item.findings)
        if item.finding == "expected" and not item.findings:
            gates = Proposing(self.equipment).proposal(case, item).gates
            yield from (
                gate.why for gate in gates if gate.state == "locked" and gate.why is not None
            )
            yield say("slip.quarantined")

    def ticket(self, case: Case, item: Item) -> WorkTicket:
        """Return the work ticket of an item.

        Raises:
            Refused: Where it goes, there is nothing to be done to it.
        """
        settings, grade = self.equipment.settings, item.grade
        order = None
        if item.disposition is not None:
            order = order_for(self.equipment.work_orders, item.disposition, item.category)
        if order is None:
            raise Refused("paper-no-work", lpn=item.lpn or "")
        return WorkTicket(
            lpn=item.lpn or "",
            disposition=order.disposition.value,
            title=item.title,
            merchant=case.opened.merchant or "",
            sku=item.sku or "",
            case_number=case.number,
            steps=tuple(_step(step, item) for step in order.steps),
            success=order.success.value,
            failure=order.failure.value,
            ordered_at=self.equipment.now().astimezone(settings.zone),
            functional=None if grade is None else f"F{grade.functional}",
            cosmetic=None if grade is None else f"C{grade.cosmetic}",
            findings=tuple(say(f"finding.{finding}") for finding in item.findings),
            parts=item.lacking,
            quantity=item.quantity,
            is_training=settings.is_training,
        )

    def _has_work(self, item: Item) -> bool:
        if item.disposition is None:
            return False
        return order_for(self.equipment.work_orders, item.disposition, item.category) is not None

    def ship_back(
        self, case: Case, item: Item, to: Address | None = None, sender: Address | None = None
    ) -> ShipBackLabel:
        """Return the label of an item that goes back to the customer.

        Raises:
            Refused: Nobody knows who that is.
        """
        because, clause = None, ""
        if item.line_id is not None:
            because, clause = because_of(case, item.line_id)
        customer = self.customer(case)
        if to is None and customer is None:
            raise Refused("paper-no-customer", number=case.number)
        return ShipBackLabel(
            sender=sender or self.house(case),
            to=to or address_of(customer),
            lpn=item.lpn or "",
            case_number=case.number,
            title=item.title,
            because=because,
            clause=clause or None,
            quantity=item.quantity,
            order_number=None if case.is_gift else ", ".join(case.opened.orders) or None,
            is_training=self.equipment.settings.is_training,
        )

    def photos(self, case: Case, item: Item | None) -> PhotoSheet:
        """Return all photos of an item, or of a whole case.

        Raises:
            Refused: There are none.
        """
        settings = self.equipment.settings
        taken = case_photos(case) if item is None else item.photos
        if not taken:
            raise Refused("paper-no-photos", number=case.number)
        grade = None if item is None else item.grade
        return PhotoSheet(
            case_number=case.number,
            title=(case.opened.merchant or "") if item is None else item.title,
            merchant=case.opened.merchant or "",
            photos=tuple(PaperPhoto(digest=each.digest, caption=_caption(each)) for each in taken),
            printed_at=self.equipment.now().astimezone(settings.zone),
            lpn=None if item is None else item.lpn,
            functional=None if grade is None else f"F{grade.functional}",
            cosmetic=None if grade is None else f"C{grade.cosmetic}",
            is_training=settings.is_training,
        )

    def customer(self, case: Case) -> Customer | None:
        """Return who bought, unless somebody else sent it back."""
        opened = case.opened
        if opened.merchant_id is None or not opened.orders or case.is_gift:
            return None
        order = self.equipment.catalogue.order(opened.merchant_id, opened.orders[0])
        return None if order is None else order.customer

    def house(self, case: Case) -> Address:
        """Return the returns centre as it stands on parcels of a merchant."""
        settings, merchant = self.equipment.settings, case.opened.merchant
        lines = (settings.site, *settings.address) if merchant else settings.address
        return Address(
            name=merchant or settings.site, lines=lines, country=settings.country or None
        )


def address_of(customer: Customer | None) -> Address:
    """Return what is known of where somebody lives."""
    if customer is None:
        return Address(name="")
    town = " ".join(part for part in (customer.postcode, customer.city) if part)
    land = customer.jurisdiction.partition("-")[0]
    return Address(name=customer.name, lines=(town,) if town else (), country=land)


def case_photos(case: Case) -> tuple[PhotoTaken, ...]:
    """Return the photos of a parcel, and of all that was in it."""
    return (*case.photos, *(photo for item in case.items.values() for photo in item.photos))


def kept_pictures(photos: Photos) -> Callable[[str], bytes | None]:
    """Return how papers get their photos; one that is no longer kept is None."""

    def picture(digest: str) -> bytes | None:
        try:
            return photos.thumbnail(digest)
        except Trouble:
            return None

    return picture


def _step(step: str, item: Item) -> TicketStep:
    outcome = item.work.get(step)
    done = None if outcome is None else say(f"work.{outcome}")
    return TicketStep(title=say(f"work.step.{step}"), outcome=done)


def _caption(photo: PhotoTaken) -> Say | None:
    if photo.finding is not None:
        return say(f"finding.{photo.finding}")
    return None if photo.item_id is not None else say("slip.photo.parcel")
