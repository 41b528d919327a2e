"""The station's key at its hub: found again when the hub knows another, changed when it is old."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from returnstation.application.troubles import Refused, Trouble
from returnstation.domain.facts import KeyChanged
from returnstation.storage.outbox import Outbox
from returnstation.sync.bundling import last_word_ms
from returnstation.sync.client import HubClient, HubRefused
from returnstation.sync.keys import StationKey, load_key
from returnstation.sync.rotating import (
    DAYS,
    FEWEST_DAYS,
    MOST_DAYS,
    Rotation,
    answered,
    is_due,
)
from returnstation.wire.keys import KEY_BYTES
from returnstation.wire.messages import Hello

if TYPE_CHECKING:
    from returnstation.app.station import Station

_logger = logging.getLogger(__name__)

_EVERY = "key_days"
_SAID = "key_said"


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
        hello = self._rotation().met(meet, head_of(self.station))
        self._write_down()
        return hello

    def renew_if_due(self, hello: Hello) -> None:
        """Change the key when it is old, or the hub wishes so; facts go up in any case."""
        if not (hello.key_wanted or is_due(self.client.key, hello.time_ms, _days(self.station))):
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
        fresh = secrets.token_bytes(KEY_BYTES)
        self._rotation().renew(fresh, head_of(self.station), hello.time_ms)
        self.client.hello()  # from here on the hub takes nothing under the old one
        self._write_down()
        return self.client.key.fingerprint

    def _rotation(self) -> Rotation:
        return Rotation(self.client, self.station.hub.keep_key)

    def _write_down(self) -> None:
        write_down(self.station, self.client.key, self.client.address.station)


def write_down(station: "Station", key: StationKey, name: str) -> None:
    """Have the log say by which key a station is known, once.

    Args:
        station: Whose log.
        key: In use.
        name: Of the station, at its hub.
    """
    said = f"{name} {key.fingerprint}"
    if not key.old or station.database.setting(_SAID) == said:
        return
    with station.database.work() as work:
        told = [each.fact for each in work.facts.of(name)]
        changes = [fact for fact in told if isinstance(fact, KeyChanged)]
        if not changes or changes[-1].fingerprint != key.fingerprint:
            fact = KeyChanged(fingerprint=key.fingerprint, before=key.before().fingerprint)
            work.facts.append(name, None, [fact], station.clock())
        # With each order it forgot a station has a fact more: not all are read at each meeting.
        work.keep_setting(_SAID, said)
        work.commit()


def head_of(station: "Station") -> int:
    """Return the number of the last fact of a station's log."""
    with station.database.look() as work:
        return work.facts.head()


def begin_if_due(station: "Station") -> None:
    """Draw the next key when the present one is old, before a stick is written that tells of it."""
    key = load_key(station.home)
    heard_ms = last_word_ms(Outbox(station.database))
    if key is not None and not key.next and is_due(key, heard_ms, _days(station)):
        _begin(station, key)


def begin_change(station: "Station") -> None:
    """Have the next stick tell of a new key, whatever the age of the present one.

    Raises:
        Trouble: ``hub-none`` or ``key-unwritable``.
    """
    key = load_key(station.home)
    if key is None or station.hub.address is None:
        raise Trouble("hub-none")
    if not key.next:
        _begin(station, key)


def take_answered(station: "Station", known: str, hello: Hello) -> None:
    """Use the next key once a hub has answered on a stick that it knows it.

    Args:
        station: Whose key.
        known: Fingerprint of the newest key the hub knows.
        hello: What it said besides.
    """
    before, address = load_key(station.home), station.hub.address
    if before is None or address is None:
        return
    key = answered(before, known, hello.time_ms)
    if key != before:
        station.hub.keep_key(key)
    write_down(station, key, address.station)
    # An answer from before the last change wishes for what is done.
    if hello.key_wanted and not key.next and key.made_ms < hello.time_ms:
        _begin(station, key)


def _begin(station: "Station", key: StationKey) -> None:
    station.hub.keep_key(key.begun(secrets.token_bytes(KEY_BYTES)))


def _days(station: "Station") -> int:
    return int(station.database.setting(_EVERY) or DAYS)


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
