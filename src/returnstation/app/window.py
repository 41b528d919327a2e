"""The window on a station: everything with Qt that a process needs once."""

import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from returnstation.app.printers import StationPrinters
from returnstation.app.sources import open_sources, print_command_sheet, print_scanner_sheets
from returnstation.app.station import Station
from returnstation.app.sticks import StationSticks
from returnstation.application.deadlines import StationDeadlines
from returnstation.application.searching import StationSearch
from returnstation.gui.application import keep_what_is_made, make_application
from returnstation.gui.sounds import best_player
from returnstation.gui.sources_hub import SourceHub
from returnstation.gui.tasks import ThreadTasks
from returnstation.gui.window import StationWindow
from returnstation.gui.window_parts import WindowParts
from returnstation.scanning.wedge import ENDS
from returnstation.settings import ScannerSettings
from returnstation.storage.product_pictures import ProductPictures

_MS = 0.001
_FIRST_FRAME_MS = 50

_SWITCH_S = 0.0005
"""How long a thread may keep others waiting for the interpreter. With Python's own 5 ms a scan,
which asks SQLite a dozen times, waited a dozen times while orders came in."""


class OpenWindow:
    """A window with the thread its desk works on; close it before the station.

    Args:
        station: What is shown.
    """

    def __init__(self, station: Station) -> None:
        sys.setswitchinterval(_SWITCH_S)
        self.app: QApplication = make_application(sys.argv[:1])
        self.station = station
        self._tasks, self._long_tasks = ThreadTasks(), ThreadTasks()
        self._player = best_player()
        settings = station.settings
        scanner = settings.scanners.get("keyboard", ScannerSettings())
        zone = station.equipment.settings.zone
        self.window = StationWindow(
            WindowParts(
                desk=station.desk,
                reviews=station.reviews,
                tasks=self._tasks,
                now=lambda: station.clock().astimezone(zone),
                render_label=station.render_label,
                deadlines=StationDeadlines(station.equipment),
                search=StationSearch(station.equipment),
                blind=station.blind,
                open_book=lambda: station.book,
                open_trials=lambda: station.trials,
                long_tasks=self._long_tasks,
                player=self._player,
                sources=SourceHub(partial(open_sources, station)),
                printers=StationPrinters(station),
                print_scanner_sheets=partial(print_scanner_sheets, station),
                print_command_sheet=partial(print_command_sheet, station),
                product_picture=ProductPictures(station.home / "pictures").read,
                conflicts=station.desk.conflicts,
                meet_hub=self._meet_hub,
                sticks=StationSticks(station),
                barcodes=station.barcodes,
                language=settings.language,
                heard=station.heard,
                ends=ENDS[scanner.ends],
                max_gap=settings.scanner_gap_ms * _MS,
            )
        )

    def show(self) -> None:
        """Put the window on the screen and begin to listen."""
        self.window.show()
        self.window.begin()

    def start_the_rest(self) -> None:
        """Begin what may wait for the first view: rules of law, printers and hub, in this order.

        What takes long of it, 40 to 120 ms each, runs beside the desk's thread: no scan waits.
        """
        self._long_tasks.run(self._read_pack, lambda _: None, self.window.crashed.emit)
        self._long_tasks.run(_import_the_rest, lambda _: self._begin(), self.window.crashed.emit)

    def start_syncing(self) -> None:
        """Let the station meet its hub, if it has one."""
        self._run(self.station.start_syncing)

    def close(self) -> None:
        """Finish what the desk is doing and end its thread."""
        self.window.close()
        self._long_tasks.stop()
        self._tasks.stop()
        self._player.close()

    def _read_pack(self) -> str:
        return self.station.equipment.pack.version

    def _begin(self) -> None:
        self._run(self.station.start_printing)
        self.start_syncing()

    def _run(self, work: Callable[[], object]) -> None:
        self._tasks.run(work, lambda _: None, self.window.crashed.emit)

    def _meet_hub(self) -> None:
        if self.station.syncing is not None:
            self.station.syncing.meet_now()


def _import_the_rest() -> None:
    for module in ("returnstation.printing", "returnstation.app.syncing"):
        import_module(module)


def run_window(station: Station, when_ready: Callable[[], None] = lambda: None) -> int:
    """Show the window until it is closed.

    Args:
        station: What is shown.
        when_ready: Called when the window has its first view.
    """
    opened = OpenWindow(station)

    def begin() -> None:
        keep_what_is_made()
        when_ready()
        QTimer.singleShot(_FIRST_FRAME_MS, opened.window, opened.start_the_rest)

    opened.window.painted.connect(begin, Qt.ConnectionType.SingleShotConnection)
    opened.show()
    try:
        return opened.app.exec()
    finally:
        opened.close()
