"""``returnstation backup`` and ``restore``: copies of ``station.db``."""

import argparse
import secrets
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

from returnstation.app import new_id, open_station
from returnstation.app.lock import desk_held
from returnstation.app.station import EPOCH_BITS
from returnstation.application.troubles import Trouble
from returnstation.settings import home_folder, load_settings
from returnstation.storage.audit import verify
from returnstation.storage.schema import back_up
from returnstation.storage.station import StationDatabase

_SIDE_FILES = ("-wal", "-shm")


def add_commands(commands: Any) -> None:
    """Add ``backup`` and ``restore``."""
    backing_up = commands.add_parser("backup", help="copy station.db while the desk works")
    backing_up.add_argument("file", type=Path, metavar="FILE", help="replaced if it is there")
    backing_up.set_defaults(run=_backup)
    restoring = commands.add_parser("restore", help="take a backup; the window must be closed")
    restoring.add_argument("file", type=Path, metavar="FILE", help="what backup wrote")
    restoring.set_defaults(run=_restore)


def _backup(args: argparse.Namespace) -> int:
    target: Path = args.file
    with closing(open_station(args.home)) as station:
        back_up(station.database.engine, target)
    proof = verify(target)
    print(f"{target}: {proof.facts} facts, head {proof.head}")
    return 0 if proof.bad is None else 1


def _restore(args: argparse.Namespace) -> int:
    """Put a proven backup in place; the present file is kept beside it.

    A new epoch begins, so that facts and numbers given after the backup are never taken for
    these.
    """
    home = home_folder(args.home)
    proof = verify(args.file) if args.file.is_file() else None
    if proof is None or proof.bad is not None:
        raise Trouble("backup-unusable", file=str(args.file))
    present = home / "station.db"
    prefix = load_settings(home).prefix
    with desk_held(home):  # who works there would write on into the file that is put aside
        _put_in_place(args.file, present)
        epoch = secrets.randbits(EPOCH_BITS)
        with closing(StationDatabase(present, prefix, new_id, epoch)) as database:
            database.begin_epoch(epoch)
    print(f"{present}: {proof.facts} facts, head {proof.head}")
    return 0


def _put_in_place(backup: Path, present: Path) -> None:
    try:
        if present.is_file():
            present.replace(present.with_name("station-before-restore.db"))
        for side in _SIDE_FILES:
            present.with_name(f"{present.name}{side}").unlink(missing_ok=True)
        shutil.copyfile(backup, present)
    except OSError as error:
        raise Trouble("file-unreadable", file=str(present)) from error
