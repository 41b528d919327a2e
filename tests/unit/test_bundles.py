"""Volumes for a stick: whole and from whom they say, or refused by a code."""

import hashlib
import io
import tarfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from pyrage import encrypt, x25519

from returnstation.wire.batches import Head
from returnstation.wire.bundles import Content, Seal, kept, pack, photo_name
from returnstation.wire.feeds import Cursor
from returnstation.wire.manifests import BadBundle, Manifest, Member, read_manifest
from returnstation.wire.unbundling import Reader, Unbundled
from returnstation.wire.volumes import volumes_of, write_volumes

READING = x25519.Identity.generate()
OTHER = x25519.Identity.generate()
ESCROW = x25519.Identity.generate()
WRITING = Ed25519PrivateKey.generate()
FOREIGN = Ed25519PrivateKey.generate()
PHOTO = b"\xff\xd8 a photo"
DIGEST = hashlib.sha256(PHOTO).hexdigest()


def a_manifest(contents: Sequence[Content] = (), **changes: object) -> Manifest:
    given = Manifest(
        direction="up",
        bundle="b",
        volume=1,
        volumes=1,
        hub="hub",
        station="ICN3-1",
        recipients=(str(READING.to_public()),),
        made_ms=5,
        first=1,
        last=2,
        head=Head(3, 2, bytes(32)),
        members=tuple(content.member for content in contents),
    )
    return msgspec.structs.replace(given, **changes)


CONTENTS = (kept("facts-000001.batch", b"facts" * 300), kept(photo_name("blobs", DIGEST), PHOTO))


def a_volume(
    manifest: Manifest | None = None,
    contents: Sequence[Content] = CONTENTS,
    key: Ed25519PrivateKey = WRITING,
    to: Sequence[x25519.Identity] = (READING,),
) -> bytes:
    out = io.BytesIO()
    seal = Seal(key, tuple(str(each.to_public()) for each in to))
    sources = {content.member.name: content.source for content in contents}
    pack(out, manifest or a_manifest(contents), sources, seal)
    return out.getvalue()


def opened(volume: bytes, reading: x25519.Identity = READING) -> Unbundled:
    def keys_of(_: Manifest) -> Sequence[bytes]:
        other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        return [other, WRITING.public_key().public_bytes_raw()]

    reader = Reader([str(reading)], keys_of)
    return Unbundled(io.BytesIO(volume), io.BytesIO(), reader)


def inside(found: Unbundled) -> dict[str, bytes]:
    return {member.name: b"".join(content) for member, content in found.members()}


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(BadBundle) as odd:
        act()
    return odd.value.code


def test_what_was_packed_is_inside_as_often_as_it_is_read() -> None:
    found = opened(a_volume())

    wanted = {"facts-000001.batch": b"facts" * 300, photo_name("blobs", DIGEST): PHOTO}
    assert found.manifest == a_manifest(CONTENTS)
    assert inside(found) == inside(found) == wanted


def test_a_volume_with_nothing_inside_is_one() -> None:
    assert inside(opened(a_volume(contents=()))) == {}


def test_the_sites_own_key_opens_it_too() -> None:
    recipients = (str(READING.to_public()), str(ESCROW.to_public()))
    manifest = a_manifest(CONTENTS, recipients=recipients)

    volume = a_volume(manifest, to=(READING, ESCROW))

    assert inside(opened(volume, ESCROW)) == inside(opened(volume))


def test_a_volume_for_somebody_else_is_refused() -> None:
    assert refused(lambda: opened(a_volume(to=(OTHER,)))) == "bundle-foreign"


def test_a_volume_passed_on_to_others_than_it_names_is_refused() -> None:
    manifest = a_manifest(CONTENTS, recipients=(str(OTHER.to_public()),))

    assert refused(lambda: opened(a_volume(manifest))) == "bundle-foreign"


def test_a_volume_another_key_signed_is_refused() -> None:
    assert refused(lambda: opened(a_volume(key=FOREIGN))) == "bundle-forged"


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_volume_with_any_byte_changed_is_refused(at: int, change: int) -> None:
    volume = bytearray(VOLUME)
    volume[at % len(volume)] ^= change

    assert refused(lambda: opened(bytes(volume))) in {"bundle-damaged", "bundle-foreign"}


@given(st.integers(0, 10_000))
def test_a_volume_that_was_cut_is_refused(at: int) -> None:
    assert refused(lambda: opened(VOLUME[: at % len(VOLUME)])) in {
        "bundle-damaged",
        "bundle-foreign",
    }


@given(st.binary(max_size=300))
def test_anything_else_is_refused(content: bytes) -> None:
    assert refused(lambda: opened(content)) == "bundle-damaged"


@given(st.binary(max_size=3000))
def test_anything_at_all_inside_is_refused(content: bytes) -> None:
    sealed = encrypt(zstandard.compress(content), [READING.to_public()])

    assert refused(lambda: opened(sealed)) in {"bundle-damaged", "bundle-malformed"}


