"""``containers list``, ``add``, ``label``, ``leave`` and ``back``: totes, cages and pallets."""

import argparse
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from returnstation.app import Station, open_station
from returnstation.application.goods import HANDED_OVER, SHIPPED, Goods
from returnstation.application.recording import Recording
from returnstation.domain.barcodes import Kind, parse_barcode
from returnstation.domain.containers import Container, ContainerKind
from returnstation.domain.dispositions import Disposition

_OK = 0
_KINDS = (ContainerKind.TOTE.value, ContainerKind.CAGE.value)


def add_commands(commands: Any) -> None:
    """Add ``containers``."""
    parser = commands.add_parser("containers", help="totes, cages and pallets")
    parts = parser.add_subparsers(required=True, metavar="WHAT")
    listing = parts.add_parser("list", help="what stands here, and how full it is")
    listing.set_defaults(run=run_list)
    adding = parts.add_parser("add", help="bring a tote or cage into use")
    adding.add_argument(
        "code", metavar="CODE", type=_code, help="what its barcode says behind RST:"
    )
    _disposition(adding)
    adding.add_argument("--kind", choices=_KINDS, default=ContainerKind.TOTE.value)
    adding.add_argument("--capacity", type=int, default=40, metavar="UNITS")
    adding.add_argument("--place", type=int, default=0, help="behind the desk, from the left")
    adding.set_defaults(run=run_add)
    pallet = parts.add_parser("pallet", help="begin a pallet; its SSCC is given here")
    _disposition(pallet)
    pallet.set_defaults(run=run_pallet)
    label = parts.add_parser("label", help="print a container's label, a pallet's with its SSCC")
    label.add_argument("code", metavar="CODE")
    label.add_argument("--gross-g", type=int, metavar="GRAMS", help="a pallet's gross weight")
    label.add_argument("--out", type=Path, metavar="FILE", help="draw it as PNG instead")
    label.set_defaults(run=run_label)
    leaving = parts.add_parser("leave", help="let goods go: their dispositions are final")
    leaving.add_argument("code", metavar="CODE")
    leaving.add_argument("--handed-over", action="store_true", help="to stock or workshop here")
    leaving.add_argument("--to", metavar="NAME", help="who takes them")
    leaving.set_defaults(run=run_leave)
    back = parts.add_parser("back", help="a tote or cage is back, empty")
    back.add_argument("code", metavar="CODE")
    back.set_defaults(run=run_back)


def _code(text: str) -> str:
    read = parse_barcode(f"RST:{text.upper().removeprefix('RST:')}").first(Kind.CONTAINER)
    if read is None:
        raise argparse.ArgumentTypeError("1 to 40 letters, digits and . _ -")
    return read.value


def run_list(args: argparse.Namespace) -> int:
    """List what stands here."""
    with closing(open_station(args.home)) as station, station.database.look() as work:
        for container in work.containers.all():
            _show(args, container)
    return _OK


def run_add(args: argparse.Namespace) -> int:
    """Bring a tote or cage into use."""
    with closing(open_station(args.home)) as station:
        container = Container(
            code=args.code,
            disposition=Disposition(args.disposition),
            place=args.place,
            capacity=max(args.capacity, 1),
            kind=ContainerKind(args.kind),
        )
        _goods(station).start(container)
    _show(args, container)
    return _OK


def run_pallet(args: argparse.Namespace) -> int:
    """Begin a pallet."""
    with closing(open_station(args.home)) as station:
        _show(args, _goods(station).start_pallet(Disposition(args.disposition)))
    return _OK


def run_label(args: argparse.Namespace) -> int:
    """Queue a container's label, or draw it into a file."""
    code = args.code.upper().removeprefix("RST:")
    with closing(open_station(args.home)) as station:
        goods = _goods(station)
        if args.out is None:
            goods.print_label(code, args.gross_g)
        else:
            args.out.write_bytes(station.draw(goods.label(code, args.gross_g)))
    told = {"code": code, "out": None if args.out is None else str(args.out)}
    print(msgspec.json.encode(told).decode() if args.json else args.out or code)
    return _OK


def run_leave(args: argparse.Namespace) -> int:
    """Let a container go; prints the number of the load."""
    how = HANDED_OVER if args.handed_over else SHIPPED
    with closing(open_station(args.home)) as station:
        load = _goods(station).leave(args.code.upper(), how, args.to)
    print(msgspec.json.encode({"load": load}).decode() if args.json else load)
    return _OK


def run_back(args: argparse.Namespace) -> int:
    """Take an empty tote or cage into use again."""
    with closing(open_station(args.home)) as station:
        _show(args, _goods(station).take_back(args.code.upper()))
    return _OK


def _disposition(parser: argparse.ArgumentParser) -> None:
    choices = [disposition.value for disposition in Disposition]
    parser.add_argument("--disposition", required=True, choices=choices, metavar="CODE")


def _goods(station: Station) -> Goods:
    return Goods(Recording(station.equipment), None)


def _show(args: argparse.Namespace, container: Container) -> None:
    told: Mapping[str, object] = {
        "code": container.code,
        "kind": container.kind.value,
        "disposition": container.disposition.value,
        "state": container.state.value,
        "filled": container.filled,
        "capacity": container.capacity,
        "place": container.place,
        "on": container.on,
    }
    if args.json:
        print(msgspec.json.encode(told).decode())
    else:
        filled = f"{container.filled}/{container.capacity}"
        print(f"{container.code:20} {container.disposition.value:18} {filled:>9} {container.state}")
