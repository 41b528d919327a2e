"""Photos go up beside the facts: small ones first, each from where the hub has it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count

import pytest

from returnstation.application.troubles import Trouble
from returnstation.sync.client import HubRefused
from returnstation.sync.photos import SMALLEST_PIECE, PhotoUpload
from returnstation.wire.photos import Lacking, PhotosLacking, PhotoState


def name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass
class Photos:
    """A station's photos in memory."""

    contents: dict[str, bytes] = field(default_factory=dict)
    marked: list[str] = field(default_factory=list)

    def take(self, content: bytes) -> str:
        self.contents[name(content)] = content
        return name(content)

    def waiting(self) -> Sequence[str]:
        return [digest for digest in self.contents if digest not in self.marked]

    def sent(self) -> Sequence[str]:
        return [digest for digest in self.contents if digest in self.marked]

    def open(self, digest: str) -> BytesIO:
        return BytesIO(self.contents[digest])

    def thumbnail(self, digest: str) -> bytes:
        return self.contents[digest][:2]

    def mark_sent(self, digest: str) -> None:
        self.marked.append(digest)

    def forget_sent(self, digest: str) -> None:
        self.marked.remove(digest)


@dataclass
class MemoryHub:
    """A hub's photos in memory.

    Attributes:
        odd: What to answer to a photo instead.
        told: What was sent, in order.
    """

    parts: dict[str, bytes] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    odd: dict[str, Exception] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    largest: int = 0

    def lacking(self, digests: Sequence[str]) -> PhotosLacking:
        missing = [each for each in digests if each not in self.stored]
        return PhotosLacking(
            tuple(Lacking(each, len(self.parts.get(each, b""))) for each in missing)
        )

    def put(self, digest: str, content: bytes) -> PhotoState:
        return self.append(digest, 0, len(content), content)

    def append(self, digest: str, offset: int, size: int, content: bytes) -> PhotoState:
        self.told.append(f"photo {digest[:4]} {offset}")
        self.largest = max(self.largest, len(content))
        if digest in self.odd:
            raise self.odd[digest]
        have = self.parts.get(digest, b"")
        if offset != len(have):
            return PhotoState(len(have))
        self.parts[digest] = have + content
        if len(self.parts[digest]) == size:
            assert name(self.parts[digest]) == digest
            self.stored.add(digest)
        return PhotoState(len(self.parts[digest]), digest in self.stored)

    def put_thumbnail(self, digest: str, content: bytes) -> None:
        self.told.append(f"small {digest[:4]}")


@pytest.fixture
def own() -> Photos:
    return Photos()


@pytest.fixture
def hub() -> MemoryHub:
    return MemoryHub()


@pytest.fixture
def upload(own: Photos, hub: MemoryHub) -> PhotoUpload:
    return PhotoUpload(own, hub, lambda: 0.0, piece=100)


def test_every_small_picture_goes_before_any_photo(
    own: Photos, hub: MemoryHub, upload: PhotoUpload
) -> None:
    own.take(b"one")
    own.take(b"two")

    assert upload.send_all() == 2

    assert [each.split()[0] for each in hub.told] == ["small", "small", "photo", "photo"]
    assert own.waiting() == []


def test_a_large_photo_goes_in_pieces_that_grow_on_a_fast_line(
    own: Photos, hub: MemoryHub, upload: PhotoUpload
) -> None:
    digest = own.take(bytes(range(250)) * 8)

    upload.send_all()

    assert digest in hub.stored
    offsets = [int(each.split()[2]) for each in hub.told if each.startswith("photo")]
    assert offsets == [0, 100, 300, 700, 1500]


def test_pieces_shrink_on_a_slow_line_but_not_for_ever(own: Photos, hub: MemoryHub) -> None:
    own.take(bytes(200_000))
    clock = count(0, 10)
    upload = PhotoUpload(own, hub, lambda: float(next(clock)), piece=100_000)

    upload.send_all()

    assert upload.piece == SMALLEST_PIECE
    assert len(hub.stored) == 1


def test_a_photo_goes_on_where_the_hub_has_it(
    own: Photos, hub: MemoryHub, upload: PhotoUpload
) -> None:
    content = bytes(range(250)) * 2
    hub.parts[name(content)] = content[:333]

    upload.own = own
    own.take(content)
    upload.send_all()

    assert f"photo {name(content)[:4]} 333" in hub.told
    assert name(content) in hub.stored


def test_a_hub_that_was_cut_off_before_it_looked_is_asked_to_look(
    own: Photos, hub: MemoryHub, upload: PhotoUpload
) -> None:
    content = bytes(range(250))
    hub.parts[own.take(content)] = content

    assert upload.send_all() == 1


def test_what_the_hub_has_is_not_sent_again(
    own: Photos, hub: MemoryHub, upload: PhotoUpload
) -> None:
    hub.stored.add(own.take(b"known"))

    assert upload.send_all() == 0
    assert (hub.told, own.waiting()) == ([], [])


