"""Records that name customers, as they lie in the database: sealed under the key of their order.

A sealed body begins with a byte that JSON never begins with, then says whose key opens it.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec

from returnstation.application.troubles import Trouble
from returnstation.hub.subject_keys import TOLD, SubjectKeys, of_order, of_rma
from returnstation.wire.packing import UNREADABLE
from returnstation.wire.sealing import Unsealable, seal, unseal

MARK = b"\x01"
"""How a sealed body begins."""

SEALED_KINDS = ("order", "refund_report", "rma")
"""Of the records that name customers, or hold what a merchant wrote of them."""

_LENGTH_BYTES = 2


class Stored(NamedTuple):
    """A record as it lies in the database, sealed or from before there were keys."""

    kind: str
    key: str
    body: bytes


class _OfOrder(msgspec.Struct):
    order_number: str = ""
    case_id: str = ""


def subject_of(kind: str, key: str, body: bytes) -> str | None:
    """Return whose key seals a record; None for one that names nobody."""
    match kind:
        case "order":
            return of_order(key)
        case "rma":
            return of_rma(key, order_of(body))
        case "refund_report":
            return TOLD + _of(body).case_id
    return None


def order_of(body: bytes) -> str:
    """Return the order that an announced return names; empty for none."""
    return _of(body).order_number


def sealed(keys: SubjectKeys, records: Sequence[Stored], now_ms: int) -> Sequence[bytes]:
    """Return the bodies as they are to be kept; keys that lack are made, and kept by then."""
    return sealed_with(keys, records, [b""] * len(records), now_ms)[0]


def sealed_with(
    keys: SubjectKeys, records: Sequence[Stored], made: Sequence[bytes], now_ms: int
) -> tuple[Sequence[bytes], Sequence[bytes]]:
    """Return bodies, and what was made of each, as they are to be kept: under the same keys.

    Of a record that names nobody nothing made is kept.
    """
    subjects = [subject_of(*record) if record.body else None for record in records]
    held = keys.made({subject for subject in subjects if subject is not None}, now_ms)
    bodies, beside = [], []
    for subject, record, one in zip(subjects, records, made, strict=True):
        if subject is None:
            bodies.append(record.body)
            beside.append(b"")
            continue
        bodies.append(_wrapped(subject, held[subject], record))
        made_of = of_record(record.kind, record.key, one)
        beside.append(_wrapped(subject, held[subject], made_of) if one else b"")
    return bodies, beside


def of_record(kind: str, key: str, made: bytes) -> Stored:
    """Return what was made of a record, as it lies in the database."""
    return Stored(f"made {kind}", key, made)


def opened(keys: SubjectKeys, records: Sequence[Stored]) -> Sequence[bytes | None]:
    """Return the bodies of records; None for one whose key was forgotten.

    Raises:
        Trouble: ``hub-keys-missing``: a key is neither there nor was it forgotten.
    """
    bodies = readable(keys, records)
    closed = [record for record, body in zip(records, bodies, strict=True) if body is None]
    if without_key(keys, closed):
        raise Trouble("hub-keys-missing")
    return bodies


def readable(keys: SubjectKeys, records: Sequence[Stored]) -> Sequence[bytes | None]:
    """Return the bodies of records; None for one that no key opens."""
    subjects = [sealed_for(record.body) for record in records]
    held = keys.keys_of({subject for subject in subjects if subject is not None})
    return [
        record.body if subject is None else _unwrapped(subject, held, record)
        for subject, record in zip(subjects, records, strict=True)
    ]


def without_key(keys: SubjectKeys, records: Collection[Stored]) -> frozenset[str]:
    """Return whose keys are neither there nor were forgotten: their database is not the right one.

    A record that was sealed with a key that was forgotten since, and made anew, is not among them.
    """
    wanted = {sealed_for(record.body) for record in records} - {None}
    subjects = {subject for subject in wanted if subject is not None}
    if not subjects:
        return frozenset()
    return frozenset(subjects - keys.keys_of(subjects).keys() - keys.forgotten(subjects))


def sealed_for(body: bytes) -> str | None:
    """Return whose key a body was sealed with; None when it is not sealed.

    >>> sealed_for(b'{"number":"1"}'), sealed_for(bytes([1, 0, 3]) + b"a:b" + bytes(16))
    (None, 'a:b')
    """
    if not body.startswith(MARK):
        return None
    start = len(MARK) + _LENGTH_BYTES
    length = int.from_bytes(body[len(MARK) : start], "big")
    return body[start : start + length].decode("utf-8", "replace")


def _of(body: bytes) -> _OfOrder:
    try:
        return msgspec.json.decode(body, type=_OfOrder)
    except UNREADABLE:
        return _OfOrder()


def _wrapped(subject: str, key: bytes, record: Stored) -> bytes:
    name = subject.encode()
    content = seal(key, record.body, record.kind.encode(), record.key.encode())
    return MARK + len(name).to_bytes(_LENGTH_BYTES, "big") + name + content


def _unwrapped(subject: str, held: Mapping[str, bytes], record: Stored) -> bytes | None:
    key = held.get(subject)
    if key is None:
        return None
    content = record.body[len(MARK) + _LENGTH_BYTES + len(subject.encode()) :]
    try:
        return unseal(key, content, record.kind.encode(), record.key.encode())
    except Unsealable:
        return None
