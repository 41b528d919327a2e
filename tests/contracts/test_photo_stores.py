"""Every place for photos keeps the same promises."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import obstore
import pytest

from returnstation.application.troubles import Trouble
from returnstation.hub.photos_stores import BlobStore, DirectoryStore, ObjectBlobs, store_at
from s3_stand import BUCKET, S3Stand, an_s3

KEY = "blobs/ab/abcd.jpg"
S3 = "objects over S3"

MAKERS: dict[str, Callable[[Path], BlobStore]] = {
    "directory": DirectoryStore,
    "objects in memory": lambda _: ObjectBlobs(obstore.store.MemoryStore()),
    "objects on disk": lambda folder: ObjectBlobs(obstore.store.LocalStore(folder, mkdir=True)),
}


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Stand]:
    with an_s3() as stand:
        yield stand


@pytest.fixture
def bucket(s3: S3Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BlobStore:
    s3.objects.clear()
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    return store_at(f"s3://{BUCKET}/photos", tmp_path)


@pytest.fixture(params=[*MAKERS, S3])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == S3:
        made: BlobStore = request.getfixturevalue("bucket")
        return made
    return MAKERS[request.param](tmp_path / "store")


def test_what_was_put_is_there(store: BlobStore) -> None:
    store.put(KEY, b"picture")

    assert store.get(KEY) == b"picture"


def test_a_file_is_kept_like_bytes_and_left_alone(store: BlobStore, tmp_path: Path) -> None:
    file = tmp_path / "a.part"
    file.write_bytes(os.urandom(3_000_000))

    store.put(KEY, file)

    assert store.get(KEY) == file.read_bytes()


def test_what_was_never_put_is_none(store: BlobStore) -> None:
    assert store.get(KEY) is None


def test_putting_again_replaces(store: BlobStore) -> None:
    store.put(KEY, b"one")
    store.put(KEY, b"two")

    assert store.get(KEY) == b"two"


def test_what_was_removed_is_gone_and_may_be_removed_again(store: BlobStore) -> None:
    store.put(KEY, b"one")

    store.remove(KEY)
    store.remove(KEY)

    assert store.get(KEY) is None


def test_a_file_that_is_gone_is_trouble(store: BlobStore, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="photos-unwritable"):
        store.put(KEY, tmp_path / "gone")


def test_a_directory_that_cannot_be_written_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file in the way")

    with pytest.raises(Trouble, match="photos-unwritable"):
        DirectoryStore(tmp_path).put(KEY, b"x")
    with pytest.raises(Trouble, match="photos-unreachable"):
        DirectoryStore(tmp_path).get(KEY)


@pytest.mark.skipif(os.name == "nt", reason="folders cannot be settled there")
def test_a_directory_settles_the_folders_of_a_photo_after_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[tuple[os.stat_result, bool]] = []
    really = os.fsync

    def noted(at: int) -> None:
        settled.append((os.fstat(at), (tmp_path / KEY).exists()))
        really(at)

    monkeypatch.setattr(os, "fsync", noted)
    DirectoryStore(tmp_path).put(KEY, b"picture")

    after = {found.st_ino for found, is_named in settled if is_named}
    folders = ((tmp_path / KEY).parent, tmp_path / "blobs", tmp_path)
    assert after == {folder.stat().st_ino for folder in folders}


def test_a_large_photo_goes_to_a_bucket_in_parts_and_comes_whole(
    s3: S3Stand, bucket: BlobStore, tmp_path: Path
) -> None:
    file = tmp_path / "large.part"
    file.write_bytes(os.urandom(12_000_000))
    before = s3.asked

    bucket.put(KEY, file)

    assert s3.asked - before > 2
    assert s3.objects[f"photos/{KEY}"] == file.read_bytes() == bucket.get(KEY)


def test_a_bucket_that_is_overloaded_or_refuses_is_trouble_soon(
    s3: S3Stand, bucket: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put(KEY, b"picture")
    before = s3.asked
    monkeypatch.setattr(s3, "failing", 503)
    with pytest.raises(Trouble, match="photos-unreachable"):
        bucket.get(KEY)
    assert s3.asked - before <= 3

    monkeypatch.setattr(s3, "failing", 403)
    with pytest.raises(Trouble, match="photos-unwritable"):
        bucket.put(KEY, b"other")
    with pytest.raises(Trouble, match="photos-unwritable"):
        bucket.remove(KEY)
    monkeypatch.setattr(s3, "failing", 0)
    assert bucket.get(KEY) == b"picture"


def test_a_wrong_secret_opens_no_bucket(
    bucket: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put(KEY, b"picture")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "guessed")

    with pytest.raises(Trouble, match="photos-unreachable"):
        store_at(f"s3://{BUCKET}/photos", tmp_path).get(KEY)


def test_an_address_names_the_store(tmp_path: Path) -> None:
    assert isinstance(store_at("", tmp_path), DirectoryStore)
    assert isinstance(store_at("s3://bucket/photos", tmp_path), ObjectBlobs)
    with pytest.raises(Trouble, match="photos-address"):
        store_at("gopher://bucket", tmp_path)
