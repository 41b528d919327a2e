"""``print``: papers of cases, items, loads, workers and shifts, on demand."""

import argparse
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from returnstation.app import Station, open_station
from returnstation.application.desk.exits import REPRINT_REASONS
from returnstation.application.papers import Papers, Subject
from returnstation.application.papers_of_cases import CasePapers, Way
from returnstation.application.papers_of_items import ItemPapers
from returnstation.application.papers_of_site import SitePapers
from returnstation.application.recording import Recording, ToPrint
from returnstation.application.troubles import Refused, Trouble
from returnstation.cli.print_files import write_paper
from returnstation.domain.cases import Item
from returnstation.domain.dispositions import Disposition
from returnstation.domain.papers import Address, CarrierLabel, Paper, kind_of

_OK = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper, what it is about, and whose language it is in.

    Attributes:
        ready: Where its printer is chosen already.
    """

    paper: Paper
    about: Subject | str
    language: str
    item: Item | None = None
    ready: ToPrint | None = None


def add_commands(commands: Any) -> None:
    """Add ``print``."""
    parser = commands.add_parser("print", help="print papers on demand, or write them to a file")
    kinds = parser.add_subparsers(required=True, metavar="PAPER")
    again = kinds.add_parser("reprint", help="an item's label again, marked as such")
    again.add_argument("number", metavar="LPN")
    again.add_argument("--reason", required=True, choices=REPRINT_REASONS)
    _common(again, _reprint)
    for name, text, make in (
        ("receipt", "the customer's receipt", _receipt),
        ("certificate", "what was found, with photos and clause", _certificate),
        ("credit-note", "draft of a credit note", _credit_note),
        ("photos", "all photos of an item or case", _photos),
        ("rework", "work ticket of an item", _rework),
        ("quarantine", "quarantine tag of an item", _quarantine),
    ):
        part = kinds.add_parser(name, help=text)
        part.add_argument("number", metavar="CASE-or-LPN")
        _common(part, make)
    _add_shipping(kinds)
    load = kinds.add_parser("manifest", help="what left with a load")
    load.add_argument("number", metavar="LOAD")
    _common(load, _manifest)
    badge = kinds.add_parser("badge", help="a worker's badge")
    badge.add_argument("number", metavar="USER")
    _common(badge, _badge)
    shift = kinds.add_parser("shift-report", help="what this desk did on a day")
    shift.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="default: today")
    _common(shift, _shift)


def _add_shipping(kinds: Any) -> None:
    part = kinds.add_parser("shipping", help="label of a parcel: the carrier's, or our own")
    part.add_argument("number", metavar="CASE-or-LPN")
    part.add_argument("--file", type=Path, metavar="FILE", help="the carrier's PDF, PNG or ZPL")
    part.add_argument("--dpi", type=int, metavar="DPI", help="for which heads a ZPL was made")
    part.add_argument("--carrier", metavar="NAME")
    part.add_argument("--service", metavar="NAME")
    part.add_argument("--tracking", metavar="NUMBER")
    part.add_argument("--weight-g", type=int, metavar="GRAMS")
    part.add_argument("--sscc", metavar="DIGITS", help="where the carrier takes GS1 labels")
    for name, text in (("--to", "who takes it"), ("--from", "who sends it")):
        told = f"{text}: name, lines and country code, a semicolon between them"
        part.add_argument(name, dest=name[2:] + "_address", metavar="ADDRESS", help=told)
    _common(part, _shipping)


def _common(part: Any, make: Callable[[Station, argparse.Namespace], Wanted]) -> None:
    part.add_argument("--out", type=Path, metavar="FILE", help="write FILE.pdf or FILE.png instead")
    part.add_argument("--medium", metavar="ID", help="of the file, e.g. a4; see printers/media")
    part.add_argument("--language", metavar="CODE", help="of the paper, where not the reader's own")
    part.set_defaults(run=partial(_run, make))


def _run(make: Callable[[Station, argparse.Namespace], Wanted], args: argparse.Namespace) -> int:
    with closing(open_station(args.home)) as station:
        wanted = make(station, args)
        language = args.language or wanted.language
        if args.out is None:
            told = {"printer": _queue(station, wanted, language)}
        else:
            files = write_paper(station, wanted.paper, language, (args.out, args.medium))
            told = {"files": "\n".join(map(str, files))}
    kind = kind_of(wanted.paper).value
    as_json = msgspec.json.encode({"kind": kind, **told}).decode()
    print(as_json if args.json else "\n".join(told.values()))
    return _OK


def _queue(station: Station, wanted: Wanted, language: str) -> str:
    """Queue a paper; return the printer's name."""
    papers = Papers(Recording(station.equipment))
    job = wanted.ready or papers.to_print(wanted.paper, language, wanted.item)
    papers.queue(replace(job, language=language), wanted.about)
    return job.printer


