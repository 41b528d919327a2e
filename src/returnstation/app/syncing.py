"""A station and its hub: taken in once, then met again and again."""

import logging
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from returnstation import __version__
from returnstation.app.clocks import ClockWatch
from returnstation.app.erasing import Forgetting
from returnstation.app.facts_first import Down, FactsFirst
from returnstation.app.hub_trust import HubKeyBook
from returnstation.app.key_changes import KeyChanges
from returnstation.app.people_told import take_users
from returnstation.app.renewal import CacheRenewal
from returnstation.application.refunds import Refunds
from returnstation.application.troubles import Refused, Trouble
from returnstation.domain.facts import RefundReported
from returnstation.settings import load_settings
from returnstation.storage.feeding import Feeding
from returnstation.storage.generations import CacheFiles
from returnstation.storage.outbox import KeyOutbox, Outbox
from returnstation.storage.station import StationDatabase
from returnstation.sync.client import PATIENCE_S, Address, HubClient, HubRefused
from returnstation.sync.following import Following
from returnstation.sync.giving import Giving, KeyHub
from returnstation.sync.keys import StationKey, keep_key, load_key, new_bundle_secret
from returnstation.sync.rounds import Hub, Upload
from returnstation.wire.feeds import ERASURE_KIND, Row
from returnstation.wire.hub_keys import HubTrust
from returnstation.wire.keys import KEY_BYTES
from returnstation.wire.messages import Enrolled, EnrolWish, Hello
from returnstation.wire.packing import UNREADABLE
from returnstation.wire.subject_keys import CASE_SUBJECT

if TYPE_CHECKING:
    from returnstation.app.station import Station

_logger = logging.getLogger(__name__)

_NEW_BITS = 63
_ERASURES, _TO_BE_READ = "erasures_known", "to-be-read"
_NEWS = "news_ms"


def new_life() -> int:
    """Return a random number for a new epoch or branch."""
    return secrets.randbits(_NEW_BITS - 1) + 1


ESCROW = "escrow_key"
"""Setting: age recipient of the site itself, who may open every stick, too."""


@dataclass(frozen=True, slots=True)
class StickKeys:
    """By which sticks are sealed and opened.

    Attributes:
        trust: What the hub's signatures are checked with.
        now_ms: When; keys that were replaced are good for a while.
        recipients: Whom a stick is encrypted to.
    """

    address: Address
    key: StationKey
    trust: HubTrust
    now_ms: int
    recipients: tuple[str, ...]


class KeyedHub(Hub, KeyHub, Protocol):
    """The hub as facts and keys go to it."""


