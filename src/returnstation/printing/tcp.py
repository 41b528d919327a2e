"""Raw printing over TCP, port 9100."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from returnstation.printing.raw import Manners, RawLink
from returnstation.printing.transports import not_reached

# Seconds to listen to a printer after a job; most hang up at once.
_LAST_WORDS = 0.2


@dataclass(frozen=True, slots=True)
class TcpTransport:
    """Connects anew for every job: most printers take one connection at a time."""

    host: str
    port: int
    manners: Manners

    @contextmanager
    def connect(self) -> Iterator[RawLink]:
        """Connect, and ask the printer how it is when it can say so."""
        try:
            line = socket.create_connection((self.host, self.port), self.manners.patience.answer)
        except OSError as odd:
            raise not_reached(odd) from odd
        with line:
            link = RawLink(_SocketLine(line), self.manners)
            link.check()
            yield link
            self._hang_up(line)

    def _hang_up(self, line: socket.socket) -> None:
        """Let the printer read to the end: who closes with answers unread cuts it off."""
        until = time.monotonic() + _LAST_WORDS
        with suppress(OSError):
            line.shutdown(socket.SHUT_WR)
            line.settimeout(_LAST_WORDS)
            while time.monotonic() < until and line.recv(512):
                pass


@dataclass(frozen=True, slots=True)
class _SocketLine:
    line: socket.socket

    def write(self, sent: bytes, timeout: float) -> None:
        self.line.settimeout(timeout)
        self.line.sendall(sent)

    def read(self, most: int, timeout: float) -> bytes:
        self.line.settimeout(timeout)
        try:
            return self.line.recv(most)
        except BlockingIOError as odd:
            raise TimeoutError from odd
