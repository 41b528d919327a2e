"""``returnstation retention``: forget now what a station without a hub kept long enough."""

import argparse
from contextlib import closing
from typing import Any

import msgspec

from returnstation.app import open_station
from returnstation.app.retention import Retaining


def add_commands(commands: Any) -> None:
    """Add ``retention``."""
    parser = commands.add_parser(
        "retention", help="forget orders and photos now that were kept long enough"
    )
    parser.set_defaults(run=_retention)


def _retention(args: argparse.Namespace) -> int:
    with closing(open_station(args.home)) as station:
        kept = {
            "orders": station.settings.keep_orders_days,
            "photos": station.settings.keep_photos_days,
        }
        forgotten = Retaining(station).run()
    if args.json:
        print(msgspec.json.encode({"kept_days": kept, "forgotten": forgotten}).decode())
        return 0
    for what, days in kept.items():
        print(f"{what} are kept {days} days" if days else f"{what} are kept for ever")
    print("forgotten: " + ", ".join(f"{count} {what}" for what, count in forgotten.items()))
    return 0