class HubLink:
    """What a station knows of its hub.

    Attributes:
        patience_s: How long an answer of the hub may pause.
        keys: The hub's own.

    Args:
        home: The station's folder.
        database: The station's own file.
        clock: Says what time it is.
    """

    def __init__(
        self, home: Path, database: StationDatabase, clock: Callable[[], datetime]
    ) -> None:
        self._home = home
        self._database = database
        self._clock = clock
        self.patience_s = PATIENCE_S
        self.keys = HubKeyBook(database)

    @property
    def address(self) -> Address | None:
        """Where the hub is; None for a station that has none."""
        url = self._database.setting("hub_url")
        if url is None:
            return None
        setting = self._database.setting
        return Address(url, setting("station_id") or "", setting("hub_id") or "")

    def check_machine(self) -> None:
        """Begin a new life when the database and this machine's key do not belong together."""
        key = load_key(self._home)
        if key is None or key.epoch == self._database.epoch:
            return
        _logger.warning("the database comes from elsewhere: a new epoch begins")
        self.begin_life()

    def begin_life(self) -> int:
        """Write under a new number from now on, and return it."""
        epoch = new_life()
        key = load_key(self._home)
        self._database.begin_epoch(epoch)
        outbox = Outbox(self._database)
        _, acked, receipt = outbox.progress()
        outbox.keep_progress(epoch, acked, receipt)
        # What was erased since the backup was made is in it again.
        self._database.keep_setting(_ERASURES, _TO_BE_READ)
        KeyOutbox(self._database).send_again()
        if key is not None:
            keep_key(self._home, replace(key, epoch=epoch))
        return epoch

    def enrol(self, url: str, code: str) -> Enrolled:
        """Be taken in by a hub.

        Raises:
            Refused: ``enrol-code-wrong`` or ``enrol-other-site``.
            Trouble: The hub cannot be reached.
        """
        known = load_key(self._home)
        bundle = "" if known is None else known.bundle
        # A key of its own each time: who is taken in anew may have lost the last one to a thief.
        fresh = secrets.token_bytes(KEY_BYTES)
        key = StationKey(fresh, self._database.epoch, bundle or new_bundle_secret())
        client = self._client(Address(url, "new", ""), key)
        wish = EnrolWish(
            code=code,
            key=key.public,
            site=load_settings(self._home).prefix,
            program=f"returnstation {__version__}",
            bundle_key=key.bundle_key,
        )
        try:
            told = client.enrol(wish)
        except HubRefused as refused:
            raise Refused(refused.code) from refused
        finally:
            client.close()
        self.keep_key(replace(key, made_ms=told.time_ms))
        self._keep(url, told)
        return told

    def keep_key(self, key: StationKey) -> None:
        """Keep the key of this machine.

        Raises:
            Trouble: ``key-unwritable``.
        """
        # A new life may have begun since the key was read.
        keep_key(self._home, replace(key, epoch=self._database.epoch))

    def client(self) -> HubClient:
        """Return the way to the hub.

        Raises:
            Trouble: ``hub-none`` or ``key-unreadable``.
        """
        address, key = self.address, load_key(self._home)
        if address is None or key is None:
            raise Trouble("hub-none")
        return self._client(address, key)

    def upload(
        self, hub: KeyedHub, forget: Callable[[Collection[str]], None] | None = None
    ) -> Upload:
        """Return what brings the hub up to date.

        Args:
            hub: Where facts and keys go.
            forget: Forgets cases whose keys the hub has forgotten; None forgets just the keys.
        """

        def lost(subjects: Collection[str]) -> None:
            (forget or self._forget_keys)([each.removeprefix(CASE_SUBJECT) for each in subjects])

        giving = Giving(KeyOutbox(self._database), hub, lost)
        return Upload(Outbox(self._database), hub, self.begin_life, giving)

    def _forget_keys(self, case_ids: Collection[str]) -> None:
        with self._database.work() as work:
            work.keys.forget(case_ids)
            work.commit()

    def stick_keys(self) -> "StickKeys":
        """Return what is needed to write and read sticks.

        Raises:
            Trouble: ``hub-none``, ``key-unreadable``, or ``stick-keys-none``: the station was
                taken in by a program that knew no sticks.
        """
        address, key = self.address, load_key(self._home)
        if address is None or key is None:
            raise Trouble("hub-none")
        trust = self.keys.trust()
        if trust is None or not key.bundle:
            raise Trouble("stick-keys-none")
        now_ms = self.keys.by_now(int(self._clock().timestamp() * 1000))
        escrow = self._database.setting(ESCROW)
        recipients = (*trust.recipients(now_ms), *((escrow,) if escrow else ()))
        return StickKeys(address, key, trust, now_ms, recipients)

    def _client(self, address: Address, key: StationKey) -> HubClient:
        return HubClient(
            address,
            key,
            self._clock,
            lambda: secrets.token_urlsafe(12),
            patience_s=self.patience_s,
        )

    def _keep(self, url: str, told: Enrolled) -> None:
        keep = self._database.keep_setting
        keep("hub_id", told.hub)
        self.keys.begin(told)
        keep("station_id", told.station)
        # The hub waits for this name to confirm what was erased before, too.
        keep(_ERASURES, _TO_BE_READ)
        with self._database.work() as work:
            work.erasures.forget_done()
            work.commit()
        keep(_NEWS, "0")  # by the clock of another hub, perhaps
        outbox = Outbox(self._database)
        outbox.keep_progress(self._database.epoch, 0, b"")
        KeyOutbox(self._database).send_again()
        # Two desks of a site that count alike would give one number twice.
        keep("numbers", f"{told.numbers[0]}-{told.numbers[1]}")
        keep("hub_url", url)  # last: from here on the station has a hub


