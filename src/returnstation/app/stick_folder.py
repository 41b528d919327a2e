"""Where an answer on a stick is opened: it is plain there, and must not stay."""

import secrets
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

_BEGINS = "answer-"
# No process id: in a container the program that was killed had the same.
_OWN = f"{_BEGINS}{secrets.token_hex(8)}-"


def stick_folder(home: Path) -> TemporaryDirectory[str]:
    """Return a folder in a station's for what is on a stick; it goes at the end."""
    sweep(home)
    return TemporaryDirectory(prefix=_OWN, dir=home)


def sweep(home: Path) -> None:
    """Remove what programs left there that were killed.

    Raises:
        OSError: Somebody has a file open.
    """
    for left in home.glob(f"{_BEGINS}*"):
        if not left.name.startswith(_OWN):
            shutil.rmtree(left)
