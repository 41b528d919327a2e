"""``user add``, ``user list`` and ``user disable``: who may sign in."""

import argparse
import sys
from contextlib import closing
from dataclasses import replace
from getpass import getpass
from typing import Any

import msgspec

from returnstation.app import Station, open_station
from returnstation.application.ports import User
from returnstation.application.troubles import Refused
from returnstation.exchange import (
    ROLES,
    THEMES,
    BadField,
    checked_badge,
    checked_pin,
    is_user_id,
)
from returnstation.i18n import load_catalog

_OK = 0


def add_commands(commands: Any) -> None:
    """Add ``user``."""
    parser = commands.add_parser("user", help="who may sign in")
    parts = parser.add_subparsers(required=True, metavar="WHAT")
    adding = parts.add_parser("add", help="add a person, or change one; the PIN is asked for")
    adding.add_argument("user_id", metavar="ID", type=_user_id)
    adding.add_argument("--name", required=True)
    adding.add_argument("--badge", required=True, help="code on the badge")
    adding.add_argument("--role", choices=ROLES, default="operator")
    adding.add_argument("--language", default="ko", metavar="CODE")
    adding.add_argument("--theme", choices=THEMES, default="light")
    # On the command line everybody on the machine could read it.
    adding.add_argument("--pin-stdin", action="store_true", help="read the PIN from stdin")
    adding.set_defaults(run=run_add)
    listing = parts.add_parser("list", help="list everybody")
    listing.set_defaults(run=run_list)
    disabling = parts.add_parser("disable", help="shut somebody out; what they did stays")
    disabling.add_argument("user_id", metavar="ID")
    disabling.set_defaults(run=run_disable)


def _user_id(text: str) -> str:
    if not is_user_id(text):
        raise argparse.ArgumentTypeError("1 to 60 letters, digits and . _ @ -")
    return text


def run_add(args: argparse.Namespace) -> int:
    """Add a person, or replace one; a badge that was shut is open again."""
    try:
        badge = checked_badge(args.badge)
        pin = checked_pin(_pin(args))
    except BadField as bad:
        raise Refused(f"user-{bad.code}") from bad
    with closing(open_station(args.home)) as station:
        user = User(
            user_id=args.user_id,
            name=args.name,
            role=args.role,
            badge=badge,
            pin_hash=station.equipment.pins.hash(pin),
            language=args.language,
            theme=args.theme,
        )
        with station.database.work() as work:
            if any(u.badge == badge and u.user_id != user.user_id for u in work.people.all()):
                raise Refused("user-badge-taken", badge=badge)
            work.people.put(user)
            work.commit()
    print(load_catalog(args.lang).text("user.added", name=args.name, badge=badge))
    return _OK


def run_list(args: argparse.Namespace) -> int:
    """List everybody, without what proves them."""
    with closing(open_station(args.home)) as station:
        people = _people(station)
    shown = [
        {
            "user_id": user.user_id,
            "name": user.name,
            "role": user.role,
            "badge": user.badge,
            "language": user.language,
            "is_active": user.is_active,
        }
        for user in people
    ]
    if args.json:
        print(msgspec.json.encode(shown).decode())
        return _OK
    for user in people:
        state = "" if user.is_active else "  -"
        print(
            f"{user.user_id:<16}{user.role:<12}{user.language:<9}{user.badge:<12}{user.name}{state}"
        )
    return _OK


def run_disable(args: argparse.Namespace) -> int:
    """Shut somebody out."""
    with closing(open_station(args.home)) as station:
        found = next((u for u in _people(station) if u.user_id == args.user_id), None)
        if found is None:
            raise Refused("user-unknown", user=args.user_id)
        with station.database.work() as work:
            work.people.put(replace(found, is_active=False))
            work.commit()
    print(load_catalog(args.lang).text("user.disabled", name=found.name))
    return _OK


def _people(station: Station) -> list[User]:
    with station.database.look() as work:
        return list(work.people.all())


def _pin(args: argparse.Namespace) -> str:
    if args.pin_stdin:
        return sys.stdin.readline().strip()
    catalog = load_catalog(args.lang)
    first = getpass(catalog.text("user.pin.ask") + " ")
    if getpass(catalog.text("user.pin.again") + " ") != first:
        raise Refused("user-pins-differ")
    return first
