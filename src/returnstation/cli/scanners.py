"""``returnstation scanners``: the barcodes that set scanners up."""

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from returnstation.app import open_station
from returnstation.app.sources import print_command_sheet, print_scanner_sheets
from returnstation.application.desk.commands import command_sheet
from returnstation.domain.papers import Paper
from returnstation.exchange.outfiles import writing_to
from returnstation.sitedata import load_scanner_sheets


def add_commands(commands: Any) -> None:
    """Add ``scanners``."""
    parser = commands.add_parser("scanners", help="barcodes that set scanners up")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    listing = acts.add_parser("list", help="scanners whose settings are known")
    listing.set_defaults(run=_list)
    commands_ = acts.add_parser("commands", help="print the sheet of commands to scan")
    commands_.add_argument("--out", type=Path, metavar="FILE", help="write a PDF instead")
    commands_.set_defaults(run=_commands)
    sheet = acts.add_parser("sheet", help="print a sheet of a scanner's settings")
    sheet.add_argument("scanner", help="name from the list")
    sheet.add_argument("--out", type=Path, metavar="FILE", help="write a PDF instead")
    sheet.set_defaults(run=_sheet)


def _list(args: argparse.Namespace) -> int:
    for name, sheet in load_scanner_sheets().items():
        if args.json:
            codes = {code.title.key.rpartition(".")[2]: code.text for code in sheet.codes}
            row = {"scanner": name, "models": sheet.scanner, "codes": codes}
            print(msgspec.json.encode(row).decode())
        else:
            print(f"{name}  {sheet.scanner}  {len(sheet.codes)}")
    return 0


def _sheet(args: argparse.Namespace) -> int:
    sheet = load_scanner_sheets().get(args.scanner)
    if sheet is None:
        print(f"returnstation: scanners: no such scanner: {args.scanner}", file=sys.stderr)
        return 2
    if args.out is None:
        with closing(open_station(args.home)) as station:
            print_scanner_sheets(station, args.lang, args.scanner)
            return 0 if station.finish_printing() else 1
    _write(sheet, args)
    return 0


def _commands(args: argparse.Namespace) -> int:
    if args.out is None:
        with closing(open_station(args.home)) as station:
            print_command_sheet(station, args.lang)
            return 0 if station.finish_printing() else 1
    _write(command_sheet(), args)
    return 0


def _write(paper: Paper, args: argparse.Namespace) -> None:
    from returnstation.printing import load_medium, load_model, render

    rendered = render(paper, args.lang, load_model("office-pdf"), load_medium("a4"))
    with writing_to(args.out):
        args.out.write_bytes(rendered.payload)
