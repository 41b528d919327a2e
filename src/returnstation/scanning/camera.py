"""Scan with a camera: two threads, one that takes every frame and one that reads the latest.

A camera that is not there, or is pulled out, is tried again, ever less often.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition, Event, Thread

from returnstation.domain.barcodes import Barcode, UnreadableBarcode, best_of
from returnstation.scanning.camera_devices import Camera
from returnstation.scanning.frames import FrameDecoder, FrameScan
from returnstation.scanning.photo_crop import suggested_cut
from returnstation.scanning.pictures_frames import Pixels
from returnstation.scanning.pictures_readers import PictureCode
from returnstation.scanning.sources import BackOff, Light, Preview, Scan, SourceState, Told

_log = logging.getLogger(__name__)

GATHER_SECONDS = 0.25
"""How long other codes are waited for after the first: a label shows several."""
AWAY_SECONDS = 1.5
"""How long a code must be out of sight before it counts anew."""
_STOP_SECONDS = 2.0
_WAIT_SECONDS = 0.2


class CameraSource:
    """Sends the best code of what lies before a camera, once each time it comes into view.

    Args:
        open_camera: Opens the camera; None when it is not there.
        told: Who is told.
        decoder: Reads the frames.
        name: Of the source.
        back_off: How long to wait before trying again.
    """

    def __init__(
        self,
        open_camera: Callable[[], Camera | None],
        told: Told,
        decoder: FrameDecoder,
        name: str = "camera",
        back_off: BackOff | None = None,
    ) -> None:
        self._open = open_camera
        self._told = told
        self._decoder = decoder
        self._name = name
        self._back_off = back_off or BackOff()
        self._state = SourceState.NOT_AVAILABLE
        self._latest = _Latest()
        self._sight = Sight(decoder.trust.barcodes.read)
        self._stopping = Event()
        self._watched = Event()
        self._camera: Camera | None = None
        self._threads: list[Thread] = []

    @property
    def name(self) -> str:
        """What the source is called."""
        return self._name

    @property
    def state(self) -> SourceState:
        """How it is now."""
        return self._state

    def start(self) -> None:
        """Begin; return at once, whether the camera is there or not."""
        self._stopping.clear()
        self._threads = [
            Thread(target=self._take_frames, name=f"{self._name} frames", daemon=True),
            Thread(target=self._read_frames, name=f"{self._name} reader", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads and give the camera back."""
        self._stopping.set()
        self._latest.wake()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)
        self._threads = []

    def watch(self) -> None:
        """Send previews from now on."""
        self._watched.set()

    def unwatch(self) -> None:
        """Send no previews any more."""
        self._watched.clear()

    def still(self) -> bytes | None:
        """Return what the camera sees as a picture file; None without a camera."""
        camera = self._camera
        return None if camera is None else camera.still()

    def shine(self, light: Light) -> bool:
        """Switch the camera's lamp; tell whether it has one that can be."""
        camera = self._camera
        return camera is not None and camera.shine(light)

    def _take_frames(self) -> None:
        waits = self._back_off
        while not self._stopping.is_set():
            camera = self._open()
            if camera is None:
                self._become(self._absent())
                self._stopping.wait(waits.next_seconds())
                continue
            self._camera = camera
            try:
                if self._pass_on(camera):
                    waits.reset()
            finally:
                self._camera = None
                camera.close()
            if not self._stopping.is_set():
                self._become(SourceState.UNPLUGGED)
                self._stopping.wait(waits.next_seconds())

    def _pass_on(self, camera: Camera) -> bool:
        """Pass frames on until there are no more; tell whether there was one."""
        has_frames = False
        while not self._stopping.is_set():
            frame = camera.read()
            if frame is None:
                return has_frames
            has_frames = True
            self._become(SourceState.OK)
            self._latest.put(frame)
        return has_frames

    def _read_frames(self) -> None:
        while not self._stopping.is_set():
            frame = self._latest.take(_WAIT_SECONDS)
            now = time.monotonic()
            seen = FrameScan(()) if frame is None else self._decoder.decode(frame)
            for code in self._sight.look(seen.codes, now):
                self._told.scanned(Scan(self._name, code.scan_text, code.format, code.box))
            if frame is not None and self._watched.is_set():
                outlines = tuple(code.box for code in seen.codes)
                self._told.previewed(Preview(frame, outlines, seen.hint, suggested_cut(frame)))

    def _absent(self) -> SourceState:
        was_there = self._state is not SourceState.NOT_AVAILABLE
        return SourceState.UNPLUGGED if was_there else SourceState.NOT_AVAILABLE

    def _become(self, state: SourceState) -> None:
        if state is not self._state:
            _log.info("%s is %s", self._name, state)
            self._state = state
            self._told.changed(self._name, state)


@dataclass(slots=True)
class Sight:
    """What lies before a camera: says of several codes the best, and each only once.

    Attributes:
        read: Says what a scan means.
    """

    read: Callable[[str], Barcode]
    _seen_at: dict[str, float] = field(default_factory=dict)
    _gathered: dict[str, PictureCode] = field(default_factory=dict)
    _since: float = 0.0

    def look(self, codes: tuple[PictureCode, ...], now: float) -> tuple[PictureCode, ...]:
        """Take the codes of a frame at ``now`` seconds; return the one to send, if any."""
        for text in [t for t, at in self._seen_at.items() if now - at > AWAY_SECONDS]:
            del self._seen_at[text]
        for code in codes:
            if code.text not in self._seen_at:
                if not self._gathered:
                    self._since = now
                self._gathered[code.text] = code
            self._seen_at[code.text] = now
        if not self._gathered or now - self._since < GATHER_SECONDS:
            return ()
        gathered, self._gathered = self._gathered, {}
        return self._best(tuple(gathered.values()))

    def _best(self, codes: tuple[PictureCode, ...]) -> tuple[PictureCode, ...]:
        meanings: dict[str, PictureCode] = {}
        barcodes = []
        for code in codes:
            try:
                barcode = self.read(code.scan_text)
            except UnreadableBarcode:
                continue
            meanings[barcode.text] = code
            barcodes.append(barcode)
        return tuple(meanings[each.text] for each in best_of(barcodes).in_order()[:1])


class _Latest:
    """Holds the latest frame until it is taken; older ones are dropped."""

    def __init__(self) -> None:
        self._frame: Pixels | None = None
        self._has_news = Condition()

    def put(self, frame: Pixels) -> None:
        with self._has_news:
            self._frame = frame
            self._has_news.notify()

    def take(self, timeout: float) -> Pixels | None:
        with self._has_news:
            if self._frame is None:
                self._has_news.wait(timeout)
            frame, self._frame = self._frame, None
            return frame

    def wake(self) -> None:
        with self._has_news:
            self._has_news.notify_all()
