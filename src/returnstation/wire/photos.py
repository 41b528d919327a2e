"""What station and hub say about photos; each is known by the SHA-256 of its bytes."""

import re

import msgspec

MOST_ASKED = 1000
"""Photos of one question."""

LARGEST_WHOLE = 1 << 20
"""Bytes of a photo that is sent in one piece, and of a piece of a larger one."""

LARGEST_PHOTO = 32 << 20
LARGEST_THUMBNAIL = 256 << 10

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


class PhotosAsked(msgspec.Struct, frozen=True):
    """A station asks which of its photos the hub lacks."""

    digests: tuple[str, ...]


class Lacking(msgspec.Struct, frozen=True):
    """A photo the hub lacks, and how many of its bytes are there already."""

    digest: str
    offset: int = 0


class PhotosLacking(msgspec.Struct, frozen=True):
    """Which of the photos asked for the hub lacks, in the order they were asked for."""

    photos: tuple[Lacking, ...]


class PhotoState(msgspec.Struct, frozen=True):
    """How far the hub has a photo.

    Attributes:
        offset: Bytes it has; where the next piece begins.
        is_stored: It is there, whole and proved, for good.
    """

    offset: int
    is_stored: bool = False


def is_digest(word: str) -> bool:
    """Tell whether a word can be the name of a photo.

    >>> is_digest("ab" * 32), is_digest("../" + "a" * 61)
    (True, False)
    """
    return _DIGEST.fullmatch(word) is not None
