"""``returnstation audit verify``: prove the fact log."""

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec

from returnstation.application.troubles import Trouble
from returnstation.settings import home_folder
from returnstation.storage.audit import Proof, verify


def add_commands(commands: Any) -> None:
    """Add ``audit``."""
    parser = commands.add_parser("audit", help="prove that no fact was lost or altered")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    proving = acts.add_parser("verify", help="check every entry of the fact log")
    proving.add_argument("file", nargs="?", type=Path, help="default: station.db of the home")
    proving.set_defaults(run=_verify)


def _verify(args: argparse.Namespace) -> int:
    path = args.file or home_folder(args.home) / "station.db"
    if not path.is_file():
        raise Trouble("file-unreadable", file=str(path))
    proof = verify(path)
    print(_as_json(proof) if args.json else _as_text(proof))
    if proof.bad is not None:
        print(f"returnstation: audit-broken: entry {proof.bad} is {proof.why}", file=sys.stderr)
        return 1
    return 0


def _as_json(proof: Proof) -> str:
    return msgspec.json.encode(proof).decode()


def _as_text(proof: Proof) -> str:
    state = "whole" if proof.bad is None else f"broken at entry {proof.bad} ({proof.why})"
    return f"{proof.facts} facts, {state}, head {proof.head}"
