"""Raw printing over a serial port."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import serial

from returnstation.domain.papers import Trouble
from returnstation.printing.raw import Manners, RawLink
from returnstation.printing.transports import NotReached

# Taken within a second or so even at 9600 baud, so that a stall is noticed.
_PIECE = 1024


@dataclass(frozen=True, slots=True)
class SerialTransport:
    """Opens the port anew for every job, so that it may be pulled out and put back."""

    port: str
    baud: int
    manners: Manners

    @contextmanager
    def connect(self) -> Iterator[RawLink]:
        """Open the port, and ask the printer how it is when it can say so."""
        try:
            port = serial.Serial(self.port, self.baud)
        # A number that is no baud rate is a wrong value to pyserial, not a missing port.
        except (OSError, ValueError) as odd:
            raise NotReached(Trouble.UNREACHABLE) from odd
        with port:
            link = RawLink(_SerialLine(port), self.manners)
            link.check()
            yield link


@dataclass(frozen=True, slots=True)
class _SerialLine:
    port: serial.Serial

    def write(self, sent: bytes, timeout: float) -> None:
        self.port.write_timeout = timeout
        try:
            for start in range(0, len(sent), _PIECE):
                self.port.write(sent[start : start + _PIECE])
        except serial.SerialTimeoutException as odd:
            raise TimeoutError from odd

    def read(self, most: int, timeout: float) -> bytes:
        self.port.timeout = timeout
        first: bytes = self.port.read(1)
        if not first:
            raise TimeoutError
        return first + bytes(self.port.read(min(self.port.in_waiting, most - 1)))
