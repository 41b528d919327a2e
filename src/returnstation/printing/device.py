"""Raw printing to a device file of the computer, as USB printers have one on Linux."""

import os
import select
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from returnstation.domain.papers import Trouble
from returnstation.printing.raw import Manners, RawLink
from returnstation.printing.transports import NotReached

# Missing on Windows, where printers are no files.
_FLAGS = os.O_RDWR | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


@dataclass(frozen=True, slots=True)
class DeviceTransport:
    """Opens the device anew for every job, so that it may be pulled out and put back."""

    path: Path
    manners: Manners

    @contextmanager
    def connect(self) -> Iterator[RawLink]:
        """Open the device, and ask the printer how it is when it can say so."""
        try:
            line = _DeviceLine(_opened(self.path))
        except OSError as odd:
            raise NotReached(Trouble.UNREACHABLE) from odd
        try:
            link = RawLink(line, self.manners)
            link.check()
            yield link
        finally:
            os.close(line.descriptor)


def _opened(path: Path) -> int:
    # A plain file would be overwritten.
    if not stat.S_ISCHR(path.stat().st_mode):
        raise OSError(f"{path} is no device")
    return os.open(path, _FLAGS)


@dataclass(frozen=True, slots=True)
class _DeviceLine:
    descriptor: int

    def write(self, sent: bytes, timeout: float) -> None:
        rest = memoryview(sent)
        until = time.monotonic() + timeout
        while rest:
            _, ready, _ = select.select([], [self.descriptor], [], until - time.monotonic())
            if not ready:
                raise TimeoutError
            taken = os.write(self.descriptor, rest)
            rest = rest[taken:]
            until = time.monotonic() + timeout

    def read(self, most: int, timeout: float) -> bytes:
        ready, _, _ = select.select([self.descriptor], [], [], timeout)
        if not ready:
            raise TimeoutError
        return os.read(self.descriptor, most)
