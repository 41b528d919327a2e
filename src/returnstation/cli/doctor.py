"""``returnstation doctor``: what works on this machine, and how to get what does not."""

import argparse
import importlib
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from returnstation import __version__
from returnstation.application.troubles import Trouble
from returnstation.settings import home_folder, load_settings

_LOW_DISK = 1_000_000_000
"""Bytes; below this the doctor warns."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        state: ``ok``, ``absent`` (an optional thing is not there) or ``bad``.
        advice: How to get what is not there.
    """

    name: str
    state: str
    text: str
    advice: str = ""


def add_commands(commands: Any) -> None:
    """Add ``doctor``."""
    parser = commands.add_parser("doctor", help="tell what works on this machine")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    findings = [check(args) for check in _CHECKS]
    for finding in findings:
        if args.json:
            print(msgspec.json.encode(asdict(finding)).decode())
        else:
            advice = f" — {finding.advice}" if finding.advice else ""
            print(f"{finding.state:>6}  {finding.name}: {finding.text}{advice}")
    return 3 if any(finding.state == "bad" for finding in findings) else 0


def _python(_args: argparse.Namespace) -> Finding:
    return Finding("program", "ok", f"returnstation {__version__}, Python {sys.version.split()[0]}")


def _sqlite(_args: argparse.Namespace) -> Finding:
    from returnstation.storage.engine import OLDEST_SQLITE, sqlite_version

    version = sqlite_version()
    is_new = tuple(int(part) for part in version.split(".")) >= OLDEST_SQLITE
    wanted = ".".join(map(str, OLDEST_SQLITE))
    advice = "" if is_new else f"install pysqlite3: {wanted} or newer is needed"
    return Finding("sqlite", "ok" if is_new else "bad", f"{version} (pysqlite3)", advice)


def _home(args: argparse.Namespace) -> Finding:
    home = home_folder(args.home)
    existing = next((folder for folder in (home, *home.parents) if folder.is_dir()), home)
    if not os.access(existing, os.W_OK):
        return Finding("home", "bad", str(home), "the folder cannot be written")
    free = shutil.disk_usage(existing).free
    advice = "" if free > _LOW_DISK else "less than 1 GB is free"
    return Finding("home", "ok", f"{home}, {free // 1_000_000} MB free", advice)


def _settings(args: argparse.Namespace) -> Finding:
    try:
        settings = load_settings(home_folder(args.home))
    except Trouble as trouble:
        return Finding("settings", "bad", str(trouble), "correct station.toml")
    return Finding("settings", "ok", f"{settings.site}, {settings.desk}, prefix {settings.prefix}")


def _facts(args: argparse.Namespace) -> Finding:
    from returnstation.storage.audit import verify

    path = home_folder(args.home) / "station.db"
    if not path.is_file():
        return Finding("facts", "absent", "no station.db yet", "it is made at the first start")
    try:
        proof = verify(path)
    except Trouble as trouble:
        return Finding("facts", "bad", str(trouble), "restore the last backup")
    if proof.bad is not None:
        return Finding("facts", "bad", f"entry {proof.bad} is {proof.why}", "restore a backup")
    return Finding("facts", "ok", f"{proof.facts} facts, chain whole")


def _crashes(args: argparse.Namespace) -> Finding:
    found = sorted((home_folder(args.home) / "crashes").glob("crash-*.txt"))
    if not found:
        return Finding("crashes", "ok", "no report")
    return Finding("crashes", "ok", f"{len(found)} reports", f"send in the newest: {found[-1]}")


def _window(_args: argparse.Namespace) -> Finding:
    advice = "apt-get install libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1"
    return _importable("window", "PySide6.QtWidgets", advice)


def _pictures(_args: argparse.Namespace) -> Finding:
    return _importable("pictures", "zxingcpp", "install zxing-cpp")


def _opencv(_args: argparse.Namespace) -> Finding:
    return _importable("opencv", "cv2", "install opencv-python-headless")


def _zbar(_args: argparse.Namespace) -> Finding:
    from returnstation.scanning.pictures_readers import has_second_reader

    if has_second_reader():
        return Finding("second reader", "ok", "zbar")
    return Finding(
        "second reader", "absent", "zbar library not found", "apt-get install libzbar0 (optional)"
    )


def _display(_args: argparse.Namespace) -> Finding:
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return Finding("display", "absent", "no display", "the demo drives the window off-screen")
    return Finding("display", "ok", "there is one")


def _sound(_args: argparse.Namespace) -> Finding:
    players = ("pw-play", "paplay", "aplay")
    found = "winsound" if sys.platform == "win32" else next(filter(shutil.which, players), None)
    if found:
        return Finding("sound", "ok", found)
    return Finding("sound", "absent", "no player", "apt-get install alsa-utils (optional)")


def _camera(_args: argparse.Namespace) -> Finding:
    from returnstation.scanning.camera_devices import camera_names

    names = camera_names()
    if names:
        return Finding("camera", "ok", ", ".join(f"{n}: {name}" for n, name in names.items()))
    return Finding("camera", "absent", "the system names none", "plug one in (optional)")


def _ports(_args: argparse.Namespace) -> Finding:
    from returnstation.scanning.serial_port import port_names

    names = port_names()
    if names:
        return Finding("serial ports", "ok", ", ".join(names))
    return Finding("serial ports", "absent", "none", "only scanners that type (optional)")


def _importable(name: str, module: str, advice: str) -> Finding:
    try:
        importlib.import_module(module)
    except ImportError as error:
        return Finding(name, "bad", str(error), advice)
    return Finding(name, "ok", module)


_CHECKS: tuple[Callable[[argparse.Namespace], Finding], ...] = (
    _python,
    _sqlite,
    _home,
    _settings,
    _facts,
    _crashes,
    _window,
    _display,
    _pictures,
    _opencv,
    _zbar,
    _camera,
    _ports,
    _sound,
)
