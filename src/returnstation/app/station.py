"""One station with all its parts.

Nothing here imports Qt, so commands and the headless desk start fast and run where no display
library is installed.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import uuid_utils

from returnstation import datafiles
from returnstation.app.hub_shown import hub_state
from returnstation.app.lock import LOCK_FILE, DeskLock
from returnstation.app.pictures import read_picture
from returnstation.app.terms import read_terms
from returnstation.application.blind import StationBlindParcels
from returnstation.application.desk.desk import Desk
from returnstation.application.equipment import DeskSettings, Equipment, Terms
from returnstation.application.papers_of_items import kept_pictures
from returnstation.application.ports import NewId
from returnstation.application.recording import Recording
from returnstation.application.reviewing import Reviewing
from returnstation.application.troubles import Refused, Trouble
from returnstation.domain.barcodes import BarcodeReader
from returnstation.domain.papers import ItemLabel, Paper, PaperKind, kind_of
from returnstation.i18n import load_catalog
from returnstation.policydata import pack_files, pack_on_demand, pack_text
from returnstation.settings import ScannerSettings, Settings, home_folder, load_settings
from returnstation.sitedata import (
    load_checklists,
    load_economics,
    load_gates,
    load_patterns,
    load_work,
)
from returnstation.storage.cache import CacheDatabase
from returnstation.storage.inspections import InspectionTable
from returnstation.storage.photos import PhotoFolder
from returnstation.storage.station import PrinterQueue, StationDatabase

if TYPE_CHECKING:
    from returnstation.app.photo_lane import PhotoLane
    from returnstation.app.sync_worker import SyncWorker
    from returnstation.app.syncing import HubLink
    from returnstation.app.tidying import Tidying
    from returnstation.application.policy_book import PolicyBook
    from returnstation.application.trials import SupervisedTrials
    from returnstation.printing import Printer, PrintWorker
    from returnstation.scanning.scale import Scale

EPOCH_BITS = 63


def now() -> datetime:
    """Return the present moment: the one clock of the program."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """Return a UUIDv7."""
    return UUID(int=uuid_utils.uuid7().int)


class Station:
    """Every part of one station; close it before the program ends.

    Args:
        home: The station's folder; made when it is not there.
        clock: Says what time it is; another than the real one only in demos and tests.
        ids: Gives ids.

    Raises:
        Trouble: Settings, disk or database are not as they must be.
    """

    def __init__(self, home: Path, clock: Any = now, ids: NewId = new_id) -> None:
        self.home = home
        self.clock = clock
        self.ids = ids
        self.settings: Settings = load_settings(home)
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Trouble("file-unreadable", file=str(home)) from error
        self.database = StationDatabase(
            home / "station.db", self.settings.prefix, ids, secrets.randbits(EPOCH_BITS)
        )
        self._lock = DeskLock(home / LOCK_FILE)
        self._workers: list[PrintWorker] = []
        self.syncing: SyncWorker | None = None
        self._photo_lane: PhotoLane | None = None
        self._tidying: Tidying | None = None
        if self.database.setting("hub_url") is not None:
            self.hub.check_machine()

    @cached_property
    def cache(self) -> CacheDatabase:
        """The orders of this station; the file of the present generation."""
        generation = self.database.setting("cache_generation") or "1"
        return CacheDatabase(self.home / f"cache-{generation}.db")

    @cached_property
    def barcodes(self) -> BarcodeReader:
        """Reads scans; knows the carriers' numbers and the site's own.

        Raises:
            Trouble: ``settings-wrong``.
        """
        return BarcodeReader(load_patterns(self.home))

    def heard(self, text: str, source: str = "keyboard") -> Sequence[str]:
        """Return what a scanner may have read that sent this text, the likeliest first.

        A single reading is certain; of several a person must choose.
        """
        from returnstation.scanning.wedge_reading import readings

        scanner = self.settings.scanners.get(source, ScannerSettings())
        return readings(text, scanner, self.barcodes.read)

    @cached_property
    def equipment(self) -> Equipment:
        """Everything a desk needs."""
        from returnstation.storage.pins import Argon2Pins

        return Equipment(
            work=self.database.work,
            look=self.database.look,
            catalogue=self.cache,
            pack=pack_on_demand(),
            pack_text=lambda: pack_text(pack_files(datafiles.resource("policy"))),
            terms=Terms(self.cache, read_terms),
            economics=load_economics(self.settings.economics, self.home),
            gates=load_gates(self.home),
            checklists=load_checklists(None, self.home / "checklists", load_catalog("en").knows),
            work_orders=load_work(),
            photos=PhotoFolder(self.home / "photos"),
            pins=Argon2Pins(),
            read_picture=partial(read_picture, self.barcodes, self._is_product),
            barcodes=self.barcodes,
            now=self.clock,
            new_id=self.ids,
            settings=self._desk_settings(),
            weigh=self.weigh,
            printer_for=self.printer_for,
            printers_for=self.printers_for,
            hub=lambda: hub_state(self.syncing, self._photo_lane),
            conflicts=self.cache.conflicts,
        )

    @cached_property
    def hub(self) -> "HubLink":
        """What this station knows of its hub."""
        from returnstation.app.syncing import HubLink

        return HubLink(self.home, self.database, self.clock)

    def start_syncing(self) -> "SyncWorker | None":
        """Meet the hub now and then, in a thread; without one only tidy up, and return None."""
        _ = self.equipment  # made here, not by two threads at once
        if self.hub.address is None:
            from returnstation.app.tidying import Tidying

            self._tidying = Tidying(self)
            self._tidying.start()
            return None
        from returnstation.app.photo_lane import PhotoLane
        from returnstation.app.sync_worker import SyncWorker

        self.syncing = SyncWorker(self)
        self.database.facts_added = self.syncing.note
        self.syncing.start()
        self._photo_lane = PhotoLane(self)
        self._photo_lane.start()
        return self.syncing

    def _desk_settings(self) -> DeskSettings:
        settings = self.settings.for_desk()
        leased = self.database.setting("numbers")
        if leased is None:
            return settings
        first, _, last = leased.partition("-")
        return replace(settings, numbers=(int(first), int(last)))

    def printer_for(self, kind: PaperKind) -> str | None:
        """Return the printer that has paper of a kind: its own, else the one for labels first."""
        return next(iter(self.printers_for(kind)), None)

    def printers_for(self, kind: PaperKind) -> tuple[str, ...]:
        """Return all printers that have paper of a kind, the usual one first."""
        settings, loaded = self.settings, self.printers
        usual = [settings.label_printer, settings.receipt_printer]
        if kind is PaperKind.RECEIPT:
            usual.reverse()
        names = dict.fromkeys((settings.papers.get(kind), *usual, *settings.printers))
        return tuple(n for n in names if n in loaded and kind in loaded[n].medium.papers)

    def draw(self, paper: Paper) -> bytes:
        """Return a paper as PNG, dot for dot as the printer that has paper for it prints it.

        Raises:
            Refused: No printer has.
        """
        from returnstation.printing import preview

        name = self.printer_for(kind_of(paper))
        if name is None:
            raise Refused("no-printer-for-label", code="")
        printer = self.printers[name]
        return preview(paper, self.settings.language, printer.model, printer.medium)

    def weigh(self) -> int | None:
        """Return the grams that lie still on the desk's scale; the first call begins to weigh."""
        return None if self._scale is None else self._scale.grams()

    @cached_property
    def _scale(self) -> "Scale | None":
        wanted = self.settings.scale
        if wanted is None:
            return None
        from returnstation.scanning.scale import Scale
        from returnstation.scanning.scale_words import Protocol
        from returnstation.scanning.serial_port import open_serial

        scale = Scale(
            partial(open_serial, wanted.port, wanted.baud), Protocol(wanted.protocol), wanted.unit
        )
        scale.start()
        return scale

    @cached_property
    def desk(self) -> Desk:
        """The one desk of this station.

        Raises:
            Trouble: ``desk-in-use``: another process works at it.
        """
        self._lock.take()
        return Desk(self.equipment)

    @cached_property
    def reviews(self) -> Reviewing:
        """The supervisor's page, for whoever is signed in at the desk."""
        table = InspectionTable(self.database, self.equipment.settings.zone)
        return Reviewing(self.equipment, self.desk.memory, table)

    @cached_property
    def blind(self) -> StationBlindParcels:
        """The queue of parcels nobody knows the order of."""
        return StationBlindParcels(Recording(self.equipment), lambda: self.desk.memory)

    @cached_property
    def book(self) -> "PolicyBook":
        """The supervisor's rule book; made when it is first wanted."""
        from returnstation.application.policy_book import PolicyBook
        from returnstation.application.policy_book.site import StationSite

        table = InspectionTable(self.database, self.equipment.settings.zone)
        site = StationSite(self.equipment, self.desk.memory, table)
        return PolicyBook(self.equipment.pack, site)

    @cached_property
    def trials(self) -> "SupervisedTrials":
        """The supervisors' test bench: drafts of rules tried on past returns."""
        from returnstation.application.trials import SupervisedTrials
        from returnstation.application.trying import Trying
        from returnstation.policydata.drafts import DraftFolders
        from returnstation.policydata.texts import KeptTexts
        from returnstation.storage.past import PastLines

        folder = self.home / "drafts"
        past = PastLines(self.database)
        trying = Trying(self.equipment, past, KeptTexts(), DraftFolders(folder))
        return SupervisedTrials(trying, self.desk.memory, str(folder))

    @cached_property
    def printers(self) -> "dict[str, Printer]":
        """The printers of the settings, by name.

        Raises:
            Trouble: ``settings-wrong``.
        """
        return {name: self._printer(name) for name in self.settings.printers}

    def render_label(self, label: ItemLabel) -> bytes:
        """Return a label as PNG, dot for dot as it is printed."""
        from returnstation.printing import preview

        name = self.printer_for(PaperKind.ITEM_LABEL) or self.settings.label_printer
        printer = self.printers[name]
        user = self.desk.memory.language or self.settings.language
        return preview(label, user, printer.model, printer.medium)

    def _is_product(self, gtin: str) -> bool:
        return bool(self.cache.products(gtin))

    def use_printers(self, settings: Settings) -> None:
        """Print as these settings say from now on; the label in hand is finished first.

        Raises:
            Trouble: ``settings-wrong``; everything stays as it was.
        """
        before, self.settings = self.settings, settings
        try:
            printers = {name: self._printer(name) for name in settings.printers}
        except Trouble:
            self.settings = before
            raise
        is_printing = bool(self._workers)
        self._stop_printing()
        self.__dict__["printers"] = printers
        if is_printing:
            self.start_printing()

    def start_printing(self) -> None:
        """Print what waits, and what comes, in a thread per printer."""
        self._workers = self._make_workers()
        for worker in self._workers:
            worker.start()
            worker.wake()
        self.database.jobs_added = self._wake

    def finish_printing(self) -> bool:
        """Stop the printers' threads and print what waits, here and now.

        Returns:
            Whether nothing is left waiting; what cannot be printed stays in the queue.
        """
        self._stop_printing()
        left = [worker for worker in self._make_workers() if not worker.run_pending()]
        return not left

    def close(self) -> None:
        """Finish the label in the printers and close the files."""
        self._stop_printing()
        self.database.facts_added = lambda: None
        for thread in (self.syncing, self._photo_lane, self._tidying):
            if thread is not None:
                thread.stop()
        if self.__dict__.get("_scale") is not None:
            self.__dict__["_scale"].stop()
        if "cache" in self.__dict__:
            self.cache.close()
        self.database.close()
        self._lock.release()

    def _make_workers(self) -> "list[PrintWorker]":
        # Drawing, reading back and PDF take 120 ms to import: the window is up before them.
        from returnstation.printing import PrintWorker

        queue, pictures = PrinterQueue(self.database), kept_pictures(self.equipment.photos)
        printers = self.printers.values()
        return [PrintWorker(p, queue, self.clock, pictures=pictures) for p in printers]

    def _stop_printing(self) -> None:
        self.database.jobs_added = lambda: None
        for worker in self._workers:
            worker.stop()
        self._workers = []

    def _wake(self) -> None:
        for worker in self._workers:
            worker.wake()

    def _printer(self, name: str) -> "Printer":
        from returnstation.printing import BadProfile, Calibration, open_printer

        chosen = self.settings.printers[name]
        address = chosen.address
        scheme, _, path = address.partition(":")
        if scheme == "folder":
            address = f"folder:{self.home / path}"
        try:
            calibration = Calibration(chosen.offset_mm, chosen.darkness)
            return open_printer(name, chosen.model, chosen.medium, address, calibration)
        except BadProfile as error:
            raise Trouble(
                "settings-wrong", file="station.toml", what=f"printers.{name}: {error}"
            ) from error


def open_station(home: str | None = None) -> Station:
    """Open the station of a home folder, or of the usual one."""
    return Station(home_folder(home))
