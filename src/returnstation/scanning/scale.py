"""A scale at a serial port: the last weight that stood still.

A port that is not there, or is pulled out, is tried again, ever less often; a silent scale has
no weight, and nobody waits for one.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import Protocol as Shape

from serial import SerialException

from returnstation.scanning.scale_words import QUESTIONS, Protocol, Readings, Weight
from returnstation.scanning.sources import BackOff

_log = logging.getLogger(__name__)

FRESH_SECONDS = 2.0
"""Older readings say nothing of what lies on the scale now."""
_PAUSE_SECONDS = 0.25
_STOP_SECONDS = 2.0


class ScalePort(Shape):
    """An open port that answers."""

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes, or none after a while."""

    def write(self, content: bytes, /) -> int | None:
        """Send bytes."""

    @property
    def in_waiting(self) -> int:
        """How many bytes are there already."""

    def close(self) -> None:
        """Give the port back."""


@dataclass(frozen=True, slots=True)
class _Seen:
    weight: Weight
    at: float


class Scale:
    """Weighs in a thread of its own.

    Args:
        open_port: Opens the port; None when it is not there.
        protocol: What the scale speaks.
        unit: Of scales that do not tell theirs.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        open_port: Callable[[], ScalePort | None],
        protocol: Protocol,
        unit: str = "kg",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open = open_port
        self._protocol = protocol
        self._unit = unit
        self._clock = clock
        self._lock = Lock()
        self._seen: _Seen | None = None
        self._stopping = Event()
        self._thread: Thread | None = None

    def grams(self) -> int | None:
        """Return what lies on the scale: None when it moves, is empty, silent or not there."""
        with self._lock:
            seen = self._seen
        if seen is None or self._clock() - seen.at > FRESH_SECONDS or not seen.weight.is_stable:
            return None
        grams = seen.weight.grams
        return grams if grams is not None and grams > 0 else None

    def start(self) -> None:
        """Begin; return at once, whether the port is there or not."""
        self._stopping.clear()
        self._thread = Thread(target=self._run, name="scale", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and give the port back."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)
            self._thread = None

    def _run(self) -> None:
        back_off = BackOff()
        while not self._stopping.is_set():
            port = self._open()
            if port is None:
                self._stopping.wait(back_off.next_seconds())
                continue
            back_off.reset()
            try:
                self._weigh(port)
            except (SerialException, OSError, TypeError) as gone:
                # pyserial raises TypeError where the port was closed while it waited.
                _log.info("The scale is gone: %s", gone)
            finally:
                port.close()
            self._stopping.wait(back_off.next_seconds())

    def _weigh(self, port: ScalePort) -> None:
        readings = Readings(self._protocol, self._unit)
        question = QUESTIONS[self._protocol]
        while not self._stopping.is_set():
            if question:
                port.write(question)
            for weight in readings.feed(port.read(max(port.in_waiting, 1))):
                with self._lock:
                    self._seen = _Seen(weight, self._clock())
            self._stopping.wait(_PAUSE_SECONDS if question else 0.0)
