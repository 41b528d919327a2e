"""``policy``: law and merchants' terms on the command line."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import IO, Any, Protocol

import msgspec

from returnstation import datafiles
from returnstation.cli.policy_merchants import add_check
from returnstation.cli.policy_text import right_as_json, right_as_text
from returnstation.domain.policy import Pack, decide
from returnstation.policydata import (
    BadSale,
    check_pack,
    decision_to_json,
    load_pack,
    parse_sale,
)
from returnstation.wire.packing import UNREADABLE

_DONE, _SOME_REFUSED, _WRONG_USE, _OUTSIDE_TROUBLE = 0, 1, 2, 3
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Commands(Protocol):
    """Where argparse takes commands (its own class for it is private)."""

    def add_parser(self, name: str, **settings: Any) -> argparse.ArgumentParser:
        """Add a command and return its parser."""
        ...


def add_commands(commands: Commands) -> None:
    """Add ``policy`` and its subcommands to the program's commands."""
    policy = commands.add_parser("policy", help="ask what law and merchant policy say")
    parts = policy.add_subparsers(required=True, metavar="COMMAND")
    deciding = parts.add_parser("decide", help="decide cases: JSON Lines in, JSON Lines out")
    deciding.add_argument("file", nargs="?", default="-", metavar="FILE", help="- is stdin")
    deciding.set_defaults(run=run_decide)
    showing = parts.add_parser("show", help="print the rules in force with their sources")
    showing.add_argument("code", metavar="CODE", help="ISO 3166 code, e.g. KR or US-CA")
    showing.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="default: today")
    showing.set_defaults(run=run_show)
    checking = parts.add_parser("check", help="look a pack over")
    checking.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="default: our own")
    checking.set_defaults(run=run_check)
    add_check(parts)
    explaining = parts.add_parser("explain", help="why a case was judged as it was")
    explaining.add_argument("case", metavar="CASE", help="its number, or a code of the parcel")
    explaining.set_defaults(run=_explain)
    replaying = parts.add_parser("replay", help="what a draft would change in past returns")
    replaying.add_argument("--draft", type=Path, metavar="DIR", help="holds the files that change")
    replaying.add_argument(
        "--law-on", type=date.fromisoformat, metavar="DATE", help="judge by the law of this day"
    )
    for name, dest in (("--from", "since"), ("--to", "until")):
        replaying.add_argument(name, dest=dest, type=date.fromisoformat, metavar="DATE")
    replaying.add_argument("--out", metavar="FILE", help="every changed return as CSV")
    replaying.set_defaults(run=_replay)


def answer(line: bytes, pack: Pack) -> dict[str, Any]:
    """Return the decision for one line of JSON, or an object that says what is wrong with it."""
    try:
        facts = msgspec.json.decode(line)
    except UNREADABLE as error:
        return _refusal(None, "not_json", str(error))
    try:
        return decision_to_json(decide(parse_sale(facts), pack))
    except BadSale as error:
        known = facts.get("id") if isinstance(facts, dict) else None
        return _refusal(known, error.code, error.message)


def answers(lines: Iterable[bytes], pack: Pack) -> Iterator[dict[str, Any]]:
    """Yield one answer per line, in order; empty lines are passed over."""
    for number, line in enumerate(lines):
        text = line.removeprefix(_BYTE_ORDER_MARK) if number == 0 else line
        if text.strip():
            yield answer(text, pack)


def run_decide(args: argparse.Namespace) -> int:
    """Answer every case of a file or of stdin; a bad line does not stop the rest."""
    refused = False
    try:
        with _lines(args.file) as lines:
            for each in answers(lines, load_pack()):
                refused = refused or "error" in each
                print(msgspec.json.encode(each).decode(), flush=True)
    except OSError as error:
        print(f"{args.file}: {error.strerror}", file=sys.stderr)
        return _OUTSIDE_TROUBLE
    return _SOME_REFUSED if refused else _DONE


def run_show(args: argparse.Namespace) -> int:
    """Print the rules of a region in force on a day."""
    day: date = args.on or today()
    pack = load_pack()
    region = pack.regions.get(args.code) or pack.region(args.code)
    if region is None:
        known = ", ".join(sorted(pack.regions))
        print(f"{args.code}: not in the pack, which has {known}", file=sys.stderr)
        return _WRONG_USE
    in_force = [(right, right.on(day)) for right in region.rights]
    if getattr(args, "json", False):
        rules = [right_as_json(right, terms) for right, terms in in_force if terms is not None]
        table = {"region": region.code, "on": day, "pack": pack.version, "rules": rules}
        print(msgspec.json.encode(table).decode())
        return _DONE
    print(f"{region.code}  {region.name}  on {day}  (pack {pack.version})")
    for right, terms in in_force:
        print()
        print(right_as_text(right, terms, day))
    return _DONE


def run_check(args: argparse.Namespace) -> int:
    """Say everything that is wrong with a pack."""
    folder = datafiles.resource("policy") if args.folder is None else args.folder
    try:
        problems = check_pack(folder)
    except OSError as error:
        print(f"{folder}: {error.strerror}", file=sys.stderr)
        return _OUTSIDE_TROUBLE
    for problem in problems:
        print(problem)
    return _SOME_REFUSED if problems else _DONE


def today() -> date:
    """Return the present day."""
    # What reads the clock comes with a station's database, which takes a while to import.
    from returnstation.app import now

    return now().date()


def _explain(args: argparse.Namespace) -> int:
    # A station's database takes longer to import than a thousand decisions.
    from returnstation.cli.policy_explain import run_explain

    return run_explain(args)


def _replay(args: argparse.Namespace) -> int:
    from returnstation.cli.policy_replay import run_replay

    return run_replay(args)


def _lines(file: str) -> AbstractContextManager[IO[bytes]]:
    return nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb")


def _refusal(known: object, code: str, message: str) -> dict[str, Any]:
    shown = known if isinstance(known, str | int | float) else None
    return {"id": shown, "error": {"code": code, "message": message}}
