"""``import orders|rmas|products|merchants|policies|users|economics FILE``: bring files in."""

import argparse
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from tqdm import tqdm

from returnstation.app import Station, open_station
from returnstation.application.ports import User
from returnstation.application.refunds import Refunds
from returnstation.domain.facts import RefundReported
from returnstation.domain.orders import Rma
from returnstation.exchange import (
    Counts,
    Kind,
    Problem,
    Profile,
    Report,
    Wishes,
    import_rows,
    load_profile,
    merged_rmas,
    open_source,
    read_merchants,
    read_orders,
    read_products,
    read_reports,
    read_rmas,
    read_sales,
    read_users,
)
from returnstation.i18n import Catalog, load_catalog
from returnstation.policydata import policy_set_from
from returnstation.storage.cache import CacheDatabase
from returnstation.storage.filling import Filled, Filling

_OK, _SOME_REFUSED = 0, 1
_POLICIES = "policies"


def add_commands(commands: Any) -> None:
    """Add ``import``."""
    parser = commands.add_parser("import", help="bring files in: CSV, JSON Lines, XLSX")
    kinds = [*(kind.value for kind in Kind), _POLICIES]
    parser.add_argument("kind", choices=kinds, metavar="KIND", help=" | ".join(kinds))
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--profile", default="default", metavar="NAME", help="column profile")
    parser.add_argument("--merchant", metavar="ID", help="for files that name no merchant")
    parser.add_argument("--dry-run", action="store_true", help="report, but keep nothing")
    parser.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """Bring a file in and say what came of it."""
    if args.kind == _POLICIES:
        from returnstation.cli.import_policies import run_import_policies

        return run_import_policies(args)
    with closing(open_station(args.home)) as station:
        report = _import(station, args)
        found = 0 if args.dry_run else _rematch(station)
    if found:
        print(load_catalog(args.lang).text("import.found", n=found), file=sys.stderr)
    return tell(report, args, {"found_parcels": found})


def tell(report: Report, args: argparse.Namespace, extra: Mapping[str, Any] | None = None) -> int:
    """Say what came of a file; ``extra`` goes into the JSON as well.

    Returns:
        The exit code.
    """
    catalog = load_catalog(args.lang)
    for problem in report.problems:
        print(_told(problem, args.file.name, catalog), file=sys.stderr)
    if report.rejected > len(report.problems):
        more = report.rejected - len(report.problems)
        print(catalog.text("import.more", n=more), file=sys.stderr)
    if args.json:
        print(msgspec.json.encode(_as_json(report, args, catalog) | dict(extra or {})).decode())
    else:
        print(_summary(report, args, catalog))
    return _SOME_REFUSED if report.rejected else _OK


