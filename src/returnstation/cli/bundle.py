"""``returnstation bundle``: a station without a network, by a stick."""

import argparse
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from returnstation.app import open_station
from returnstation.app.bundling import keep_escrow, read_answer, write_bundle
from returnstation.app.key_changes import begin_change
from returnstation.cli.alone import station_alone
from returnstation.wire.volumes import VOLUME_SIZE


def add_commands(commands: Any) -> None:
    """Add ``bundle``."""
    parser = commands.add_parser("bundle", help="to the hub and back on a stick")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    writing = acts.add_parser("export", help="write what the hub does not have yet")
    writing.add_argument("folder", type=Path, metavar="DIR")
    writing.add_argument(
        "--volume-size", type=int, default=VOLUME_SIZE, metavar="BYTES", help="of each file"
    )
    writing.add_argument("--photos", action="store_true", help="photos, too")
    writing.add_argument(
        "--new-key", action="store_true", help="tell the hub of a new key; it is due by itself"
    )
    writing.set_defaults(run=_export)
    reading = acts.add_parser("import", help="read what the hub answered")
    reading.add_argument("files", type=Path, nargs="+", metavar="FILE")
    reading.set_defaults(run=_import)
    escrow = acts.add_parser("escrow", help="let a key of the site open every stick, too")
    escrow.add_argument("recipient", metavar="AGE-RECIPIENT", help="age1…, or none")
    escrow.set_defaults(run=_escrow)


def _export(args: argparse.Namespace) -> int:
    with station_alone(args) as station:
        if args.new_key:
            begin_change(station)
        written = write_bundle(station, args.folder, args.volume_size, with_photos=args.photos)
    names = [str(file) for file in written.files]
    row = {
        "files": names,
        "facts": written.facts,
        "photos": written.photos,
        "left": written.left,
    }
    _say(args, row, f"{written.facts} facts, {written.photos} photos: {' '.join(names)}")
    return 0


def _import(args: argparse.Namespace) -> int:
    with station_alone(args) as station:
        read = read_answer(station, args.files)
    row = {"acked": read.acked, "taken": read.taken, "photos": read.photos}
    line = f"the hub has facts up to {read.acked}; {read.taken} records taken in"
    _say(args, row, f"{line}; {read.photos} photos are there")
    return 0


def _escrow(args: argparse.Namespace) -> int:
    with closing(open_station(args.home)) as station:
        keep_escrow(station, "" if args.recipient == "none" else args.recipient)
    return 0


def _say(args: argparse.Namespace, row: dict[str, Any], line: str) -> None:
    print(msgspec.json.encode(row).decode() if args.json else line)
