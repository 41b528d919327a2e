"""Power is cut a thousand times: no confirmed fact is lost, and no file is damaged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import apsw
import pytest
from numpy.random import default_rng
from pysqlite3 import dbapi2
from sqlalchemy import Connection, event

from builders import an_order
from power_cuts import AfterCut, Disk, LoggedVfs, cuts
from returnstation.storage.audit import verify
from stations import Worker, a_station

CUTS = 1000
NAME = "station.db"
CHANGES = ("INSERT", "UPDATE", "DELETE")

_VFS = count(1)


@dataclass(frozen=True)
class Transaction:
    """Statements with their values, and the number of the last fact among them."""

    statements: Sequence[tuple[str, Any]]
    head: int


@dataclass(frozen=True)
class Written:
    """What a desk really wrote: the file it began with, and its transactions."""

    before: bytes
    transactions: Sequence[Transaction]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    home = tmp_path_factory.mktemp("desk")
    with a_station(home):
        pass
    before = (home / NAME).read_bytes()
    statements: list[tuple[str, Any]] = []
    transactions: list[Transaction] = []

    def note(*told: Any) -> None:
        sql, values, is_many = told[2], told[3], told[5]
        if sql.startswith(CHANGES):
            statements.extend((sql, row) for row in (values if is_many else [values]))

    def keep(_connection: Connection) -> None:
        heads = [row[0] for sql, row in statements if sql.startswith("INSERT INTO fact ")]
        transactions.append(Transaction(tuple(statements), max(heads, default=0)))
        statements.clear()

    with a_station(home) as station:
        statements.clear()
        event.listen(station.database.engine, "before_cursor_execute", note)
        event.listen(station.database.engine, "commit", keep)
        worker = Worker(station)
        worker.desk.scan(an_order().shipments[0].tracking)
        worker.through(an_order().lines[0].gtin or "")
        for badge in ("SUPERVISOR", "OPERATOR") * 30:
            Worker(station, badge)
    return Written(before, [part for part in transactions if part.head])


def done_again(written: Written, folder: Path, synchronous: str, pages: int = 20) -> Disk:
    """Do the transactions again on a disk whose every write is logged."""
    disk, name = Disk(), f"logged-{next(_VFS)}"
    vfs = LoggedVfs(name, disk)
    file = folder / NAME
    file.write_bytes(written.before)
    connection = apsw.Connection(str(file), vfs=name)
    # Without shared memory WAL needs the file for itself.
    connection.pragma("locking_mode", "exclusive")
    assert connection.pragma("journal_mode", "wal") == "wal"
    connection.pragma("synchronous", synchronous)
    connection.pragma("wal_autocheckpoint", pages)  # few, so that cuts fall into checkpoints
    for transaction in written.transactions:
        connection.execute("BEGIN IMMEDIATE")
        for sql, values in transaction.statements:
            list(connection.execute(sql, values))
        connection.execute("COMMIT")
        disk.confirm(transaction.head)
    connection.close()
    del vfs
    return disk


def wrong(found: AfterCut, folder: Path) -> Iterator[str]:
    """Yield what is wrong with what is there after a cut."""
    for side in ("", "-wal", "-shm"):
        (folder / f"{NAME}{side}").unlink(missing_ok=True)
    for name, content in found.files.items():
        (folder / name).write_bytes(content)
    connection = dbapi2.connect(folder / NAME)
    whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    if whole != "ok":
        yield "damaged"
        return
    proof = verify(folder / NAME)
    if proof.bad is not None:
        yield "broken chain"
    if proof.facts < max(found.confirmed, default=0):
        yield "lost"


def troubles(written: Written, folder: Path, synchronous: str) -> list[str]:
    random = default_rng(20_261_122)
    disk = done_again(written, folder, synchronous)
    return [
        trouble
        for found in cuts(disk, {NAME: written.before}, CUTS, random)
        for trouble in wrong(found, folder)
    ]


def test_no_cut_loses_a_confirmed_fact_or_damages_the_file(
    written: Written, tmp_path: Path
) -> None:
    assert len(written.transactions) > 60
    assert troubles(written, tmp_path, "full") == []


def test_a_file_that_is_synced_only_now_and_then_is_caught_losing_facts(
    written: Written, tmp_path: Path
) -> None:
    found = troubles(written, tmp_path, "normal")
    assert set(found) == {"lost"}


def test_a_finished_act_is_one_sync_of_the_disk(written: Written, tmp_path: Path) -> None:
    disk = done_again(written, tmp_path, "full", pages=1_000_000)

    syncs, counts = 0, []
    for entry in disk.log:
        syncs += entry[0] == "synced"
        if entry[0] == "confirmed":
            counts.append(syncs)
            syncs = 0

    # The first one begins the journal.
    assert set(counts[1:]) == {1}
