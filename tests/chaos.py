"""A TCP proxy that does what bad lines do: delays, cuts, resets, swallows, dribbles."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from select import select
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from time import sleep

from numpy.random import Generator

from waiting import PATIENCE


class Line(StrEnum):
    """How the line is."""

    GOOD = "good"
    SLOW = "slow"
    CUT = "cut"
    RESET = "reset"
    SWALLOWS = "swallows"
    DRIBBLES = "dribbles"


@dataclass
class Chaos:
    """A proxy in a thread of its own; ``line`` may be changed at any time."""

    target: int
    random: Generator
    port: int = 0
    line: Line | None = Line.GOOD
    ended: Event = field(default_factory=Event)

    def now(self) -> Line:
        """Return how the next connection goes; None as ``line`` leaves it to chance."""
        return self.line or list(Line)[int(self.random.integers(len(Line)))]


_LOOK_UP_S = 0.05
_GIVE_UP_S = 2.0
"""After which a bad line that is stuck is cut; a good one is only as slow as its ends."""
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of nothing: closing resets the line instead of ending it."""


@contextmanager
def a_bad_line(target: int, random: Generator) -> Iterator[Chaos]:
    """Run a proxy before a port of this machine."""
    chaos = Chaos(target, random)

    class _Carrier(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # a line that breaks is what this is for
                _carry(chaos, self.request)

    with ThreadingTCPServer(("127.0.0.1", 0), _Carrier) as server:
        chaos.port = server.server_address[1]
        serving = Thread(target=server.serve_forever, args=(_LOOK_UP_S,))
        serving.start()
        try:
            yield chaos
        finally:
            chaos.ended.set()
            server.shutdown()
            serving.join()


def _carry(chaos: Chaos, caller: socket.socket) -> None:
    line = chaos.now()
    if line is Line.RESET:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        return
    with socket.create_connection(("127.0.0.1", chaos.target)) as there:
        for end in (caller, there):
            end.settimeout(PATIENCE if line is Line.GOOD else _GIVE_UP_S)
        back = Thread(target=_pipe, args=(chaos, line, there, caller))
        back.start()
        _pipe(chaos, line, caller, there)
        back.join()


def _pipe(chaos: Chaos, line: Line, source: socket.socket, to: socket.socket) -> None:
    left = int(chaos.random.integers(1, 20_000)) if line is Line.CUT else None
    try:
        while content := _next(chaos, source):
            if line is Line.SWALLOWS:
                continue
            if line is Line.SLOW:
                sleep(0.02)
            if left is not None:
                content, left = content[:left], left - len(content)
            _send(to, content, chunk=16 if line is Line.DRIBBLES else len(content))
            if left is not None and left <= 0:
                raise ConnectionAbortedError
        to.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, to):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def _next(chaos: Chaos, source: socket.socket) -> bytes:
    while not chaos.ended.is_set():
        if select([source], [], [], _LOOK_UP_S)[0]:
            return source.recv(4096)
    return b""


def _send(to: socket.socket, content: bytes, chunk: int) -> None:
    for start in range(0, len(content), max(1, chunk)):
        to.sendall(content[start : start + max(1, chunk)])