@pytest.mark.parametrize(
    "odd", [HubRefused("photo-wrong", 422), Trouble("photo-missing"), OSError(5, "bad sector")]
)
def test_a_photo_that_cannot_be_sent_holds_up_no_other(
    own: Photos, hub: MemoryHub, upload: PhotoUpload, odd: Exception
) -> None:
    bad, good = own.take(b"bad"), own.take(b"good")
    hub.odd[bad] = odd

    assert upload.send_all() == 1
    assert upload.stuck == {bad}
    assert own.marked == [good]
    assert upload.send_all() == 0


@pytest.mark.parametrize(
    "odd", [HubRefused("station-revoked", 403), Trouble("hub-unreachable"), Trouble("hub-busy")]
)
def test_a_hub_that_is_away_ends_the_round_and_nothing_is_given_up(
    own: Photos, hub: MemoryHub, upload: PhotoUpload, odd: Exception
) -> None:
    hub.odd[own.take(b"one")] = odd

    with pytest.raises(type(odd)):
        upload.send_all()
    hub.odd.clear()

    assert upload.stuck == set()
    assert upload.send_all() == 1


def test_a_photo_that_never_moves_is_passed_over(own: Photos, hub: MemoryHub) -> None:
    digest = own.take(bytes(50_000))
    hub.odd[digest] = HubRefused("body-too-slow", 408)
    upload = PhotoUpload(own, hub, lambda: 0.0, piece=SMALLEST_PIECE * 8)

    assert upload.send_all() == 0
    assert upload.stuck == {digest}


def test_whoever_stops_stops_after_a_piece(
    own: Photos, hub: MemoryHub, upload: PhotoUpload
) -> None:
    own.take(bytes(5000))

    assert upload.send_all(lambda: len(hub.told) > 1) == 0
    assert len(hub.told) == 2


def test_facts_may_go_before_each_piece(own: Photos, hub: MemoryHub) -> None:
    own.take(bytes(600))
    ways: list[int] = []
    upload = PhotoUpload(own, hub, lambda: 0.0, lambda: ways.append(1), piece=100)

    upload.send_all()

    assert len(ways) == len([each for each in hub.told if each.startswith("photo")])


def test_a_hub_that_lost_photos_gets_those_that_are_still_here(
    own: Photos, hub: MemoryHub, upload: PhotoUpload
) -> None:
    own.take(b"one")
    upload.send_all()
    hub.stored.clear()
    hub.parts.clear()

    upload.look_again(1)

    assert upload.send_all() == 1


def test_a_hub_that_was_put_back_gets_small_pictures_again_with_their_photos(
    own: Photos, hub: MemoryHub, upload: PhotoUpload
) -> None:
    digest = own.take(b"one")[:4]
    hub.odd[name(b"one")] = Trouble("hub-unreachable", url="")
    with pytest.raises(Trouble):
        upload.send_all()
    hub.odd.clear()
    hub.told.clear()  # it knows nothing of what it was told

    upload.send_all()

    assert hub.told == [f"small {digest}", f"photo {digest} 0"]


def test_a_hub_that_misses_what_others_have_is_asked_once(
    own: Photos, hub: MemoryHub, upload: PhotoUpload
) -> None:
    own.take(b"one")
    upload.send_all()
    hub.stored.clear()

    upload.look_again(0)
    assert own.waiting() == []
    upload.look_again(3)
    own.marked.extend(own.waiting())
    upload.look_again(3)

    assert own.waiting() == []


def test_a_photo_that_cannot_be_sent_keeps_no_other_from_a_hub_that_lost_it(
    own: Photos, hub: MemoryHub, upload: PhotoUpload
) -> None:
    bad, good = own.take(b"bad"), own.take(b"good")
    hub.odd[bad] = HubRefused("photo-wrong", 422)
    upload.send_all()
    hub.stored.clear()
    hub.parts.clear()

    upload.look_again(2)

    assert upload.send_all() == 1
    assert hub.stored == {good}


def test_a_hub_is_asked_what_it_lost_once_a_photo_taken_meanwhile_was_sent(
    own: Photos, hub: MemoryHub, upload: PhotoUpload
) -> None:
    lost = own.take(b"lost")
    upload.send_all()
    hub.stored.clear()
    hub.parts.clear()
    own.take(b"taken meanwhile")

    upload.look_again(1)
    upload.send_all()
    upload.look_again(1)
    upload.send_all()

    assert lost in hub.stored


def test_a_photo_that_cannot_be_noted_as_sent_is_tried_again(
    own: Photos, hub: MemoryHub, upload: PhotoUpload
) -> None:
    digest = own.take(b"one")
    hub.odd[digest] = Trouble("disk-full", file="one.sent")

    with pytest.raises(Trouble, match="disk-full"):
        upload.send_all()
    hub.odd.clear()

    assert upload.send_all() == 1


class BehindProxy(MemoryHub):
    """A hub behind somebody who lets only small messages through."""

    def append(self, digest: str, offset: int, size: int, content: bytes) -> PhotoState:
        if len(content) > SMALLEST_PIECE:
            raise HubRefused("message-too-large", 413)
        return super().append(digest, offset, size, content)


def test_pieces_shrink_until_a_proxy_lets_them_through(own: Photos) -> None:
    own.take(bytes(SMALLEST_PIECE * 4))
    upload = PhotoUpload(own, BehindProxy(), lambda: 0.0, piece=SMALLEST_PIECE * 2)

    assert upload.send_all() == 1
