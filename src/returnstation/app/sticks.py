"""Sticks at this machine, for the window."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStorageInfo

from returnstation.app.station import Station
from returnstation.application.sticks import StickPlace
from returnstation.application.troubles import Refused
from returnstation.domain.messages import Say, say

FOLDER = "returnstation"
"""On the stick, so that nothing of ours lies among other files."""

_REMOVABLE = ("/media/", "/run/media/", "/mnt/", "/Volumes/")


def mounted() -> Sequence[StickPlace]:
    """Return what looks like a stick that can be written."""
    return [
        StickPlace(volume.rootPath(), volume.displayName())
        for volume in QStorageInfo.mountedVolumes()
        if volume.isValid() and volume.isReady() and not volume.isReadOnly() and _is_stick(volume)
    ]


def _is_stick(volume: QStorageInfo) -> bool:
    path = volume.rootPath()
    is_other_drive = path[1:2] == ":" and not volume.isRoot()  # Windows says no more than that
    return is_other_drive or path.startswith(_REMOVABLE)


class StationSticks:
    """Writes and reads sticks for one station.

    Args:
        station: Whose facts.
        look: Finds the sticks that are in.
    """

    def __init__(
        self, station: Station, look: Callable[[], Sequence[StickPlace]] = mounted
    ) -> None:
        self._station = station
        self._look = look

    def places(self) -> Sequence[StickPlace]:
        """Return the sticks that are in."""
        return self._look()

    def write(self, place: StickPlace) -> Say:
        """Write what the hub does not have, photos too."""
        # Keys and packing are not imported before a stick is in.
        from returnstation.app.bundling import write_bundle

        written = write_bundle(self._station, Path(place.path) / FOLDER, with_photos=True)
        return say("window.stick.written", facts=written.facts, photos=written.photos)

    def read(self, place: StickPlace) -> Say:
        """Read the newest answer for this station."""
        from returnstation.app.bundling import read_answer

        read = read_answer(self._station, self._newest(Path(place.path) / FOLDER))
        return say("window.stick.read-in", acked=read.acked, taken=read.taken)

    def _newest(self, folder: Path) -> Sequence[Path]:
        from returnstation.application.stick_troubles import stick_troubles

        keys = self._station.hub.stick_keys()
        with stick_troubles(folder.name):
            files = sorted(folder.glob(f"reply-{keys.address.station}-*.rsb"))
        if not files:
            raise Refused("bundle-no-answer")
        # reply-STATION-DAY-TIME-001-of-002.rsb: the volumes of one answer share all but the end.
        stem, *_ = files[-1].stem.rsplit("-", 3)
        return [file for file in files if file.stem.startswith(f"{stem}-")]
