"""The outside world as the application needs it; adapters implement these."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from returnstation.application.pay_ports import Settlements
from returnstation.application.rows import (
    CaseRow,
    Content,
    Day,
    Hit,
    KnownCase,
)
from returnstation.application.view import JobView
from returnstation.domain.candidates import Clue
from returnstation.domain.cases import Case
from returnstation.domain.containers import Container
from returnstation.domain.dispositions import Disposition
from returnstation.domain.economics import Selector
from returnstation.domain.facts import Fact, Recorded
from returnstation.domain.messages import Say
from returnstation.domain.orders import Merchant, Order, Product, Rma
from returnstation.domain.papers import PaperKind, PrintJob
from returnstation.domain.realised import Sample

Clock = Callable[[], datetime]
"""Return the present moment, with its zone."""

NewId = Callable[[], UUID]
"""Return a UUIDv7 no station will ever produce again."""


class Catalogue(Protocol):
    """Orders, returns announced and products, as the hub or an import brought them."""

    def find(self, keys: Sequence[str]) -> Sequence[Hit]:
        """Return everything the canonical codes lead to."""

    def ending(self, key: str, limit: int) -> Sequence[Hit]:
        """Return what has a code that ends with ``key``, at most ``limit``."""

    def beginning(self, key: str, limit: int) -> Sequence[Hit]:
        """Return what has a code that begins with ``key``, at most ``limit``."""

    def search(self, words: str, limit: int) -> Sequence[Hit]:
        """Return orders with words that begin like all of these, newest first.

        Words of names, places and products count, initial consonants of Hangul, phone numbers
        and mail addresses.
        """

    def remembered(self, words: str, limit: int) -> Sequence[Order]:
        """Return the same orders whole, as fast as they can be read."""

    def count(self, field: str, words: str, most: int) -> int:
        """Return how many orders have these words in ``name``, ``place`` or ``goods``.

        No more than ``most`` are counted.
        """

    def resembling(self, clues: Sequence[Clue], limit: int) -> Sequence[Order]:
        """Return orders that may agree with the clues: those that share most of them first."""

    def stamp(self) -> int:
        """Return a number that changes whenever somebody has brought something in."""

    def order(self, merchant_id: str, number: str) -> Order | None:
        """Return one order."""

    def rma(self, merchant_id: str, number: str) -> Rma | None:
        """Return one announced return."""

    def rmas_of(self, merchant_id: str, order_number: str) -> Sequence[Rma]:
        """Return the returns announced for an order, newest first."""

    def merchant(self, merchant_id: str) -> Merchant | None:
        """Return one merchant."""

    def product(self, merchant_id: str, sku: str) -> Product | None:
        """Return one product by SKU."""

    def products(self, code: str) -> Sequence[Product]:
        """Return the products with this GTIN (14 digits) or SKU, of any merchant."""

    def samples(self, merchant_id: str, category: str, sku: str, since: date) -> Sequence[Sample]:
        """Return realised sales since a day, added up by channel and grade.

        Those of the product stand apart from those of others of its category.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person who may sign in.

    Attributes:
        badge: Code on the badge.
        pin_hash: Argon2id verifier.
        refused: Wrong PINs since the last right one.
    """

    user_id: str
    name: str
    role: str
    badge: str
    pin_hash: str
    language: str = "ko"
    theme: str = "light"
    is_active: bool = True
    refused: int = 0


class Facts(Protocol):
    """The append-only log."""

    def append(
        self, subject: str, user: str | None, facts: Sequence[Fact], at: datetime
    ) -> tuple[Recorded, ...]:
        """Write facts at the end of the log, all at one moment."""

    def of(self, subject: str) -> tuple[Recorded, ...]:
        """Return what is recorded about a case or user, oldest first."""

    def head(self) -> int:
        """Return the number of the last fact; 0 when there is none."""

    def unsent(self) -> tuple[int, datetime | None]:
        """Return how many facts the hub has not confirmed, and when the oldest was written."""


class Cases(Settlements, Protocol):
    """What is known of parcels without folding their facts."""

    def save(self, case: Case) -> None:
        """Keep the present state of a case and its items."""

    def with_code(self, keys: Sequence[str]) -> Sequence[KnownCase]:
        """Return the cases one of the codes belongs to, newest first; no cancelled ones."""

    def by_item(self, item_id: str) -> str:
        """Return the case an item belongs to."""

    def with_serial(self, serial: str) -> Sequence[str]:
        """Return the numbers of cases in which this serial was received before."""

    def parcels_of(self, merchant_id: str, orders: Collection[str], since: datetime) -> int:
        """Return how many parcels with goods of these orders came since a moment."""

    def precision(self, hint: str) -> tuple[int, int]:
        """Return how often hints of a kind were right, and how often anybody looked."""

    def received(self, merchant_id: str, order_number: str) -> Mapping[str, int]:
        """Return how many units of each line of an order came back before, by line id."""

    def disposed(
        self, merchant_id: str, disposition: Disposition, since: datetime, wares: Selector
    ) -> int:
        """Return how many units of a merchant's goods went this way since a moment."""

    def with_lpn(self, lpn: str) -> str | None:
        """Return the item that carries a licence plate."""

    def open(self) -> str | None:
        """Return the case left open on this desk, if any."""

    def held(self, limit: int) -> tuple[Sequence[CaseRow], int]:
        """Return held parcels and how many there are: those that can go on, then the oldest."""

    def blind(self, limit: int, start: int = 0) -> tuple[Sequence[CaseRow], int]:
        """Return parcels without an order, like ``held``; finished ones once it has come."""

    def ended_blind(self, limit: int) -> Sequence[CaseRow]:
        """Return the latest finished parcels whose order has not come."""

    def keep_clue(self, case_id: str, fact_id: str, value: str) -> None:
        """Keep what a fact may not hold of a clue, until the case ends."""

    def clue_values(self, case_id: str) -> Mapping[str, str]:
        """Return what is kept of a case's clues, by the fact that noted each."""

    def forget_codes(self, case_id: str, codes: Collection[str]) -> None:
        """Let a case no longer be found by these codes."""

    def due(self, limit: int, start: int = 0) -> tuple[Sequence[CaseRow], int]:
        """Return cases whose legal day runs, nearest first, and how many there are in all."""

    def day(self, since: datetime) -> Day:
        """Return how far the day is that began at ``since``."""


