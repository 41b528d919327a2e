"""A hub with all its parts, before any network."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock

from returnstation.hub.database import HubDatabase
from returnstation.hub.feeds import HubFeeds
from returnstation.hub.followers import Followers
from returnstation.hub.intake import Intake, Sender, SenderChanged
from returnstation.hub.keys import GOOD_MS, HubKeys, SharedKeys
from returnstation.hub.photos import HubPhotos
from returnstation.hub.photos_sealed import SealedBlobs
from returnstation.hub.photos_stores import BlobStore, DirectoryStore
from returnstation.hub.refusing import NotDone
from returnstation.hub.snapshots import Build, SnapshotShelf
from returnstation.hub.station_keys import StationKeys
from returnstation.hub.stations import Stations, heads_of
from returnstation.hub.subject_keys import SubjectKeys
from returnstation.wire.batches import Acked, Head, Reply, unpack_batch
from returnstation.wire.feeds import Cursor, Snapshot
from returnstation.wire.hub_keys import HubKeyChain
from returnstation.wire.keys import fingerprint
from returnstation.wire.messages import ENROL_TAG, Enrolled, EnrolWish, Hello
from returnstation.wire.packing import packed
from returnstation.wire.signatures import Request, checked

_logger = logging.getLogger(__name__)

_REMEMBERED = 50_000
_TRIES = 3


@dataclass
class Hub:
    """One hub.

    Attributes:
        clock: Says what time it is.
        random: Returns so many random bytes.
        home: Folder of snapshots, of photos on their way, and of all photos without a store.
        photos_store: Where photos are kept.
    """

    database: HubDatabase
    home: Path
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]
    photos_store: BlobStore | None = None
    _nonces: "OrderedDict[tuple[str, str], None]" = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def keys(self) -> HubKeys:
        """The keys of this hub, as they were seconds ago at most."""
        return self._shared_keys.at(self.now_ms())

    def change_keys(self, good_ms: int = GOOD_MS) -> HubKeys:
        """Draw new keys that the present ones vouch for, and return them.

        Args:
            good_ms: How long stations take sticks signed with the present key.
        """
        return self._shared_keys.change(self.now_ms(), good_ms)

    @property
    def subject_keys(self) -> SubjectKeys:
        """The keys of orders, cases and photos."""
        return self.database.subject_keys

    @cached_property
    def stations(self) -> Stations:
        """The stations it knows."""
        return Stations(self.database)

    @cached_property
    def station_keys(self) -> StationKeys:
        """By which keys they prove who they are."""
        return StationKeys(self.database)

    @cached_property
    def feeds(self) -> HubFeeds:
        """What goes down."""
        return HubFeeds(self.database)

    @cached_property
    def snapshots(self) -> SnapshotShelf:
        """Whole caches, ready to be fetched."""
        return SnapshotShelf(self.home / "snapshots", self.now_ms, self.random)

    @cached_property
    def intake(self) -> Intake:
        """Where facts come in."""
        return Intake(self.database, self._shared_keys)

    @cached_property
    def followers(self) -> Followers:
        """How far stations have followed the feeds."""
        return Followers(self.database)

    @cached_property
    def photos(self) -> HubPhotos:
        """Photos that stations sent."""
        store = self.photos_store or DirectoryStore(self.home / "photos")
        sealed = SealedBlobs(store, self.subject_keys)
        return HubPhotos(self.database, sealed, self.home / "photo-parts")

    @cached_property
    def _shared_keys(self) -> SharedKeys:
        return SharedKeys(self.database, self.random)

    def now_ms(self) -> int:
        """Return the hub's clock in milliseconds since 1970."""
        return int(self.clock().timestamp() * 1000)

    def sender(self, request: Request) -> Sender:
        """Return who signed a request.

        Raises:
            BadSignature: Nobody we know, or not now.
            NotDone: ``request-replayed``: this very request was here before.
        """
        sender, nonce = self.station_keys.sender(request, self.clock())
        self._once(sender.station, nonce)
        return sender

    def hello(self, sender: Sender) -> Hello:
        """Return how the hub is, as far as it concerns a station, and note that it was here."""
        self.stations.seen(sender.station, self.now_ms())
        heads = heads_of(self.database, sender.station)
        return Hello(
            hub=self.database.hub_id,
            time_ms=self.now_ms(),
            heads=tuple(Head(*each) for each in heads),
            feeds=dict(self.feeds.last_for(self.site_of(sender))),
            generation=self.database.generation,
            photos_wanted=self.photos.wanted(sender.station),
            key_wanted=self.station_keys.is_wanted(sender.station),
            hub_key=fingerprint(self.keys.public),
        )

    def key_chain(self, _sender: Sender, _: Request) -> HubKeyChain:
        """Return how the hub came to the keys it has."""
        return HubKeyChain(changes=self.keys.changes)

    def page(self, sender: Sender, shard: str, after: Cursor) -> bytes:
        """Return what changed in a feed after a cursor, packed.

        Raises:
            NotDone: ``feed-foreign``: the station's site does not follow it; ``feed-gone``: it
                must begin anew; ``station-revoked``.
        """
        page = self.feeds.page(self.site_of(sender), shard, after)
        self.followers.note(sender.station, shard, after.n)
        return packed(page)

    def renew_snapshot(self, site: str, build: Build) -> Snapshot:
        """Make a new snapshot of a site; anew when an order was erased while it was made.

        Where that happens each time there is none, and the chore makes it within the hour: every
        erasure sees to that.
        """
        for _ in range(_TRIES):
            told = self.snapshots.renew(site, self.feeds.whole(site), build)
            if not self.feeds.erased_since(told.cursors):
                return told
        self.snapshots.forget(site)
        return told

    def newest_snapshot(self, sender: Sender, _: Request) -> Snapshot:
        """Return what describes the newest snapshot of a station's site.

        Raises:
            NotDone: ``snapshot-none`` or ``station-revoked``.
        """
        told = self.snapshots.newest(self.site_of(sender))
        if told is None:
            raise NotDone("snapshot-none")
        return told

    def snapshot_file(self, sender: Sender, name: str) -> Path:
        """Return the file of a station's snapshot.

        Raises:
            NotDone: ``snapshot-none``: there is another one now; ``station-revoked``.
        """
        file = self.snapshots.file(self.site_of(sender), name)
        if file is None:
            raise NotDone("snapshot-none")
        return file

    def site_of(self, sender: Sender) -> str:
        """Return the site of a station.

        Raises:
            NotDone: ``station-revoked``.
        """
        station = self.stations.known(sender.station)
        if station is None or station.is_revoked:
            raise NotDone("station-revoked", sender.station)
        return station.site

    def take_signed(self, request: Request) -> Reply:
        """Take in a batch from whoever signed it.

        Raises:
            BadSignature: Nobody we know, or not now.
            NotDone: ``request-replayed``.
            BadMessage: It is no batch.
            Refused: ``station-unknown``.
        """
        now = self.clock()
        sender, nonce = self.station_keys.sender_last_seen(request, now)
        self._once(sender.station, nonce)
        try:
            return self.take(sender, request.body)
        except SenderChanged:
            sender, _ = self.station_keys.sender(request, now)
            return self.take(sender, request.body)

    def take(self, sender: Sender, content: bytes) -> Reply:
        """Take in a batch.

        Raises:
            BadMessage: It is none.
            Refused: ``station-unknown``.
        """
        batch = unpack_batch(content)
        reply = self.intake.take(sender, batch, self.now_ms())
        if isinstance(reply, Acked) and reply.taken:
            self.photos.named(sender.station, batch.facts)
        return reply

    def enrol(self, wish: EnrolWish, request: Request) -> Enrolled:
        """Take in a station.

        Raises:
            BadSignature: The request is not signed with the key it brings.
            Refused: ``enrol-code-wrong``.
        """
        checked(request, lambda _: wish.key, ENROL_TAG, self.clock())
        station = self.stations.enrol(wish, self.now_ms())
        _logger.info("station %s was taken in", station.station)
        return Enrolled(
            station=station.station,
            site=station.site,
            name=station.name,
            hub=self.database.hub_id,
            hub_key=self.keys.public,
            bundle_key=self.keys.bundle_key,
            numbers=station.numbers,
            time_ms=self.now_ms(),
        )

    def _once(self, station: str, nonce: str) -> None:
        # Each process remembers on its own: what is sent twice to two of them is taken in
        # once all the same, for facts and photos are known by their hash.
        key = (station, nonce)
        with self._lock:
            if not nonce or key in self._nonces:
                raise NotDone("request-replayed", station)
            self._nonces[key] = None
            while len(self._nonces) > _REMEMBERED:
                self._nonces.popitem(last=False)
