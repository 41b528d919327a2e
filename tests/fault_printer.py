"""A printer over loopback that has one fault, at one moment of the first job, and is then well.

It speaks as a Zebra does: a label counts as printed when its last command was read and nothing
holds the printer up; what is in its memory when the connection ends is printed all the same.
"""

import socket
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Condition, Event, Thread

from returnstation.printing.tcp import _SocketLine
from waiting import PATIENCE

_LINGER_0 = struct.pack("ii", 1, 0)
_MIDDLE = 1000
_END = b"^XZ"


class Fault(StrEnum):
    """What is wrong with the printer."""

    REFUSES = "refuses"
    NO_ANSWER_TO_CONNECT = "no answer to connect"
    STALLS = "stalls"
    RESETS = "resets"
    HALF_CLOSES = "half closes"
    GARBAGE = "answers garbage"
    SILENCE = "says nothing"
    PAPER_OUT = "paper out"
    HEAD_OPEN = "head open"


class Moment(StrEnum):
    """How far the first job has come."""

    CONNECT = "before connect"
    ASKED = "status asked"
    FIRST = "first byte"
    MIDDLE = "mid"
    LAST = "last byte"
    AWAITED = "awaiting confirmation"


HELD_UP = frozenset({Fault.PAPER_OUT, Fault.HEAD_OPEN})
_TAKEN = {Moment.FIRST: 1, Moment.MIDDLE: _MIDDLE}
_ALL = 1 << 60
_RUNNING: dict[int, "FaultPrinter"] = {}