class Jobs(Protocol):
    """The print queue."""

    def add(self, job: PrintJob) -> None:
        """Queue a paper."""

    def waiting(self) -> Sequence[JobView]:
        """Return what has not come out, oldest first, without the papers themselves."""

    def find(self, job_id: str) -> PrintJob | None:
        """Return a job."""

    def of_item(self, lpn: str) -> Sequence[PrintJob]:
        """Return the jobs of a label, oldest first."""

    def cancel(self, job_id: str) -> None:
        """Take back a job that has not been sent."""

    def replace(self, lpn: str) -> None:
        """Take back a label's jobs that have not come out: another one is queued instead."""

    def settle(self, lpn: str) -> None:
        """Mark the label's job confirmed: somebody read it."""

    def confirm(self, job_id: str) -> None:
        """End a job that came out: somebody looked."""

    def give_up(self, job_id: str) -> None:
        """End a job that did not come out: somebody looked."""

    def move(self, printer: str, other: str, kinds: Collection[PaperKind]) -> int:
        """Let another printer print what has not been sent; return how many papers moved."""


class People(Protocol):
    """Who may sign in."""

    def with_badge(self, badge: str) -> User | None:
        """Return the person a badge belongs to."""

    def all(self) -> Sequence[User]:
        """Return everybody, by name."""

    def put(self, user: User) -> None:
        """Keep a person; a known ``user_id`` is replaced."""


class Containers(Protocol):
    """Totes, cages and pallets, and what lies in them."""

    def all(self) -> Sequence[Container]:
        """Return all that are here, by place."""

    def find(self, code: str) -> Container | None:
        """Return the container with this code or SSCC, shipped ones too."""

    def standing_on(self, pallet: str) -> Sequence[Container]:
        """Return what stands on a pallet."""

    def contents(self, codes: Collection[str]) -> Sequence[Content]:
        """Return the items that lie in these containers, by licence plate."""

    def load(self, number: str) -> Sequence[Content]:
        """Return the items that left with a load, by licence plate."""

    def put(self, container: Container) -> None:
        """Keep a container; a known code is replaced."""

    def take_out(self, code: str, units: int = 1) -> None:
        """Count fewer units in a container."""


class Versions(Protocol):
    """Statute packs and merchants' terms as they were when a verdict was made, by their hash."""

    def missing(self, versions: Collection[str]) -> Collection[str]:
        """Return those that are not kept yet."""

    def keep(self, version: str, content: bytes) -> None:
        """Keep a version that is not kept yet."""

    def read(self, version: str) -> bytes | None:
        """Return what was kept, or None when it never was."""


class Work(Protocol):
    """Changes that are kept together or not at all."""

    @property
    def facts(self) -> Facts:
        """The log."""

    @property
    def cases(self) -> Cases:
        """Cases and items."""

    @property
    def jobs(self) -> Jobs:
        """The print queue."""

    @property
    def people(self) -> People:
        """The users."""

    @property
    def containers(self) -> Containers:
        """The totes."""

    @property
    def versions(self) -> Versions:
        """The policies that decided."""

    def next_number(self, name: str) -> int:
        """Return the next number of a series; a number is never given twice."""

    def commit(self) -> None:
        """Keep every change, on the disk; without this call all of them are dropped."""


UnitOfWork = Callable[[], AbstractContextManager[Work]]


class Photos(Protocol):
    """Pictures by the SHA-256 of their bytes."""

    def keep(self, content: bytes) -> str:
        """Store a picture without its metadata and return its digest.

        Raises:
            Refused: It is no picture, or too large.
        """

    def read(self, digest: str) -> bytes:
        """Return a stored picture."""

    def thumbnail(self, digest: str) -> bytes:
        """Return a stored picture, small enough for a page."""


class PinCheck(Protocol):
    """Argon2id verifiers."""

    def hash(self, pin: str) -> str:
        """Return the verifier of a PIN."""

    def matches(self, verifier: str, pin: str) -> bool:
        """Tell whether this is the PIN."""


ReadPicture = Callable[[bytes], Sequence[str]]
"""Return the scans found in a picture, the most meaningful first."""


Texts = Callable[[str, Say], str]
"""Return a message as a sentence in a language."""
