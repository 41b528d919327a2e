"""``returnstation backup``: a compact copy of the station's file and its photos' list."""

import argparse
from contextlib import closing
from pathlib import Path
from typing import Any

from returnstation.app import open_station
from returnstation.storage.audit import verify
from returnstation.storage.schema import back_up


def add_commands(commands: Any) -> None:
    """Add ``backup``."""
    parser = commands.add_parser("backup", help="copy station.db while the desk works")
    parser.add_argument("file", type=Path, metavar="FILE", help="where to; replaced if it is there")
    parser.set_defaults(run=_backup)


def _backup(args: argparse.Namespace) -> int:
    target: Path = args.file
    with closing(open_station(args.home)) as station:
        back_up(station.database.engine, target)
    proof = verify(target)
    print(f"{target}: {proof.facts} facts, head {proof.head}")
    return 0 if proof.bad is None else 1
