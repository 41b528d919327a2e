"""``returnstation hub merchant|key|keys|webhook``: merchants, their keys, where they are told."""

import argparse
import secrets
from contextlib import closing
from ipaddress import ip_network
from typing import Any

import msgspec

from returnstation.application.troubles import Refused
from returnstation.cli.hub_opening import hub_of, say
from returnstation.domain.orders import Merchant
from returnstation.hub.api_keys import KEY_BYTES, ApiKeys
from returnstation.hub.endpoints import Endpoints
from returnstation.hub.hub import Hub
from returnstation.hub.merchant_api import since_ms
from returnstation.hub.merchant_views import EndpointIn
from returnstation.hub.merchants import Merchants
from returnstation.hub.refusing import NotDone
from returnstation.hub.webhook_sending import Guard
from returnstation.wire.feeds import MERCHANT_SHARD


def add_commands(acts: Any) -> None:
    """Add what concerns merchants to the acts of ``hub``."""
    merchants = acts.add_parser("merchant", help="merchants whose programs reach the hub")
    parts = merchants.add_subparsers(required=True, metavar="WHAT")
    adding = parts.add_parser("add", help="add a merchant, or change one")
    adding.add_argument("merchant", metavar="ID")
    adding.add_argument("--name", required=True)
    adding.add_argument("--country", required=True, metavar="CODE", help="ISO 3166-1, e.g. KR")
    adding.add_argument("--language", default="en", metavar="CODE")
    adding.add_argument(
        "--site", action="append", default=[], help="whose stations follow it; more than once"
    )
    adding.set_defaults(run=_add)
    parts.add_parser("list", help="list them").set_defaults(run=_list)
    making = acts.add_parser("key", help="print a new key for a merchant's program, once")
    making.add_argument("merchant", metavar="MERCHANT")
    making.add_argument("--name", default="", help="what it is for")
    making.set_defaults(run=_key)
    acts.add_parser("keys", help="which keys there are").set_defaults(run=_keys)
    revoking = acts.add_parser("revoke-key", help="make a key useless, at once")
    revoking.add_argument("key", metavar="KEY-ID")
    revoking.set_defaults(run=_revoke_key)
    _add_webhooks(acts)


def _add_webhooks(acts: Any) -> None:
    webhooks = acts.add_parser("webhook", help="where merchants are told by webhooks")
    parts = webhooks.add_subparsers(required=True, metavar="WHAT")
    adding = parts.add_parser("add", help="send a merchant's events to an address")
    adding.add_argument("merchant", metavar="MERCHANT")
    adding.add_argument("url", metavar="URL")
    adding.add_argument("--type", action="append", default=[], help="of events; default: all")
    adding.set_defaults(run=_webhook_add)
    listing = parts.add_parser("list", help="list a merchant's addresses")
    listing.add_argument("merchant", metavar="MERCHANT")
    listing.set_defaults(run=_webhook_list)
    for name, what, run in (
        ("on", "send again to an address that was switched off", _webhook_on),
        ("replay", "send again what happened since a moment", _webhook_replay),
    ):
        acting = parts.add_parser(name, help=what)
        acting.add_argument("merchant", metavar="MERCHANT")
        acting.add_argument("endpoint", metavar="ENDPOINT-ID")
        acting.set_defaults(run=run)
        if name == "replay":
            acting.add_argument("since", metavar="SINCE", help="e.g. 2026-11-24T00:00:00Z")


def _add(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    with closing(hub.database):
        merchant = Merchant(
            merchant_id=args.merchant,
            name=args.name,
            country=args.country,
            language=args.language,
        )
        Merchants(hub.database, hub.random).add(merchant, hub.now_ms())
        for site in args.site:
            hub.feeds.subscribe(site, f"{MERCHANT_SHARD}{args.merchant}")
    return 0


def _list(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    with closing(hub.database):
        for one in Merchants(hub.database, hub.random).all():
            row = {"merchant": one.merchant_id, "name": one.name, "country": one.country}
            say(args, row, "  ".join(row.values()))
    return 0


def _key(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    with closing(hub.database):
        fresh = secrets.token_bytes(KEY_BYTES)
        key = ApiKeys(hub.database).make(args.merchant, args.name, fresh, hub.now_ms())
    say(args, {"key": key}, key)
    return 0


def _keys(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    with closing(hub.database):
        for one in ApiKeys(hub.database).all():
            state = "good" if one.revoked_ms is None else "revoked"
            row = {"key": one.key_id, "merchant": one.merchant_id, "name": one.name}
            row |= {"state": state}
            say(args, row, "  ".join(row.values()))
    return 0


def _revoke_key(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    with closing(hub.database):
        ApiKeys(hub.database).revoke(args.key, hub.now_ms())
    return 0


def _webhook_add(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    with closing(hub.database):
        wish = EndpointIn(url=args.url, types=tuple(args.type))
        try:
            made = _endpoints(hub).add(args.merchant, wish, hub.now_ms())
        except NotDone as refused:
            raise _refused(refused, args.url) from refused
    say(args, msgspec.to_builtins(made), f"{made.endpoint_id}  {made.secret}")
    return 0


def _webhook_list(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    with closing(hub.database):
        for one in _endpoints(hub).all(args.merchant):
            words = (one.endpoint_id, one.url, f"{one.pending} pending", one.off_why or "on")
            say(args, msgspec.to_builtins(one), "  ".join(words))
    return 0


def _webhook_on(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    with closing(hub.database):
        try:
            _endpoints(hub).switch_on(args.merchant, args.endpoint)
        except NotDone as refused:
            raise _refused(refused, args.endpoint) from refused
    return 0


def _webhook_replay(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    with closing(hub.database):
        try:
            since = since_ms(args.since)
            count = _endpoints(hub).replay(args.merchant, args.endpoint, since, hub.now_ms())
        except NotDone as refused:
            raise _refused(refused, args.endpoint) from refused
    say(args, {"events": count}, str(count))
    return 0


def _endpoints(hub: Hub) -> Endpoints:
    # Private addresses are let through here and refused when something is to be sent there:
    # only the process that serves knows which networks it was allowed.
    return Endpoints(hub.database, hub.random, Guard((ip_network("0.0.0.0/0"), ip_network("::/0"))))


def _refused(refused: NotDone, what: str) -> Refused:
    codes = {
        "webhook-url-wrong": Refused("webhook-url-wrong", what=what),
        "webhook-url-private": Refused("webhook-url-private", what=what),
        "webhook-type-unknown": Refused("webhook-type-unknown", what=what),
        "webhook-too-many": Refused("webhook-too-many", what=what),
        "merchant-unknown": Refused("merchant-unknown", merchant=what),
        "webhook-unknown": Refused("webhook-unknown", what=what),
        "since-wrong": Refused("since-wrong", what=what),
    }
    return codes[refused.code]
