"""Take in what merchants send: orders, announced returns and products, one or many at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import select

from returnstation.domain.orders import Order, Product, Rma
from returnstation.hub.merchant_checks import CHECKS, Wrong, is_key
from returnstation.hub.merchant_views import RefusedItem, Taken
from returnstation.hub.merchants import Merchants
from returnstation.hub.records import Change
from returnstation.hub.refusing import NotDone
from returnstation.hub.tables import RECORD
from returnstation.wire.feeds import MERCHANT_SHARD, key_of
from returnstation.wire.packing import UNREADABLE

MOST_ITEMS = 1000
"""Of one request."""

_LONGEST_WHY = 200


class _Sort(NamedTuple):
    kind: str
    type: type[Any]
    name: str


SORTS = {
    "orders": _Sort("order", Order, "number"),
    "rmas": _Sort("rma", Rma, "number"),
    "products": _Sort("product", Product, "sku"),
}
"""What can be sent, by the word in the address."""


@dataclass(frozen=True, slots=True)
class MerchantIntake:
    """Takes in what merchants send, and writes it into the feed their stations follow."""

    merchants: Merchants

    def take(self, merchant_id: str, word: str, content: bytes, now_ms: int) -> Taken:
        """Keep what is good of one thing or a list; the same again changes nothing.

        Raises:
            NotDone: ``json-malformed``, ``batch-too-large`` or ``batch-empty``.
        """
        raw = _items(content)
        good: list[Change] = []
        refused: list[RefusedItem] = []
        for index, item in enumerate(raw):
            try:
                good.append(_change(merchant_id, word, item))
            except _BadItem as bad:
                field, code, why = bad.wrong
                refused.append(RefusedItem(index=index, field=field, code=code, why=why))
        changed = self._put(merchant_id, good, now_ms)
        return Taken(taken=len(good), changed=changed, refused=refused)

    def delete(self, merchant_id: str, word: str, name: str, now_ms: int) -> None:
        """Take something back; stations forget it.

        Raises:
            NotDone: ``record-unknown``.
        """
        kind = SORTS[word].kind
        if not is_key(name):
            raise NotDone("record-unknown")
        key = key_of(merchant_id, name)
        with self.merchants.database.work() as connection:
            known = select(RECORD.c.is_deleted).where(
                RECORD.c.shard == f"{MERCHANT_SHARD}{merchant_id}",
                RECORD.c.kind == kind,
                RECORD.c.key == key,
            )
            if connection.scalar(known) is None:
                raise NotDone("record-unknown")
            records = self.merchants.records(connection, merchant_id, now_ms)
            records.put([Change(kind, key, None)])

    def _put(self, merchant_id: str, changes: Sequence[Change], now_ms: int) -> int:
        if not changes:
            return 0
        with self.merchants.database.work() as connection:
            return self.merchants.records(connection, merchant_id, now_ms).put(changes)


class _BadItem(Exception):
    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.code)
        self.wrong = wrong


def _items(content: bytes) -> Sequence[bytes]:
    try:
        # What stands within is read one by one, so that one bad thing spoils no other.
        if content.lstrip()[:1] == b"[":
            items = msgspec.json.decode(content, type=list[msgspec.Raw])
        else:
            items = [msgspec.json.decode(content, type=msgspec.Raw)]
    except UNREADABLE as odd:
        raise NotDone("json-malformed", str(odd)[:_LONGEST_WHY]) from odd
    if not items:
        raise NotDone("batch-empty")
    if len(items) > MOST_ITEMS:
        raise NotDone("batch-too-large", str(len(items)))
    return [bytes(item) for item in items]


def _change(merchant_id: str, word: str, item: bytes) -> Change:
    sort = SORTS[word]
    value = _decoded(item, sort.type)
    if value.merchant_id != merchant_id:
        raise _BadItem(Wrong("merchant_id", "merchant-foreign"))
    wrong = next(_wrong(word, value), None)
    if wrong is not None:
        raise _BadItem(wrong)
    body = msgspec.json.encode(value)
    if b"\\u0000" in body:
        raise _BadItem(Wrong("", "text-wrong", "holds a character NUL"))
    return Change(sort.kind, key_of(merchant_id, getattr(value, sort.name)), body)


def _wrong(word: str, value: Any) -> Iterator[Wrong]:
    return CHECKS[word](value)


def _decoded(item: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(item, type=kind)
    except msgspec.ValidationError as odd:
        why, _, where = str(odd).partition(" - at `$")
        code = "field-missing" if "missing required field" in why else "field-wrong"
        raise _BadItem(Wrong(where.strip("`."), code, why[:_LONGEST_WHY])) from odd
    except UNREADABLE as odd:
        raise _BadItem(Wrong("", "json-malformed", str(odd)[:_LONGEST_WHY])) from odd
