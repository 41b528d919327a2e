"""A whole cache as one file: made at the hub, taken over by stations.

A million orders as a file with its indexes are there nine times sooner than page by page.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec
import zstandard

from returnstation.application.troubles import Trouble
from returnstation.storage.cache import CACHE_FORMAT, CacheDatabase
from returnstation.storage.engine import open_engine, troubles_named
from returnstation.storage.feeding import Feeding
from returnstation.storage.loading import loading, made_rows_of
from returnstation.storage.made_rows import MADE_FORMAT, MadeOrder, MadeRma, orders_in, rmas_in
from returnstation.wire.feeds import START, Cursor, Page, Row, Snapshot

_AT_ONCE = 1 << 20
_AT_A_TIME = 5000
_SIDE_FILES = ("-wal", "-shm")
_NUMBERED = frozenset({"order", "rma"})

_M = TypeVar("_M", MadeOrder, MadeRma)


def build_snapshot(
    target: Path, rows: Iterable[Row], generation: str, cursors: Mapping[str, Cursor]
) -> Snapshot:
    """Write records into a new cache, packed, and return what describes it.

    Args:
        target: The packed file; its name is the snapshot's.
        rows: Every record that is to be in it, none of them deleted, merchants first; what was
            made of them, if anything, by this program.
        generation: Of the feeds.
        cursors: How far the feeds had come when the rows were read.
    """
    raw = target.with_suffix(".db")
    _remove(raw)
    with closing(CacheDatabase(raw)) as cache:
        _fill(cache, rows, generation, cursors)
    # The last connection that closed has taken the journal into the file.
    digest, size = _packed(raw, target)
    _remove(raw)
    return Snapshot(
        name=target.name,
        format=CACHE_FORMAT,
        generation=generation,
        cursors=dict(cursors),
        size=target.stat().st_size,
        raw_size=size,
        sha256=digest,
    )


def unpack_snapshot(packed: Path, told: Snapshot, target: Path) -> None:
    """Write the file inside a snapshot, proved and whole, under its name.

    Raises:
        Trouble: ``snapshot-damaged``, ``snapshot-other-format`` or ``disk-full``.
    """
    if told.format != CACHE_FORMAT:
        raise Trouble("snapshot-other-format", format=told.format)
    part = target.with_suffix(".part")
    _remove(part)
    try:
        _unpack(packed, told, part)
        _remove(target)
        part.replace(target)
    finally:
        _remove(part)  # half a cache would fill the disk of a desk, and name customers


def _unpack(packed: Path, told: Snapshot, part: Path) -> None:
    digest, size = hashlib.sha256(), 0
    try:
        with packed.open("rb") as source, part.open("wb") as out:
            reader = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(source)
            while some := reader.read(_AT_ONCE):
                size += len(some)
                if size > told.raw_size:
                    break
                digest.update(some)
                out.write(some)
            out.flush()
            os.fsync(out.fileno())
    except zstandard.ZstdError as odd:
        raise Trouble("snapshot-damaged", name=told.name) from odd
    except OSError as odd:
        code = "disk-full" if odd.errno in {28, 122} else "disk-trouble"
        raise Trouble(code, file=part.name) from odd
    if (size, digest.hexdigest()) != (told.raw_size, told.sha256) or not _is_whole(part):
        raise Trouble("snapshot-damaged", name=told.name)


def _fill(
    cache: CacheDatabase, rows: Iterable[Row], generation: str, cursors: Mapping[str, Cursor]
) -> None:
    plain: list[Row] = []
    with loading(cache) as load:
        for number, some in enumerate(_pieces(rows)):
            plain += [row for row in some if row.kind not in _NUMBERED]
            first = number * _AT_A_TIME + 1
            orders = _with_bodies([row for row in some if row.kind == "order"], orders_in)
            rmas = _with_bodies([row for row in some if row.kind == "rma"], rmas_in)
            load.put(made_rows_of(list(enumerate(orders, first)), list(enumerate(rmas, first))))
    Feeding(cache).apply(_page(generation, "", plain, START))
    for shard, cursor in cursors.items():
        Feeding(cache).apply(_page(generation, shard, [], cursor))


def _page(generation: str, shard: str, rows: Sequence[Row], cursor: Cursor) -> Page:
    return Page(
        generation=generation,
        shard=shard,
        rows=tuple(rows),
        n=cursor.n,
        mark=cursor.mark,
        is_last=True,
    )


def _pieces(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    rest = iter(rows)
    while some := tuple(islice(rest, _AT_A_TIME)):
        yield some


def _with_bodies(
    rows: Sequence[Row], made_in: Callable[[Sequence[Row], int], list[_M]]
) -> list[_M]:
    """Return what rows are made into; it came with them by a hub that runs this program."""
    return [
        one if one.body else msgspec.structs.replace(one, body=row.body)
        for one, row in zip(made_in(rows, MADE_FORMAT), rows, strict=True)
    ]


def _packed(raw: Path, target: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with raw.open("rb") as source, target.open("wb") as out:
        with zstandard.ZstdCompressor(level=3, threads=1).stream_writer(
            out, closefd=False
        ) as packing:
            while some := source.read(_AT_ONCE):
                digest.update(some)
                size += len(some)
                packing.write(some)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size


def _is_whole(file: Path) -> bool:
    with troubles_named(file):
        engine = open_engine(file, synchronous="NORMAL")
        with engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        engine.dispose()
    return bool(found == "ok")


def _remove(file: Path) -> None:
    for name in (file.name, *(f"{file.name}{side}" for side in _SIDE_FILES)):
        file.with_name(name).unlink(missing_ok=True)
