"""Turn facts into what they mean: cases, items, stock, refunds and conflicts.

Every row follows from facts and records alone, never from when they came in: the projection of
a subject is made anew from all of its facts whenever one is added. One projector works at a
time, behind a lock, so that two cases that go against each other are always seen together.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.exc import DataError, IntegrityError

from returnstation.domain.cases import Case
from returnstation.domain.conflicts import CaseTold
from returnstation.domain.facts import (
    CaseOpened,
    ConflictSettled,
    ItemAdded,
    ItemDisposed,
    ItemLeft,
    ItemOverridden,
    ItemRedisposed,
    Recorded,
    type_name,
)
from returnstation.domain.folding import NoSuchCase, fold, valid
from returnstation.hub.colliding import Colliding
from returnstation.hub.database import HubDatabase, mark_dirty
from returnstation.hub.dates import CLOCK_TOPIC, Dates
from returnstation.hub.erased import alone, follow_erasures, forget_told
from returnstation.hub.facts import Subjects
from returnstation.hub.log import STATION_TOPIC
from returnstation.hub.projected import Projected, cut
from returnstation.hub.subject_keys import PHOTO
from returnstation.hub.tables import (
    BRANCH,
    CASE,
    CASE_CLOCK,
    CASE_LINK,
    DIRTY,
    ITEM,
    MOVEMENT,
)

_logger = logging.getLogger(__name__)

_AT_ONCE = 100
_REST = 3
_LONGEST_REST_S = 1.0
_FACTS = select(func.sum(BRANCH.c.seq))
_MARKS = select(DIRTY.c.subject, DIRTY.c.times).where(
    DIRTY.c.subject.in_(bindparam("subjects", expanding=True))
)
_UNMARK = delete(DIRTY).where(
    DIRTY.c.subject == bindparam("of"), DIRTY.c.times == bindparam("seen")
)
# What facts that nobody should write do to the code and the database that make rows of them.
_ODD = (
    ArithmeticError,
    AttributeError,
    DataError,
    IntegrityError,
    LookupError,
    TypeError,
    ValueError,
)
_TELLING = frozenset({type_name(CaseOpened), type_name(ConflictSettled)})
_BUYER = "buyer"
_LEFT = "left"


def wall_ms() -> int:
    """Return the machine's clock in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Projector:
    """Keeps the projections of a hub up to date.

    Attributes:
        tell: Is told, in the same transaction, of which cases rows were made anew.
        publish: Is told likewise which conflicts came, changed or went.
        now_ms: The hub's clock.
    """

    database: HubDatabase
    tell: Callable[[Connection, Collection[str]], None] | None = None
    publish: Callable[[Connection, Collection[str]], None] | None = None
    now_ms: Callable[[], int] = wall_ms

    def run(self, rest: Callable[[float], object] | None = None) -> int:
        """Work off every subject that has new facts, and return how many there were.

        Args:
            rest: Waits for so many seconds. While facts pour in, it is given three quarters of
                the time: they have to be kept now, and what they mean can be told later.
        """
        done, before = 0, self._facts()
        while True:
            begun_ms = self.now_ms()
            some = self.step()
            if not some:
                return done
            done += some
            now = self._facts()
            if rest is not None and now > before:
                worked = max(0, self.now_ms() - begun_ms) / 1000
                rest(min(worked * _REST, _LONGEST_REST_S))
            before = now

    def _facts(self) -> int:
        """Return how far all logs go together: a number that only new facts make larger."""
        with self.database.glance() as connection:
            return int(connection.scalar(_FACTS) or 0)

    def step(self, most: int = _AT_ONCE) -> int:
        """Work off some subjects in one transaction, and return how many.

        Where that fails they are worked off one by one, and the one whose facts cannot be kept
        as rows is set aside: it must not stop all others.
        """
        with self.database.glance() as connection:
            wanted = select(DIRTY.c.subject).order_by(DIRTY.c.subject).limit(most)
            subjects = list(connection.scalars(wanted))
        if not subjects:
            return 0
        try:
            self._work_off(subjects)
        except _ODD:
            for subject in subjects:
                self._alone(subject)
        return len(subjects)

    def _alone(self, subject: str) -> None:
        try:
            self._work_off([subject])
        except _ODD as odd:
            self._work_off([subject], odd)

    def _work_off(self, subjects: Sequence[str], odd: Exception | None = None) -> None:
        with self.database.work() as connection:
            alone(connection)
            seen = _marks(connection, subjects)
            dates = Dates(Subjects(connection))
            touched = _made_anew(dates, list(seen), odd)
            gone = sorted(follow_erasures(connection, list(seen), self.now_ms()))
            dates.subjects.forget(gone)
            touched |= _made_anew(dates, gone)  # without what they said, from now on
            colliding = Colliding(dates)
            cases = colliding.settle(touched)
            _unmark(connection, seen)
            forget_told(connection, gone, self.now_ms())
            if self.tell is not None:
                self.tell(connection, cases)
            if self.publish is not None:
                self.publish(connection, colliding.changed)