@dataclass
class FaultPrinter:
    """Has its fault once, from its moment on; trouble of the hands until it is mended."""

    fault: Fault | None = None
    moment: Moment = Moment.AWAITED
    printed: Counter[bytes] = field(default_factory=Counter)
    port: int = 0

    def __post_init__(self) -> None:
        self._listener: socket.socket | None = None
        self._changed = Condition()
        self._held: list[bytes] = []
        self._left: list[socket.socket] = []
        self._heard: dict[int, int] = {}
        self._happened = self._is_silent = self._is_held_up = False
        self._stopping = Event()
        self._thread = Thread(target=self._run, daemon=True)

    @contextmanager
    def running(self) -> "Iterator[FaultPrinter]":
        """Be on the network, or just off it where that is the fault."""
        self._open()
        if self.moment is Moment.CONNECT:
            self._begin_unreachable()
        else:
            self._thread.start()
        _RUNNING[self.port] = self
        try:
            yield self
        finally:
            del _RUNNING[self.port]
            self._end()

    def hear_out(self, caller: int, count: int) -> None:
        """Wait until it did whatever it does about so many bytes from a port."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._heard.get(caller, 0) >= count, PATIENCE)

    def mend(self) -> None:
        """Put paper in, close the head, plug it in."""
        if self._thread.ident is None:
            # One of them still knocks, once a second, and would be taken for somebody with a job.
            for line in self._left:
                line.close()
            self._open()
            self._thread.start()
        with self._changed:
            self._is_held_up = False
            for label in self._held:
                self.printed[label] += 1
            self._held.clear()

    def _end(self) -> None:
        self._stopping.set()
        if self._thread.ident is not None:
            # Wakes the thread that waits for a connection.
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                pass
            self._thread.join(PATIENCE)
        for line in (self._listener, *self._left):
            if line is not None:
                line.close()

    def _open(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._listener.listen(0)

    def _begin_unreachable(self) -> None:
        self._happened = True
        if self.fault is Fault.REFUSES and self._listener is not None:
            self._listener.close()
        if self.fault is Fault.NO_ANSWER_TO_CONNECT:
            for _ in range(2):  # a full queue of connections leaves the next one unanswered
                line = socket.socket()
                line.settimeout(0)
                with suppress(BlockingIOError):
                    line.connect(("127.0.0.1", self.port))
                self._left.append(line)

    def _run(self) -> None:
        while not self._stopping.is_set() and self._listener is not None:
            line, (_, caller) = self._listener.accept()
            self._is_silent = False
            self._note(caller, 0)
            with suppress(ConnectionError):
                self._serve(line, caller)
            self._note(caller, _ALL)
            if line not in self._left:
                line.close()

    def _note(self, caller: int, count: int) -> None:
        with self._changed:
            self._heard[caller] = count
            self._changed.notify_all()

    def _serve(self, line: socket.socket, caller: int) -> None:
        kept, heard = b"", 0
        while more := line.recv(self._appetite(kept)):
            kept += more
            heard += len(more)
            while kept:
                is_on, rest = self._taken(line, kept)
                if not is_on:
                    return
                if rest == kept:
                    break
                kept = rest
            self._note(caller, heard)

    def _appetite(self, kept: bytes) -> int:
        """Read no further than to the moment the fault comes at."""
        wanted = _TAKEN.get(self.moment)
        if self._happened or wanted is None or self.fault is None:
            return 65536
        return max(wanted - len(kept), 1) if kept.startswith(b"^XA") else 1

    def _taken(self, line: socket.socket, kept: bytes) -> tuple[bool, bytes]:
        """Do what the bytes ask for; tell whether to go on, and return what is left of them."""
        for request in (b"~HS", b"~HQES"):
            if kept.startswith(request):
                moment = Moment.AWAITED if self.printed or self._held else Moment.ASKED
                is_on = self._at(moment, line) and self._answered(line, request)
                return is_on, kept[len(request) :]
        if kept.startswith(b"\n"):
            return True, kept[1:]
        if not kept.startswith(b"^XA"):
            return True, kept
        reached = Moment.MIDDLE if len(kept) >= _MIDDLE else Moment.FIRST
        if not self._at(reached, line):
            return False, kept
        label, end, rest = kept.partition(_END)
        if not end:
            return True, kept
        self._print(label + end)
        return self._at(Moment.LAST, line), rest

    def _print(self, label: bytes) -> None:
        with self._changed:
            if self._is_held_up:
                self._held.append(label)
            else:
                self.printed[label] += 1

    def _at(self, moment: Moment, line: socket.socket) -> bool:
        """Let the fault happen if this is its moment; tell whether the connection goes on."""
        if self._happened or self.fault is None or moment is not self.moment:
            return True
        self._happened = True
        match self.fault:
            case Fault.STALLS:
                self._left.append(line)
                return False
            case Fault.RESETS:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_0)
                return False
            case Fault.HALF_CLOSES:
                line.shutdown(socket.SHUT_WR)
            case Fault.GARBAGE:
                line.sendall(b"\x15\xff<html>502 Bad Gateway\x00")
                self._is_silent = moment in {Moment.ASKED, Moment.AWAITED}
            case Fault.SILENCE:
                self._is_silent = True
            case _:
                self._is_held_up = True
        return True

    def _answered(self, line: socket.socket, request: bytes) -> bool:
        if self._is_silent or request != b"~HS":
            return True
        with self._changed:
            paper = int(self._is_held_up and self.fault is Fault.PAPER_OUT)
            head = int(self._is_held_up and self.fault is Fault.HEAD_OPEN)
            left = len(self._held)
        said = f"\x02030,{paper},0,1245,{left:03},0,0,0,000,0,0,0\x03\r\n"
        said += f"\x02000,0,{head},0,0,2,6,0,{left:08},1,000\x03\r\n\x021234,0\x03\r\n"
        # A half of the connection that is closed says nothing more.
        with suppress(BrokenPipeError):
            line.sendall(said.encode())
        return True


class FairLine:
    """A line to such a printer: silence is what it keeps, not what it has not got round to say."""

    def __init__(self, line: socket.socket) -> None:
        self._line = _SocketLine(line)
        self._printer, self._ours = _RUNNING[line.getpeername()[1]], line.getsockname()[1]
        self._written = 0

    def write(self, sent: bytes, timeout: float) -> None:
        self._written += len(sent)
        self._line.write(sent, timeout)

    def read(self, most: int, timeout: float) -> bytes:
        if timeout:
            self._printer.hear_out(self._ours, self._written)
        return self._line.read(most, timeout)
