"""Every place for photos keeps the same promises."""

import os
from collections.abc import Callable
from pathlib import Path

import obstore
import pytest

from returnstation.application.troubles import Trouble
from returnstation.hub.photos_stores import BlobStore, DirectoryStore, ObjectBlobs, store_at

KEY = "blobs/ab/abcd.jpg"

MAKERS: dict[str, Callable[[Path], BlobStore]] = {
    "directory": DirectoryStore,
    "objects in memory": lambda _: ObjectBlobs(obstore.store.MemoryStore()),
    "objects on disk": lambda folder: ObjectBlobs(obstore.store.LocalStore(folder, mkdir=True)),
}


@pytest.fixture(params=list(MAKERS))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
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


def test_an_address_names_the_store(tmp_path: Path) -> None:
    assert isinstance(store_at("", tmp_path), DirectoryStore)
    assert isinstance(store_at("s3://bucket/photos", tmp_path), ObjectBlobs)
    with pytest.raises(Trouble, match="photos-address"):
        store_at("gopher://bucket", tmp_path)
