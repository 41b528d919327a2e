"""``returnstation sync``: be taken in by a hub, meet it now, tell how far it has the log."""

import argparse
from contextlib import closing
from typing import Any

import msgspec

from returnstation.app import open_station
from returnstation.app.key_changes import keep_every, rotate_once
from returnstation.app.syncing import meet_once
from returnstation.application.troubles import Trouble
from returnstation.cli.alone import station_alone
from returnstation.cli.plain_words import in_line
from returnstation.sync.client import HubRefused


def add_commands(commands: Any) -> None:
    """Add ``sync``."""
    parser = commands.add_parser("sync", help="send to the hub and get what is new")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    acts.add_parser("now", help="meet the hub once").set_defaults(run=_now)
    acts.add_parser("status", help="what the hub does not have yet").set_defaults(run=_status)
    rotating = acts.add_parser("rotate", help="use a new key from now on")
    rotating.add_argument(
        "--every",
        type=int,
        metavar="DAYS",
        help="only set after how many days it is done by itself",
    )
    rotating.set_defaults(run=_rotate)
    enrolling = acts.add_parser("enrol", help="be taken in by a hub")
    enrolling.add_argument("url", metavar="URL")
    enrolling.add_argument("code", metavar="CODE", help="from `returnstation hub enrol`")
    enrolling.set_defaults(run=_enrol)


def _now(args: argparse.Namespace) -> int:
    with station_alone(args) as station:
        try:
            met = meet_once(station)
        except HubRefused as refused:
            raise Trouble("hub-refused", code=refused.code) from refused
        row = {"sent": met.sent, "taken": met.taken}
        _say(args, row, f"{met.sent} facts sent, {met.taken} records taken in")
    return 0


def _status(args: argparse.Namespace) -> int:
    with closing(open_station(args.home)) as station, station.database.look() as work:
        unsent, oldest = work.facts.unsent()
        address = station.hub.address
        row = {
            "hub": None if address is None else address.url,
            "station": None if address is None else address.station,
            "unsent": unsent,
            "oldest": None if oldest is None else oldest.isoformat(),
            "hub_key_unproved": station.hub.keys.unproved or None,
        }
    _say(args, row, in_line(row))
    return 0


def _rotate(args: argparse.Namespace) -> int:
    if args.every is not None:
        with closing(open_station(args.home)) as station:
            keep_every(station, args.every)
        _say(args, {"every_days": args.every}, f"every {args.every} days")
        return 0
    with station_alone(args) as station:
        try:
            told = rotate_once(station)
        except HubRefused as refused:
            raise Trouble("hub-refused", code=refused.code) from refused
    _say(args, {"key": told}, told)
    return 0


def _enrol(args: argparse.Namespace) -> int:
    with station_alone(args) as station:
        told = station.hub.enrol(args.url, args.code)
    row = {"station": told.station, "site": told.site, "numbers": list(told.numbers)}
    _say(args, row, f"{told.station}: numbers {told.numbers[0]} to {told.numbers[1]}")
    return 0


def _say(args: argparse.Namespace, row: dict[str, Any], line: str) -> None:
    print(msgspec.json.encode(row).decode() if args.json else line)
