"""What a station knows of its hub's own keys, in the station's own file."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
from msgspec.json import Decoder

from returnstation.application.troubles import Trouble
from returnstation.storage.outbox import Outbox
from returnstation.storage.station import StationDatabase
from returnstation.sync.bundling import last_word_ms
from returnstation.sync.client import HubRefused
from returnstation.wire.hub_keys import HubKeyChain, HubKeyChange, HubTrust
from returnstation.wire.keys import fingerprint
from returnstation.wire.messages import Enrolled, Hello

_logger = logging.getLogger(__name__)

_CHANGES_OF = Decoder(tuple[HubKeyChange, ...])
_KEY, _RECIPIENT, _CHANGES = "hub_key", "bundle_key", "hub_key_changes"
_UNPROVED = "hub_key_unproved"


@dataclass(frozen=True, slots=True)
class HubKeyBook:
    """The keys of the hub that took a station in, and those that followed."""

    database: StationDatabase

    @property
    def unproved(self) -> str:
        """Fingerprint of a key the hub said it has, and nobody vouches for; mostly empty."""
        return self.database.setting(_UNPROVED) or ""

    def trust(self) -> HubTrust | None:
        """Return what is known; None when the station was taken in without keys for sticks."""
        setting = self.database.setting
        key, recipient = setting(_KEY), setting(_RECIPIENT)
        if not (key and recipient):
            return None
        changes = _CHANGES_OF.decode(setting(_CHANGES) or "[]")
        return HubTrust(setting("hub_id") or "", (bytes.fromhex(key), recipient), changes)

    def begin(self, told: Enrolled) -> None:
        """Know the keys by which a hub takes the station in, and no others."""
        with self.database.work() as work:
            work.keep_setting(_KEY, told.hub_key.hex())
            work.keep_setting(_RECIPIENT, told.bundle_key)
            work.keep_setting(_CHANGES, "")
            work.keep_setting(_UNPROVED, "")
            work.commit()

    def learn(self, told: Sequence[HubKeyChange], now_ms: int) -> None:
        """Follow the hub to its newest keys, as far as those known vouch for them."""
        trust = self.trust()
        after = trust and trust.followed(told, now_ms)
        if after is None or after == trust:
            return
        kept = msgspec.json.encode(after.changes).decode()
        self.database.keep_setting(_CHANGES, kept)
        _logger.warning("the hub signs with %s from now on", fingerprint(after.key))

    def heed(self, hello: Hello, ask: Callable[[], HubKeyChain]) -> None:
        """Follow a hub that says it has other keys; facts flow whatever comes of it.

        Args:
            hello: What it said.
            ask: Asks how it came to them.
        """
        trust, now_ms = self.trust(), self.by_now(hello.time_ms)
        if trust is None or not hello.hub_key:
            return
        if fingerprint(trust.key) != hello.hub_key:
            try:
                self.learn(ask().changes, now_ms)
            except (HubRefused, Trouble) as odd:
                _logger.warning("the hub did not say how it came to its keys: %s", odd)
                return
            trust = self.trust() or trust
        known = {fingerprint(key) for key in trust.keys(now_ms)}
        unproved = "" if hello.hub_key in known else hello.hub_key
        if unproved != self.unproved:
            self.database.keep_setting(_UNPROVED, unproved)
            _logger.warning("key of the hub that nobody vouches for: %s", unproved or "none")

    def by_now(self, told_ms: int) -> int:
        """Return a time that is never before what the hub said last.

        What was replaced must not come back with a clock that was set.
        """
        return max(told_ms, last_word_ms(Outbox(self.database)))
