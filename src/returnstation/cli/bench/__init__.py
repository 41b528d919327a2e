"""``returnstation bench``: how long what a worker waits for takes on this machine.

Each figure stands beside a bare baseline measured in the same run, because a slow machine slows
both. It never fails for being slow: it tells.
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import msgspec

from returnstation.cli.bench import decoding
from returnstation.cli.bench.figures import Figure, as_json, as_table

ORDERS = 1_000_000
RETURNS = 50_000
MOST_COMING = 1_000_000


def add_commands(commands: Any) -> None:
    """Add ``bench``."""
    parser = commands.add_parser("bench", help="measure what a worker waits for")
    parser.add_argument("names", nargs="*", metavar="NAME", help=_NAMES_HELP)
    parser.add_argument("--orders", type=_count, default=ORDERS, metavar="N", help="in the cache")
    parser.add_argument("--returns", type=_count, default=RETURNS, metavar="N", help="replayed")
    parser.add_argument(
        "--hub-database", default="", metavar="URL", help="empty PostgreSQL for sync-up"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="use and keep this home")
    decoding.add_options(parser)
    parser.add_argument(
        "--saved",
        type=Path,
        default=Path("benchmarks/matching.json"),
        metavar="FILE",
        help="shares to compare the matching with",
    )
    # The option may stand on either side of the command.
    parser.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print results as JSON"
    )
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    if args.names[:1] == [_DECODING]:
        return decoding.run(args, Path(args.names[1]) if len(args.names) > 1 else None)
    unknown = sorted(set(args.names) - set(_BENCHES))
    if unknown:
        print(f"returnstation: bench: no such measurement: {', '.join(unknown)}", file=sys.stderr)
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with _home(args.keep) as folder:
        home = Path(folder)
        names = args.names or list(_BENCHES)
        if _NEED_ORDERS.intersection(names):
            _prepare(home, args.orders)
        figures = [_BENCHES[name](home, args) for name in names]
    machine = _machine(args.orders)
    if args.json:
        print(msgspec.json.encode(machine).decode())
        for figure in figures:
            print(as_json(figure))
    else:
        print(as_table(figures))
        print("  ".join(f"{name} {value}" for name, value in machine.items()))
    return 0


def _home(keep: Path | None) -> AbstractContextManager[str]:
    return tempfile.TemporaryDirectory(prefix="bench-") if keep is None else nullcontext(str(keep))


def _prepare(home: Path, orders: int) -> None:
    from returnstation.cli.bench.homes import prepare_home

    prepare_home(home, orders)


def _scan(home: Path, args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.scan import measure_scan

    return measure_scan(home, args.orders)


def _start(home: Path, _args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.start import measure_start

    return measure_start(home)


def _blind(home: Path, _args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.blind import measure_blind

    return measure_blind(home)


def _decide(_home: Path, args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.decide import measure_decide

    return measure_decide(args.orders)


def _pack(_home: Path, _args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.packs import measure_pack

    return measure_pack()


def _walk(home: Path, _args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.walk import measure_walk

    return measure_walk(home / "walk")


def _replay(home: Path, args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.replay import measure_replay

    return measure_replay(home / "replay", args.returns)


def _frames(_home: Path, _args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.frames import measure_label

    return measure_label()


def _bare_frames(_home: Path, _args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.frames import measure_bare

    return measure_bare()


def _worst_frames(_home: Path, _args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.frames import measure_worst

    return measure_worst()


def _leaking_frames(_home: Path, _args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.frames_leak import measure_leak

    return measure_leak()


def _frames_and_window(home: Path, _args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.frames_gui import measure_gui

    return measure_gui(home / "frame-gui")


def _print(home: Path, _args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.printing import measure_print

    return measure_print(home / "print")


def _leaking_print(home: Path, _args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.printing import measure_print_leak

    return measure_print_leak(home / "print-leak")


def _scan_beside(home: Path, args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.scan import measure_scan_beside

    return measure_scan_beside(home, args.orders, min(args.orders, MOST_COMING))


def _pages(home: Path, args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.sync_down import measure_pages

    return measure_pages(home / "sync-pages", args.orders)


def _snapshot(home: Path, args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.sync_down import measure_snapshot

    return measure_snapshot(home / "sync-snapshot", args.orders)


def _up(home: Path, args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.sync_up import MOST_FACTS, measure_up

    return measure_up(home / "sync-up", min(args.returns, MOST_FACTS), args.hub_database)


def _lookup(home: Path, args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.lookup import measure_lookup

    return measure_lookup(home, args.orders)


def _search(home: Path, args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.lookup import measure_search

    return measure_search(home, args.orders)


def _matching(_home: Path, args: argparse.Namespace) -> Figure:
    from returnstation.cli.bench.matching import measure_matching

    return measure_matching(args.saved)


_BENCHES: Mapping[str, Callable[[Path, argparse.Namespace], Figure]] = {
    "scan": _scan,
    "start": _start,
    "blind": _blind,
    "decide": _decide,
    "pack": _pack,
    "replay": _replay,
    "walk": _walk,
    "lookup": _lookup,
    "search": _search,
    "matching": _matching,
    "frame": _frames,
    "frame-bare": _bare_frames,
    "frame-worst": _worst_frames,
    "frame-leak": _leaking_frames,
    "frame-gui": _frames_and_window,
    "print": _print,
    "print-leak": _leaking_print,
    "scan-beside": _scan_beside,
    "sync-pages": _pages,
    "sync-snapshot": _snapshot,
    "sync-up": _up,
}
_DECODING = "decoding"
_NAMES_HELP = f"of {', '.join(_BENCHES)}; or {_DECODING}, and a folder with pictures and truth"


_NEED_ORDERS = frozenset({"scan", "scan-beside", "start", "blind", "lookup", "search"})
"""Measurements for which the cache is filled."""


def _machine(orders: int) -> dict[str, object]:
    from returnstation.storage.engine import sqlite_version

    return {
        "orders": orders,
        "python": platform.python_version(),
        "sqlite": sqlite_version(),
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one order")
    return number
