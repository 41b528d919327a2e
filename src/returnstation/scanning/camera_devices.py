"""Open a camera by number or name, or a film in its place."""

import sys
import time
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from returnstation.scanning.camera_torch import switch_torch
from returnstation.scanning.pictures_frames import Pixels
from returnstation.scanning.sources import Light

_LINUX_NAMES = Path("/sys/class/video4linux")
_MOST_CAMERAS = 8


class Camera(Protocol):
    """An open camera."""

    def read(self) -> Pixels | None:
        """Wait for the next frame and return it in grey; None when the camera is gone."""

    def still(self) -> bytes | None:
        """Return the last frame as a picture file, in colour."""

    def shine(self, light: Light) -> bool:
        """Switch its lamp; tell whether it has one that can be."""

    def close(self) -> None:
        """Give the device back."""


class VideoCapture:
    """A camera, or a film, through OpenCV.

    Args:
        capture: An opened ``cv2.VideoCapture``.
        pause: Seconds between two frames of a film; a camera sets its own pace.
        device: The camera's device file, where it is one.
    """

    def __init__(self, capture: Any, pause: float = 0.0, device: Path | None = None) -> None:
        self._capture = capture
        self._pause = pause
        self._device = device
        self._last: Any = None

    def read(self) -> Pixels | None:
        """Wait for the next frame and return it in grey; None when the camera is gone."""
        cv2 = _cv2()
        if self._pause:
            time.sleep(self._pause)
        try:
            is_read, frame = self._capture.read()
        except cv2.error:
            return None  # a camera pulled out while it was read
        if not is_read or frame is None or frame.size == 0:
            return None
        self._last = frame
        grey = frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
        return np.asarray(grey, np.uint8)

    def still(self) -> bytes | None:
        """Return the last frame as JPEG."""
        frame = self._last
        if frame is None:
            return None
        is_written, packed = _cv2().imencode(".jpg", frame, [_cv2().IMWRITE_JPEG_QUALITY, 92])
        return packed.tobytes() if is_written else None

    def shine(self, light: Light) -> bool:
        """Switch its lamp; tell whether it has one that can be."""
        return self._device is not None and switch_torch(self._device, light)

    def close(self) -> None:
        """Give the device back."""
        self._capture.release()


def open_camera(address: int | str) -> Camera | None:
    """Open a camera by number or by the beginning of its name, or a film by its path.

    Returns:
        None when there is none.
    """
    if isinstance(address, str):
        if Path(address).is_file():
            return _opened_film(address)
        number = _number_of(address)
        return None if number is None else _opened(number)
    return _opened(address)


def camera_names() -> dict[int, str]:
    """Return the cameras the system knows by name; empty where it does not tell."""
    found = {}
    for folder in sorted(_LINUX_NAMES.glob("video*")) if _LINUX_NAMES.is_dir() else ():
        number = folder.name.removeprefix("video")
        if number.isdigit():
            found[int(number)] = (folder / "name").read_text(encoding="utf-8").strip()
    return dict(sorted(found.items())[:_MOST_CAMERAS])


def _number_of(name: str) -> int | None:
    wanted = name.casefold()
    return next((n for n, each in camera_names().items() if wanted in each.casefold()), None)


def _opened(number: int) -> Camera | None:
    # Where devices are files a missing one need not be tried.
    if sys.platform.startswith("linux") and not Path(f"/dev/video{number}").exists():
        return None
    cv2 = _cv2()
    capture = cv2.VideoCapture(number)
    if not capture.isOpened():
        capture.release()
        return None
    # Fine bars need 1920 dots; a camera that has fewer gives what it has.
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, 1920)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, 1080)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return VideoCapture(capture, device=Path(f"/dev/video{number}"))


def _opened_film(path: str) -> Camera | None:
    cv2 = _cv2()
    capture = cv2.VideoCapture(path)
    if not capture.isOpened():
        capture.release()
        return None
    return VideoCapture(capture, 1 / (capture.get(cv2.CAP_PROP_FPS) or 30.0))


@cache
def _cv2() -> Any:
    cv2 = import_module("cv2")
    # It tells the terminal, not its caller, that there is no camera.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2
