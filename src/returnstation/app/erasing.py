"""Orders a station is to forget, and its word for it, once nothing personal is left here.

What is done for an order is the same however often it is begun: a cut in between repeats it. Cases
that are still worked on are left until they have ended. An order that its merchant sent again is
another sale record: cases that were surely opened since it was erased stay.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from returnstation.app.stick_folder import sweep
from returnstation.application.troubles import Trouble
from returnstation.domain.facts import ForgottenOrder, OrdersForgotten
from returnstation.storage.erasing import blank_papers, cases_of, empty_wal, order_of
from returnstation.storage.generations import CacheFiles
from returnstation.storage.openings import Openings
from returnstation.storage.photos import PhotoFolder
from returnstation.storage.retention import photos_kept, photos_of
from returnstation.wire.feeds import key_of, parts_of

if TYPE_CHECKING:
    from returnstation.app.station import Station

_logger = logging.getLogger(__name__)

_NOT_YET = 1
"""A moment before any case was opened: only what is forgotten already is to be forgotten."""
_AT_ONCE = 500
_TOLD_AT_ONCE = 200
_COPIES = ("*.zst.part", "cache-*.part*", "station-before-[0-9]*.db")
"""A cache on its way, packed or half unpacked, and what the file was before it was migrated."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Forgets orders of one station."""

    station: "Station"

    @property
    def pending(self) -> Mapping[str, int]:
        """Orders that are to be forgotten, by merchant and number, and when each was erased."""
        with self.station.database.look() as work:
            return work.erasures.pending()

    def begin(self, told: Mapping[str, int]) -> None:
        """Keep what is to be forgotten from now on, and forget what belongs to ended cases.

        Args:
            told: Orders by merchant and number, and when the hub erased each.
        """
        with self.station.database.look() as work:
            news = work.erasures.news(told)
        if not news:
            return
        with self.station.database.work() as work:
            work.erasures.begin(news)
            work.commit()
        self._forget_cases(news, frozenset(news))  # which came back is known once all was followed

    def lost_keys(self, case_ids: Collection[str]) -> None:
        """Forget cases whose keys the hub has forgotten: this station was put back since then."""
        with self.station.database.work() as work:
            work.keys.forget(case_ids)
            orders = [each for case_id in case_ids for each in order_of(work.connection, case_id)]
            keys = {key_of(*order) for order in orders}
            work.erasures.again(keys)
            work.commit()
        self._forget_cases(dict.fromkeys(keys, _NOT_YET), keys)

    def finish(self, heard_before: Collection[str]) -> None:
        """Forget the rest of every order, and say so by facts, once for each erasure.

        To be called after all feeds were followed.

        Args:
            heard_before: What was pending before they were: only of these is it sure that the
                order itself was deleted if it still is, or again, in the cache.
        """
        pending = self.pending
        ready = self._forget_cases(pending, {key for key in pending if self._is_known(key)})
        done = [key for key in ready if key in heard_before or not self._is_known(key)]
        if done and self.scrub():
            for start in range(0, len(done), _TOLD_AT_ONCE):  # the desk wants to write, too
                self._tell({key: pending[key] for key in done[start : start + _TOLD_AT_ONCE]})

    def forget(self, case_ids: Sequence[str]) -> None:
        """Forget all that belongs to cases that have ended, but what facts say without words."""
        folder = PhotoFolder(self.station.home / "photos")
        for start in range(0, len(case_ids), _AT_ONCE):
            some = case_ids[start : start + _AT_ONCE]
            with self.station.database.work() as work:
                work.keys.forget(some)
                blank_papers(work.connection, some)
                work.commit()  # after each piece: the desk wants to write, too
        with self.station.database.reading() as connection:
            named = photos_of(connection, case_ids)
            photos = {digest for digest in named if folder.has(digest)}
            if photos:
                photos -= photos_kept(connection)  # reads every fact: no desk waits for it
        for digest in photos:
            folder.forget(digest)

    def _forget_cases(self, erased: Mapping[str, int], known: Collection[str]) -> Sequence[str]:
        """Forget all that belongs to ended cases of orders, but for those that stay.

        Args:
            erased: Orders, and when each was erased; 0 where that is not known.
            known: Those that may have been sold again.

        Returns:
            The orders of which nobody works on another case that is to be forgotten.
        """
        gone: list[str] = []
        ready = []
        with self.station.database.look() as work:
            openings = Openings(work.connection)
            all_cases = cases_of(work.connection, erased)
            for key, erased_ms in erased.items():
                cases = [
                    case
                    for case in all_cases[key]
                    if case.is_forgotten
                    or not (erased_ms and key in known)
                    or openings.earliest_ms(case.case_id) <= erased_ms
                ]
                gone += [case.case_id for case in cases if case.is_ended]
                if all(case.is_ended for case in cases):
                    ready.append(key)
        if gone:
            self.forget(gone)
        return ready

    def _is_known(self, key: str) -> bool:
        merchant_id, number = parts_of(key)
        return self.station.cache.order(merchant_id, number) is not None

    def scrub(self) -> bool:
        """Leave nothing of what was deleted in any file; tell whether that is done."""
        files = CacheFiles(self.station.home, self.station.database)
        try:
            sweep(self.station.home)
            files.drop_before()
            for pattern in _COPIES:
                for file in self.station.home.glob(pattern):
                    file.unlink(missing_ok=True)
            is_clean = self.station.cache.forget_words()
        except (OSError, Trouble) as trouble:
            _logger.warning("orders are not forgotten yet: %s", trouble)
            return False
        return empty_wal(self.station.database.engine) and is_clean

    def _tell(self, erased: Mapping[str, int]) -> None:
        orders = [
            ForgottenOrder(merchant_id=merchant_id, order_number=number, erased_ms=at)
            for (merchant_id, number), at in ((parts_of(key), at) for key, at in erased.items())
        ]
        with self.station.database.work() as work:
            fact = OrdersForgotten(orders=tuple(orders))
            work.facts.append(self._subject, None, [fact], self.station.clock())
            work.erasures.end(erased)
            work.commit()

    @property
    def _subject(self) -> str:
        address = self.station.hub.address
        return self.station.settings.prefix if address is None else address.station
