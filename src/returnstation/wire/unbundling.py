"""Read a volume from a stick, and believe nothing of it before it is proved.

Every length is bounded before room is made for it, names are only compared with those the signed
manifest lists, and nothing but plain files is known: there is no path to climb and no link.
"""

import hashlib
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from returnstation.wire.bundles import (
    AT_ONCE,
    BLOCK,
    LARGEST_MANIFEST,
    MANIFEST,
    SIGNATURE,
    SIGNATURE_BYTES,
    decrypt,
    padding,
    recipient_of,
)
from returnstation.wire.manifests import BadBundle, Manifest, Member, read_manifest

MOST_RATIO = 16
"""How much larger than its file a volume may become; photos and batches are packed already."""

_SLACK = 8 << 20
_WINDOW = 1 << 23


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads.

    Attributes:
        secrets: age identities: the present one, and those before that are still kept.
        keys_of: Returns the keys one of which must have signed a manifest, 32 bytes each, or
            raises ``BadBundle`` where nobody may write to us who says what it says.
    """

    secrets: Sequence[str]
    keys_of: Callable[[Manifest], Sequence[bytes]]


class Unbundled:
    """A volume that was proved whole, and written by whom it says.

    Args:
        source: The volume as it came.
        scratch: An empty file for what is inside age; nobody else sees it.
        reader: Who reads.

    Raises:
        BadBundle: It is not for us, not from whom it says, or not whole.
    """

    def __init__(self, source: BinaryIO, scratch: BinaryIO, reader: Reader) -> None:
        decrypt(source, scratch, reader.secrets)
        self._scratch = scratch
        self._most = scratch.tell() * MOST_RATIO + _SLACK
        self.manifest = self._proved(reader)
        for _member in self.members():
            pass

    def members(self) -> Iterator[tuple[Member, Iterator[bytes]]]:
        """Yield each member with its bytes; what is not read of them is passed over."""
        tar = self._tar()
        for name, most in ((MANIFEST, LARGEST_MANIFEST), (SIGNATURE, SIGNATURE_BYTES)):
            tar.small(name, most)
        for member in self.manifest.members:
            content = tar.member(member)
            yield member, content
            for _passed_over in content:
                pass
        tar.end()

    def _proved(self, reader: Reader) -> Manifest:
        tar = self._tar()
        said = tar.small(MANIFEST, LARGEST_MANIFEST)
        signature = tar.small(SIGNATURE, SIGNATURE_BYTES)
        manifest = read_manifest(said)
        if not {recipient_of(secret) for secret in reader.secrets} & set(manifest.recipients):
            raise BadBundle("bundle-foreign", "passed on")
        signers = (key for key in reader.keys_of(manifest) if _is_by(key, signature, said))
        self.signed_by = next(signers, b"")
        if not self.signed_by:
            raise BadBundle("bundle-forged")
        if manifest.size > self._most:
            raise BadBundle("bundle-too-large", str(manifest.size))
        return manifest

    def _tar(self) -> "_Tar":
        self._scratch.seek(0)
        unzipping = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        return _Tar(unzipping.stream_reader(self._scratch, closefd=False))


def _is_by(key: bytes, signature: bytes, said: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, said)
    except InvalidSignature:
        return False
    return True


class _Tar:
    """Plain files, one after the other, each with the name and size it must have."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def small(self, name: str, most: int) -> bytes:
        """Return the bytes of a file of at most so many."""
        size = self._header(name)
        if size > most:
            raise BadBundle("bundle-too-large", name)
        content = self._exactly(size)
        self._exactly(len(padding(size)))
        return content

    def member(self, member: Member) -> Iterator[bytes]:
        """Yield the bytes of a member."""
        if self._header(member.name) != member.size:
            raise BadBundle("bundle-malformed", member.name)
        digest, left = hashlib.sha256(), member.size
        while left:
            some = self._exactly(min(left, AT_ONCE))
            left -= len(some)
            digest.update(some)
            yield some
        if digest.hexdigest() != member.sha256:
            raise BadBundle("bundle-damaged", member.name)
        self._exactly(len(padding(member.size)))

    def end(self) -> None:
        """Make sure that nothing follows."""
        if any(self._exactly(2 * BLOCK)) or self._read(1):
            raise BadBundle("bundle-malformed", "more than it lists")

    def _header(self, name: str) -> int:
        try:
            entry = tarfile.TarInfo.frombuf(self._exactly(BLOCK), "ascii", "strict")
        except (tarfile.TarError, ValueError) as odd:
            raise BadBundle("bundle-malformed", str(odd)[:120]) from odd
        if entry.type != tarfile.REGTYPE or entry.name != name or entry.size < 0:
            raise BadBundle("bundle-malformed", entry.name[:100])
        return entry.size

    def _exactly(self, count: int) -> bytes:
        content = self._read(count)
        if len(content) != count:
            raise BadBundle("bundle-damaged", "cut short")
        return content

    def _read(self, count: int) -> bytes:
        pieces = []
        try:
            while count and (some := self._stream.read(count)):
                pieces.append(some)
                count -= len(some)
        except zstandard.ZstdError as odd:
            raise BadBundle("bundle-damaged", str(odd)[:120]) from odd
        return b"".join(pieces)
