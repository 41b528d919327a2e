"""How long papers, and at a station without a hub orders and photos, stay at the station."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from returnstation.app.erasing import Forgetting
from returnstation.application.troubles import Refused
from returnstation.storage.erasing import blank_old_papers
from returnstation.storage.photos import PhotoFolder
from returnstation.storage.retention import (
    Until,
    codes_needed,
    forget_orders,
    forget_rmas,
    old_cases,
    old_orders,
    old_rmas,
    orders_with_cases,
    photos_needed,
    photos_of,
)

if TYPE_CHECKING:
    from returnstation.app.station import Station

_DONE = "papers_blanked"
_EVERY = timedelta(days=1)  # every job of the queue is looked at
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_PROGRESS = "retention"
_START = (-1, "")


def blank_papers_in_time(station: "Station") -> bool:
    """Blank the papers of cases that ended ``keep_papers_days`` ago; at most once a day.

    Returns:
        Whether it was done now.
    """
    until = station.clock() - timedelta(days=station.settings.keep_papers_days)
    kept = station.database.setting(_DONE)
    since = _NEVER if kept is None else datetime.fromisoformat(kept)
    # A clock set forward and back again must not leave papers out.
    if timedelta(0) <= until - since < _EVERY:
        return False
    with station.database.work() as work:
        blank_old_papers(work.connection, until, since if since < until else _NEVER)
        work.keep_setting(_DONE, until.isoformat())
        work.commit()
    return True


class _Place(msgspec.Struct, frozen=True):
    """How far the pass of a day is.

    Attributes:
        what: The task in hand; empty once all are done.
        forgot: Whether anything was forgotten in it.
    """

    day: int = -1
    what: str = "orders"
    after: tuple[int, str] = _START
    forgot: bool = False


_Done: TypeAlias = tuple[int, tuple[int, str] | None]


class _Task(NamedTuple):
    days: int
    work: Callable[[int, tuple[int, str]], _Done]
    next: str


@dataclass(frozen=True, slots=True)
class Retaining:
    """Forgets what was kept long enough, at a station without a hub.

    A pass over everything is made once a day, in small steps; with a hub, its retention counts.

    Attributes:
        at_once: Orders, or cases, of one step.
    """

    station: "Station"
    at_once: int = 500

    def step(self) -> Mapping[str, int] | None:
        """Look at some orders or cases of today's pass.

        Returns:
            How many ``orders``, ``rmas``, ``cases`` or ``photos`` were forgotten; None when it is over.
        """
        if self.station.hub.address is not None:
            return None
        kept = self.station.database.setting(_PROGRESS)
        place = _Place() if kept is None else msgspec.json.decode(kept, type=_Place)
        if place.day != self._today:
            place = _Place(self._today)
        if not place.what:
            return None
        task = self._tasks[place.what]
        count, last = task.work(task.days, place.after) if task.days else (0, None)
        forgot = place.forgot or count > 0
        if last is not None:
            self._keep(_Place(place.day, place.what, last, forgot))
        elif task.next:
            self._keep(_Place(place.day, task.next, forgot=forgot))
        else:
            self._leave_nothing(forgot=forgot)
            self._keep(_Place(place.day, ""))
        return {place.what: count}

    def run(self) -> Mapping[str, int]:
        """Make a whole pass now, and return how many of each were forgotten.

        Raises:
            Refused: ``retention-of-hub``: the station has a hub, whose retention counts.
        """
        if self.station.hub.address is not None:
            raise Refused("retention-of-hub")
        self._keep(_Place(self._today))
        total = Counter(dict.fromkeys(self._tasks, 0))
        for count in self._steps():
            total.update(count)
        return total

    def _steps(self) -> Iterator[Mapping[str, int]]:
        while (count := self.step()) is not None:
            yield count

    @property
    def _today(self) -> int:
        return int(self.station.clock().timestamp()) // 86_400

    @property
    def _tasks(self) -> Mapping[str, _Task]:
        orders = self.station.settings.keep_orders_days
        return {
            "orders": _Task(orders, self._orders, "rmas"),
            "rmas": _Task(orders, self._rmas, "cases"),
            "cases": _Task(orders, self._cases, "photos"),
            "photos": _Task(self.station.settings.keep_photos_days, self._photos, ""),
        }

    def _keep(self, place: _Place) -> None:
        self.station.database.keep_setting(_PROGRESS, msgspec.json.encode(place).decode())

    def _until(self, days: int) -> Until:
        before = self.station.clock() - timedelta(days=days)
        disputed = {case for each in self.station.cache.conflicts() for case in each.cases}
        return Until(before, disputed)

    def _day(self, until: Until) -> date:
        return until.ended_before.astimezone(ZoneInfo(self.station.settings.zone)).date()

    def _orders(self, days: int, after: tuple[int, str]) -> _Done:
        until = self._until(days)
        with self.station.cache.writing() as cache:
            found = old_orders(cache, self._day(until), after[0], self.at_once)
            if found.keys:
                with self.station.database.reading() as connection:
                    told = orders_with_cases(connection, set(found.keys), until)
                gone = [key for key in found.keys if told.get(key, True)]
                forget_orders(cache, gone)
        if found.keys:
            # An order of which nothing came back leaves no trace, in the facts neither.
            Forgetting(self.station).begin({key: 0 for key in gone if key in told})
        return len(gone) if found.keys else 0, None if found.last is None else (found.last, "")

    def _rmas(self, days: int, after: tuple[int, str]) -> _Done:
        """Forget announced returns that no order takes with it: it is not here."""
        until = self._until(days)
        with self.station.cache.writing() as cache:
            found = old_rmas(cache, self._day(until), after[0], self.at_once)
            with self.station.database.reading() as connection:
                orders = {rma.order for rma in found.rmas}
                told = orders_with_cases(connection, orders, until)
                codes = {code for rma in found.rmas for code in rma.codes}
                needed = codes_needed(connection, until, codes)
            gone = [
                rma.key
                for rma in found.rmas
                if told.get(rma.order, True) and needed.isdisjoint(rma.codes)
            ]
            forget_rmas(cache, gone)
        return len(gone), None if found.last is None else (found.last, "")

    def _cases(self, days: int, after: tuple[int, str]) -> _Done:
        """Forget cases that no order takes with it: it is not here any more, or never was."""
        with self.station.database.reading() as connection:
            cases = old_cases(connection, self._until(days), after, self.at_once)
        gone = [
            each.case_id
            for each in cases
            if not any(self.station.cache.order(each.merchant_id, n) for n in each.orders)
        ]
        if gone:
            Forgetting(self.station).forget(gone)
        last = cases[-1] if len(cases) == self.at_once else None
        return len(gone), None if last is None else (last.ended_ms, last.case_id)

    def _photos(self, days: int, after: tuple[int, str]) -> _Done:
        until, folder = self._until(days), PhotoFolder(self.station.home / "photos")
        with self.station.database.reading() as connection:
            cases = old_cases(connection, until, after, self.at_once)
            named = photos_of(connection, [each.case_id for each in cases])
            gone = {digest for digest in named if folder.has(digest)}
            if gone:
                gone -= photos_needed(connection, until)
        for digest in gone:
            folder.forget(digest)
        last = cases[-1] if len(cases) == self.at_once else None
        return len(gone), None if last is None else (last.ended_ms, last.case_id)

    def _leave_nothing(self, *, forgot: bool) -> None:
        """Leave nothing of what was forgotten in any file, and say so of orders with cases."""
        forgetting = Forgetting(self.station)
        pending = forgetting.pending
        if pending:
            forgetting.finish(pending)
        elif forgot:
            forgetting.scrub()
