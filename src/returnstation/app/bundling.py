"""A station without a network: what goes onto a stick, and what comes back on one."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import msgspec

from returnstation.app.erasing import Forgetting
from returnstation.app.key_changes import begin_if_due, head_of, take_answered
from returnstation.app.station import Station
from returnstation.app.stick_folder import stick_folder
from returnstation.app.syncing import ESCROW, StickKeys, follow, news_ms, reads_erasures_again
from returnstation.application.stick_troubles import stick_troubles
from returnstation.application.troubles import Refused, Trouble
from returnstation.storage.feeding import Feeding
from returnstation.storage.outbox import KeyOutbox, Outbox
from returnstation.storage.photos import PhotoFolder
from returnstation.sync.bundling import (
    StickFeeds,
    StickHub,
    fact_contents,
    key_contents,
    take_answer,
)
from returnstation.sync.following import FeedGone
from returnstation.sync.photos import send_again
from returnstation.sync.rotating import changes_of
from returnstation.sync.uploading import Progress
from returnstation.wire.batches import Head
from returnstation.wire.bundles import Content, Seal, check_recipient, photo_name
from returnstation.wire.feeds import LARGEST_PAGE, SITE_SHARD
from returnstation.wire.manifests import (
    Answers,
    BadBundle,
    Manifest,
    Member,
    StickPage,
    snapshot_offset,
)
from returnstation.wire.messages import Hello
from returnstation.wire.packing import UNREADABLE, BadMessage, unpacked
from returnstation.wire.unbundling import Reader, Unbundled
from returnstation.wire.volumes import VOLUME_SIZE, volumes_of, write_volumes

MOST_STICK_KEYS = 250_000
"""Keys of one writing, some 30 MB; what is left waits for the next stick."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written onto a stick.

    Attributes:
        facts, photos: How many are on it.
        left: Facts there was no room for.
    """

    files: tuple[Path, ...]
    facts: int
    photos: int
    left: int


@dataclass(frozen=True, slots=True)
class Read:
    """What an answer brought.

    Attributes:
        acked: Number of the last fact the hub has.
        taken: Records that came down.
        photos: Photos the hub has by now.
    """

    acked: int
    taken: int
    photos: int


def write_bundle(
    station: Station,
    folder: Path,
    volume_size: int = VOLUME_SIZE,
    *,
    with_photos: bool = False,
) -> Written:
    """Write what the hub does not have yet into a folder.

    Nothing counts as sent: written again, it is on the next stick, too, until an answer was read.

    Args:
        station: Whose facts.
        folder: On the stick.
        volume_size: Bytes a file may have.
        with_photos: Also photos that the hub is not known to have.

    Raises:
        Refused: ``volume-too-small``, ``stick-differs`` or ``recipient-wrong``.
        Trouble: ``hub-none``, ``stick-keys-none``, ``stick-full`` or ``stick-trouble``;
            ``hub-key-unproved``: the hub said it has other keys, and could not open the stick.
    """
    begin_if_due(station)
    keys = station.hub.stick_keys()
    if station.hub.keys.unproved:
        raise Trouble("hub-key-unproved", key=station.hub.keys.unproved)
    outbox = Outbox(station.database)
    progress = Progress(*outbox.progress())
    made = station.clock()
    facts, last = fact_contents(outbox, progress)
    keys_here = KeyOutbox(station.database).unsent(MOST_STICK_KEYS)
    photos = list(_photos(PhotoFolder(station.home / "photos"))) if with_photos else []
    draft = _draft(station, keys, progress, last, made)
    with stick_troubles(folder.name):
        members = [*key_contents(keys_here), *facts, *photos]
        volumes = volumes_of(members, volume_size)
        seal = Seal(keys.key.signing, keys.recipients)
        stem = f"{keys.address.station}-{made:%Y%m%d-%H%M%S}"
        files = write_volumes(folder, stem, volumes, draft, seal)
    left = head_of(station) - last
    count = sum(1 for each in photos if each.member.name.startswith("blobs/"))
    return Written(tuple(files), last - progress.acked, count, left)


def read_answer(station: Station, files: Sequence[Path]) -> Read:
    """Read what the hub answered: what it has by now, and what is new.

    Raises:
        Refused: A file is not what it should be, ``bundle-volume-missing``, or
            ``bundle-behind``: it answers to an older stick than the station needs.
        Trouble: ``hub-none``, ``stick-keys-none``, ``stick-trouble`` or ``orders-no-room``.
    """
    keys = station.hub.stick_keys()
    read = Read(0, 0, 0)
    with stick_folder(station.home) as folder:
        try:
            answers = _answers(keys, files, Path(folder))
        except Trouble as full:
            if full.code != "stick-full":
                raise
            # Whoever reads a stick writes nothing onto it.
            raise Trouble("orders-no-room") from full
        for answer in answers:
            read = _take(station, answer)
    return read


def keep_escrow(station: Station, recipient: str) -> None:
    """Encrypt every stick to a key of the site, too, from now on; to none when empty.

    Raises:
        Refused: ``recipient-wrong``.
    """
    with stick_troubles(recipient):
        if recipient:
            check_recipient(recipient)
    station.database.keep_setting(ESCROW, recipient)


@dataclass(slots=True)
class _Answer:
    """What all volumes of one answer say together."""

    manifest: Manifest
    file: Path
    volumes: set[int] = field(default_factory=set)
    said: Answers = field(default_factory=Answers)
    pages: dict[str, bytes] = field(default_factory=dict)

    @property
    def hello(self) -> Hello:
        if self.manifest.hello is None:
            raise Refused("bundle-malformed", file=self.manifest.bundle)
        return self.manifest.hello

    def feeds(self, news_ms: int) -> StickFeeds:
        """Return the feeds on it for a station that has news of a time of the hub."""
        pages: dict[str, list[StickPage]] = {}
        for _, content in sorted(self.pages.items()):
            try:
                each = unpacked(content, StickPage, LARGEST_PAGE)
            except BadMessage as odd:
                raise Refused("bundle-malformed", file=self.manifest.bundle) from odd
            pages.setdefault(each.page.shard, []).append(each)
        told = self.manifest.snapshot
        is_late = self.hello.time_ms < news_ms
        return StickFeeds(self.hello.generation, pages, told, self.file, is_late)


def _take(station: Station, answer: _Answer) -> Read:
    feeds = answer.feeds(news_ms(station))
    station.hub.keys.learn(answer.manifest.hub_keys, station.hub.stick_keys().now_ms)
    take_answered(station, answer.said.key, answer.hello)
    upload = station.hub.upload(StickHub(answer.hello), Forgetting(station).lost_keys)
    acked = take_answer(upload, answer.hello, answer.said)
    photos = PhotoFolder(station.home / "photos")
    mine = set(photos.waiting()).intersection(answer.said.photos)
    for digest in mine:
        photos.mark_sent(digest)
    send_again(photos, answer.said.wanted)
    try:
        taken = follow(station, feeds, answer.hello)
    except FeedGone as gone:
        if not feeds.is_late:
            raise Refused("bundle-behind") from gone
        taken = 0  # the news the station has are newer
    return Read(acked, taken, len(mine))


def _answers(keys: StickKeys, files: Sequence[Path], folder: Path) -> Sequence[_Answer]:
    """Return the answers that are whole, the oldest first."""
    found: dict[str, _Answer] = {}
    for file in files:
        with (
            stick_troubles(file.name),
            file.open("rb") as source,
            TemporaryFile(dir=folder) as scratch,
        ):
            volume = Unbundled(source, scratch, _reader(keys))
            about = volume.manifest
            fresh = _Answer(about, folder / f"cache-{len(found)}")
            _gather(found.setdefault(about.bundle, fresh), volume)
    for answer in found.values():
        missing = set(range(1, answer.manifest.volumes + 1)) - answer.volumes
        if missing:
            raise Refused("bundle-volume-missing", number=min(missing))
    return sorted(found.values(), key=lambda answer: answer.manifest.made_ms)


def _gather(answer: _Answer, volume: Unbundled) -> None:
    answer.volumes.add(volume.manifest.volume)
    for member, content in volume.members():
        if member.name.startswith("snapshot-"):
            _write_at(answer.file, snapshot_offset(member.name), content)
        elif member.size > LARGEST_PAGE:
            raise BadBundle("bundle-too-large", member.name)
        elif member.name.startswith("feed-"):
            answer.pages[member.name] = b"".join(content)
        else:
            answer.said = _said(b"".join(content))


def _write_at(target: Path, offset: int, content: Iterator[bytes]) -> None:
    target.touch()
    with target.open("r+b") as file:
        file.seek(offset)
        for some in content:
            file.write(some)


def _said(content: bytes) -> Answers:
    try:
        return msgspec.json.decode(content, type=Answers)
    except UNREADABLE as odd:
        raise BadBundle("bundle-malformed", str(odd)[:120]) from odd


def _reader(keys: StickKeys) -> Reader:
    def keys_of(manifest: Manifest) -> Sequence[bytes]:
        wanted = ("down", keys.address.hub, keys.address.station)
        if (manifest.direction, manifest.hub, manifest.station) != wanted:
            raise BadBundle("bundle-foreign", manifest.station)
        return keys.trust.followed(manifest.hub_keys, keys.now_ms).keys(keys.now_ms)

    return Reader(keys.key.bundle_secrets, keys_of)


def _draft(
    station: Station, keys: StickKeys, progress: Progress, last: int, made: datetime
) -> Manifest:
    followed = {
        shard: told
        for shard, told in Feeding(station.cache).cursors().items()
        if shard and not (shard.startswith(SITE_SHARD) and reads_erasures_again(station))
    }
    generations = {generation for generation, _ in followed.values()}
    head = Outbox(station.database).hash_at(last) or b""
    about = (keys.address.hub, keys.address.station)
    return Manifest(
        direction="up",
        bundle=secrets.token_hex(8),
        volume=1,
        volumes=1,
        hub=keys.address.hub,
        station=keys.address.station,
        recipients=keys.recipients,
        made_ms=int(made.timestamp() * 1000),
        first=progress.acked + 1,
        last=last,
        head=Head(progress.branch, last, head),
        receipt=progress.receipt,
        generation=generations.pop() if len(generations) == 1 else "",
        cursors={shard: cursor for shard, (_, cursor) in followed.items()},
        key_changes=tuple(changes_of(keys.key, *about, head_of(station))),
    )


def _photos(folder: PhotoFolder) -> Iterator[Content]:
    """Yield what shows something first: every small picture, then the photos.

    A photo the disk spoilt, or that is forgotten meanwhile, must not keep the others here.
    """
    waiting = folder.waiting()
    for digest in waiting:
        with suppress(Trouble):
            small = folder.thumbnail(digest)
            named = hashlib.sha256(small).hexdigest()
            member = Member(photo_name("thumbnails", digest), len(small), named)
            yield Content(member, partial(_small, folder, digest))
    for digest in waiting:
        with suppress(Trouble, OSError):
            with folder.open(digest) as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
                size = file.tell()
            if found == digest:
                member = Member(photo_name("blobs", digest), size, digest)
                yield Content(member, partial(folder.open, digest))


def _small(folder: PhotoFolder, digest: str) -> BinaryIO:
    return BytesIO(folder.thumbnail(digest))
