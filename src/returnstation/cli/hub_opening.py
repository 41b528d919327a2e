"""Open the hub a command is for, and print what it found."""

import argparse
from typing import TYPE_CHECKING, Any

import msgspec

from returnstation.hub.serving import open_hub
from returnstation.settings import home_folder

if TYPE_CHECKING:
    from returnstation.hub.hub import Hub


def hub_of(args: argparse.Namespace) -> "Hub":
    """Open the hub of the home, or of the database that was given."""
    return open_hub(home_folder(args.home), args.database)


def say(args: argparse.Namespace, row: dict[str, Any], line: str) -> None:
    """Print a result: for people, or as JSON."""
    print(msgspec.json.encode(row).decode() if args.json else line)
