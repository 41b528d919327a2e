"""Sticks from sites without a network: taken in like what comes by network."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from returnstation.application.stick_troubles import stick_troubles
from returnstation.application.troubles import Refused
from returnstation.hub.database import named_troubles
from returnstation.hub.hub import Hub
from returnstation.hub.intake import Sender
from returnstation.hub.photos import JPEG
from returnstation.hub.station_keys import BUNDLE, StickKey
from returnstation.hub.subject_intake import KeyIntake
from returnstation.wire.batches import LARGEST, Acked, Gap, Reply, unpack_batch
from returnstation.wire.feeds import START
from returnstation.wire.manifests import BadBundle, Manifest, Member
from returnstation.wire.packing import BadMessage
from returnstation.wire.photos import LARGEST_PHOTO, LARGEST_THUMBNAIL
from returnstation.wire.subject_keys import LARGEST_KEYS, TakenKeys, unpack_keys
from returnstation.wire.unbundling import Reader, Unbundled

_logger = logging.getLogger(__name__)

_ONCE_BYTES = 4
_LIMITS = {
    "facts": LARGEST,
    "keys": LARGEST_KEYS,
    "blobs": LARGEST_PHOTO,
    "thumbnails": LARGEST_THUMBNAIL,
}


@dataclass(frozen=True, slots=True)
class Brought:
    """What one volume brought.

    Attributes:
        facts, photos: How many were new.
        replies: To its batches.
        digests: Photos on it, all of them here now.
        keys: What became of the keys of cases on it.
    """

    manifest: Manifest
    facts: int
    photos: int
    replies: tuple[Reply, ...]
    digests: tuple[str, ...]
    keys: tuple[TakenKeys, ...] = ()

    @property
    def is_early(self) -> bool:
        """Whether facts before those of this volume are not here yet."""
        return any(isinstance(reply, Gap) for reply in self.replies)


@dataclass(frozen=True, slots=True)
class Sticks:
    """Takes in what comes on sticks."""

    hub: Hub

    def take(self, file: Path) -> Brought:
        """Take in a volume, after all of it was proved.

        Raises:
            Refused: It is not what it should be, or from a station that was locked out; it is
                logged, and nothing changed.
            Trouble: The stick, the database or the store of photos cannot be used.
        """
        self.hub.home.mkdir(parents=True, exist_ok=True)
        try:
            with (
                named_troubles(),
                stick_troubles(file.name),
                file.open("rb") as source,
                TemporaryFile(dir=self.hub.home) as scratch,
            ):
                volume = Unbundled(source, scratch, self._reader())
                upto = self._upto(volume)
                _check(volume, upto)
                if upto is None:
                    station = volume.manifest.station
                    told, now_ms = volume.manifest.key_changes, self.hub.now_ms()
                    self.hub.station_keys.learn(station, told, volume.signed_by, now_ms)
                return self._take(volume)
        except Refused as refused:
            _logger.warning("refused stick %s: %s", ascii(file.name), refused.code)
            raise

    def _reader(self) -> Reader:
        def keys_of(manifest: Manifest) -> Sequence[bytes]:
            if (manifest.direction, manifest.hub) != ("up", self.hub.database.hub_id):
                raise BadBundle("bundle-foreign", manifest.hub)
            station = self.hub.stations.known(manifest.station)
            if station is None:
                raise BadBundle("bundle-forged", "nobody we know")
            if station.is_revoked:
                raise BadBundle("station-revoked", station.station)
            return [each.key for each in self._keys_of(manifest)]

        return Reader(self.hub.keys.bundle_secrets, keys_of)

    def _keys_of(self, manifest: Manifest) -> Sequence[StickKey]:
        keys, now_ms = self.hub.station_keys, self.hub.now_ms()
        return keys.of_stick(manifest.station, manifest.last, now_ms, manifest.key_changes)

    def _upto(self, volume: Unbundled) -> int | None:
        for each in self._keys_of(volume.manifest):
            if each.key == volume.signed_by:
                return each.upto
        raise BadBundle("bundle-forged", "the key was replaced just now")

    def _take(self, volume: Unbundled) -> Brought:
        who = Sender(volume.manifest.station, channel=BUNDLE)
        replies: list[Reply] = []
        digests: list[str] = []
        keys: list[TakenKeys] = []
        before = self.hub.photos.stored([each.sha256 for each in volume.manifest.members])
        for member, content in volume.members():
            kind, name = _kind_of(member), member.name.rpartition("/")[2]
            if kind == "facts":
                replies.append(self.hub.take(who, b"".join(content)))
            elif kind == "keys":
                keys.append(KeyIntake(self.hub).take(who, b"".join(content)))
            elif kind == "thumbnails":
                small = b"".join(content)
                self.hub.photos.put_thumbnail(who.station, name, small, self.hub.now_ms())
            else:
                self._take_photo(who.station, name, content)
                digests.append(name)
        manifest = volume.manifest
        if manifest.generation == self.hub.database.generation:
            for shard in self.hub.feeds.last_for(self.hub.site_of(who)):
                self.hub.followers.note(who.station, shard, manifest.cursors.get(shard, START).n)
        taken = sum(reply.taken for reply in replies if isinstance(reply, Acked))
        new = len(set(digests) - before)
        return Brought(manifest, taken, new, tuple(replies), tuple(digests), tuple(keys))

    def _take_photo(self, station: str, digest: str, content: Iterator[bytes]) -> None:
        # The same stick may be read by another process, too.
        once = self.hub.random(_ONCE_BYTES).hex()
        incoming = self.hub.photos.parts / station / f"{digest}.{once}.stick"
        incoming.parent.mkdir(parents=True, exist_ok=True)
        with incoming.open("wb") as file:
            for some in content:
                file.write(some)
        self.hub.photos.take_file(station, digest, incoming, self.hub.now_ms())


def _check(volume: Unbundled, upto: int | None) -> None:
    """Make sure that everything can be taken in, before anything is.

    Args:
        volume: What came.
        upto: Number of the last fact it may bring; None for any.

    Raises:
        BadBundle: Something cannot.
    """
    for member, content in volume.members():
        kind = _kind_of(member)
        if member.size > _LIMITS[kind]:
            raise BadBundle("bundle-too-large", member.name)
        if kind == "blobs":
            continue
        some = b"".join(content)
        if kind == "thumbnails" and not some.startswith(JPEG):
            raise BadBundle("bundle-malformed", member.name)
        try:
            if kind == "keys":
                unpack_keys(some)
            if kind == "facts":
                _check_facts(some, upto)
        except BadMessage as odd:
            raise BadBundle("bundle-malformed", str(odd)) from odd


def _check_facts(some: bytes, upto: int | None) -> None:
    batch = unpack_batch(some)
    if upto is not None and batch.facts[-1].seq > upto:
        raise BadBundle("bundle-forged", "by a key that was replaced before")


def _kind_of(member: Member) -> str:
    """Return ``facts``, ``keys``, ``blobs`` or ``thumbnails``: a manifest names nothing else."""
    return member.name.replace("-", "/").partition("/")[0]
