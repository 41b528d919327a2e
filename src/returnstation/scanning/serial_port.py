"""Scanners at a serial port, or at USB as one (CDC-ACM): each sends a line per scan.

A port that is not there, or is pulled out, is tried again, ever less often.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Protocol

from serial import Serial, SerialException
from serial.tools.list_ports import comports

from returnstation.scanning.sources import BackOff, Scan, SourceState, Told

_log = logging.getLogger(__name__)

LONGEST_LINE = 4096
"""Bytes; more without an end is no scan."""
_READ_SECONDS = 0.2
_STOP_SECONDS = 2.0


class Port(Protocol):
    """An open port."""

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes, or none after a while."""

    @property
    def in_waiting(self) -> int:
        """How many bytes are there already."""

    def close(self) -> None:
        """Give the port back."""


@dataclass(slots=True)
class Lines:
    r"""Cuts bytes into scans, wherever the reads happen to end.

    >>> lines = Lines()
    >>> list(lines.feed(b"R-77\r\n88012")), list(lines.feed(b"34567893\r"))
    (['R-77'], ['8801234567893'])

    Attributes:
        terminator: What ends a scan; empty for CR, LF or both.
    """

    terminator: bytes = b""
    _rest: bytes = field(default=b"", init=False)
    _is_lost: bool = field(default=False, init=False)

    def feed(self, content: bytes) -> Iterator[str]:
        """Take what came; yield the scans it completes, without empty ones."""
        end = self.terminator or b"\n"
        if not self.terminator:
            content = content.replace(b"\r", b"\n")
        *whole, self._rest = (self._rest + content).split(end)
        for line in whole:
            is_lost, self._is_lost = self._is_lost, False
            if line and not is_lost and len(line) <= LONGEST_LINE:
                yield _text(line)
        if len(self._rest) > LONGEST_LINE:
            # The end may be cut in two: what could begin it is kept.
            self._rest, self._is_lost = self._rest[-len(end) :], True

    def pause(self) -> Iterator[str]:
        """Yield what came since the last scan: for scanners that send no end."""
        line, self._rest = self._rest, b""
        is_lost, self._is_lost = self._is_lost, False
        if line and not is_lost:
            yield _text(line)

    def drop(self) -> None:
        """Forget a scan that was broken off."""
        self._rest, self._is_lost = b"", False


class SerialSource:
    """Sends the scans of one port.

    Args:
        name: Of the source.
        open_port: Opens the port.
        told: Who is told.
        terminator: What ends a scan; empty for CR, LF or both, None for a pause.
        back_off: How long to wait before trying again.
    """

    def __init__(
        self,
        name: str,
        open_port: Callable[[], Port | None],
        told: Told,
        terminator: bytes | None = b"",
        back_off: BackOff | None = None,
    ) -> None:
        self._name = name
        self._open = open_port
        self._told = told
        self._lines = Lines(terminator or b"")
        self._has_end = terminator is not None
        self._back_off = back_off or BackOff()
        self._state = SourceState.NOT_AVAILABLE
        self._stopping = Event()
        self._thread: Thread | None = None

    @property
    def name(self) -> str:
        """What the source is called."""
        return self._name

    @property
    def state(self) -> SourceState:
        """How it is now."""
        return self._state

    def start(self) -> None:
        """Begin; return at once, whether the port is there or not."""
        self._stopping.clear()
        self._thread = Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and give the port back."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)
            self._thread = None

    def watch(self) -> None:
        """Do nothing: there is nothing to see."""

    def unwatch(self) -> None:
        """Do nothing."""

    def _run(self) -> None:
        while not self._stopping.is_set():
            port = self._open()
            if port is None:
                self._stopping.wait(self._back_off.next_seconds())
                continue
            self._become(SourceState.OK)
            self._back_off.reset()
            try:
                self._listen(port)
            finally:
                port.close()
            self._lines.drop()
            if not self._stopping.is_set():
                self._become(SourceState.UNPLUGGED)
                self._stopping.wait(self._back_off.next_seconds())

    def _listen(self, port: Port) -> None:
        """Send what comes until the port is gone."""
        while not self._stopping.is_set():
            try:
                content = port.read(max(port.in_waiting, 1))
            except (SerialException, OSError, TypeError) as gone:
                # pyserial raises TypeError where the port was closed while it waited.
                _log.info("%s is gone: %s", self._name, gone)
                return
            for text in self._lines.feed(content):
                self._told.scanned(Scan(self._name, text))
            if not content and not self._has_end:
                for text in self._lines.pause():
                    self._told.scanned(Scan(self._name, text))

    def _become(self, state: SourceState) -> None:
        if state is not self._state:
            _log.info("%s is %s", self._name, state)
            self._state = state
            self._told.changed(self._name, state)


def open_serial(port: str, baud: int = 9600) -> Serial | None:
    """Open a port by its name; None when it is not there or somebody else has it."""
    try:
        return Serial(port, baud, timeout=_READ_SECONDS)
    except (SerialException, OSError, ValueError) as error:
        _log.debug("%s cannot be opened: %s", port, error)
        return None


def port_names() -> dict[str, str]:
    """Return the ports of this machine and what hangs on them."""
    return {each.device: each.description for each in comports()}


def _text(line: bytes) -> str:
    """Return a line as text: UTF-8, as most scanners can be set to send, else Latin-1."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")
