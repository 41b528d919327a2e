"""``returnstation printers``: which printers the settings name, and what waits in them."""

import argparse
from contextlib import closing
from typing import Any

import msgspec

from returnstation.app import Station, open_station


def add_commands(commands: Any) -> None:
    """Add ``printers``."""
    parser = commands.add_parser("printers", help="printers of this station and their queues")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    for name, text in (("list", "what the settings name"), ("status", "what waits, and why")):
        act = acts.add_parser(name, help=text)
        act.set_defaults(run=_list if name == "list" else _status)


def _list(args: argparse.Namespace) -> int:
    with closing(open_station(args.home)) as station:
        rows = _printers(station)
    for row in rows:
        print(_line(row, args))
    return 0


def _status(args: argparse.Namespace) -> int:
    with closing(open_station(args.home)) as station, station.database.look() as work:
        jobs = work.jobs.waiting()
        rows = [
            {
                "printer": job.printer,
                "job": job.job_id,
                "state": job.state,
                "lpn": job.lpn,
                "trouble": job.trouble,
            }
            for job in jobs
        ]
    for row in rows:
        print(_line(row, args))
    return 1 if any(row["trouble"] for row in rows) else 0


def _printers(station: Station) -> list[dict[str, Any]]:
    return [
        {
            "printer": name,
            "model": chosen.model,
            "medium": chosen.medium,
            "address": chosen.address,
        }
        for name, chosen in station.settings.printers.items()
        if name in station.printers
    ]


def _line(row: dict[str, Any], args: argparse.Namespace) -> str:
    if args.json:
        return msgspec.json.encode(row).decode()
    return "  ".join(str(value) for value in row.values() if value is not None)
