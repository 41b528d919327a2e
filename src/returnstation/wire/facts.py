"""Facts as canonical bytes, and the chain of hashes that proves nothing was changed.

The body is RFC 8785 JSON: the same fact gives the same bytes everywhere. A fact's hash is
SHA-256 over the hash before it and everything the fact says, so altering, dropping or moving
one entry breaks every hash after it.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

import msgspec
import rfc8785

from returnstation.domain.facts import Fact, type_name

FIRST = bytes(32)
"""What stands before the first fact."""

VERSION = 1
"""Schema version of every type of fact this build writes."""

_TYPES: dict[str, type[Any]] = {type_name(kind): kind for kind in get_args(Fact)}


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


def body_of(fact: Fact) -> bytes:
    """Return a fact's canonical JSON."""
    return rfc8785.dumps(msgspec.to_builtins(fact))


def fact_from(type_: str, version: int, body: bytes) -> Fact:
    """Return the fact that ``body_of`` wrote.

    Raises:
        UnknownFact: The type or version is newer than this build, or the body is damaged.
    """
    kind = _TYPES.get(type_)
    if kind is None or version > VERSION:
        raise UnknownFact(f"{type_} version {version}")
    try:
        fact: Fact = msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as odd:
        raise UnknownFact(f"{type_}: {odd}") from odd
    return fact


def chain_hash(entry: Entry, before: bytes) -> bytes:
    """Return the hash an entry must carry when ``before`` is the hash of the one before it."""
    head = msgspec.json.encode(
        [
            entry.station,
            str(entry.epoch),
            entry.seq,
            str(entry.fact_id),
            str(entry.hlc),
            entry.type,
            entry.version,
            entry.subject,
            entry.user,
        ]
    )
    return hashlib.sha256(before + head + b"\n" + entry.body).digest()