def _marks(connection: Connection, subjects: Collection[str]) -> Mapping[str, int]:
    """Return which subjects are to be made anew, and how often they were marked by now."""
    rows = connection.execute(_MARKS, {"subjects": list(subjects)})
    return dict(sorted((row.subject, row.times) for row in rows))


def _unmark(connection: Connection, seen: Mapping[str, int]) -> None:
    """Take marks away, but none that came after they were seen: nobody waits for a projector."""
    if seen:
        # In the order in which others mark them, lest two wait in a ring.
        connection.execute(_UNMARK, [{"of": of, "seen": seen[of]} for of in sorted(seen)])


def _made_anew(dates: Dates, subjects: Sequence[str], odd: Exception | None = None) -> set[str]:
    """Make the rows of subjects anew, and return the topics, cases and stations they touch."""
    made, touched = Projected(), set[str]()
    dates.subjects.load(subject for subject in subjects if ":" not in subject)
    for subject in subjects:
        if odd is None:
            touched |= _project(dates, subject, made)
        else:
            _set_aside(dates, subject, odd, made)
    return touched | made.write(dates.connection)


def _project(dates: Dates, subject: str, made: Projected) -> set[str]:
    """Make the rows of a subject, and return what else it touches."""
    if subject.startswith(STATION_TOPIC):
        return {subject}
    if not subject.startswith(CLOCK_TOPIC):
        return _project_told(dates, subject, made)
    touched: set[str] = set()
    for some in cut(dates.waiting(subject.removeprefix(CLOCK_TOPIC)), _AT_ONCE):
        dates.subjects.load(some)
        for case_id in some:
            touched |= _project_told(dates, case_id, made)
        touched |= made.write(dates.connection)  # they may be many
    return touched


def _project_told(dates: Dates, subject: str, made: Projected) -> set[str]:
    if _TELLING.isdisjoint(row.type for row in dates.subjects.rows(subject)):
        return set()  # of a person or a container: nothing is projected of them yet
    told = dates.subjects.told(subject)
    if told is None:
        return set()
    settled = [recorded for recorded in told.facts if isinstance(recorded.fact, ConflictSettled)]
    if settled:
        return {f"conflict:{subject}"}
    dated = dates.of(subject)
    try:
        facts = dated.of(told.facts)
        case = fold(facts)
        case_told = CaseTold(told.station, case, facts)
    except NoSuchCase:
        return set()
    except (LookupError, ValueError, TypeError, AttributeError) as odd:
        _set_aside(dates, subject, odd, made)
        return set()
    row = _case_row(case_told, is_sure=dated.is_sure)
    made.put(
        subject,
        {
            CASE: [row | {"opened_ms": ms_of(told.facts[0].at)}],
            CASE_CLOCK: dates.clocks(subject, dated),
            ITEM: list(_item_rows(case)),
            MOVEMENT: list(_movements(case_told)),
            CASE_LINK: [{"topic": each, "case_id": subject} for each in sorted(topics_of(case))],
        },
    )
    return set()


