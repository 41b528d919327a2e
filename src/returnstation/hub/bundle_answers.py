"""What the hub writes onto a stick for a station: receipts, and what is new."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import msgspec

from returnstation.application.stick_troubles import stick_troubles
from returnstation.application.troubles import Refused
from returnstation.hub.bundles import Brought
from returnstation.hub.hub import Hub
from returnstation.hub.intake import Sender
from returnstation.hub.refusing import NotDone
from returnstation.hub.snapshots import Build
from returnstation.hub.stations import KnownStation
from returnstation.wire.bundles import Content, Seal, kept
from returnstation.wire.feeds import START, Cursor, Snapshot
from returnstation.wire.keys import fingerprint
from returnstation.wire.manifests import Answers, Manifest, Member, StickPage, snapshot_name
from returnstation.wire.messages import Hello
from returnstation.wire.packing import packed
from returnstation.wire.photos import MOST_ASKED
from returnstation.wire.volumes import VOLUME_SIZE, volumes_of, write_volumes

MOST_CHANGES = 100_000
"""Records after which a whole cache is the smaller thing to carry."""

_PIECE = 8 << 20
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Answering:
    """Writes answers.

    Attributes:
        build: Makes whole caches.
        most_changes: After so many, a whole cache is written.
    """

    hub: Hub
    build: Build
    most_changes: int = MOST_CHANGES

    def write(
        self, brought: Sequence[Brought], folder: Path, volume_size: int = VOLUME_SIZE
    ) -> Sequence[Path]:
        """Write what a station is to know into a folder.

        Args:
            brought: What came from one station; at least one volume.
            folder: On the stick.
            volume_size: Bytes a file may have.

        Raises:
            Refused: ``station-no-stick-key``: it was taken in by an older program.
            Trouble: ``stick-full`` or ``stick-trouble``.
        """
        newest = max((each.manifest for each in brought), key=lambda each: each.made_ms)
        station = self.hub.stations.known(newest.station)
        if station is None or not station.bundle_key:
            raise Refused("station-no-stick-key", station=newest.station)
        said = Answers(
            tuple(reply for each in brought for reply in each.replies),
            tuple(sorted({digest for each in brought for digest in each.digests})),
            tuple(taken for each in brought for taken in each.keys),
            fingerprint(self.hub.station_keys.newest(station.station)),
            tuple(self._wanted(station.station)),
        )
        hello = self.hub.hello(Sender(station.station))
        pages, told = self._news(station, newest, hello)
        with stick_troubles(folder.name):
            first = kept("replies.json", msgspec.json.encode(said))
            whole = [] if told is None else self._pieces(station, told, volume_size)
            volumes = volumes_of([first, *whole, *_contents(pages)], volume_size)
            draft = self._draft(station, hello, told)
            seal = Seal(self.hub.keys.signing_for(newest.recipients), draft.recipients)
            made = datetime.fromtimestamp(draft.made_ms / 1000, UTC)
            stem = f"reply-{station.station}-{made:%Y%m%d-%H%M%S}"
            return write_volumes(folder, stem, volumes, draft, seal)

    def _wanted(self, station: str) -> Sequence[str]:
        # From anywhere, so that each has its turn where there are more.
        start = self.hub.random(_DIGEST_BYTES).hex()
        return self.hub.photos.index.awaited(station, start, MOST_ASKED)

    def _news(
        self, station: KnownStation, up: Manifest, hello: Hello
    ) -> tuple[Sequence[StickPage], Snapshot | None]:
        """Return the pages a station lacks, and the whole cache they go on from, if any."""
        followed = up.cursors if up.generation == hello.generation else {}
        starts = {shard: followed.get(shard, START) for shard in hello.feeds}
        changes = sum(max(0, last - starts[shard].n) for shard, last in hello.feeds.items())
        # A feed that is followed no more is taken out of a cache by making it anew.
        if set(followed) <= set(hello.feeds) and changes <= self.most_changes:
            try:
                return list(self._pages(station, starts)), None
            except NotDone as gone:
                if gone.code != "feed-gone":
                    raise
        told = self.hub.snapshots.newest(station.site)
        if told is None or told.generation != hello.generation:
            told = self.hub.renew_snapshot(station.site, self.build)
        try:
            return list(self._pages(station, _starts(hello, told))), told
        except NotDone as gone:
            if gone.code != "feed-gone":
                raise
        told = self.hub.renew_snapshot(station.site, self.build)
        return list(self._pages(station, _starts(hello, told))), told

    def _pages(self, station: KnownStation, starts: Mapping[str, Cursor]) -> Iterator[StickPage]:
        for shard, start in starts.items():
            after, is_last = start, False
            while not is_last:
                page = self.hub.feeds.page(station.site, shard, after)
                yield StickPage(after, page)
                after, is_last = page.cursor, page.is_last

    def _pieces(self, station: KnownStation, told: Snapshot, largest: int) -> Sequence[Content]:
        file = self.hub.snapshots.file(station.site, told.name)
        if file is None:
            raise FileNotFoundError(told.name)  # another one took its place just now
        size = min(_PIECE, largest // 4)
        return [_piece(file, at, size) for at in range(0, told.size, size)]

    def _draft(self, station: KnownStation, hello: Hello, told: Snapshot | None) -> Manifest:
        return Manifest(
            direction="down",
            bundle=self.hub.random(8).hex(),
            volume=1,
            volumes=1,
            hub=self.hub.database.hub_id,
            station=station.station,
            recipients=(station.bundle_key,),
            made_ms=self.hub.now_ms(),
            hello=hello,
            snapshot=told,
            hub_keys=self.hub.keys.changes,
        )


def _starts(hello: Hello, told: Snapshot) -> Mapping[str, Cursor]:
    return {shard: told.cursors.get(shard, START) for shard in hello.feeds}


def _contents(pages: Sequence[StickPage]) -> Iterator[Content]:
    for number, page in enumerate(pages, start=1):
        yield kept(f"feed-{number:06}.page", packed(page))


def _piece(file: Path, at: int, size: int) -> Content:
    with _opened(file, at, size) as some:
        content = some.read()
    digest = hashlib.sha256(content).hexdigest()
    return Content(
        Member(snapshot_name(at), len(content), digest), partial(_opened, file, at, size)
    )


def _opened(file: Path, at: int, size: int) -> BinaryIO:
    with file.open("rb") as source:
        source.seek(at)
        return BytesIO(source.read(size))
