"""Set the station's printers up while it works, and keep that in its settings."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from returnstation.app.station import Station
from returnstation.application.desk.printouts import Printouts
from returnstation.application.printers import FoundRow, PrinterRow
from returnstation.application.recording import Recording
from returnstation.application.troubles import Trouble
from returnstation.domain.papers import CalibrationPage, JobState, PaperKind, PrintJob
from returnstation.settings import PrinterSettings, Settings, save_printers

if TYPE_CHECKING:
    from returnstation.printing import Model

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 24


class StationPrinters:
    """The printers of a station.

    Args:
        station: Whose settings, queue and printing threads these are.
    """

    def __init__(self, station: Station) -> None:
        self._station = station

    def rows(self) -> Sequence[PrinterRow]:
        """Return the printers of the settings, with what waits in them."""
        station = self._station
        with station.database.look() as work:
            jobs = work.jobs.waiting()
        troubled = {job.printer for job in jobs if job.trouble}
        usual = {kind: station.printer_for(kind) for kind in PaperKind}
        rows = []
        for name, printer in station.printers.items():
            chosen = station.settings.printers[name]
            possible = tuple(kind for kind in PaperKind if kind in printer.medium.papers)
            others = {each for kind in possible for each in station.printers_for(kind)}
            rows.append(
                PrinterRow(
                    name=name,
                    model=printer.model.name,
                    medium=printer.medium.name,
                    address=chosen.address,
                    papers=frozenset(kind for kind in possible if usual[kind] == name),
                    possible=possible,
                    jobs=tuple(job for job in jobs if job.printer == name),
                    others=tuple(sorted(others - troubled - {name})),
                    offset_mm=chosen.offset_mm,
                    darkness=printer.model.darkness,
                    can_be_darker=_can_be_darker(printer.model),
                )
            )
        return rows

    def find(self) -> Sequence[FoundRow]:
        """Look for printers in every way there is."""
        from returnstation.printing.finding import find_printers

        known = {chosen.address for chosen in self._station.settings.printers.values()}
        return [
            FoundRow(each.address, each.name, each.detail, each.model, each.address in known)
            for each in find_printers()
        ]

    def add(self, found: FoundRow) -> str:
        """Add a printer with the label that is loaded in the present one, if it takes that."""
        from returnstation.printing import load_model

        settings = self._station.settings
        media = sorted(load_model(found.model or "").media)
        present = settings.printers.get(settings.label_printer)
        medium = present.medium if present is not None and present.medium in media else media[0]
        name = _free_name(found.name, settings)
        added = PrinterSettings(found.model or "", medium, found.address)
        self._keep(printers=settings.printers | {name: added})
        return name

    def print_test_page(self, name: str, language: str) -> None:
        """Queue a test page behind what waits."""
        station = self._station
        printer, now = station.printers[name], station.clock()
        page = CalibrationPage(
            name=name,
            model=printer.model.name,
            medium=printer.medium.name,
            printed_at=now.astimezone(ZoneInfo(station.settings.zone)),
            offset_mm=printer.model.offset_mm,
            darkness=printer.model.darkness,
        )
        with station.database.work() as work:
            work.jobs.add(
                PrintJob(
                    job_id=str(station.ids()),
                    paper=page,
                    language=language,
                    printer=name,
                    state=JobState.QUEUED,
                    created_at=now,
                )
            )
            work.commit()

    def calibrate(self, name: str, offset_mm: tuple[float, float], darkness: int | None) -> None:
        """Keep offset and darkness of one machine."""
        printers = self._station.settings.printers
        chosen = msgspec.structs.replace(printers[name], offset_mm=offset_mm, darkness=darkness)
        self._keep(printers=printers | {name: chosen})

    def assign(self, kind: PaperKind, name: str) -> None:
        """Print papers of a kind on a printer from now on."""
        self._keep(papers=self._station.settings.papers | {kind.value: name})

    def change(self, name: str, other: str) -> int:
        """Let another printer take over all it has paper for, also what waits."""
        station = self._station
        kinds = [kind for kind in PaperKind if other in station.printers_for(kind)]
        taken = {kind.value: other for kind in kinds if station.printer_for(kind) == name}
        self._keep(papers=station.settings.papers | taken)
        with station.database.work() as work:
            moved = work.jobs.move(name, other, kinds)
            work.commit()
        return moved

    def settle(self, job_id: str, key: str) -> None:
        """Record what a person says of a paper, as the desk's question would."""
        desk = self._station.desk
        recording = Recording(self._station.equipment)
        Printouts(recording, desk.memory, lambda _: None).settle(job_id, key)

    def cancel(self, job_id: str) -> None:
        """Take a paper back that has not been sent."""
        with self._station.database.work() as work:
            work.jobs.cancel(job_id)
            work.commit()

    def _keep(
        self,
        printers: dict[str, PrinterSettings] | None = None,
        papers: dict[str, str] | None = None,
    ) -> None:
        before = self._station.settings
        settings = msgspec.structs.replace(
            before,
            printers=before.printers if printers is None else printers,
            papers=before.papers if papers is None else papers,
        )
        self._station.use_printers(settings)
        try:
            save_printers(self._station.home, settings)
        except OSError as error:
            self._station.use_printers(before)
            raise Trouble("file-unreadable", file=str(self._station.home)) from error


def _can_be_darker(model: "Model") -> bool:
    from returnstation.printing import BadProfile, Calibration

    try:
        Calibration(darkness=model.darkness or 1).of(model)
    except BadProfile:
        return False
    return True


def _free_name(said: str, settings: Settings) -> str:
    plain = _NOT_IN_NAMES.sub("-", said.lower()).strip("-")[:_LONGEST_NAME] or "printer"
    names = [plain, *(f"{plain}-{number}" for number in range(2, len(settings.printers) + 3))]
    return next(name for name in names if name not in settings.printers)
