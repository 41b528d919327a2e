"""Bring what scanners, ports and the camera send from their threads to the window's."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from returnstation.scanning.sources import (
    Light,
    PhotoSource,
    Preview,
    Scan,
    Source,
    SourceState,
    Told,
)

OpenSources = Callable[[Told], Sequence[Source]]
"""Returns the sources of the settings, not yet started."""


class SourceHub(QObject):
    """Starts and stops the sources; its signals come in the thread it lives in.

    Signals:
        scanned: A source sent a scan; carries it.
        changed: A source is there, or is not.
        previewed: The camera's frame, while somebody looks; carries it.
    """

    scanned = Signal(object)
    changed = Signal()
    previewed = Signal(object)
    _from_thread = Signal(object)
    _frame_from_thread = Signal(object)

    def __init__(self, open_sources: OpenSources, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = open_sources
        self._sources: tuple[Source, ...] = ()
        self._waits_for_frame = True
        self._from_thread.connect(self._take)
        self._frame_from_thread.connect(self._take_frame)

    @property
    def states(self) -> Mapping[str, SourceState]:
        """How each source is, by its name."""
        return {source.name: source.state for source in self._sources}

    @property
    def has_camera(self) -> bool:
        """Whether a photo can be taken."""
        return self._camera() is not None

    def is_camera(self, name: str) -> bool:
        """Tell whether the source of this name is a camera."""
        return any(each.name == name and isinstance(each, PhotoSource) for each in self._sources)

    def still(self) -> bytes | None:
        """Return what the camera sees as a picture file; for any thread."""
        camera = self._camera()
        return None if camera is None else camera.still()

    def shine(self, light: Light) -> bool:
        """Switch the camera's lamp; tell whether it has one. For any thread."""
        camera = self._camera()
        return camera is not None and camera.shine(light)

    def start(self) -> None:
        """Begin to listen to every source."""
        if self._sources:
            return
        told = Told(self._from_thread.emit, self._change, self._offer)
        self._sources = tuple(self._open(told))
        for source in self._sources:
            source.start()
        if self._sources:
            self.changed.emit()

    def stop(self) -> None:
        """Give every device back."""
        for source in self._sources:
            source.stop()
        self._sources = ()

    def watch(self) -> None:
        """Let the camera's frames come."""
        for source in self._sources:
            source.watch()

    def unwatch(self) -> None:
        """Let no more frames come."""
        for source in self._sources:
            source.unwatch()

    def _camera(self) -> PhotoSource | None:
        ready = (each for each in self._sources if each.state is SourceState.OK)
        return next((each for each in ready if isinstance(each, PhotoSource)), None)

    def _change(self, _name: str, _state: SourceState) -> None:
        self._from_thread.emit(None)

    def _offer(self, preview: Preview) -> None:
        # A window that is busy gets one frame when it is done, not all it missed.
        if self._waits_for_frame:
            self._waits_for_frame = False
            self._frame_from_thread.emit(preview)

    @Slot(object)
    def _take(self, scan: Scan | None) -> None:
        if scan is None:
            self.changed.emit()
        else:
            self.scanned.emit(scan)

    @Slot(object)
    def _take_frame(self, preview: Preview) -> None:
        self._waits_for_frame = True
        self.previewed.emit(preview)


def no_sources() -> SourceHub:
    """Return a hub of no sources."""
    return SourceHub(lambda _told: ())
