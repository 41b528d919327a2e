"""A scale on a pseudo-terminal: asked, silent, pulled out and back."""

import os
import pty
import tty
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest

from returnstation.scanning.scale import FRESH_SECONDS, Scale
from returnstation.scanning.scale_words import Protocol
from returnstation.scanning.serial_port import open_serial
from waiting import PATIENCE, until


class SicsScale:
    """Answers every question with what lies on it; ``None`` is silence."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self.answer: bytes | None = b"S S     820.0 g\r\n"
        self.silences = 0
        self._stopping = Event()
        self._ours = self._theirs = -1

    def plug(self) -> None:
        self._ours, self._theirs = pty.openpty()
        tty.setraw(self._theirs)
        self.name.unlink(missing_ok=True)
        self.name.symlink_to(os.ttyname(self._theirs))
        self._stopping.clear()
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Pull the plug, when nobody has the port open any more."""
        self._stopping.set()
        self.name.unlink(missing_ok=True)
        os.close(self._theirs)
        self._thread.join(PATIENCE)  # else it might read what is opened next under this number
        os.close(self._ours)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                asked = os.read(self._ours, 64)
                if b"SI\r\n" in asked and self.answer is not None:
                    os.write(self._ours, self.answer)
                elif asked:
                    self.silences += 1
            except OSError:
                return


@pytest.fixture
def device(tmp_path: Path) -> Iterator[SicsScale]:
    device = SicsScale(tmp_path / "scale")
    device.plug()
    yield device
    device.unplug()


@pytest.fixture
def scale(device: SicsScale) -> Iterator[Scale]:
    scale = Scale(partial(open_serial, str(device.name)), Protocol.SICS)
    scale.start()
    yield scale
    scale.stop()


def test_what_lies_still_is_weighed(scale: Scale) -> None:
    until(lambda: scale.grams() == 820)


@pytest.mark.parametrize("answer", [b"S D     820.0 g\r\n", b"S S     0.0 g\r\n", b"S +\r\n"])
def test_what_moves_is_empty_or_too_heavy_has_no_weight(
    answer: bytes, scale: Scale, device: SicsScale
) -> None:
    until(lambda: scale.grams() == 820)
    device.answer = answer

    until(lambda: scale.grams() is None)


def test_a_scale_that_falls_silent_soon_has_no_weight(device: SicsScale) -> None:
    now = [0.0]
    scale = Scale(partial(open_serial, str(device.name)), Protocol.SICS, clock=lambda: now[0])
    scale.start()
    until(lambda: scale.grams() == 820)
    device.answer = None
    until(lambda: device.silences > 1)  # it asks again when it has read all that was said before

    now[0] += FRESH_SECONDS + 0.1
    silent = scale.grams()
    scale.stop()

    assert silent is None


def test_a_scale_that_is_not_there_has_no_weight_and_stops_at_once(tmp_path: Path) -> None:
    scale = Scale(partial(open_serial, str(tmp_path / "none")), Protocol.SMA)
    scale.start()
    scale.stop()

    assert scale.grams() is None
