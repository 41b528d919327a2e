"""What a volume on a stick says of itself, and what of that may be true."""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from returnstation.wire.batches import NOTHING, Head, Reply
from returnstation.wire.feeds import Cursor, Page, Snapshot
from returnstation.wire.hub_keys import HubKeyChange
from returnstation.wire.keys import KeyChange
from returnstation.wire.messages import Hello
from returnstation.wire.packing import UNREADABLE
from returnstation.wire.subject_keys import TakenKeys

FORMAT = 1

MOST_MEMBERS = 20_000
MOST_VOLUMES = 9999
MOST_KEY_CHANGES = 64
LARGEST_VOLUME = 4 << 30
"""Bytes of the members of one volume; more is refused."""

_NAMES = {
    "up": re.compile(
        r"keys-\d{6}\.keys|facts-\d{6}\.batch|blobs/([0-9a-f]{2})/(\1[0-9a-f]{62})"
        r"|thumbnails/([0-9a-f]{2})/\3[0-9a-f]{62}",
        re.ASCII,
    ),
    "down": re.compile(r"replies\.json|feed-\d{6}\.page|snapshot-(\d{12})\.part", re.ASCII),
}
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def snapshot_name(offset: int) -> str:
    """Return the name of the piece of a whole cache that begins at a byte.

    >>> snapshot_offset(snapshot_name(8_388_608))
    8388608
    """
    return f"snapshot-{offset:012}.part"


def snapshot_offset(name: str) -> int:
    """Return where a piece of a whole cache belongs."""
    return int(name.removeprefix("snapshot-").removesuffix(".part"))


class BadBundle(ValueError):
    """A volume is not what it should be; nothing of it is taken.

    Attributes:
        code: ``bundle-damaged``, ``bundle-foreign`` (for somebody else), ``bundle-forged``,
            ``bundle-malformed``, ``bundle-too-large`` or ``bundle-too-new``.
    """

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(f"{code}: {why}" if why else code)
        self.code = code


class Member(msgspec.Struct, frozen=True, array_like=True):
    """A file inside a volume."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What one volume says of itself.

    Attributes:
        direction: ``up`` from a station, ``down`` from the hub.
        bundle: Random word that all volumes of one writing share.
        volume, volumes: Which of how many.
        station: Who wrote it, or whom the answer is for.
        recipients: age recipients it is encrypted to.
        made_ms: The writer's clock.
        first, last, head, receipt: Up: which facts are in all volumes, what follows what, and the
            hub's last word.
        cursors, generation: Up: how far the station has followed the feeds.
        key_changes: Up: by which key it will sign, or signs since not long ago.
        hello, snapshot, hub_keys: Down: what the hub would say over the network.
    """

    direction: Literal["up", "down"]
    bundle: str
    volume: int
    volumes: int
    hub: str
    station: str
    recipients: tuple[str, ...]
    made_ms: int
    first: int = 0
    last: int = 0
    head: Head = NOTHING
    receipt: bytes = b""
    generation: str = ""
    cursors: dict[str, Cursor] = {}
    key_changes: tuple[KeyChange, ...] = ()
    hello: Hello | None = None
    snapshot: Snapshot | None = None
    hub_keys: tuple[HubKeyChange, ...] = ()
    members: tuple[Member, ...] = ()
    format: int = FORMAT

    @property
    def size(self) -> int:
        """Bytes of all members."""
        return sum(member.size for member in self.members)


class StickPage(msgspec.Struct, frozen=True):
    """A page of a feed, and where it goes on from."""

    after: Cursor
    page: Page


class Answers(msgspec.Struct, frozen=True):
    """What the hub says to what a station brought.

    Attributes:
        replies: To each batch.
        photos: Those it has now, for good.
        keys: What it did with those it was brought.
        key: Fingerprint of the newest key it knows the station by.
        wanted: Some of those the station named that it does not have.
    """

    replies: tuple[Reply, ...] = ()
    photos: tuple[str, ...] = ()
    keys: tuple[TakenKeys, ...] = ()
    key: str = ""
    wanted: tuple[str, ...] = ()


def read_manifest(said: bytes) -> Manifest:
    """Return a manifest that makes sense in itself.

    Raises:
        BadBundle: It does not.
    """
    try:
        manifest = msgspec.json.decode(said, type=Manifest)
    except UNREADABLE as odd:
        raise BadBundle("bundle-malformed", str(odd)[:120]) from odd
    if manifest.format > FORMAT:
        raise BadBundle("bundle-too-new", str(manifest.format))
    names = {member.name for member in manifest.members}
    if not 0 < manifest.volume <= manifest.volumes <= MOST_VOLUMES:
        raise BadBundle("bundle-malformed", "volume")
    if any(not 0 <= number < 1 << 63 for number in _numbers(manifest)):
        raise BadBundle("bundle-malformed", "numbers")
    if len(names) != len(manifest.members) or len(names) > MOST_MEMBERS:
        raise BadBundle("bundle-malformed", "members")
    _check_changes(manifest)
    for member in manifest.members:
        _check(member, manifest.direction)
    if manifest.size > LARGEST_VOLUME:
        raise BadBundle("bundle-too-large", str(manifest.size))
    return manifest


def _numbers(manifest: Manifest) -> Iterator[int]:
    """Yield what a database would be asked for."""
    yield from (manifest.first, manifest.last, manifest.made_ms)
    for cursor in manifest.cursors.values():
        yield from cursor


def _check_changes(manifest: Manifest) -> None:
    # Each is proved before anybody knows who wrote the manifest.
    if len(manifest.key_changes) > MOST_KEY_CHANGES:
        raise BadBundle("bundle-malformed", "key changes")


def _check(member: Member, direction: Literal["up", "down"]) -> None:
    named = _NAMES[direction].fullmatch(member.name)
    if named is None or member.size < 0 or not _DIGEST.fullmatch(member.sha256):
        raise BadBundle("bundle-malformed", member.name[:100])
    if member.name.startswith("blobs/") and named[2] != member.sha256:
        raise BadBundle("bundle-malformed", member.name)
