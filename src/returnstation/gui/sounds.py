"""Play the short sounds of ``resources/sounds`` without ever waiting for them."""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from PySide6.QtCore import QObject, QProcess, QTimer

from returnstation import datafiles
from returnstation.application.view import Sound

_RING_AGAIN_MS = 30_000
_RINGS = 3
_PLAYERS = ("pw-play", "paplay", "aplay", "afplay")


class Player(Protocol):
    """Plays sounds."""

    @property
    def is_available(self) -> bool:
        """Whether anything can be heard."""

    def play(self, sound: Sound) -> None:
        """Start a sound and return at once."""

    def close(self) -> None:
        """Give back what the player holds."""


class SilentPlayer:
    """Plays nothing; every sound has its sight."""

    @property
    def is_available(self) -> bool:
        """Whether anything can be heard: never."""
        return False

    def play(self, sound: Sound) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Hold nothing, give nothing back."""


class ProgramPlayer:
    """Plays through a program of the desktop, e.g. ``pw-play``."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._folder = _as_files()

    @property
    def is_available(self) -> bool:
        """Whether anything can be heard."""
        return True

    def play(self, sound: Sound) -> None:
        """Start the program and let it run on its own."""
        QProcess.startDetached(self._program, [str(Path(self._folder.name) / f"{sound}.wav")])

    def close(self) -> None:
        """Remove the unpacked sounds."""
        self._folder.cleanup()


if sys.platform == "win32":
    import winsound

    class WindowsPlayer:
        """Plays through Windows itself, which plays asynchronously only from files."""

        def __init__(self) -> None:
            self._folder = _as_files()

        @property
        def is_available(self) -> bool:
            """Whether anything can be heard."""
            return True

        def play(self, sound: Sound) -> None:
            """Start a sound; it ends the one before."""
            how = winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT
            winsound.PlaySound(str(Path(self._folder.name) / f"{sound}.wav"), how)

        def close(self) -> None:
            """Remove the unpacked sounds."""
            winsound.PlaySound(None, winsound.SND_PURGE)
            self._folder.cleanup()


class DeviceBell(QObject):
    """Rings again every 30 seconds, three times, while a device needs hands."""

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._left = 0
        self._timer = QTimer(self, interval=_RING_AGAIN_MS)
        self._timer.timeout.connect(self._ring)

    def start(self) -> None:
        """Begin to count; the first sound was played by whoever calls."""
        self._left = _RINGS
        self._timer.start()

    def stop(self) -> None:
        """Ring no more: somebody came."""
        self._timer.stop()

    def _ring(self) -> None:
        self._player.play(Sound.DEVICE)
        self._left -= 1
        if not self._left:
            self._timer.stop()


def best_player() -> Player:
    """Return a player for this machine; a silent one when there is no way to be heard."""
    if sys.platform == "win32":
        return WindowsPlayer()
    program = next((found for name in _PLAYERS if (found := shutil.which(name))), None)
    return SilentPlayer() if program is None else ProgramPlayer(program)


def _as_files() -> TemporaryDirectory[str]:
    """Unpack the sounds, which may lie in a zipped wheel; players want files."""
    folder = TemporaryDirectory(prefix="returnstation-sounds-")
    for sound in Sound:
        content = datafiles.resource("sounds", f"{sound}.wav").read_bytes()
        Path(folder.name, f"{sound}.wav").write_bytes(content)
    return folder
