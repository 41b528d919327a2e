"""``returnstation demo``: a made-up site, in the window or as a shift driven off-screen."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from returnstation.app import Station, now
from returnstation.application.troubles import Trouble
from returnstation.cli.demo_documents import queue_documents
from returnstation.cli.demo_report import write_report
from returnstation.crashes import BugReports
from returnstation.demosite import SEED, DemoSite, Shelves, generate, install, label_pictures, shift
from returnstation.storage.filling import Filling

MARK = "demo-site.txt"
"""A home that has this file is a demo's and may be made anew."""


def add_commands(commands: Any) -> None:
    """Add ``demo``."""
    parser = commands.add_parser("demo", help="a made-up site to try everything on")
    parser.add_argument("--fresh", action="store_true", help="make the site anew")
    parser.add_argument("--headless", action="store_true", help="drive the window off-screen")
    parser.add_argument("--out", type=Path, default=Path("demo-output"), metavar="DIR")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    home = Path(args.home) if args.home else user_data_path("returnstation-demo", appauthor=False)
    is_headless = args.headless or not _has_display()
    site = generate(SEED, now().date())
    _make(site, home, anew=args.fresh or is_headless)
    with BugReports(home):
        return _headless(site, home, args.out) if is_headless else _window(site, home)


def _make(site: DemoSite, home: Path, *, anew: bool) -> None:
    is_there = (home / "station.db").exists()
    if is_there and not (home / MARK).exists():
        raise Trouble("not-a-demo-home", file=str(home))
    if is_there and not anew:
        return
    if is_there:
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).write_text("Made by `returnstation demo`; `--fresh` makes it anew.\n")
    if sys.stderr.isatty():
        print(f"Making the demo site in {home} ...", file=sys.stderr)
    install(site, home, _opened)


@contextmanager
def _opened(home: Path) -> Iterator[Shelves]:
    with closing(Station(home)) as station:
        yield Shelves(Filling(station.cache), station.database.work, station.equipment.pins)


def _window(site: DemoSite, home: Path) -> int:
    from returnstation.app.window import run_window

    folder = home / "label-pictures"
    _write_pictures(site, folder)
    print("Sign in by typing a badge (F2) or scanning RSB:<badge>:")
    for user in site.users:
        print(f"  {user.badge}  PIN {user.pin}  {user.name} ({user.role}, {user.language})")
    print("Scan, type, or drag a picture from", folder)
    for planned in shift(site):
        print(f"  {planned.scan:<24} {planned.name}: {', '.join(i.code for i in planned.items)}")
    with closing(Station(home)) as station:
        return run_window(station)


def _headless(site: DemoSite, home: Path, out: Path) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from returnstation.app.shift import Shift
    from returnstation.app.window import OpenWindow

    bugs: list[BaseException] = []
    folder = _output(out)
    pictures = _write_pictures(site, out / "label-pictures")
    with closing(Station(home)) as station:
        station.start_printing()
        opened = OpenWindow(station)
        opened.window.crashed.connect(bugs.append)
        opened.window.resize(1280, 800)
        opened.show()
        worked = Shift(opened, pictures, folder)
        done = _work(site, worked)
        opened.close()
        queue_documents(station, [each.number for each in done if each.number])
        station.finish_printing()
        lines = write_report(station, done, worked.shots, out)
    for line in lines:
        print(line)
    if bugs:
        raise bugs[0]
    return 0


def _work(site: DemoSite, worked: Any) -> list[Any]:
    """Work the shift: one half in Korean, one in English, then the supervisor's pages in both."""
    planned = shift(site)
    users = {user.language: user for user in site.users if user.role == "operator"}
    half = (len(planned) + 1) // 2
    done = []
    for language, some in (("ko", planned[:half]), ("en", planned[half:])):
        user = users[language]
        worked.sign_in(user.badge, user.pin, language)
        worked.overlay("F1", "help")
        worked.overlay("F2", "search")
        for number, each in enumerate(some):
            if sys.stderr.isatty():
                print(f"  {each.name}", file=sys.stderr)
            done.append(worked.work(each))
            if number == 0:
                worked.refused("RS:NOSUCH")
    supervisor = next(user for user in site.users if user.role == "supervisor")
    worked.sign_in(supervisor.badge, supervisor.pin, supervisor.language)
    for language in (supervisor.language, "en"):
        worked.prefer(language)
        worked.overlay("F10", "review")
        worked.overlay("F11", "policy")
        worked.behind(("F11", "F7", "Enter"), "draft")
    return done


def _output(out: Path) -> Path:
    """Empty what an earlier run has left; other files in the folder stay."""
    for name in ("screens", "labels", "receipts", "parcels", "office", "label-pictures"):
        shutil.rmtree(out / name, ignore_errors=True)
    folder = out / "screens"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise Trouble("file-unreadable", file=str(out)) from error
    return folder


def _write_pictures(site: DemoSite, folder: Path) -> dict[str, bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    pictures = dict(label_pictures(site, shift(site)))
    for name, content in pictures.items():
        (folder / name).write_bytes(content)
    return pictures


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
