"""The thread in which photos go to the hub, and old ones make room."""

import logging
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from returnstation.app.retention import blank_papers_in_time
from returnstation.application.troubles import Trouble
from returnstation.storage.photos import PhotoFolder
from returnstation.sync.client import HubRefused
from returnstation.sync.photos import PhotoClient, PhotoUpload
from returnstation.threads import LastingThread

if TYPE_CHECKING:
    from returnstation.app.station import Station

_logger = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
KEPT_DAYS = 7
"""How long a photo stays here after the hub had it."""

LOW_DISK = 2 << 30
"""Bytes; with less left, photos the hub has are dropped at once."""

_WAY_STEPS, _WAY_SECONDS = 20, 0.25


class Usage(Protocol):
    """How full a disk is."""

    @property
    def free(self) -> int:
        """Bytes left."""


class PhotoLane:
    """Sends photos in a thread of its own until it is told to stop.

    Args:
        station: Whose photos.
        usage: Tells how full the disk of a folder is.

    Attributes:
        trouble: Code of what stands in the way; None when nothing does.
    """

    def __init__(
        self, station: "Station", usage: Callable[[Path], Usage] = shutil.disk_usage
    ) -> None:
        self._station = station
        self._usage = usage
        self._folder = PhotoFolder(station.home / "photos")
        self._thread = LastingThread("photos", self._run)
        self._upload: PhotoUpload | None = None
        self.trouble: str | None = None

    def start(self) -> None:
        """Begin; once only."""
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> bool:
        """End the thread after the piece in hand; tell whether it ended in time."""
        return self._thread.stop(timeout)

    @property
    def stuck(self) -> int:
        """How many photos could not be sent."""
        return 0 if self._upload is None else len(self._upload.stuck)

    def round(self) -> int:
        """Send what waits and drop what is old; return how many photos the hub got.

        Raises:
            Trouble: The hub cannot be reached.
            HubRefused: It does not know us.
        """
        try:
            self.tidy()
        except (OSError, Trouble) as odd:  # on a full disk, photos that go up make room
            _logger.warning("photos were not tidied up: %s", odd)
        client = self._station.hub.client()
        try:
            hub = PhotoClient(client)
            if self._upload is None:
                self._upload = PhotoUpload(self._folder, hub, time.monotonic, self._give_way)
            self._upload.hub = hub
            sent = self._upload.send_all(self._thread.stopping.is_set)
            self._upload.look_again(client.hello().photos_wanted)
            return sent
        finally:
            client.close()

    def tidy(self) -> int:
        """Drop photos that went to the hub long ago, or now where the disk is nearly full.

        Papers that were kept long enough are blanked along with it.
        """
        dropped = self._folder.drop_sent(self._station.clock() - timedelta(days=KEPT_DAYS))
        dropped += self._folder.make_room(self._has_room)
        blank_papers_in_time(self._station)  # last: a full disk does not take it
        return dropped

    def _has_room(self) -> bool:
        return self._usage(self._station.home).free >= LOW_DISK

    def _run(self) -> None:
        while not self._thread.stopping.is_set():
            try:
                self.round()
                self.trouble = None
            except (Trouble, HubRefused) as trouble:
                self.trouble = trouble.code
            except Exception:
                # The edge of the thread: a photo must never end what sends the others.
                _logger.exception("photos were interrupted")
                self.trouble = "unexpected"
            self._thread.stopping.wait(EVERY_SECONDS)

    def _give_way(self) -> None:
        """Let facts go first, but not for ever: they may be stuck."""
        for _ in range(_WAY_STEPS):
            with self._station.database.look() as work:
                unsent, _oldest = work.facts.unsent()
            if not unsent or self._thread.stopping.wait(_WAY_SECONDS):
                return
