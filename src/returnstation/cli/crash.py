"""Crash reports: what a bug leaves for whoever mends it; no customer data."""

import platform
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from returnstation import __version__


def write_crash_report(home: Path, bug: BaseException) -> Path:
    """Write what happened below ``crashes/`` of the home, else in the temporary folder.

    Values of variables are left out: they may name customers.
    """
    at = datetime.now(UTC)
    text = "\n".join(
        [
            f"returnstation {__version__}, Python {sys.version.split()[0]}, {platform.platform()}",
            at.isoformat(timespec="seconds"),
            "",
            *traceback.format_exception(bug),
        ]
    )
    name = f"crash-{at:%Y%m%d-%H%M%S}.txt"
    for folder in (home / "crashes", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / name
            file.write_text(text, encoding="utf-8")
        except OSError:
            continue
        return file
    return Path("nowhere: no folder can be written")
