"""``returnstation printers``: which there are, which the settings name, and what waits in them."""

import argparse
import sys
from contextlib import closing
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from returnstation.app import Station, open_station
from returnstation.domain.papers import (
    CalibrationPage,
    JobState,
    PrintJob,
    trouble_message,
)
from returnstation.i18n import load_catalog

_WRONG_USAGE, _OUTSIDE_TROUBLE = 2, 3


def add_commands(commands: Any) -> None:
    """Add ``printers``."""
    parser = commands.add_parser("printers", help="printers of this station and their queues")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    for name, text in (("list", "what the settings name"), ("status", "what waits, and why")):
        act = acts.add_parser(name, help=text)
        act.set_defaults(run=_list if name == "list" else _status)
    act = acts.add_parser("find", help="look for printers on the network and at this computer")
    act.add_argument("--seconds", type=float, default=2.0, help="how long to listen (default: 2)")
    act.set_defaults(run=_find)
    act = acts.add_parser("probe", help="ask who is at an address, without printing")
    act.add_argument("address", help="tcp://HOST[:PORT], ipp://HOST/PATH or cups:QUEUE")
    act.set_defaults(run=_probe)
    act = acts.add_parser("test", help="print the test page and say what became of it")
    act.add_argument("name", help="of the printer in the settings")
    act.set_defaults(run=_test)


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


def _find(args: argparse.Namespace) -> int:
    from returnstation.printing.finding import Limits, find_printers

    for found in find_printers(Limits(network=args.seconds)):
        print(_line(asdict(found), args))
    return 0


def _probe(args: argparse.Namespace) -> int:
    from returnstation.printing import BadProfile
    from returnstation.printing.probing import probe

    try:
        probed = probe(args.address)
    except BadProfile:
        print(f"returnstation: no address of the network: {args.address}", file=sys.stderr)
        return _WRONG_USAGE
    print(_line(asdict(probed), args))
    return 0 if probed.is_open else _OUTSIDE_TROUBLE


def _test(args: argparse.Namespace) -> int:
    with closing(open_station(args.home)) as station:
        if args.name not in station.printers:
            names = ", ".join(station.printers)
            print(f"returnstation: no printer {args.name}; there are: {names}", file=sys.stderr)
            return _WRONG_USAGE
        job = _printed_test_page(station, args.name)
    said = (
        None if job.trouble is None else load_catalog(args.lang).say(trouble_message(job.trouble))
    )
    row = {"printer": job.printer, "state": job.state, "trouble": job.trouble, "message": said}
    print(_line(row, args))
    return 0 if job.state in {JobState.SENT, JobState.CONFIRMED} else _OUTSIDE_TROUBLE


def _printed_test_page(station: Station, name: str) -> PrintJob:
    from returnstation.printing.once import print_once

    printer, now, settings = station.printers[name], station.clock(), station.settings
    page = CalibrationPage(
        name=name,
        model=printer.model.name,
        medium=printer.medium.name,
        printed_at=now.astimezone(ZoneInfo(settings.zone)),
        offset_mm=printer.model.offset_mm,
        darkness=printer.model.darkness,
    )
    job = PrintJob(
        job_id=str(station.ids()),
        paper=page,
        language=settings.language,
        printer=name,
        state=JobState.QUEUED,
        created_at=now,
    )
    return print_once(printer, job, station.clock)
