"""A hub on PostgreSQL that is killed, copied and put back while its stations go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from urllib.parse import urlsplit

import psycopg
from numpy.random import Generator
from psycopg.errors import ObjectInUse

from hubs import HubProcess
from postgres import PostgresServer, new_database
from returnstation.cli.main import main
from returnstation.hub.hub import Hub
from returnstation.hub.serving import open_hub
from simulated_site import note

_TRIES = 50
_ENDS_S = 0.05


@dataclass
class SimulatedHub:
    """A hub as processes, the same one opened here, and a copy of its database.

    Attributes:
        alone: Held by whoever stops the processes.
    """

    server: PostgresServer
    process: HubProcess
    opened: Hub
    alone: Lock = field(default_factory=Lock)
    copy: str = ""

    def command(self, *words: str) -> None:
        """Do what a person does at the hub's machine."""
        home, database = str(self.process.home), self.process.database
        assert main(["--home", home, "hub", "--database", database, *words]) == 0

    def back_up(self) -> None:
        """Copy the database as it is at one moment."""
        with self._stopped():
            self.copy = self.copy or _name(new_database(self.server))
            self._replace(self.copy, _name(self.process.database))

    def put_back(self) -> None:
        """Put the copy in place, by the book."""
        with self._stopped():
            self._replace(_name(self.process.database), self.copy)
            self.command("restored")
        self.opened.database.close()
        self.opened = open_hub(self.process.home, self.process.database)

    def _replace(self, name: str, by: str) -> None:
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
            _create(connection, name, by)

    @contextmanager
    def _stopped(self) -> Iterator[None]:
        with self.alone:
            self.process.kill()
            self.opened.database.close()
            try:
                yield
            finally:
                self.process.start()

    @contextmanager
    def killed_now_and_then(self, random: Generator) -> Iterator[None]:
        """Cut the power of the hub again and again."""
        ended = Event()

        def kill() -> None:
            while not ended.wait(float(random.uniform(3, 6))):
                note("killed")
                with self.alone:
                    self.process.kill()
                    self.process.start()

        killer = Thread(target=kill)
        killer.start()
        try:
            yield
        finally:
            ended.set()
            killer.join()


def open_simulated(server: PostgresServer, process: HubProcess) -> SimulatedHub:
    """Open the hub of some processes."""
    return SimulatedHub(server, process, open_hub(process.home, process.database))


def _create(connection: psycopg.Connection, name: str, by: str) -> None:
    sessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    waiting = Event()
    for _ in range(_TRIES):
        connection.execute(sessions, (by,))
        try:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {by}".encode())
        except ObjectInUse:
            waiting.wait(_ENDS_S)  # a session of a process that was killed just now
        else:
            return
    raise AssertionError(by)


def _name(address: str) -> str:
    return urlsplit(address).path.removeprefix("/")