@dataclass(frozen=True, slots=True)
class Met:
    """What a meeting brought.

    Attributes:
        sent: Facts the hub acknowledged.
        taken: Records that came down.
        offset: What is to be added to this clock to have the hub's.
        key: Fingerprint of the station's key.
        key_at: Since when it has it.
    """

    sent: int
    taken: int
    offset: timedelta = timedelta(0)
    key: str = ""
    key_at: datetime | None = None


def meet_once(
    station: "Station",
    should_stop: Callable[[], bool] = lambda: False,
    watch: ClockWatch | None = None,
) -> Met:
    """Meet the hub once: facts go up first, then what is new comes down.

    Args:
        station: Whose facts.
        should_stop: Asked between two pieces.
        watch: Of the station's clock.

    Raises:
        Trouble: It cannot be reached, or ``enrol-again``.
        HubRefused: It locked us out, or does not take what we send.
    """
    client = station.hub.client()
    keys, name = KeyChanges(station, client), client.address.station
    watch = watch or ClockWatch(station.database, station.clock)
    try:
        watch.look(name)
        upload = station.hub.upload(client, Forgetting(station).lost_keys)
        hello = keys.met(upload.meet)
        offset = datetime.fromtimestamp(hello.time_ms / 1000, UTC) - station.clock()
        watch.compare(name, offset)
        keys.renew_if_due(hello)
        sent = upload.send_all(should_stop)
        station.hub.keys.heed(hello, client.hub_keys)
        down = FactsFirst(client, partial(upload.send_all, should_stop))
        taken = follow(station, down, hello, should_stop)
        sent += down.sent
        key_at = datetime.fromtimestamp(client.key.made_ms / 1000, UTC)
        return Met(sent, taken, offset, client.key.fingerprint, key_at)
    finally:
        client.close()


class _Erasure(msgspec.Struct):
    erased_ms: int = 0


def reads_erasures_again(station: "Station") -> bool:
    """Tell whether the feeds of the site are to be followed from their start: it was put back."""
    return station.database.setting(_ERASURES) == _TO_BE_READ


def news_ms(station: "Station") -> int:
    """Return the hub's time of the newest news that were taken in; 0 before there were any."""
    return int(station.database.setting(_NEWS) or 0)


def follow(
    station: "Station",
    down: Down,
    hello: Hello,
    should_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Bring a station's cache up to date, and forget what is to be forgotten.

    Returns:
        How many records came down.

    Raises:
        Trouble: The hub cannot be reached, or a record cannot be read.
        FeedGone: What the station lacks is not there.
    """
    forgetting = Forgetting(station)
    heard_before = forgetting.pending
    is_put_back = reads_erasures_again(station)
    if is_put_back:
        Feeding(station.cache).begin_sites()
    files = CacheFiles(station.home, station.database)
    generation = files.generation
    renewal = CacheRenewal(down, files, station.home, station.cache)
    following = Following(down, Feeding(station.cache), renewal, partial(_take, station))
    try:
        taken = following.follow(hello, should_stop)
    finally:
        renewal.leave()
    if taken or files.generation != generation:
        latest = max(news_ms(station), hello.time_ms)
        station.database.keep_setting(_NEWS, str(latest))
    if not should_stop():
        if is_put_back:
            station.database.keep_setting(_ERASURES, "")
        forgetting.finish(heard_before)
    return taken


def _take(station: "Station", rows: Sequence[Row]) -> None:
    """Keep what is not for the cache: who may sign in, and what merchants paid.

    Raises:
        Trouble: ``feed-unreadable``.
    """
    try:
        take_users(station, [row for row in rows if row.kind == "user"])
        reports = [
            msgspec.json.decode(row.body, type=RefundReported)
            for row in rows
            if row.kind == "refund_report" and not row.is_deleted
        ]
        erased = {
            row.key: msgspec.json.decode(row.body, type=_Erasure).erased_ms
            for row in rows
            if row.kind == ERASURE_KIND and not row.is_deleted
        }
    except UNREADABLE as odd:
        raise Trouble("feed-unreadable", shard="site", why=str(odd)[:120]) from odd
    Forgetting(station).begin(erased)
    if reports:
        Refunds(station.equipment).report(reports)