class Rehearsal(CacheDatabase):
    """A cache that forgets on closing what was written, so that a trial reports the truth."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._stack = ExitStack()
        self._kept_open = self._stack.enter_context(super().writing())

    @contextmanager
    def writing(self) -> Generator[Any]:
        """Write, seen by what follows, and kept by nobody."""
        yield self._kept_open

    def close(self) -> None:
        """Forget everything."""
        self._kept_open.rollback()
        self._stack.close()
        super().close()


@dataclass(frozen=True, slots=True)
class _Ways:
    """How each kind of file is read and kept."""

    station: Station
    cache: CacheDatabase
    profile: Profile
    is_trial: bool

    def wishes(self, kind: Kind) -> Wishes[Any]:
        """Return the way of one kind of file."""
        filling, profile = Filling(self.cache), self.profile
        match kind:
            case Kind.ORDERS:
                return Wishes(read=lambda rows: read_orders(rows, profile), keep=filling.orders)
            case Kind.PRODUCTS:
                return Wishes(read=lambda rows: read_products(rows, profile), keep=filling.products)
            case Kind.MERCHANTS:
                return Wishes(
                    read=lambda rows: read_merchants(rows, profile, policy_set_from),
                    keep=filling.merchants,
                )
            case Kind.RMAS:
                return Wishes(read=lambda rows: read_rmas(rows, profile), keep=self._keep_rmas)
            case Kind.USERS | Kind.REFUNDS:
                return self._of_station(kind)
            case Kind.ECONOMICS:
                ways = self.station.equipment.economics.ways
                channels = {w.channel.removeprefix("channel.") for w in ways if w.channel}
                return Wishes(
                    read=lambda rows: read_sales(rows, profile, channels, self.cache.product),
                    keep=filling.sales,
                )

    def _of_station(self, kind: Kind) -> Wishes[Any]:
        """Return the way of what is kept beside the facts, or becomes one."""
        profile, equipment = self.profile, self.station.equipment
        if kind is Kind.REFUNDS:
            refunds = Refunds(equipment)
            return Wishes(
                read=lambda rows: read_reports(rows, profile, refunds.is_known),
                keep=lambda reports: self._keep_reports(refunds, reports),
            )
        known, pins = self._people(), equipment.pins
        return Wishes(
            read=lambda rows: read_users(rows, profile, known, pins), keep=self._keep_users
        )

    def _keep_rmas(self, rmas: Sequence[Rma]) -> Counts:
        return Filling(self.cache).rmas(merged_rmas(rmas, self.cache.rma))

    def _keep_reports(self, refunds: Refunds, reports: Sequence[RefundReported]) -> Counts:
        changed = 0 if self.is_trial else refunds.report(reports)
        return Filled(0, changed, len(reports) - changed)

    def _people(self) -> Sequence[User]:
        with self.station.database.look() as work:
            return work.people.all()

    def _keep_users(self, users: Sequence[User]) -> Counts:
        with self.station.database.work() as work:
            known = {user.user_id: user for user in work.people.all()}
            changed = [user for user in users if known.get(user.user_id) != user]
            for user in changed:
                work.people.put(user)
            if not self.is_trial:
                work.commit()
        new = sum(user.user_id not in known for user in changed)
        return Filled(new, len(changed) - new, len(users) - len(changed))


def _import(station: Station, args: argparse.Namespace) -> Report:
    kind = Kind(args.kind)
    profile = load_profile(kind, args.profile, station.home)
    if args.merchant is not None and kind not in {Kind.USERS, Kind.REFUNDS}:
        constants = {**profile.constants, "merchant_id": args.merchant}
        profile = msgspec.structs.replace(profile, constants=constants)
    source = open_source(args.file, profile)
    path = station.cache.path
    trial = closing(Rehearsal(path)) if args.dry_run else nullcontext(station.cache)
    with trial as cache, bar(source.size) as progress:
        wishes = _Ways(station, cache, profile, args.dry_run).wishes(kind)
        beside = None if args.dry_run else args.file
        return import_rows(source, wishes.at(beside, progress))


def _rematch(station: Station) -> int:
    """Compare blind parcels with what came in; return how many found their order."""
    with station.database.look() as work:
        _, waiting = work.cases.blind(1)
    if not waiting:
        return 0
    from returnstation.application.matching import Rematching
    from returnstation.application.recording import Recording

    return Rematching(Recording(station.equipment)).run()


@contextmanager
def bar(size: int) -> Iterator[Callable[[int], None]]:
    """Draw how far a file is; nothing when stderr is no terminal."""
    with tqdm(total=size, unit="B", unit_scale=True, leave=False, disable=None) as bar:

        def reached(position: int) -> None:
            bar.update(position - bar.n)

        yield reached


def _told(problem: Problem, file: str, catalog: Catalog) -> str:
    place = f"{file}:{problem.line}"
    field = f" {problem.column}:" if problem.column else ""
    return f"{place}:{field} {problem.code}: {catalog.say(problem.say())}"


def _summary(report: Report, args: argparse.Namespace, catalog: Catalog) -> str:
    lines = [
        catalog.text(
            "import.done" if not args.dry_run else "import.would-be",
            read=report.read,
            rejected=report.rejected,
            new=report.new,
            changed=report.changed,
            same=report.same,
        )
    ]
    if report.rejected_file is not None:
        lines.append(catalog.text("import.rejected-file", file=str(report.rejected_file)))
    return "\n".join(lines)


def _as_json(report: Report, args: argparse.Namespace, catalog: Catalog) -> dict[str, Any]:
    beside = report.rejected_file
    return {
        "kind": args.kind,
        "dry_run": args.dry_run,
        "read": report.read,
        "accepted": report.accepted,
        "rejected": report.rejected,
        "new": report.new,
        "changed": report.changed,
        "same": report.same,
        "rejected_file": None if beside is None else str(beside),
        "problems": [
            {
                "line": problem.line,
                "field": problem.column,
                "code": problem.code,
                "reason": catalog.say(problem.say()),
            }
            for problem in report.problems
        ],
    }