def _subject(station: Station, args: argparse.Namespace) -> Subject:
    return Papers(Recording(station.equipment)).subject(args.number)


def _reprint(station: Station, args: argparse.Namespace) -> Wanted:
    papers = Papers(Recording(station.equipment))
    again = papers.reprint(args.number, args.reason)
    subject = papers.subject(args.number)
    return Wanted(again.paper, subject, again.language, subject.one_item(), again)


def _receipt(station: Station, args: argparse.Namespace) -> Wanted:
    subject = _subject(station, args)
    paper = CasePapers(station.equipment).receipt(subject.opened)
    return Wanted(paper, subject, subject.opened.case.opened.language)


def _certificate(station: Station, args: argparse.Namespace) -> Wanted:
    subject = _subject(station, args)
    case = subject.opened.case
    paper = CasePapers(station.equipment).certificate(case, subject.item)
    return Wanted(paper, subject, case.opened.language, subject.item)


def _credit_note(station: Station, args: argparse.Namespace) -> Wanted:
    subject = _subject(station, args)
    case = subject.opened.case
    return Wanted(CasePapers(station.equipment).credit_note(case), subject, case.opened.language)


def _photos(station: Station, args: argparse.Namespace) -> Wanted:
    subject = _subject(station, args)
    paper = ItemPapers(station.equipment).photos(subject.opened.case, subject.item)
    return Wanted(paper, subject, station.settings.language, subject.item)


def _rework(station: Station, args: argparse.Namespace) -> Wanted:
    subject = _subject(station, args)
    item = subject.one_item()
    paper = ItemPapers(station.equipment).ticket(subject.opened.case, item)
    return Wanted(paper, subject, station.settings.language, item)


def _quarantine(station: Station, args: argparse.Namespace) -> Wanted:
    subject = _subject(station, args)
    item = subject.one_item()
    paper = ItemPapers(station.equipment).tag(subject.opened.case, item)
    return Wanted(paper, subject, station.settings.language, item)


def _shipping(station: Station, args: argparse.Namespace) -> Wanted:
    subject = _subject(station, args)
    case, item = subject.opened.case, subject.item
    language = station.settings.language
    if args.file is not None:
        return Wanted(_carrier_label(args, case.number), subject, language, item)
    sender, to = _address(args.from_address), _address(args.to_address)
    if item is not None and item.disposition is Disposition.SHIP_BACK:
        back = ItemPapers(station.equipment).ship_back(case, item, to, sender)
        return Wanted(back, subject, case.opened.language, item)
    way = Way(
        sender=sender,
        to=to,
        carrier=args.carrier,
        service=args.service,
        tracking=args.tracking,
        weight_g=args.weight_g,
        sscc=args.sscc,
    )
    return Wanted(CasePapers(station.equipment).shipping(case, way), subject, language, item)


def _carrier_label(args: argparse.Namespace, name: str) -> CarrierLabel:
    from returnstation.printing.carrier_label import MOST_BYTES, accept_carrier_label
    from returnstation.printing.verify import NotReadable

    try:
        with args.file.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Trouble("file-unreadable", file=str(args.file)) from error
    try:
        return accept_carrier_label(content, name, args.dpi)
    except NotReadable as odd:
        raise Refused("carrier-label", why=str(odd)) from odd


def _address(text: str | None) -> Address | None:
    """Return an address: name; lines; and a country code as the last, where it is one."""
    parts = [part.strip() for part in (text or "").split(";") if part.strip()]
    if not parts:
        return None
    has_country = len(parts) > 1 and len(parts[-1]) == 2 and parts[-1].isupper()
    lines = parts[1:-1] if has_country else parts[1:]
    return Address(name=parts[0], lines=tuple(lines), country=parts[-1] if has_country else None)


def _manifest(station: Station, args: argparse.Namespace) -> Wanted:
    paper = SitePapers(Recording(station.equipment)).manifest(args.number)
    return Wanted(paper, args.number, station.settings.language)


def _badge(station: Station, args: argparse.Namespace) -> Wanted:
    paper = SitePapers(Recording(station.equipment)).badge(args.number)
    return Wanted(paper, args.number, station.settings.language)


def _shift(station: Station, args: argparse.Namespace) -> Wanted:
    from returnstation.storage.days import recorded_between

    between = partial(recorded_between, station.database)
    paper = SitePapers(Recording(station.equipment)).shift(args.on, between)
    return Wanted(paper, station.settings.desk, station.settings.language)
