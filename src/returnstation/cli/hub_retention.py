"""``returnstation hub retention``: how long orders and photos are kept."""

import argparse
from contextlib import closing
from typing import Any

from returnstation.cli.hub_opening import hub_of, say

_WORDS = {"off": 0, "default": None}


def add_commands(acts: Any) -> None:
    """Add ``retention`` to the acts of ``hub``."""
    parser = acts.add_parser(
        "retention", help="show or set after how many days orders and photos are erased"
    )
    parser.add_argument("--merchant", default="", metavar="ID", help="default: all others")
    for what, since in (("orders", "its last change and case"), ("photos", "the case ended")):
        parser.add_argument(
            f"--{what}",
            type=_days,
            default=argparse.SUPPRESS,
            metavar="DAYS",
            help=f"after {since}; `off`, or `default` as for all others",
        )
    parser.set_defaults(run=_retention)


def _days(text: str) -> int | None:
    return _WORDS[text] if text in _WORDS else int(text)


def _retention(args: argparse.Namespace) -> int:
    from returnstation.hub.retention_settings import LEAST_DAYS, keep

    hub = hub_of(args)
    with closing(hub.database):
        given = {what: vars(args)[what] for what in LEAST_DAYS if what in vars(args)}
        settings = keep(hub.database, args.merchant, given)
        for days in settings.all():
            row = days._asdict()
            unsaid = "default" if days.merchant_id else "off"
            words = "  ".join(f"{what}: {_word(row[what], unsaid)}" for what in LEAST_DAYS)
            say(args, row, f"{days.merchant_id or 'all others'}  {words}")
    return 0


def _word(days: int | None, unsaid: str) -> str:
    if days is None:
        return unsaid
    return f"{days} days" if days else "off"
