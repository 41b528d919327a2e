"""The station's key at its hub: found again when the hub knows another, changed when it is old."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from returnstation.application.troubles import Refused, Trouble
from returnstation.domain.facts import KeyChanged
from returnstation.sync.client import HubClient, HubRefused
from returnstation.sync.rotating import (
    DAYS,
    FEWEST_DAYS,
    MOST_DAYS,
    Rotation,
    is_due,
)
from returnstation.wire.keys import KEY_BYTES
from returnstation.wire.messages import Hello

if TYPE_CHECKING:
    from returnstation.app.station import Station

_logger = logging.getLogger(__name__)

_EVERY = "key_days"


@dataclass(frozen=True, slots=True)
class KeyChanges:
    """What becomes of a station's key in one meeting.

    Attributes:
        client: The way to the hub; it has the new key as soon as there is one.
    """

    station: "Station"
    client: HubClient

    def met(self, meet: Callable[[], Hello]) -> Hello:
        """Meet the hub with a key it knows, and return what it said.

        Raises:
            Trouble: ``enrol-again``: it knows none that this machine has; or as ``meet``.
            HubRefused: As ``meet``.
        """
        hello = self._rotation().met(meet, self._head())
        self._write_down()
        return hello

    def renew_if_due(self, hello: Hello) -> None:
        """Change the key when it is old, or the hub wishes so; facts go up in any case."""
        days = int(self.station.database.setting(_EVERY) or DAYS)
        if not (hello.key_wanted or is_due(self.client.key, hello.time_ms, days)):
            return
        try:
            self.renew(hello)
        except (HubRefused, Trouble) as odd:
            _logger.warning("the key was not changed: %s", odd)

    def renew(self, hello: Hello) -> str:
        """Change the key now, and return the fingerprint of the new one.

        Raises:
            HubRefused: The hub will not, or knows no such thing.
            Trouble: It cannot be reached.
        """
        self._rotation().renew(secrets.token_bytes(KEY_BYTES), self._head(), hello.time_ms)
        self.client.hello()  # from here on the hub takes nothing under the old one
        self._write_down()
        return self.client.key.fingerprint

    def _rotation(self) -> Rotation:
        return Rotation(self.client, self.station.hub.keep_key)

    def _head(self) -> int:
        with self.station.database.look() as work:
            return work.facts.head()

    def _write_down(self) -> None:
        """Have the log say by which key the station is known, once."""
        key, station = self.client.key, self.client.address.station
        if not key.old:
            return
        with self.station.database.work() as work:
            told = [each.fact for each in work.facts.of(station)]
            changes = [fact for fact in told if isinstance(fact, KeyChanged)]
            if changes and changes[-1].fingerprint == key.fingerprint:
                return
            before = key.before().fingerprint
            fact = KeyChanged(fingerprint=key.fingerprint, before=before)
            work.facts.append(station, None, [fact], self.station.clock())
            work.commit()


def keep_every(station: "Station", days: int) -> None:
    """Have the key changed by itself after so many days.

    Raises:
        Refused: ``key-days-wrong``.
    """
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise Refused("key-days-wrong", fewest=FEWEST_DAYS, most=MOST_DAYS)
    station.database.keep_setting(_EVERY, str(days))


def rotate_once(station: "Station") -> str:
    """Change the station's key now, and return the fingerprint of the new one.

    Raises:
        Trouble: The hub cannot be reached, or does not know the station.
        HubRefused: It will not.
    """
    client = station.hub.client()
    try:
        changes = KeyChanges(station, client)
        return changes.renew(changes.met(client.hello))
    finally:
        client.close()
