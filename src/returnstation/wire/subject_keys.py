"""Keys of cases on their way to the hub, so that it can read what was typed in their facts."""

from collections.abc import Mapping

import msgspec

from returnstation.wire.packing import BadMessage, packed, unpacked
from returnstation.wire.sealing import KEY_BYTES

FORMAT = 1
MOST_KEYS = 500
LARGEST_KEYS = 128 << 10
"""Bytes a message may have unpacked."""

CASE_SUBJECT = "case:"
"""How the subject of a case's key begins."""

_LONGEST_SUBJECT = 120


class GivenKey(msgspec.Struct, frozen=True, array_like=True):
    """The key of a case."""

    subject: str
    key: bytes


class GivenKeys(msgspec.Struct, frozen=True, kw_only=True):
    """Some keys of cases a station writes facts about."""

    keys: tuple[GivenKey, ...]
    format: int = FORMAT


class TakenKeys(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub did with each key it was given.

    Attributes:
        kept: It has them, for good.
        differing: It has too many others for these; a key is never replaced.
        foreign: Stations of another site write about these.
        forgotten: What was typed about these is to be read by nobody any more.
    """

    kept: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()


def pack_keys(keys: Mapping[str, bytes]) -> bytes:
    """Return keys as they travel, by subject."""
    return packed(GivenKeys(keys=tuple(GivenKey(*each) for each in keys.items())))


def unpack_keys(content: bytes) -> Mapping[str, bytes]:
    """Return the keys that were sent, by subject.

    Raises:
        BadMessage: It is no such message, or too large; ``keys-too-new``, ``keys-too-many`` or
            ``keys-malformed``.
    """
    given = unpacked(content, GivenKeys, LARGEST_KEYS)
    if given.format > FORMAT:
        raise BadMessage("keys-too-new", str(given.format))
    if not 0 < len(given.keys) <= MOST_KEYS:
        raise BadMessage("keys-too-many", str(len(given.keys)))
    if not all(map(_is_sound, given.keys)):
        raise BadMessage("keys-malformed")
    keys = {each.subject: each.key for each in given.keys}
    if len(keys) < len(given.keys):
        raise BadMessage("keys-malformed", "one subject twice")
    return keys


def _is_sound(given: GivenKey) -> bool:
    return (
        len(CASE_SUBJECT) < len(given.subject) <= _LONGEST_SUBJECT
        and given.subject.startswith(CASE_SUBJECT)
        and "\0" not in given.subject
        and len(given.key) == KEY_BYTES
    )
