"""Open the scanners of the settings that do not type: at ports, and the camera."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from returnstation.app.station import Station
from returnstation.application.desk.commands import command_sheet
from returnstation.domain.papers import JobState, Paper, PrintJob, kind_of
from returnstation.scanning.sources import Scan, Source, Told
from returnstation.settings import ScannerSettings
from returnstation.sitedata import load_scanner_sheets

if TYPE_CHECKING:
    from returnstation.scanning.serial_port import Port

_ENDS: Mapping[str, bytes | None] = {"tab": b"\t", "none": None}


def open_sources(station: Station, told: Told) -> tuple[Source, ...]:
    """Return the sources of a station's settings, not yet started."""
    found: list[Source] = []
    for name, scanner in station.settings.scanners.items():
        if scanner.port:
            found.append(_port(name, scanner, told))
        elif scanner.index is not None or scanner.camera:
            found.append(_camera(name, scanner, station, told))
    return tuple(found)


def print_command_sheet(station: Station, language: str) -> None:
    """Queue the sheet of commands to scan, in the language of who reads it."""
    with station.database.work() as work:
        work.jobs.add(_sheet(station, command_sheet(), language))
        work.commit()


def _sheet(station: Station, paper: Paper, language: str) -> PrintJob:
    return PrintJob(
        job_id=str(station.ids()),
        paper=paper,
        language=language,
        printer=station.printer_for(kind_of(paper)) or station.settings.receipt_printer,
        state=JobState.QUEUED,
        created_at=station.clock(),
    )


def print_scanner_sheets(station: Station, language: str, scanner: str = "") -> int:
    """Queue the sheets of barcodes that set scanners up; return how many.

    Args:
        station: Whose printer for office papers prints them.
        language: Of who reads them.
        scanner: Only this one's, by the name of its file.
    """
    wanted = [sheet for name, sheet in load_scanner_sheets().items() if scanner in {"", name}]
    with station.database.work() as work:
        for sheet in wanted:
            work.jobs.add(_sheet(station, sheet, language))
        work.commit()
    return len(wanted)


def _port(name: str, scanner: ScannerSettings, told: Told) -> Source:
    from returnstation.scanning.serial_port import SerialSource, open_serial
    from returnstation.scanning.wedge_reading import unwrapped

    def scanned(scan: Scan) -> None:
        told.scanned(replace(scan, text=unwrapped(scan.text, scanner)))

    def opens() -> "Port | None":
        return open_serial(scanner.port, scanner.baud)

    return SerialSource(name, opens, replace(told, scanned=scanned), _ENDS.get(scanner.ends, b""))


def _camera(name: str, scanner: ScannerSettings, station: Station, told: Told) -> Source:
    from returnstation.scanning.camera import CameraSource
    from returnstation.scanning.camera_devices import open_camera
    from returnstation.scanning.frames import FrameDecoder
    from returnstation.scanning.pictures_agreement import Trust

    address = scanner.camera if scanner.index is None else scanner.index
    # Products are looked up at the desk's thread only; a film shows each code more than once.
    decoder = FrameDecoder(Trust(barcodes=station.barcodes))
    return CameraSource(lambda: open_camera(address), told, decoder, name)