def a_tar(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for entry, content in entries:
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return bytes(encrypt(zstandard.compress(out.getvalue()), [READING.to_public()]))


def signed_tar(manifest: Manifest, *entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    said = msgspec.json.encode(manifest)
    first = (tarfile.TarInfo("manifest.json"), said)
    return a_tar(first, (tarfile.TarInfo("manifest.sig"), WRITING.sign(said)), *entries)


def an_entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, link
    return entry


@pytest.mark.parametrize(
    "name", ["../facts-000001.batch", "/etc/passwd", "blobs/../../x", "facts-1.batch", "C:\\x", ""]
)
def test_a_path_that_climbs_is_refused_even_when_it_is_signed(name: str) -> None:
    member = Member(name, 1, hashlib.sha256(b"x").hexdigest())

    volume = signed_tar(a_manifest(members=(member,)), (an_entry(name or "x"), b"x"))

    assert refused(lambda: opened(volume)) == "bundle-malformed"


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, b"L", b"x"])
def test_what_is_no_plain_file_is_refused(kind: bytes) -> None:
    member = Member("facts-000001.batch", 0, hashlib.sha256(b"").hexdigest())

    volume = signed_tar(
        a_manifest(members=(member,)), (an_entry(member.name, kind, "/etc/passwd"), b"")
    )

    assert refused(lambda: opened(volume)) == "bundle-malformed"


def test_a_member_nobody_listed_is_refused() -> None:
    volume = signed_tar(a_manifest(), (an_entry("facts-000001.batch"), b"x"))

    assert refused(lambda: opened(volume)) == "bundle-malformed"


def test_a_listed_member_that_is_missing_is_refused() -> None:
    assert refused(lambda: opened(signed_tar(a_manifest(CONTENTS)))) == "bundle-malformed"


def test_a_small_volume_that_becomes_huge_is_refused_before_it_does() -> None:
    huge = 2 << 30
    member = Member("facts-000001.batch", huge, DIGEST)
    said = msgspec.json.encode(a_manifest(members=(member,)))
    tar = b"".join(
        tarfile.TarInfo.tobuf(entry, tarfile.USTAR_FORMAT) + content + bytes(-len(content) % 512)
        for entry, content in (
            (sized("manifest.json", len(said)), said),
            (sized("manifest.sig", 64), WRITING.sign(said)),
            (sized(member.name, huge), bytes(1 << 20)),
        )
    )
    volume = encrypt(zstandard.compress(tar), [READING.to_public()])

    assert refused(lambda: opened(volume)) == "bundle-too-large"


def test_a_huge_manifest_is_refused_before_it_is_read() -> None:
    content = bytes(512 * 9000)
    tar = sized("manifest.json", len(content)).tobuf(tarfile.USTAR_FORMAT) + content
    volume = encrypt(zstandard.compress(tar), [READING.to_public()])

    assert refused(lambda: opened(volume)) == "bundle-too-large"


def sized(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"format": 2}, "bundle-too-new"),
        ({"volume": 0}, "bundle-malformed"),
        ({"volume": 2}, "bundle-malformed"),
        ({"volumes": 10_000}, "bundle-malformed"),
        ({"direction": "down"}, "bundle-malformed"),
        ({"direction": "sideways"}, "bundle-malformed"),
        ({"last": 1 << 63}, "bundle-malformed"),
        ({"cursors": {"site:A": Cursor(-1, 0)}}, "bundle-malformed"),
        ({"members": (CONTENTS[0].member, CONTENTS[0].member)}, "bundle-malformed"),
        ({"members": (Member("facts-000001.batch", -1, DIGEST),)}, "bundle-malformed"),
        ({"members": (Member("facts-000001.batch", 1, "00"),)}, "bundle-malformed"),
        ({"members": (Member(photo_name("blobs", "ab" * 32), 1, DIGEST),)}, "bundle-malformed"),
        ({"members": (Member("facts-000001.batch", 5 << 30, DIGEST),)}, "bundle-too-large"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(changes: dict[str, object], code: str) -> None:
    said = msgspec.json.encode(a_manifest(CONTENTS, **changes))

    assert refused(lambda: read_manifest(said)) == code


@given(st.binary(max_size=200) | st.text(max_size=100).map(msgspec.json.encode))
def test_a_manifest_of_any_bytes_is_refused(said: bytes) -> None:
    assert refused(lambda: read_manifest(said)) == "bundle-malformed"


def test_what_is_larger_than_a_file_may_be_is_spread_over_several(tmp_path: Path) -> None:
    contents = [kept(f"facts-{number:06}.batch", bytes([number]) * 9000) for number in range(9)]
    volumes = volumes_of(contents, 60_000)
    seal = Seal(WRITING, (str(READING.to_public()),))

    files = write_volumes(tmp_path / "stick", "up", volumes, a_manifest(), seal)

    assert len(files) == 3
    assert sorted(tmp_path.glob("stick/*")) == sorted(files)
    assert all(file.stat().st_size <= 60_000 for file in files)
    found = [opened(file.read_bytes()) for file in files]
    assert [each.manifest.volume for each in found] == [1, 2, 3]
    assert [name for each in found for name in inside(each)] == [
        content.member.name for content in contents
    ]


def test_a_member_larger_than_a_file_may_be_is_refused() -> None:
    too_large = [kept("facts-000001.batch", bytes(50_000))]

    assert volumes_of(too_large, 80_000) == [too_large]
    assert refused(lambda: volumes_of(too_large, 60_000)) == "volume-too-small"


def test_a_photo_that_changed_since_it_was_counted_leaves_no_file(tmp_path: Path) -> None:
    changed = Content(CONTENTS[1].member, kept("x", b"other bytes").source)
    seal = Seal(WRITING, (str(READING.to_public()),))

    act = partial(write_volumes, tmp_path, "up", [[changed]], a_manifest(), seal)

    assert refused(act) == "bundle-member-changed"
    assert list(tmp_path.iterdir()) == []


def test_a_recipient_that_is_none_is_refused(tmp_path: Path) -> None:
    seal = Seal(WRITING, ("age1nobody",))

    act = partial(write_volumes, tmp_path, "up", [[]], a_manifest(), seal)

    assert refused(act) == "recipient-wrong"


VOLUME = a_volume()
