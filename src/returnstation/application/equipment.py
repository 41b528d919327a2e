"""What a desk is equipped with: every outside thing it needs, and its settings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from returnstation.application.hub_state import HubState
from returnstation.application.ports import (
    Catalogue,
    Clock,
    NewId,
    Photos,
    PinCheck,
    ReadPicture,
    UnitOfWork,
)
from returnstation.domain.barcodes import BarcodeReader
from returnstation.domain.checklists import ChecklistBook
from returnstation.domain.economics import Economics
from returnstation.domain.gates import GateBook
from returnstation.domain.papers import PaperKind
from returnstation.domain.pay import UNLIMITED, Limits
from returnstation.domain.policy import Pack, PolicySet
from returnstation.domain.work import WorkOrder
from returnstation.domain.zones import zone_of
from returnstation.wire.conflicts import ConflictRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """One working place.

    Attributes:
        prefix: Site prefix of licence plates and case numbers, two to six capitals and digits.
        zone: The site's time zone.
        language: For workers until somebody is signed in, and for labels of nobody.
        goal: Items planned per day; None shows no goal.
        lock_after: Seconds without an act after which the desk locks.
        label_printer, receipt_printer: Names of printers in the station's settings.
        numbers: First and last number this desk may give to items, cases, loads and pallets.
        weight_tolerance: Percent an item may be off its product's weight.
        gs1_prefix: The site's GS1 company prefix; empty when it has none.
        address: Of the site, line by line; empty where nobody wrote it down.
        country: ISO 3166-1 code of where it lies.
        limits: What an operator may pay back without a supervisor.
    """

    site: str
    desk: str
    prefix: str
    zone: tzinfo
    language: str = "ko"
    goal: int | None = None
    lock_after: int = 600
    label_printer: str = "labels"
    receipt_printer: str = "receipts"
    is_training: bool = False
    limits: Limits = UNLIMITED
    numbers: tuple[int, int] = (1, 9_999_999)
    gs1_prefix: str = ""
    address: tuple[str, ...] = ()
    country: str = ""
    weight_tolerance: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantTerms:
    """A merchant's policies in the engine's terms.

    Attributes:
        version: Hash of the terms as the merchant gave them; a verdict keeps it.
        given: Those terms, as canonical JSON.
    """

    policy: PolicySet
    version: str
    given: bytes


ReadTerms = Callable[[dict[str, Any]], MerchantTerms]
"""Turn schema.org terms into the engine's; raises when they are wrong."""


class Terms:
    """Merchants' policies, read once each.

    Args:
        catalogue: Where merchants are.
        read: Turns schema.org terms into the engine's; raises when they are wrong.
    """

    def __init__(self, catalogue: Catalogue, read: ReadTerms) -> None:
        self._catalogue = catalogue
        self._read = read
        self._known: dict[str, tuple[dict[str, Any], MerchantTerms]] = {}

    def of(self, merchant_id: str) -> MerchantTerms | None:
        """Return a merchant's policy, or None when there is none.

        An import may change it while the desk works, so what was read before is compared first.
        """
        merchant = self._catalogue.merchant(merchant_id)
        if merchant is None or merchant.policy is None:
            return None
        known = self._known.get(merchant_id)
        if known is None or known[0] != merchant.policy:
            known = (merchant.policy, self._read(merchant.policy))
            self._known[merchant_id] = known
        return known[1]

    def given(self, version: str) -> bytes:
        """Return the terms of a version that judged something, as the merchant gave them."""
        return next(terms.given for _, terms in self._known.values() if terms.version == version)


def _no_scale() -> int | None:
    return None


def _no_printers(_kind: PaperKind) -> Sequence[str]:
    return ()


def _no_printer(_kind: PaperKind) -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """Every outside thing a desk needs.

    Attributes:
        work: Begins a unit of work that writes.
        look: Begins one that only reads, and waits for nobody.
        pack_text: Returns the text of the pack, to be kept beside the verdicts it gave.
        terms: Merchants' policies by merchant id.
        weigh: Returns the grams that lie still on the desk's scale; None when there are none.
        printer_for: Returns the name of the printer that has paper of a kind; None for none.
        printers_for: Returns the names of all printers that have paper of a kind, the usual one
            first.
        barcodes: Reads scans; knows the carriers' numbers and the site's own.
        hub: Returns how the station and its hub get on; None without a hub.
        conflicts: Returns what does not go together at this site, as the hub knows it.
    """

    work: UnitOfWork
    look: UnitOfWork
    catalogue: Catalogue
    pack: Pack
    pack_text: Callable[[], bytes]
    terms: Terms
    economics: Economics
    gates: GateBook
    checklists: ChecklistBook
    work_orders: tuple[WorkOrder, ...]
    photos: Photos
    pins: PinCheck
    read_picture: ReadPicture
    barcodes: BarcodeReader
    now: Clock
    new_id: NewId
    settings: DeskSettings
    weigh: Callable[[], int | None] = _no_scale
    printer_for: Callable[[PaperKind], str | None] = _no_printer
    printers_for: Callable[[PaperKind], Sequence[str]] = _no_printers
    hub: Callable[[], HubState | None] = lambda: None
    conflicts: Callable[[], Sequence[ConflictRecord]] = tuple

    def day_in(self, jurisdiction: str | None, moment: datetime) -> date:
        """Return the calendar day of a moment where the buyer lives, else at the site."""
        name = None if jurisdiction is None else zone_of(jurisdiction)
        zone = self.settings.zone if name is None else ZoneInfo(name)
        return moment.astimezone(zone).date()

    def today(self) -> datetime:
        """Return when the present day began at the site."""
        now = self.now().astimezone(self.settings.zone)
        return now.replace(hour=0, minute=0, second=0, microsecond=0)
