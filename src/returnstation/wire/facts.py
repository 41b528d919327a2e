"""Facts as canonical bytes, and the chain of hashes that proves nothing was changed.

The body is RFC 8785 JSON: the same fact gives the same bytes everywhere. A fact's hash is
SHA-256 over the hash before it and everything the fact says, so altering, dropping or moving
one entry breaks every hash after it. What a person typed is sealed before it is hashed: a key
may be destroyed, and the chain still holds.
"""

import binascii
import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, get_args
from uuid import UUID

import msgspec
import rfc8785

from returnstation.domain.facts import ERASED, Fact, fields_of_words, type_name
from returnstation.wire.packing import UNREADABLE
from returnstation.wire.sealing import Unsealable, keys_in, seal, unseal
from returnstation.wire.upcasting import Body, newest_version, says_the_same, upcast

FIRST = bytes(32)
"""What stands before the first fact."""

_UNSEALED = 1
"""Version of a fact without words: sealing changed nothing in it, so older builds read it, too."""

_SEALED = "sealed"
_SEALED_JSON = b'"sealed"'

_HEAD = msgspec.json.Encoder()

_TYPES: dict[str, type[Any]] = {type_name(kind): kind for kind in get_args(Fact)}

# msgspec looks at a type anew with each ``decode``, which takes longer than to read a fact.
_READERS = {name: msgspec.json.Decoder(kind) for name, kind in _TYPES.items()}
_BODY: msgspec.json.Decoder[dict[str, Any]] = msgspec.json.Decoder(dict[str, Any])


class UnknownFact(ValueError):
    """A stored fact cannot be read by this build; the message names type and trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the log, exactly as it was hashed.

    Attributes:
        epoch: Random number of this installation's life, drawn again after a restore.
        hlc: Hybrid logical clock: milliseconds since 1970 shifted by 16 bits, plus a counter.
        body: Canonical JSON.
    """

    seq: int
    station: str
    epoch: int
    fact_id: UUID
    hlc: int
    type: str
    version: int
    subject: str
    user: str | None
    body: bytes
    hash: bytes

    @property
    def id_text(self) -> str:
        """Its id as it is hashed."""
        return str(self.fact_id)


class _Hashed(Protocol):
    """What a fact says, wherever it is: in the log or on its way.

    Attributes:
        id_text: Its id, written as UUIDs are.
    """

    @property
    def seq(self) -> int: ...
    @property
    def station(self) -> str: ...
    @property
    def epoch(self) -> int: ...
    @property
    def id_text(self) -> str: ...
    @property
    def hlc(self) -> int: ...
    @property
    def type(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def subject(self) -> str: ...
    @property
    def user(self) -> str | None: ...
    @property
    def body(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Lock:
    """What the words of one fact are sealed with.

    Attributes:
        fact_id: Words of one fact do not open in another.
        key: Of the case; None where there is none any more, or none yet. To open, it may be
            several, one after the other: a station that was put back may have made another.
    """

    fact_id: UUID
    key: bytes | None = None


_SHUT = Lock(UUID(int=0))


def body_of(fact: Fact, lock: Lock | None = None) -> bytes:
    """Return a fact's canonical JSON, its words sealed where there is a lock with a key.

    Raises:
        ValueError: It has characters that are none, which no file keeps.
    """
    body = msgspec.to_builtins(fact)
    if lock is not None and lock.key is not None:
        for name in _words_in(fact):
            sealed = seal(lock.key, rfc8785.dumps(body[name]), *_context(lock, name))
            body[name] = {_SEALED: b64encode(sealed).decode()}
    return rfc8785.dumps(body)


def version_of(fact: Fact) -> int:
    """Return the version a fact is written in: the newest, unless an older one says the same."""
    type_ = type_name(type(fact))
    is_same = fields_with_words(type_) and not _words_in(fact)
    return _UNSEALED if is_same else newest_version(type_)


def may_be_sealed(type_: str, version: int) -> bool:
    """Tell whether a fact of this version may have words that only a key opens."""
    return version > _UNSEALED and bool(fields_with_words(type_))


@cache
def fields_with_words(type_: str) -> tuple[str, ...]:
    """Return the names of those fields of a type of fact that hold what a person typed."""
    kind = _TYPES.get(type_)
    return () if kind is None else fields_of_words(kind)


def fact_from(type_: str, version: int, body: bytes, lock: Lock = _SHUT) -> Fact:
    """Return the fact that ``body_of`` wrote; words that the lock does not open are ``ERASED``.

    Raises:
        UnknownFact: The type or version is newer than this build, or the body is damaged.
    """
    kind = _TYPES.get(type_)
    if kind is None or not 1 <= version <= newest_version(type_):
        raise UnknownFact(f"{type_} version {version}")
    try:
        if _SEALED_JSON not in body and _is_read_at_once(type_, version):
            fact: Fact = _READERS[type_].decode(body)
        else:
            told = upcast(type_, version, _BODY.decode(body))
            fact = msgspec.convert(_opened(type_, told, lock), type=kind)
    except UNREADABLE as odd:
        raise UnknownFact(f"{type_}: {odd}") from odd
    return fact


@cache
def _is_read_at_once(type_: str, version: int) -> bool:
    return says_the_same(type_, version)


def opened_words(type_: str, version: int, body: bytes, lock: Lock) -> dict[str, str]:
    """Return those words of a fact that are sealed and that the lock opens, by field.

    Raises:
        UnknownFact: As ``fact_from``.
    """
    if not may_be_sealed(type_, version):
        return {}
    fact = fact_from(type_, version, body, lock)
    return {name: words for name in _words_in(fact) if (words := getattr(fact, name)) != ERASED}


def chain_hash(entry: _Hashed, before: bytes) -> bytes:
    """Return the hash an entry must carry when ``before`` is the hash of the one before it."""
    head = _HEAD.encode(
        (
            entry.station,
            str(entry.epoch),
            entry.seq,
            entry.id_text,
            str(entry.hlc),
            entry.type,
            entry.version,
            entry.subject,
            entry.user,
        )
    )
    return hashlib.sha256(b"".join((before, head, b"\n", entry.body))).digest()


def _words_in(fact: Fact) -> tuple[str, ...]:
    named = fields_with_words(type_name(type(fact)))
    return tuple(name for name in named if getattr(fact, name))


def _opened(type_: str, body: Body, lock: Lock) -> dict[str, Any]:
    return dict(body) | {
        name: _words(body[name], name, lock)
        for name in fields_with_words(type_)
        if isinstance(body.get(name), dict)
    }


def _words(sealed: dict[str, Any], name: str, lock: Lock) -> Any:
    """Return what was sealed; no key, another key and altered bytes all look alike."""
    box = msgspec.convert(sealed, type=_Box)
    if lock.key is None:
        return ERASED
    for key in keys_in(lock.key):
        try:
            content = b64decode(box.sealed, validate=True)
            return msgspec.json.decode(unseal(key, content, *_context(lock, name)))
        except (Unsealable, binascii.Error, ValueError):
            continue
    return ERASED


class _Box(msgspec.Struct):
    sealed: str


def _context(lock: Lock, name: str) -> tuple[bytes, bytes]:
    return lock.fact_id.bytes, name.encode()
