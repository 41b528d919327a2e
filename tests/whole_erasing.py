"""Orders that are erased: what stations do about it, and what must be gone in the end."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from returnstation.application.troubles import Refused
from returnstation.domain.facts import OrderForgotten
from returnstation.hub.erasing import Erasing
from returnstation.hub.subject_keys import ORDER, PHOTO
from returnstation.hub.tables import FACT
from returnstation.hub.tables_erasing import ERASURE
from returnstation.wire.feeds import START, key_of, parts_of
from returnstation.wire.subject_keys import CASE_SUBJECT
from whole_hub import FEED, WholeHub
from whole_photos import PICTURES, PIECE, is_whole

if TYPE_CHECKING:
    from whole_station import Line, Machine
    from whole_world import World

MERCHANT = "ds"


@dataclass
class Forgetting:
    """Forgets orders of one station, step by step as ``app.erasing`` does it.

    Attributes:
        line: May be cut between two steps.
    """

    machine: "Machine"
    line: "Line"

    def begin(self, told: Mapping[str, int]) -> None:
        files = self.machine.files
        done = {(key, at) for name, key, at in files.forgotten if name == self.machine.name}
        news = {key: at for key, at in told.items() if not at or (key, at) not in done}
        files.erasures.update(news)
        self.forget_cases(news, news)

    def lost_keys(self, subjects: Collection[str]) -> None:
        files = self.machine.files
        files.forget_keys(subjects)
        orders = {files.cases[each.removeprefix(CASE_SUBJECT)] for each in subjects}
        keys = [key_of(MERCHANT, number) for number in sorted(orders)]
        done = {key: at for name, key, at in sorted(files.forgotten) if name == self.machine.name}
        files.erasures.update({key: {**done, **files.erasures}.get(key, 0) for key in keys})
        self.forget_cases(dict.fromkeys(keys, 1), keys)

    def finish(self, heard_before: Collection[str]) -> None:
        rows, pending = self.machine.cache.rows, dict(self.machine.files.erasures)
        known = [key for key in pending if ("order", key) in rows]
        for key in self.forget_cases(pending, known):
            if key in heard_before or key not in known:
                self.tell(key)

    def forget_cases(self, erased: Mapping[str, int], known: Collection[str]) -> Sequence[str]:
        """Forget ended cases of orders that do not stay; return those with no other left."""
        files = self.machine.files
        ready, gone = [], set[str]()
        for key, erased_ms in erased.items():
            cases = self.not_to_stay(key, erased_ms if key in known else 0)
            gone |= cases - set(files.open)
            if not cases & set(files.open):
                ready.append(key)
        self.line.moment()
        files.forget_keys({CASE_SUBJECT + case_id for case_id in gone})
        self.line.moment()
        kept = {each for case_id in files.cases for each in self._photos_kept(case_id)}
        for digest in {each for case_id in gone for each in files.pictures.get(case_id, ())}:
            if digest not in kept:
                self.machine.photos.forget(digest)
        self.line.moment()
        return ready

    def not_to_stay(self, key: str, erased_ms: int) -> set[str]:
        """Return the cases of an order that were, or may have been, opened before it was erased."""
        files, (_, number) = self.machine.files, parts_of(key)
        opened = self.machine.world.ledger.opened
        return {
            case_id
            for case_id, order in files.cases.items()
            if order == number
            and (
                not erased_ms or opened.get(case_id, 0) <= erased_ms or files.is_forgotten(case_id)
            )
        }

    def _photos_kept(self, case_id: str) -> Collection[str]:
        files = self.machine.files
        return () if files.is_forgotten(case_id) else files.pictures.get(case_id, ())

    def tell(self, key: str) -> None:
        files, (merchant_id, number) = self.machine.files, parts_of(key)
        at = files.erasures.pop(key)
        files.forgotten.add((self.machine.name, key, at))
        told = OrderForgotten(merchant_id=merchant_id, order_number=number, erased_ms=at)
        self.machine.write(told, self.machine.name)


@dataclass
class Erased:
    """An order that was erased.

    Attributes:
        cases: Those the hub knew by then.
        secrets: What is in no file of the hub from then on.
    """

    erased_ms: int
    cases: set[str]
    secrets: set[bytes]


@dataclass
class Ledger:
    """What only somebody knows who sees everything.

    Attributes:
        orders: The order of each case.
        secrets: Keys and words of each case.
        photos: The cases that name each photo.
        customers: Who is named in what was sold under each number.
        erased: Orders, as long as the hub knows that they were.
        touched: Orders that ever were erased, and when last: of their cases more may be gone.
        opened: When cases were opened whose station knew how far its clock was off the hub's.
        sold: Orders that were sold again since, and how far the feed was by then.
        certain: Cases of these that were opened since, at a station that knew of it: these stay.
    """

    orders: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, set[bytes]] = field(default_factory=dict)
    photos: dict[str, set[str]] = field(default_factory=dict)
    customers: dict[str, set[bytes]] = field(default_factory=dict)
    erased: dict[str, Erased] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)
    sold: dict[str, int] = field(default_factory=dict)
    certain: set[str] = field(default_factory=set)

    def may_be_gone(self) -> set[str]:
        """Return cases whose words may be gone."""
        touched = {case_id for case_id, order in self.orders.items() if order in self.touched}
        return touched - self.certain

    def is_opened(self, machine: "Machine", case_id: str, number: str) -> None:
        """Know when a case was opened, and whether it is of what was sold again."""
        now_ms = machine.world.hub.now_ms
        self.orders[case_id] = number
        if machine.is_compared:
            self.opened[case_id] = now_ms
            _, cursor = machine.cache.followed.get(FEED, ("", START))
            has_it = ("order", key_of(MERCHANT, number)) in machine.cache.rows
            is_after = now_ms > self.touched.get(number, 0)
            if has_it and is_after and cursor.n >= self.sold.get(number, 1 << 62):
                self.certain.add(case_id)

    def is_gone(self, number: str) -> None:
        """Know that an order was taken back, or erased."""
        self.sold.pop(number, None)
        self.certain -= {case_id for case_id, order in self.orders.items() if order == number}

    def is_in_doubt(self) -> None:
        """Know that a disk was copied or put back: what somebody knew may be known no longer."""
        self.sold.clear()
        self.certain.clear()

    def must_stay(self) -> set[str]:
        """Return photos that nobody was to forget."""
        gone = self.may_be_gone()
        return {each for each, cases in self.photos.items() if not cases & gone}

    def only_of(self, cases: Collection[str]) -> set[str]:
        """Return the photos that only some cases name."""
        return {digest for digest, naming in self.photos.items() if naming <= set(cases)}

    def goes_back(self, hub: WholeHub) -> None:
        """Know what a hub that was put back still knows of erasures."""
        with hub.database.look() as connection:
            rows = connection.execute(select(ERASURE.c.order_number, ERASURE.c.erased_ms)).all()
        known = {row.order_number: row.erased_ms for row in rows}
        here = cases_at(hub)
        self.erased = {
            number: Erased(erased.erased_ms, erased.cases & here, erased.secrets)
            for number, erased in self.erased.items()
            if known.get(number) == erased.erased_ms
        }


def cases_at(hub: WholeHub, now_ms: int = 1 << 62) -> set[str]:
    """Return the subjects of which the hub had a fact by then."""
    with hub.database.look() as connection:
        came = select(FACT.c.subject).group_by(FACT.c.subject)
        return set(connection.scalars(came.having(func.min(FACT.c.received_ms) <= now_ms)))


def erase(world: "World", number: str) -> None:
    """Erase an order, if the hub has anything of it."""
    hub, ledger = world.hub, world.ledger
    cases = {each for each in cases_at(hub, hub.now_ms) if ledger.orders.get(each) == number}
    subjects = [f"{ORDER}{MERCHANT}/{number}", *(PHOTO + each for each in ledger.only_of(cases))]
    keys = set(hub.hub.subject_keys.keys_of(subjects).values())
    with suppress(Refused):
        Erasing(hub.hub).erase(MERCHANT, number)
        world.ready = None
        before = ledger.erased.get(number, Erased(0, set(), set()))
        secrets = keys | ledger.customers.pop(number, set()) | before.secrets
        ledger.erased[number] = Erased(hub.now_ms, cases | before.cases, secrets)
        ledger.touched[number] = max(hub.now_ms, ledger.touched.get(number, 0))
        ledger.is_gone(number)


def check_erased(world: "World") -> None:
    """What was erased is gone, and everybody says so."""
    hub, ledger = world.hub, world.ledger
    waiting = {each.order_number: set(each.waiting) for each in Erasing(hub.hub).all()}
    names = {machine.name for machine in world.machines}
    secrets: set[bytes] = set()
    for number, erased in ledger.erased.items():
        assert not waiting[number] & names
        subjects = {CASE_SUBJECT + case_id for case_id in erased.cases}
        assert hub.hub.subject_keys.forgotten(subjects) == subjects
        for machine in world.machines:
            _check_machine(machine, erased.cases, ledger.only_of(erased.cases))
        secrets |= erased.secrets
        secrets.update(*(ledger.secrets.get(case_id, ()) for case_id in erased.cases))
        secrets |= {PICTURES[each][:PIECE] for each in ledger.only_of(erased.cases)}
    for machine in world.machines:
        forgotten = {each for each in machine.files.cases if machine.files.is_forgotten(each)}
        assert not forgotten & ledger.certain
    if secrets:
        _check_files(hub, secrets)


def _check_machine(machine: "Machine", cases: Collection[str], photos: Collection[str]) -> None:
    files = machine.files
    for case_id in files.cases.keys() & cases:
        assert not files.keys.get(CASE_SUBJECT + case_id, (b"", True))[0]
        assert not files.pictures.get(case_id, set()) & machine.photos.kept.keys() & set(photos)


def _check_files(hub: WholeHub, secrets: Collection[bytes]) -> None:
    hub.database.settle_files()
    for content in (*_contents(hub), *hub.blobs.kept.values()):
        assert not [secret for secret in secrets if secret in content]


def _contents(hub: WholeHub) -> Iterator[bytes]:
    for file in hub.hub.home.rglob("*"):
        if file.is_file():
            yield file.read_bytes()


def check_photos(world: "World") -> None:
    """Every photo that a fact names and that still is somewhere is at the hub."""
    hub, ledger = world.hub, world.ledger
    here = cases_at(hub)
    held = set(world.stored).union(*(machine.photos.kept for machine in world.machines))
    held |= {digest for digest, cases in ledger.photos.items() if cases & ledger.certain}
    for digest in ledger.must_stay() & held:
        if ledger.photos[digest] & here:
            assert is_whole(hub.hub, digest)
            assert hub.hub.photos.thumbnail(digest) is not None
    for station in hub.hub.stations.all():
        wanted = hub.hub.photos.index.awaited(station.station, "", len(PICTURES))
        assert not [digest for digest in wanted if is_whole(hub.hub, digest)]
    for machine in world.machines:
        assert not machine.photos.waiting()
