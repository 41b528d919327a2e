"""``export``: take inspections, manifests, refunds, discarded goods or the log out."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from returnstation.app import Station, open_station
from returnstation.application.disclosing import Disclosing, disclosure_csv
from returnstation.application.goods import Goods
from returnstation.application.inspections import Filter
from returnstation.application.manifests import manifest_csv
from returnstation.application.recording import Recording
from returnstation.application.refunds import Refunds
from returnstation.application.reviewing import csv_lines
from returnstation.domain.pay import STATES, WAITING
from returnstation.exchange import whole_file
from returnstation.storage.inspections import InspectionTable
from returnstation.storage.tables import FACT

_OK = 0
_AT_ONCE = 1000


def add_commands(commands: Any) -> None:
    """Add ``export``."""
    parser = commands.add_parser("export", help="take data out")
    parts = parser.add_subparsers(required=True, metavar="WHAT")
    inspections = parts.add_parser("inspections", help="inspected items as CSV")
    inspections.set_defaults(run=run_inspections)
    manifest = parts.add_parser("manifest", help="what lies in a container, or left with a load")
    which = manifest.add_mutually_exclusive_group(required=True)
    which.add_argument("--container", metavar="CODE", help="tote, cage or pallet as it is now")
    which.add_argument("--load", metavar="NUMBER", help="what left with a load")
    manifest.set_defaults(run=run_manifest)
    refunds = parts.add_parser("refunds", help="what merchants are to pay back, as JSON Lines")
    refunds.add_argument(
        "--all", action="store_true", help="also what was exported before, under the same keys"
    )
    refunds.set_defaults(run=run_refunds)
    destruction = parts.add_parser(
        "destruction", help="discarded goods by category, ground and treatment, as CSV"
    )
    destruction.set_defaults(run=run_destruction)
    for part in (inspections, refunds, destruction):
        _add_days(part)
    audit = parts.add_parser("audit", help="the fact log as JSON Lines, as it was hashed")
    audit.set_defaults(run=run_audit)
    for part in (inspections, manifest, refunds, destruction, audit):
        part.add_argument("--out", default="-", metavar="FILE", help="default: - for stdout")


def _add_days(parser: argparse.ArgumentParser) -> None:
    day = date.fromisoformat
    parser.add_argument("--from", dest="since", type=day, metavar="DATE", help="first local day")
    parser.add_argument("--to", dest="until", type=day, metavar="DATE", help="last local day")


def run_inspections(args: argparse.Namespace) -> int:
    """Write the inspections of some days, newest first."""
    with closing(open_station(args.home)) as station:
        table = InspectionTable(station.database, station.settings.for_desk().zone)
        _write(args.out, csv_lines(table.rows(Filter(since=args.since, until=args.until))))
    return _OK


def run_manifest(args: argparse.Namespace) -> int:
    """Write what lies in a container, or what left with a load."""
    with closing(open_station(args.home)) as station:
        goods = Goods(Recording(station.equipment), None)
        if args.load is not None:
            lines = goods.manifest_of_load(args.load)
        else:
            lines = goods.manifest(args.container.upper().removeprefix("RST:"))
        _write(args.out, manifest_csv(lines))
    return _OK


def run_audit(args: argparse.Namespace) -> int:
    """Write every fact of the log, oldest first."""
    with closing(open_station(args.home)) as station:
        _write(args.out, audit_lines(station))
    return _OK


def run_refunds(args: argparse.Namespace) -> int:
    """Write what merchants are to pay; what is written is not written again unless asked for.

    Nothing is marked before the file is whole: after a power cut it is written once more, under
    the same keys, and whoever reads a key twice pays once.
    """
    with closing(open_station(args.home)) as station:
        refunds = Refunds(station.equipment)
        rows = refunds.told(STATES if args.all else (WAITING,), args.since, args.until)
        _write(args.out, (f"{msgspec.json.encode(r).decode()}\n" for r in refunds.records(rows)))
        refunds.hand_over(rows)
    return _OK


def run_destruction(args: argparse.Namespace) -> int:
    """Write what was discarded on some days: number, weight, ground, share of each treatment."""
    with closing(open_station(args.home)) as station:
        table = InspectionTable(station.database, station.settings.for_desk().zone)
        figures = Disclosing(station.equipment, table).figures(args.since, args.until)
        _write(args.out, disclosure_csv(figures))
    return _OK


def audit_lines(station: Station) -> Iterator[str]:
    """Return the log as lines of JSON.

    A fact's ``hash`` is SHA-256 over the hash before it (32 zero bytes for the first), the JSON
    list of ``station`` to ``user`` in the order written here, a line feed, and ``body`` letter
    by letter. Numbers of 64 bits are texts, as in what was hashed.
    """
    with station.database.reading() as connection:
        rows = connection.execution_options(yield_per=_AT_ONCE).execute(
            FACT.select().order_by(FACT.c.seq)
        )
        for row in rows:
            fact = {
                "station": row.station,
                "epoch": str(row.epoch),
                "seq": row.seq,
                "fact_id": str(UUID(bytes=row.fact_id)),
                "hlc": str(row.hlc),
                "type": row.type,
                "version": row.version,
                "subject": row.subject,
                "user": row.user,
                "body": msgspec.Raw(row.body),
                "hash": row.hash.hex(),
            }
            yield msgspec.json.encode(fact).decode() + "\n"


def _write(out: str, lines: Iterable[str]) -> None:
    if out == "-":
        sys.stdout.writelines(lines)
        sys.stdout.flush()
        return
    with whole_file(Path(out)) as file:
        file.writelines(lines)
