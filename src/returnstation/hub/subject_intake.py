"""Keys of cases as stations give them, and only the site that works on the case."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from returnstation.hub.database import mark_dirty
from returnstation.hub.hub import Hub
from returnstation.hub.intake import Sender
from returnstation.hub.tables import CASE, STATION
from returnstation.wire.sealing import keys_in
from returnstation.wire.subject_keys import CASE_SUBJECT, TakenKeys, unpack_keys

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeyIntake:
    """Takes keys in."""

    hub: Hub

    def take(self, who: Sender, content: bytes) -> TakenKeys:
        """Keep the keys of a message, as far as they are its sender's to give.

        They come before the facts that need them, so a case nobody has told of is whose key
        comes first. Cases that were read without their key before are looked at anew.

        Raises:
            BadMessage: It is no such message.
            NotDone: ``station-revoked``.
        """
        given = unpack_keys(content)
        site, keys = self.hub.site_of(who), self.hub.subject_keys
        told, foreign = self._told(given, site)
        forgotten = keys.forgotten(given)
        offered = {s: key for s, key in given.items() if s not in foreign | forgotten}
        before = _held(offered, keys.keys_of(offered))
        keys.put(offered, self.hub.now_ms())
        keys.add(offered)
        held = keys.keys_of(offered)
        kept = _held(offered, held)
        differing = held.keys() - kept
        if differing or foreign:
            named = " ".join(sorted(differing | foreign))
            _logger.warning("keys of %s are not taken: %s", who.station, ascii(named)[:1000])
        fresh = (kept - before) & told
        if fresh:
            with self.hub.database.work() as connection:
                mark_dirty(connection, {s.removeprefix(CASE_SUBJECT) for s in fresh})
        return TakenKeys(
            kept=tuple(sorted(kept)),
            differing=tuple(sorted(differing)),
            foreign=tuple(sorted(foreign)),
            forgotten=tuple(sorted(given.keys() - held.keys() - foreign)),
        )

    def _told(self, subjects: Collection[str], site: str) -> tuple[set[str], set[str]]:
        """Return the subjects that are known cases, and those that are another site's.

        Cases are asked, not facts: those may lie on servers that are away.
        """
        cases = [subject.removeprefix(CASE_SUBJECT) for subject in subjects]
        wanted = (
            select(CASE.c.case_id, STATION.c.site)
            .join(STATION, STATION.c.station == CASE.c.station)
            .where(CASE.c.case_id.in_(cases))
        )
        with self.hub.database.glance() as connection:
            rows = connection.execute(wanted).all()
        told = {CASE_SUBJECT + row.case_id for row in rows}
        own = {CASE_SUBJECT + row.case_id for row in rows if row.site == site}
        return told, told - own


def _held(offered: Mapping[str, bytes], held: Mapping[str, bytes]) -> set[str]:
    return {s for s, key in offered.items() if key in keys_in(held.get(s, b""))}
