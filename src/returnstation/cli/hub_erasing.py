"""``returnstation hub erase``: forget an order everywhere, and see who has not yet."""

import argparse
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from returnstation.cli import hub_retention
from returnstation.cli.hub_opening import hub_of, say


def add_commands(acts: Any) -> None:
    """Add ``erase`` and ``erasures`` to the acts of ``hub``."""
    erasing = acts.add_parser("erase", help="erase an order here and at every station")
    erasing.add_argument("--merchant", required=True, metavar="ID")
    erasing.add_argument("--order", required=True, metavar="NUMBER")
    erasing.set_defaults(run=_erase)
    acts.add_parser(
        "erasures", help="what was erased, and which stations have not confirmed it"
    ).set_defaults(run=_erasures)
    hub_retention.add_commands(acts)


def _erase(args: argparse.Namespace) -> int:
    from returnstation.hub.erasing import Erasing

    hub = hub_of(args)
    with closing(hub.database):
        count = Erasing(hub).erase(args.merchant, args.order)
        hub.database.settle_files()
    say(args, {"erased": count}, f"{count} records erased")
    return 0


def _erasures(args: argparse.Namespace) -> int:
    from returnstation.hub.erasing import Erasing

    hub = hub_of(args)
    with closing(hub.database):
        for each in Erasing(hub).all():
            erased = datetime.fromtimestamp(each.erased_ms / 1000, UTC)
            row = {
                "merchant": each.merchant_id,
                "order": each.order_number,
                "erased_at": erased.isoformat(),
                "why": each.why,
                "waiting": list(each.waiting),
            }
            waiting = f"waits for {' '.join(each.waiting)}" if each.waiting else "confirmed by all"
            say(
                args,
                row,
                f"{each.merchant_id} {each.order_number}  {erased:%Y-%m-%d}  {each.why}  {waiting}",
            )
    return 0
