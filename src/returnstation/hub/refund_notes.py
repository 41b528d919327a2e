"""What merchants wrote of refunds, as it lies in the database: sealed under the key of its case.

It stands in text, among other things: in the report, in what its merchant sees of the refund, and
in webhooks. A sealed note begins with a character that none begins with, and is opened only when
it is read or sent; once the key is forgotten it reads as if nothing had been written.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from returnstation.hub.merchant_views import RefundOut
from returnstation.hub.subject_keys import TOLD, SubjectKeys
from returnstation.wire.sealing import Unsealable, seal, unseal

MARK = "\x01"
"""How a sealed note begins."""

_IN_JSON = rb'"\u0001'
_CONTEXT = b"note"


class Noted(NamedTuple):
    """A note, and of what it is."""

    case_id: str
    key: str
    note: str

    @property
    def is_sealed(self) -> bool:
        """Whether it can be read with its key only."""
        return self.note.startswith(MARK)


class _Value(msgspec.Struct):
    is_gone: bool
    value: msgspec.Raw


class _Event(msgspec.Struct):
    type: str
    timestamp: msgspec.Raw
    data: _Value


def sealed_notes(keys: SubjectKeys, notes: Sequence[Noted], now_ms: int) -> Sequence[str]:
    """Return notes as they are to be kept; one that is empty, or is sealed already, stays."""
    subjects = {TOLD + each.case_id for each in notes if each.note and not each.is_sealed}
    held = keys.made(subjects, now_ms)
    return [
        _sealed(held[TOLD + each.case_id], each) if each.note and not each.is_sealed else each.note
        for each in notes
    ]


def opened_refunds(keys: SubjectKeys, bodies: Sequence[bytes]) -> list[bytes]:
    """Return refunds as their merchant sees them, with what was written of them."""
    seen = {place: refund_in(body) for place, body in enumerate(bodies) if _IN_JSON in body}
    held = _keys_of(keys, seen.values())
    opened = list(bodies)
    for place, refund in seen.items():
        opened[place] = body_with(refund, _opened(held, noted(refund)))
    return opened


def opened_event(keys: SubjectKeys, body: bytes) -> bytes:
    """Return what is sent of a refund's event, with what was written of the refund."""
    value = value_in(body)
    (refund,) = opened_refunds(keys, [value])
    return event_with(body, refund) if refund != value else body


def value_in(event: bytes) -> bytes:
    """Return what an event tells of."""
    return bytes(msgspec.json.decode(event, type=_Event).data.value)


def event_with(event: bytes, value: bytes) -> bytes:
    """Return an event that tells of something else."""
    told = msgspec.json.decode(event, type=_Event)
    told.data.value = msgspec.Raw(value)
    return msgspec.json.encode(told)


def refund_in(body: bytes) -> RefundOut:
    """Return a refund as it is kept for its merchant."""
    return msgspec.json.decode(body, type=RefundOut)


def noted(refund: RefundOut) -> Noted:
    """Return what was written of a refund."""
    return Noted(refund.case_id, refund.key, refund.note)


def body_with(refund: RefundOut, note: str) -> bytes:
    """Return a refund with another note, as it is kept for its merchant."""
    now = msgspec.structs.replace(refund, note=note)
    return msgspec.json.encode(now, order="deterministic")


def _keys_of(keys: SubjectKeys, refunds: Iterable[RefundOut]) -> Mapping[str, bytes]:
    subjects = {TOLD + refund.case_id for refund in refunds}
    return keys.keys_of(subjects) if subjects else {}


def _sealed(key: bytes, whole: Noted) -> str:
    content = seal(key, whole.note.encode(), _CONTEXT, whole.key.encode())
    return MARK + b64encode(content).decode()


def _opened(held: Mapping[str, bytes], whole: Noted) -> str:
    if not whole.is_sealed:
        return whole.note
    key = held.get(TOLD + whole.case_id)
    if key is None:
        return ""
    try:
        content = b64decode(whole.note.removeprefix(MARK), validate=True)
        return unseal(key, content, _CONTEXT, whole.key.encode()).decode()
    except (Unsealable, ValueError):
        return ""
