"""Connections to the hub, on which no answer lasts for ever.

A read timeout counts from byte to byte, so an answer that trickles in would never meet it.
"""

from contextlib import suppress
from socket import SHUT_RDWR, socket
from threading import Event, Timer
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

IN_ALL = 10
"""How many times as long as its longest pause an answer may take."""


class _Line(HTTPConnection):
    """Is cut where an answer takes too long."""

    def getresponse(self) -> Any:
        """Return the answer, with all it says.

        Raises:
            TimeoutError: It took too long.
        """
        is_cut = Event()
        timer = Timer(IN_ALL * float(self.timeout or 0), _cut, (self.sock, is_cut))
        timer.daemon = True
        timer.start()
        try:
            answer = super().getresponse()
        finally:
            timer.cancel()
        if is_cut.is_set():  # a head, or a body of unknown length, looks whole where it was cut
            raise TimeoutError
        return answer


class _TlsLine(_Line, HTTPSConnection):
    """The same, sealed."""


class _Lines(HTTPConnectionPool):
    ConnectionCls = _Line


class _TlsLines(HTTPSConnectionPool):
    ConnectionCls = _TlsLine


def open_lines() -> PoolManager:
    """Return what makes connections when they are needed; nothing is asked twice by it."""
    lines = PoolManager(retries=False)
    lines.pool_classes_by_scheme = {"http": _Lines, "https": _TlsLines}
    return lines


def _cut(line: socket, is_cut: Event) -> None:
    """Have whoever reads from a line find its end."""
    is_cut.set()
    with suppress(OSError):  # it has ended meanwhile
        # Not a TLS socket's own way, which changes what the reading thread works with.
        socket.shutdown(line, SHUT_RDWR)
