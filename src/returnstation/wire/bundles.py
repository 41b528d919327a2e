"""What a site without a network carries on a stick: the same messages, signed, then encrypted.

A *volume* is age (X25519) around zstd around tar: ``manifest.json``, ``manifest.sig`` (Ed25519
over the manifest's bytes), then the members the manifest lists, in its order. Whoever lacks our
program opens it by ``age -d -i KEY FILE | zstd -d | tar t``. The manifest names whom the volume
is for, so that nobody can pass it on to others as if it were meant for them.
"""

import hashlib
import io
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import BinaryIO, Protocol, TypeAlias

import msgspec
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from returnstation.wire.manifests import BadBundle, Manifest, Member

SUFFIX = ".rsb"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"

LARGEST_MANIFEST = 4 << 20
SIGNATURE_BYTES = 64

BLOCK = tarfile.BLOCKSIZE
AT_ONCE = 1 << 20

_END = bytes(2 * BLOCK)
_LEVEL = 3


class Sink(Protocol):
    """Where bytes go."""

    def write(self, some: bytes, /) -> int:
        """Take bytes in, and return how many."""


Source: TypeAlias = Callable[[], BinaryIO]
"""Opens bytes that can be read again."""


@dataclass(frozen=True, slots=True)
class Content:
    """A member that is to be written."""

    member: Member
    source: Source


@dataclass(frozen=True)
class Seal:
    """Who writes, and who may read.

    Attributes:
        key: Signs the manifest.
        recipients: age recipients.
    """

    key: Ed25519PrivateKey
    recipients: tuple[str, ...]

    @cached_property
    def keys(self) -> Sequence[object]:
        """The recipients as pyrage wants them.

        Raises:
            BadBundle: ``recipient-wrong``.
        """
        return [check_recipient(each) for each in self.recipients]


def check_recipient(word: str) -> object:
    """Return an age recipient as pyrage wants it.

    Raises:
        BadBundle: ``recipient-wrong``.
    """
    from pyrage import RecipientError, x25519

    try:
        recipient: object = x25519.Recipient.from_str(word)
    except RecipientError as odd:
        raise BadBundle("recipient-wrong", str(odd)) from odd
    return recipient


def kept(name: str, content: bytes) -> Content:
    """Return a member out of bytes in memory."""
    digest = hashlib.sha256(content).hexdigest()
    return Content(Member(name, len(content), digest), partial(io.BytesIO, content))


def photo_name(kind: str, digest: str) -> str:
    """Return the name of a photo or thumbnail inside a volume.

    >>> photo_name("blobs", "ab" * 32)[:12]
    'blobs/ab/aba'
    """
    return f"{kind}/{digest[:2]}/{digest}"


def pack(out: Sink, manifest: Manifest, sources: Mapping[str, Source], seal: Seal) -> None:
    """Write one volume.

    Args:
        out: Where it goes.
        manifest: Says which members, in which order.
        sources: Each member's bytes, by name.
        seal: Who writes, and who may read.

    Raises:
        BadBundle: ``recipient-wrong``, or ``bundle-member-changed``: a member is not what the
            manifest says.
        OSError: Something cannot be read or written.
    """
    import pyrage

    said = msgspec.json.encode(manifest)
    signature = seal.key.sign(said)
    reader = _Reader(_zipped(_tar(said, signature, manifest.members, sources)))
    writer = _Writer(out.write)
    try:
        pyrage.encrypt_io(reader, writer, seal.keys)
    except (pyrage.EncryptError, OSError) as odd:
        raise reader.odd or writer.odd or odd from None
    if writer.odd is not None:  # what fails while the last bytes are flushed is not told
        raise writer.odd


def recipient_of(secret: str) -> str:
    """Return the age recipient of an identity."""
    from pyrage import x25519

    return str(x25519.Identity.from_str(secret).to_public())


def decrypt(source: BinaryIO, target: BinaryIO, secrets: Sequence[str]) -> None:
    """Write what is inside age to another file.

    Args:
        source: The file.
        target: Where to.
        secrets: age identities, one of which opens it.

    Raises:
        BadBundle: ``bundle-foreign`` or ``bundle-damaged``.
        OSError: Something cannot be read or written.
    """
    import pyrage

    identities = [pyrage.x25519.Identity.from_str(secret) for secret in secrets]
    writer = _Writer(target.write)
    try:
        pyrage.decrypt_io(source, writer, identities)
    except pyrage.DecryptError as odd:
        is_foreign = "No matching keys" in str(odd)
        raise BadBundle("bundle-foreign" if is_foreign else "bundle-damaged", str(odd)) from odd
    except OSError as odd:
        if writer.odd is None and odd.errno is None:
            raise BadBundle("bundle-damaged", str(odd)) from odd
        raise
    if writer.odd is not None:
        raise writer.odd


def _tar(
    said: bytes, signature: bytes, members: Sequence[Member], sources: Mapping[str, Source]
) -> Iterator[bytes]:
    for name, content in ((MANIFEST, said), (SIGNATURE, signature)):
        yield header(name, len(content)) + content + padding(len(content))
    for member in members:
        yield header(member.name, member.size)
        digest, size = hashlib.sha256(), 0
        with sources[member.name]() as source:
            while some := source.read(AT_ONCE):
                digest.update(some)
                size += len(some)
                yield some
        if (size, digest.hexdigest()) != (member.size, member.sha256):
            raise BadBundle("bundle-member-changed", member.name)
        yield padding(size)
    yield _END


def header(name: str, size: int) -> bytes:
    """Return the tar header of a plain file."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry.tobuf(tarfile.USTAR_FORMAT)


def padding(size: int) -> bytes:
    """Return what fills up the last block of a file."""
    return bytes(-size % BLOCK)


def _zipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    packing = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
    for piece in pieces:
        if some := packing.compress(piece):
            yield some
    yield packing.flush()


class _Reader:
    """Pieces as a file; what went wrong is kept, for age does not tell it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = memoryview(b"")  # age reads 8 kB at once; what is left is not copied
        self.odd: OSError | BadBundle | None = None

    def read(self, most: int) -> bytes:
        try:
            while not self._left:
                self._left = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except (OSError, BadBundle) as odd:
            self.odd = odd
            raise
        some, self._left = bytes(self._left[:most]), self._left[most:]
        return some


class _Writer:
    """A file that remembers what went wrong."""

    def __init__(self, write: Callable[[bytes], int]) -> None:
        self._write = write
        self.odd: OSError | None = None

    def write(self, some: bytes) -> int:
        if self.odd is None:
            try:
                return self._write(some)
            except OSError as odd:
                self.odd = odd
        raise self.odd

    def flush(self) -> None:
        """Leave it to whoever closes the file."""