def _set_aside(dates: Dates, subject: str, odd: Exception, made: Projected) -> None:
    """Have a person look at a subject; until then nothing is projected of it."""
    if subject.startswith(CLOCK_TOPIC):  # one of its cases is odd: they are dated one by one
        mark_dirty(dates.connection, dates.waiting(subject.removeprefix(CLOCK_TOPIC)))
        return
    why = repr(getattr(odd, "orig", odd))[:200]
    _logger.warning("facts of %s do not make sense: %s", subject, why)
    made.set_aside(subject, why)


def topics_of(case: Case) -> set[str]:
    """Return what a case may have in common with others."""
    merchant = case.opened.merchant_id or ""
    lines = {item.line_id for item in case.items.values() if item.line_id is not None}
    topics = {f"line:{merchant}/{line_id}" for line_id in lines}
    topics |= {f"order:{merchant}/{number}" for number in case.opened.orders}
    if case.is_blind:
        topics |= {f"code:{key}" for key in case.opened.keys}
    return topics | {f"{PHOTO}{digest}" for digest in _photos(case)}


def _case_row(told: CaseTold, *, is_sure: bool) -> dict[str, Any]:
    case = told.case
    return {
        "case_id": case.case_id,
        "station": told.station,
        "merchant_id": case.opened.merchant_id or "",
        "number": case.number,
        "order_number": ", ".join(case.opened.orders),
        "state": case.state.value,
        "corrected_ms": ms_of(case.opened_at),
        "ended_ms": None if case.ended_at is None else ms_of(case.ended_at),
        "changed_ms": ms_of(told.last_at),
        "body": msgspec.json.encode(
            {
                "rma": case.opened.rma,
                "jurisdiction": case.opened.jurisdiction,
                "language": case.opened.language,
                "held_why": case.held_why,
                "seconds": case.seconds,
                "refund": case.refund,
                "verdicts": dict(sorted(case.verdicts.items())),
                "photos": sorted(_photos(case)),
                "clock_unsure": not is_sure,
            },
            order="deterministic",
        ),
    }


def _photos(case: Case) -> Iterator[str]:
    for photo in case.photos:
        yield photo.digest
    for item in case.items.values():
        for photo in item.photos:
            yield photo.digest


def _item_rows(case: Case) -> Iterator[dict[str, Any]]:
    for item in case.items.values():
        yield {
            "case_id": case.case_id,
            "item_id": item.item_id,
            "merchant_id": case.opened.merchant_id or "",
            "sku": item.sku or "",
            "lpn": item.lpn,
            "quantity": item.quantity,
            "functional": None if item.grade is None else item.grade.functional,
            "cosmetic": None if item.grade is None else item.grade.cosmetic,
            "disposition": item.disposition,
            "outcome": item.outcome,
            "custody": item.custody.value,
            "container": item.container,
            "review": item.review.value,
        }


def _movements(told: CaseTold) -> Iterator[dict[str, Any]]:
    at: dict[str, str] = {}
    case = told.case
    for recorded in valid(told.facts):
        to = _destination(recorded)
        item = None if to is None else case.items.get(to[0])
        if to is None or item is None:
            continue
        before = at.get(item.item_id, _BUYER)
        at[item.item_id] = to[1]
        yield {
            "case_id": case.case_id,
            "fact_id": recorded.fact_id,
            "item_id": item.item_id,
            "merchant_id": case.opened.merchant_id or "",
            "sku": item.sku or "",
            "quantity": item.quantity,
            "came_from": before,
            "went_to": to[1],
            "at_ms": ms_of(recorded.at),
        }


def _destination(recorded: Recorded) -> tuple[str, str] | None:
    match recorded.fact:
        case ItemAdded(item_id=item_id):
            return item_id, "received"
        case ItemDisposed() | ItemRedisposed() | ItemOverridden() as fact:
            return fact.item_id, fact.disposition.value
        case ItemLeft(item_id=item_id):
            return item_id, _LEFT
    return None


def ms_of(moment: datetime) -> int:
    """Return a moment in milliseconds since 1970."""
    return round(moment.astimezone(UTC).timestamp() * 1000)
