"""``returnstation hub bundle``: read sticks of stations and write answers onto them."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from returnstation.application.troubles import Refused
from returnstation.cli.hub_opening import hub_of, say
from returnstation.i18n import load_catalog
from returnstation.wire.volumes import VOLUME_SIZE

if TYPE_CHECKING:
    from returnstation.hub.bundles import Brought, Sticks

_SOME_REFUSED = 1


def add_commands(acts: Any) -> None:
    """Add ``bundle`` to the acts of ``hub``."""
    parser = acts.add_parser("bundle", help="sticks of stations without a network")
    bundles = parser.add_subparsers(required=True, metavar="ACT")
    reading = bundles.add_parser("import", help="read sticks and write answers")
    reading.add_argument("files", type=Path, nargs="+", metavar="FILE")
    reading.add_argument("--reply", type=Path, metavar="DIR", help="where answers are written")
    reading.add_argument(
        "--volume-size", type=int, default=VOLUME_SIZE, metavar="BYTES", help="of each answer"
    )
    reading.set_defaults(run=_import)


def _import(args: argparse.Namespace) -> int:
    from returnstation.hub.bundle_answers import Answering
    from returnstation.hub.bundles import Sticks
    from returnstation.storage.snapshots import build_snapshot

    hub = hub_of(args)
    with closing(hub.database):
        taken, refused = _take_all(args, Sticks(hub))
        answering = Answering(hub, build_snapshot)
        for station in sorted({each.manifest.station for each in taken} if args.reply else ()):
            own = [each for each in taken if each.manifest.station == station]
            files = answering.write(own, args.reply, args.volume_size)
            row = {"station": station, "reply": [str(file) for file in files]}
            say(args, row, f"{station}: {' '.join(str(file) for file in files)}")
    return _SOME_REFUSED if refused else 0


def _take_all(args: argparse.Namespace, sticks: "Sticks") -> tuple[Sequence["Brought"], int]:
    """Read all volumes; those that came before what they continue, again after the others."""
    waiting: list[Path] = list(args.files)
    taken: list[Brought] = []
    refused = 0
    while waiting:
        early: list[tuple[Path, Brought]] = []
        for file in waiting:
            try:
                brought = sticks.take(file)
            except Refused as odd:
                refused += 1
                _tell(args, file, odd)
                continue
            if brought.is_early:
                early.append((file, brought))
            else:
                taken.append(brought)
                _row(args, file, brought)
        if len(early) == len(waiting):
            for file, brought in early:
                taken.append(brought)
                refused += 1
                _row(args, file, brought)
            break
        waiting = [file for file, _ in early]
    return taken, refused


def _row(args: argparse.Namespace, file: Path, brought: "Brought") -> None:
    row = {
        "file": str(file),
        "station": brought.manifest.station,
        "facts": brought.facts,
        "photos": brought.photos,
        "early": brought.is_early,
    }
    waits = "; facts before these are missing" if brought.is_early else ""
    counted = f"{brought.facts} facts, {brought.photos} photos{waits}"
    say(args, row, f"{file.name}: {brought.manifest.station}: {counted}")


def _tell(args: argparse.Namespace, file: Path, odd: Refused) -> None:
    catalog = load_catalog(args.lang)
    say(args, {"file": str(file), "refused": odd.code}, f"{file.name}: {odd.code}")
    print(f"returnstation: {odd.code}: {catalog.say(odd.say())}", file=sys.stderr)
