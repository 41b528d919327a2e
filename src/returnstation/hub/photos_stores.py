"""Where the bytes of photos lie: a directory, or anything that speaks S3."""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from returnstation.application.troubles import Trouble
from returnstation.wire.volumes import settle

if TYPE_CHECKING:
    from obstore.store import ObjectStore

# A store that stands still must not keep the threads that take facts in: three minutes and ten
# tries are what the library takes by itself. Stations try again.
_CONNECT, _ANSWER, _IN_ALL = timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=40)
_AGAIN = 2


class BlobStore(Protocol):
    """Bytes by their name; what was put is there for good."""

    def put(self, key: str, source: bytes | Path) -> None:
        """Keep bytes, or what a file holds; what has the name already is replaced.

        Raises:
            Trouble: ``photos-unwritable``.
        """

    def get(self, key: str) -> bytes | None:
        """Return bytes; None when there are none of that name.

        Raises:
            Trouble: ``photos-unreachable``.
        """

    def remove(self, key: str) -> None:
        """Keep bytes no longer; it is well when there are none.

        Raises:
            Trouble: ``photos-unwritable``.
        """


class DirectoryStore:
    """Files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, source: bytes | Path) -> None:
        """Keep bytes, or what a file on any disk holds."""
        target = self._folder / key
        part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as out:
                if isinstance(source, bytes):
                    out.write(source)
                else:
                    with source.open("rb") as file:
                        while some := file.read(1 << 20):
                            out.write(some)
                out.flush()
                os.fsync(out.fileno())
            part.replace(target)
            self._settle(target)
        except OSError as odd:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise Trouble("photos-unwritable", file=key) from odd

    def get(self, key: str) -> bytes | None:
        """Return a file's bytes."""
        try:
            return (self._folder / key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as odd:
            raise Trouble("photos-unreachable", why=str(odd)[:120]) from odd

    def remove(self, key: str) -> None:
        """Remove a file."""
        try:
            (self._folder / key).unlink(missing_ok=True)
        except OSError as odd:
            raise Trouble("photos-unwritable", file=key) from odd

    def _settle(self, target: Path) -> None:
        """Have the name on the disk, and those of its folders, where the system lets us."""
        for folder in target.parents:
            settle(folder)
            if folder == self._folder:
                return


class ObjectBlobs:
    """Objects of a bucket, through obstore."""

    def __init__(self, store: "ObjectStore") -> None:
        self._store = store

    def put(self, key: str, source: bytes | Path) -> None:
        """Keep bytes, in several parts when there are many."""
        import obstore

        try:
            obstore.put(self._store, key, source)
        except (OSError, obstore.exceptions.BaseError) as odd:
            raise Trouble("photos-unwritable", file=key) from odd

    def get(self, key: str) -> bytes | None:
        """Return an object's bytes."""
        import obstore

        try:
            return bytes(obstore.get(self._store, key).bytes())
        except FileNotFoundError:
            return None
        except (OSError, obstore.exceptions.BaseError) as odd:
            raise Trouble("photos-unreachable", why=str(odd)[:120]) from odd

    def remove(self, key: str) -> None:
        """Remove an object."""
        import obstore

        try:
            obstore.delete(self._store, key)
        except FileNotFoundError:
            return
        except (OSError, obstore.exceptions.BaseError) as odd:
            raise Trouble("photos-unwritable", file=key) from odd


def store_at(address: str, folder: Path) -> BlobStore:
    """Return where photos are kept.

    Args:
        address: ``s3://BUCKET/PREFIX``, with what else it takes in the environment
            (``AWS_ACCESS_KEY_ID``, ``AWS_ENDPOINT`` ...); empty for the folder.
        folder: Used without an address.

    Raises:
        Trouble: ``photos-address``.
    """
    if not address:
        return DirectoryStore(folder)
    import obstore

    try:
        store = obstore.store.from_url(
            address,
            client_options={
                "connect_timeout": _CONNECT,
                "timeout": _ANSWER,
                "allow_http": os.environ.get("AWS_ENDPOINT", "").startswith("http://"),
            },
            retry_config={"max_retries": _AGAIN, "retry_timeout": _IN_ALL},
        )
        return ObjectBlobs(store)
    except (ValueError, obstore.exceptions.BaseError) as odd:
        raise Trouble("photos-address", address=address) from odd
