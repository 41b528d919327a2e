"""Crash reports: what a bug leaves for whoever mends it; no customer data."""

import logging
import platform
import sys
import tempfile
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from returnstation import __version__
from returnstation.application.troubles import Refused, Trouble

_logger = logging.getLogger(__name__)

_LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"


def write_crash_report(home: Path, bug: BaseException) -> Path:
    """Write what happened below ``crashes/`` of the home, else in the temporary folder.

    Values of variables are left out: they may name customers.
    """
    at = datetime.now(UTC)
    text = "\n".join(
        [
            f"returnstation {__version__}, Python {sys.version.split()[0]}, {platform.platform()}",
            at.isoformat(timespec="seconds"),
            "",
            *traceback.format_exception(bug),
        ]
    )
    for folder in (home / "crashes", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"crash-{at:%Y%m%d-%H%M%S-%f}.txt"
            file.write_text(text, encoding="utf-8")
        except OSError:
            continue
        return file
    return Path("nowhere: no folder can be written")


class BugReports(logging.Handler):
    """Has a report written of each bug that is logged, ends a thread or ends what Qt called.

    Trouble from outside is no bug.

    Nobody reads the standard error of a window. A bug that comes again and again has one report.

    Args:
        home: Where reports go.
    """

    def __init__(self, home: Path) -> None:
        super().__init__(logging.ERROR)
        self._home = home
        self._known: set[tuple[type[BaseException], str, int]] = set()
        self._hooks = sys.excepthook, threading.excepthook

    def start(self) -> None:
        """Begin, in place of whatever reported here before; the standard error has it, too."""
        logging.basicConfig(format=_LINE)
        root = logging.getLogger()
        for other in [each for each in root.handlers if isinstance(each, BugReports)]:
            other.stop()  # that of the process this one was forked from
        root.addHandler(self)
        self._hooks = sys.excepthook, threading.excepthook
        sys.excepthook, threading.excepthook = self._call_ended, self._thread_ended

    def stop(self) -> None:
        """End."""
        sys.excepthook, threading.excepthook = self._hooks
        logging.getLogger().removeHandler(self)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a report when a line of the log tells of a bug."""
        if record.exc_info:
            self._report(record.exc_info[1])

    def _report(self, bug: BaseException | None) -> None:
        if not isinstance(bug, Exception) or isinstance(bug, Trouble | Refused):
            return
        place = _place(bug)
        if place not in self._known:
            self._known.add(place)
            _logger.warning("report of the bug in %s", write_crash_report(self._home, bug))

    def _call_ended(
        self, kind: type[BaseException], bug: BaseException, trace: TracebackType | None
    ) -> None:
        self._report(bug)
        self._hooks[0](kind, bug, trace)

    def _thread_ended(self, ended: threading.ExceptHookArgs) -> None:
        self._report(ended.exc_value)
        self._hooks[1](ended)


def _place(bug: BaseException) -> tuple[type[BaseException], str, int]:
    frames = traceback.extract_tb(bug.__traceback__, limit=-1)
    return type(bug), *((frames[0].filename, frames[0].lineno or 0) if frames else ("", 0))
