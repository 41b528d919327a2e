"""A station's home with as many orders as are wanted; filled on where one is kept."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from pysqlite3 import dbapi2
from tqdm import tqdm

from returnstation.app import Station
from returnstation.application.ports import User
from returnstation.cli.bench.sales import RMA_EVERY, Sales
from returnstation.domain.containers import Container
from returnstation.domain.dispositions import Disposition
from returnstation.settings import FILE, Settings, write_settings
from returnstation.storage.cache import CacheDatabase
from returnstation.storage.filling import Filling
from returnstation.storage.loading import Rows, loading, rows_of

BADGE, PIN = "BENCH", "2468"

_AT_ONCE = 50_000
_AHEAD = 2
_ROOM = 10**9  # no measurement may stop for a full tote


def prepare_home(home: Path, orders: int) -> None:
    """Make the home unless it is there, and bring its cache to so many orders."""
    if not (home / FILE).is_file():
        write_settings(home, Settings(site="Bench", desk="1", prefix="BN1", lock_after=86_400))
    with closing(Station(home)) as station:
        _put_people(station)
        cache = station.cache
        _fill(cache, orders)


def order_count(cache: Path) -> int:
    """Return how many orders a cache holds."""
    with closing(dbapi2.connect(str(cache))) as connection:
        (count,) = connection.execute("SELECT count(*) FROM sale_order").fetchone()
        return int(count)


def _fill(cache: CacheDatabase, orders: int) -> None:
    sales = Sales(datetime.now(UTC).date())
    filling = Filling(cache)
    known = order_count(cache.path)
    if known >= orders:
        return
    filling.merchants(sales.merchants())
    filling.products(list(sales.products()))
    starts = range(known, orders, _AT_ONCE)
    parts = [range(start, min(start + _AT_ONCE, orders)) for start in starts]
    with tqdm(total=orders, initial=known, unit="order", disable=None) as progress:
        if known:
            for part in parts:
                filling.orders([sales.order(index) for index in part])
                filling.rmas([sales.rma(index) for index in part if index % RMA_EVERY == 0])
                progress.update(len(part))
        else:
            _load(cache, sales, parts, progress.update)


def _load(
    cache: CacheDatabase, sales: Sales, parts: Sequence[range], tell: Callable[[int], object]
) -> None:
    """Load an empty cache; the next rows are made by another process while some are written."""
    with ProcessPoolExecutor(1, get_context("spawn")) as maker, loading(cache) as load:
        waiting = [maker.submit(_rows, sales, part) for part in parts[:_AHEAD]]
        for place, part in enumerate(parts, start=_AHEAD):
            load.put(waiting.pop(0).result())
            if place < len(parts):
                waiting.append(maker.submit(_rows, sales, parts[place]))
            tell(len(part))


def _rows(sales: Sales, part: range) -> Rows:
    announced = [index for index in part if index % RMA_EVERY == 0]
    return rows_of(
        [(index + 1, sales.order(index)) for index in part],
        [(index // RMA_EVERY + 1, sales.rma(index)) for index in announced],
    )


def _put_people(station: Station) -> None:
    pin = station.equipment.pins.hash(PIN)
    with station.database.work() as work:
        work.people.put(
            User(user_id="bench", name="Bench", role="operator", badge=BADGE, pin_hash=pin)
        )
        for place, disposition in enumerate(Disposition, start=1):
            work.containers.put(
                Container(code=f"B-{place}", disposition=disposition, place=place, capacity=_ROOM)
            )
        work.commit()
