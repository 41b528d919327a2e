"""Where an answer on a stick is opened: it is plain there, and must not stay."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

_BEGINS = "answer-"


def stick_folder(home: Path) -> TemporaryDirectory[str]:
    """Return a folder in a station's for what is on a stick; it goes at the end."""
    sweep(home)
    return TemporaryDirectory(prefix=_own(), dir=home)


def sweep(home: Path) -> None:
    """Remove what programs left there that were killed.

    Raises:
        OSError: Somebody has a file open.
    """
    for left in home.glob(f"{_BEGINS}*"):
        if not left.name.startswith(_own()):
            shutil.rmtree(left)


def _own() -> str:
    return f"{_BEGINS}{os.getpid()}-"
