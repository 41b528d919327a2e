"""How fast orders come down from a hub: page by page, and as a whole cache."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from threading import Event, Thread

import msgspec

from returnstation.cli.bench.figures import Figure, figure
from returnstation.cli.bench.sales import Sales
from returnstation.domain.orders import Order
from returnstation.storage.cache import CacheDatabase
from returnstation.storage.feeding import Feeding
from returnstation.storage.loading import Rows, rows_of
from returnstation.storage.made_rows import MADE_FORMAT, made_row
from returnstation.storage.snapshots import build_snapshot, unpack_snapshot
from returnstation.wire.feeds import LARGEST_PAGE, MOST_ROWS, Cursor, Page, Row, key_of
from returnstation.wire.packing import packed, unpacked

_SHARD = "merchant:bench"
_LIVE = ("INSERT INTO code ", "INSERT OR IGNORE INTO identifier ")


def measure_pages(home: Path, orders: int) -> Figure:
    """Take orders in page by page, beside the bare statements that write the same rows.

    Pages are as a hub sends them, with what the cache makes of each record. How long it takes
    where they come without, from a hub that is older or newer, stands in the note. All take the
    same page in turn, so that what else the machine does disturbs them alike.
    """
    home.mkdir(parents=True, exist_ok=True)
    made: list[float] = []
    plain: list[float] = []
    bare: list[float] = []
    bytes_made = bytes_plain = 0
    with (
        closing(CacheDatabase(home / "pages.db")) as taking,
        closing(CacheDatabase(home / "plain.db")) as making,
        closing(CacheDatabase(home / "bare.db")) as writing,
    ):
        for start in range(0, orders, MOST_ROWS):
            sold = _sold(range(start, min(start + MOST_ROWS, orders)))
            statements = rows_of(list(enumerate(sold, start + 1)), [])
            rows = _rows(sold, start + 1)
            with_made, without = packed(_page(rows)), packed(_page(_plain(rows)))
            bytes_made, bytes_plain = bytes_made + len(with_made), bytes_plain + len(without)
            made.append(_timed(partial(_apply, taking, with_made)))
            bare.append(_timed(partial(_write, writing, statements)))
            plain.append(_timed(partial(_apply, making, without)))
    return figure(
        "sync-pages",
        made,
        target_ms=None,
        against=("bare statements that write the same rows with the same indexes", bare),
        note=f"pages of {MOST_ROWS}; {orders * 1000 / sum(made):,.0f} orders a second,"
        f" bare {orders * 1000 / sum(bare):,.0f} ({sum(bare) / sum(made):.2f} of it),"
        f" made here {orders * 1000 / sum(plain):,.0f} ({sum(bare) / sum(plain):.2f});"
        f" {bytes_made / orders:.0f} bytes an order on the way, {bytes_plain / orders:.0f} without"
        " what was made",
    )


def measure_snapshot(home: Path, orders: int) -> Figure:
    """Take the same orders over as one file, beside taking them page by page."""
    home.mkdir(parents=True, exist_ok=True)
    rows = _rows(_sold(range(orders)))
    told = build_snapshot(home / "whole.zst", rows, "bench", {_SHARD: Cursor(orders, 1)})
    whole = _timed(partial(unpack_snapshot, home / "whole.zst", told, home / "whole.db"))
    with closing(CacheDatabase(home / "pages.db")) as cache:
        pages = [packed(page) for page in _pages(rows)]
        paged = sum(_timed(partial(_apply, cache, page)) for page in pages)
    return figure(
        "sync-snapshot",
        [whole],
        target_ms=paged / 5,
        against=("the same orders page by page", [paged]),
        note=f"{orders:,} orders, {told.size / 1e6:,.0f} MB on the way, checked;"
        f" {paged / whole:.1f} times as fast",
    )


@contextmanager
def orders_coming_in(folder: Path, orders: int) -> Iterator[None]:
    """Let a thread take orders in, page by page, into one new cache after the other."""
    folder.mkdir(parents=True, exist_ok=True)
    starts = range(0, orders, MOST_ROWS)
    pages = [_packed_page(start, min(start + MOST_ROWS, orders)) for start in starts]
    stopping = Event()

    def take() -> None:
        for number in count(1):
            with closing(CacheDatabase(folder / f"{number}.db")) as cache:
                for page in pages:
                    if stopping.is_set():
                        return
                    _apply(cache, page)

    thread = Thread(target=take)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def _sold(numbers: Iterable[int]) -> Sequence[Order]:
    sales = Sales(datetime.now(UTC).date())
    return [sales.order(number) for number in numbers]


def _rows(sold: Sequence[Order], first: int = 1) -> Sequence[Row]:
    bodies = map(msgspec.json.encode, sold)
    return [
        Row(
            kind="order",
            key=key_of(each.merchant_id, each.number),
            n=n,
            is_deleted=False,
            body=body,
            made=made_row("order", body),
        )
        for n, (each, body) in enumerate(zip(sold, bodies, strict=True), first)
    ]


def _plain(rows: Sequence[Row]) -> Sequence[Row]:
    return [msgspec.structs.replace(row, made=b"") for row in rows]


def _pages(rows: Sequence[Row]) -> Sequence[Page]:
    return [_page(rows[start : start + MOST_ROWS]) for start in range(0, len(rows), MOST_ROWS)]


def _packed_page(start: int, end: int) -> bytes:
    return packed(_page(_rows(_sold(range(start, end)), start + 1)))


def _page(rows: Sequence[Row]) -> Page:
    return Page(
        generation="bench",
        shard=_SHARD,
        rows=tuple(rows),
        n=rows[-1].n,
        mark=1,
        is_last=False,
        made_format=MADE_FORMAT,
    )


def _apply(cache: CacheDatabase, page: bytes) -> object:
    return Feeding(cache).apply(unpacked(page, Page, LARGEST_PAGE))


def _write(cache: CacheDatabase, statements: Rows) -> None:
    with cache.writing() as connection:
        for statement, rows in statements.items():
            if rows:
                connection.exec_driver_sql(statement.replace(*_LIVE), list(rows))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000
