"""What the cache makes of a record: the words and codes it is found by.

It takes three times as long to make as to write. Whoever hands records out, the hub, has it made
once and sends it along; a cache of the same format writes it as it comes.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

import msgspec

from returnstation.domain.barcodes import canonical
from returnstation.domain.orders import Order, Rma
from returnstation.storage.cache import CACHE_FORMAT
from returnstation.storage.cache_words import columns_of, keys_of
from returnstation.wire.feeds import Row, key_of
from returnstation.wire.packing import UNREADABLE

MADE_FORMAT = CACHE_FORMAT * 100 + 1
"""Of made rows: the cache's, and beside it that of what is below."""


class MadeOrder(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An order as rows.

    Attributes:
        name, initials, place, contact, goods: What it is searched by.
        clues: The keys of what parcels are compared with.
        codes: What a scan may carry: a kind, its code, the next kind, ...
        body: The record as this program writes it; empty when it came so.
    """

    merchant_id: str
    number: str
    name: str
    initials: str
    place: str
    contact: str
    goods: str
    clues: str
    codes: tuple[str, ...]
    body: bytes = b""


class MadeRma(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An announced return as rows; what has the name of an order's is the same."""

    merchant_id: str
    number: str
    order_number: str
    requested_on: str
    codes: tuple[str, ...]
    body: bytes = b""


Made: TypeAlias = MadeOrder | MadeRma
_M = TypeVar("_M", MadeOrder, MadeRma)


def made_row(kind: str, body: bytes) -> bytes:
    """Return what the cache makes of a record, packed; empty for one it makes nothing of."""
    try:
        match kind:
            case "order":
                return msgspec.msgpack.encode(made_order(body))
            case "rma":
                return msgspec.msgpack.encode(made_rma(body))
    except UNREADABLE:
        pass  # stations say so, when they come to it
    return b""


def made_order(body: bytes) -> MadeOrder:
    """Make an order's rows.

    Raises:
        DecodeError, UnicodeDecodeError: It is none.
    """
    order = msgspec.json.decode(body, type=Order)
    return order_made(order, _unlike(order, body))


def made_rma(body: bytes) -> MadeRma:
    """Make an announced return's rows.

    Raises:
        DecodeError, UnicodeDecodeError: It is none.
    """
    rma = msgspec.json.decode(body, type=Rma)
    return rma_made(rma, _unlike(rma, body))


def order_made(order: Order, body: bytes) -> MadeOrder:
    """Return an order's rows, with the body they are to have."""
    return MadeOrder(
        order.merchant_id, order.number, *columns_of(order), keys_of(order), codes_of(order), body
    )


def rma_made(rma: Rma, body: bytes) -> MadeRma:
    """Return an announced return's rows, with the body they are to have."""
    return MadeRma(
        rma.merchant_id,
        rma.number,
        rma.order_number,
        rma.requested_on.isoformat(),
        codes_of(rma),
        body,
    )


def orders_in(rows: Sequence[Row], made_format: int) -> list[MadeOrder]:
    """Return what records of orders are made into: as it came with them, or made here.

    Raises:
        DecodeError, UnicodeDecodeError: One is no order.
    """
    return _made(rows, made_format, MadeOrder, made_order)


def rmas_in(rows: Sequence[Row], made_format: int) -> list[MadeRma]:
    """Return what records of announced returns are made into: as it came, or made here.

    Raises:
        DecodeError, UnicodeDecodeError: One is no announced return.
    """
    return _made(rows, made_format, MadeRma, made_rma)


def codes_of(record: Order | Rma) -> tuple[str, ...]:
    """Return everything a scan may carry that leads to this record, each behind its kind."""
    if isinstance(record, Rma):
        found = [("rma", record.number), ("rma_tracking", record.tracking)]
    else:
        found = [("order", record.number)]
        for sent in record.shipments:
            found += [("tracking", sent.tracking), ("sscc", sent.sscc)]
        found += [("serial", serial) for line in record.lines for serial in line.serials]
    codes = {(kind, canonical(text)) for kind, text in found if text}
    return tuple(word for code in sorted(codes) for word in code)


def _unlike(record: Order | Rma, body: bytes) -> bytes:
    own = msgspec.json.encode(record)
    return b"" if own == body else own


def _made(
    rows: Sequence[Row], made_format: int, kind: type[_M], make: Callable[[bytes], _M]
) -> list[_M]:
    if made_format != MADE_FORMAT:
        return [make(row.body) for row in rows]
    decode = msgspec.msgpack.Decoder(kind).decode
    found = []
    for row in rows:
        try:
            made = decode(row.made)
        except UNREADABLE:  # there is none, or a hub wrote nonsense
            made = make(row.body)
        found.append(made if _is_of(made, row) else make(row.body))
    return found


def _is_of(made: Made, row: Row) -> bool:
    return key_of(made.merchant_id, made.number) == row.key and len(made.codes) % 2 == 0
