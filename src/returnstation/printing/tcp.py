"""Raw printing over TCP, port 9100, with the printer's status read back on the same line."""

import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from returnstation.domain.papers import JobState, Trouble
from returnstation.printing.profiles import StatusDialect
from returnstation.printing.status import (
    REQUEST,
    BadStatus,
    HostStatus,
    is_complete,
    parse_status,
)
from returnstation.printing.transports import Interrupted, NotReached

_logger = logging.getLogger(__name__)

# A status has about 85 bytes; who sends more is no printer.
_LONGEST_ANSWER = 512


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds.

    Attributes:
        answer: For a status.
        sending: For the printer to take the next bytes.
        printing: Until everything sent has been printed.
        between: Between two looks at a busy printer.
    """

    answer: float = 1.5
    sending: float = 10.0
    printing: float = 15.0
    between: float = 0.2


@dataclass(frozen=True, slots=True)
class TcpTransport:
    """Connects anew for every job: most printers take one connection at a time."""

    host: str
    port: int
    dialect: StatusDialect
    patience: Patience = Patience()
    sleep: Callable[[float], None] = time.sleep

    @contextmanager
    def connect(self) -> "Iterator[TcpLink]":
        """Connect, and ask the printer how it is when it can say so."""
        try:
            line = socket.create_connection((self.host, self.port), self.patience.answer)
        except OSError as odd:
            raise NotReached(Trouble.UNREACHABLE) from odd
        with line:
            link = TcpLink(line, self)
            link.check()
            yield link
            with suppress(OSError):
                line.shutdown(socket.SHUT_WR)


class TcpLink:
    """One connection to a printer."""

    def __init__(self, line: socket.socket, transport: TcpTransport) -> None:
        self._line = line
        self._dialect = transport.dialect
        self._patience = transport.patience
        self._sleep = transport.sleep

    def check(self) -> None:
        """See that the printer can print before anything goes out."""
        if self._dialect is StatusDialect.NONE:
            return
        try:
            status = self._status()
        except Interrupted as odd:
            raise NotReached(Trouble.UNREACHABLE) from odd
        # A Zebra that is open, empty or too hot does not answer at all.
        trouble = Trouble.SILENT if status is None else status.trouble
        if trouble is not None:
            raise NotReached(trouble)

    def send(self, payload: bytes, name: str) -> None:
        """Send all bytes; from the first one on, nobody knows."""
        _logger.debug("sending %s, %d bytes", name, len(payload))
        self._line.settimeout(self._patience.sending)
        try:
            self._line.sendall(payload)
        except OSError as odd:
            raise Interrupted(str(odd)) from odd

    def outcome(self) -> tuple[JobState, Trouble | None]:
        """Ask until everything is printed or something is wrong."""
        if self._dialect is StatusDialect.NONE:
            return JobState.SENT, None
        try:
            return self._awaited()
        except Interrupted:
            return JobState.UNKNOWN, Trouble.CONNECTION_LOST

    def _awaited(self) -> tuple[JobState, Trouble | None]:
        left = self._patience.printing
        while True:
            status = self._status()
            if status is None:
                return JobState.NEEDS_ATTENTION, Trouble.SILENT
            if status.trouble is not None:
                return JobState.NEEDS_ATTENTION, status.trouble
            if not status.waiting:
                return JobState.CONFIRMED, None
            if left <= 0:
                return JobState.UNKNOWN, Trouble.SILENT
            self._sleep(self._patience.between)
            left -= self._patience.between

    def _status(self) -> HostStatus | None:
        """Ask the printer how it is; None when it does not say.

        Raises:
            Interrupted: The connection is gone.
        """
        self._line.settimeout(self._patience.answer)
        answer = b""
        try:
            self._line.sendall(REQUEST)
            while not is_complete(answer) and len(answer) < _LONGEST_ANSWER:
                more = self._line.recv(_LONGEST_ANSWER)
                if not more:
                    raise Interrupted("closed by the printer")
                answer += more
            return parse_status(answer)
        except (TimeoutError, BadStatus):
            return None
        except OSError as odd:
            raise Interrupted(str(odd)) from odd
