"""``returnstation hub``: serve it, take stations in, lock them out, check it."""

import argparse
import secrets
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from returnstation.application.troubles import Refused
from returnstation.cli import (
    hub_bundle,
    hub_erasing,
    hub_merchants,
    hub_operations,
    hub_partitions,
)
from returnstation.cli.hub_opening import hub_of, say
from returnstation.cli.plain_words import in_line
from returnstation.domain.lpn import BadLpn, Lpn
from returnstation.hub.keys import GOOD_MS
from returnstation.hub.serving import Serving, renew_snapshots, serve
from returnstation.hub.stations import CODE_BYTES, CODE_MINUTES
from returnstation.settings import home_folder
from returnstation.wire.keys import fingerprint

_LISTEN = "127.0.0.1:8420"
_LAST_PORT = 65_535


def add_commands(commands: Any) -> None:
    """Add ``hub``."""
    parser = commands.add_parser("hub", help="the hub of several stations")
    parser.add_argument(
        "--database", default="", metavar="URL", help="postgresql://…; default: hub.db in the home"
    )
    acts = parser.add_subparsers(required=True, metavar="ACT")
    serving = acts.add_parser("serve", help="answer stations and merchants until stopped")
    serving.add_argument("--listen", default=_LISTEN, metavar="HOST:PORT")
    serving.add_argument(
        "--workers",
        type=_processes,
        default=0,
        metavar="N",
        help="processes; by itself one for a file, up to four for PostgreSQL",
    )
    serving.add_argument(
        "--certificate", type=Path, metavar="PEM", help="for TLS of its own, with --key"
    )
    serving.add_argument("--key", type=Path, metavar="PEM", help="of the certificate")
    serving.add_argument(
        "--webhook-network",
        action="append",
        default=[],
        metavar="CIDR",
        help="a private network webhooks may be sent into; more than once",
    )
    serving.set_defaults(run=partial(_serve, serving))
    enrolling = acts.add_parser("enrol", help="print a code by which one station is taken in")
    enrolling.add_argument("site", metavar="SITE", help="prefix of the site, e.g. ICN3")
    enrolling.add_argument("name", metavar="NAME", help="what the desk is called")
    enrolling.set_defaults(run=_enrol)
    acts.add_parser("stations", help="which stations it knows").set_defaults(run=_stations)
    acts.add_parser(
        "snapshot", help="make whole caches for stations now; it is done daily anyway"
    ).set_defaults(run=_snapshot)
    revoking = acts.add_parser("revoke", help="lock a station out, e.g. a stolen one")
    revoking.add_argument("station", metavar="STATION")
    revoking.set_defaults(run=_revoke)
    rotating = acts.add_parser("rotate", help="have a station change its key when it is here next")
    rotating.add_argument("station", metavar="STATION", nargs="?")
    rotating.add_argument("--all", action="store_true", help="every station that may send")
    rotating.add_argument("--hub", action="store_true", help="new keys for the hub itself, now")
    rotating.add_argument(
        "--leaked",
        action="store_true",
        help="with --hub: somebody may have the keys; stations trust them no longer",
    )
    rotating.set_defaults(run=_rotate)
    hub_bundle.add_commands(acts)
    hub_erasing.add_commands(acts)
    hub_merchants.add_commands(acts)
    hub_operations.add_commands(acts)
    hub_partitions.add_commands(acts)


def _processes(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("at least one")
    return count


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    try:
        address, number = ip_address(host.removeprefix("[").removesuffix("]")), int(port)
    except ValueError as odd:
        raise Refused("listen-wrong", address=text) from odd
    if not 0 < number <= _LAST_PORT:
        raise Refused("listen-wrong", address=text)
    return str(address), number


def _serve(parser: argparse.ArgumentParser, args: argparse.Namespace) -> int:
    from returnstation.cli.hub_process import MAKING
    from returnstation.storage.snapshots import build_snapshot

    if (args.certificate is None) != (args.key is None):
        parser.error("--certificate and --key belong together; without both there is no TLS")
    host, port = _address(args.listen)
    for network in args.webhook_network:
        try:
            ip_network(network)
        except ValueError as odd:
            raise Refused("network-wrong", network=network) from odd
    serve(
        Serving(
            home_folder(args.home),
            args.database,
            host,
            port,
            args.workers,
            "returnstation.cli.hub_process:application",
            args.certificate,
            args.key,
            tuple(args.webhook_network),
        ),
        build_snapshot,
        MAKING,
    )
    return 0


def _enrol(args: argparse.Namespace) -> int:
    try:
        Lpn(args.site, 1)
    except BadLpn as odd:
        raise Refused("site-wrong", site=args.site) from odd
    hub = hub_of(args)
    with closing(hub.database):
        fresh = secrets.token_bytes(CODE_BYTES)
        code = hub.stations.offer(args.site, args.name, fresh, hub.now_ms())
    say(args, {"code": code, "minutes": CODE_MINUTES}, code)
    return 0


def _stations(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    with closing(hub.database):
        for one in hub.stations.all():
            about = {
                "name": one.name,
                "numbers": list(one.numbers),
                "revoked": one.is_revoked,
                "key": fingerprint(one.key),
                "key_since": _moment(hub.station_keys.since(one.station)),
            }
            line = f"{one.station}  {in_line(about)}"
            say(args, {"station": one.station, **about}, line)
    return 0


def _snapshot(args: argparse.Namespace) -> int:
    from returnstation.storage.snapshots import build_snapshot

    hub = hub_of(args)
    with closing(hub.database):
        renew_snapshots(hub, build_snapshot)
    return 0


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")


def _rotate(args: argparse.Namespace) -> int:
    if (bool(args.station), args.all, args.hub).count(True) != 1 or args.leaked > args.hub:
        raise Refused("station-or-all")
    hub = hub_of(args)
    with closing(hub.database):
        if args.hub:
            key = fingerprint(hub.change_keys(0 if args.leaked else GOOD_MS).public)
            say(args, {"hub": hub.database.hub_id, "key": key}, key)
            return 0
        known = [one.station for one in hub.stations.all() if not one.is_revoked]
        for station in known if args.all else [args.station]:
            hub.station_keys.wish(station, hub.now_ms())
            say(args, {"station": station}, station)
    return 0


def _revoke(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    with closing(hub.database):
        hub.stations.revoke(args.station, hub.now_ms())
    return 0
