"""Run the hub: as many processes as the machine has room for, behind one address."""

import logging
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from returnstation.hub.database import HubDatabase
from returnstation.hub.hub import Hub

if TYPE_CHECKING:
    from starlette.applications import Starlette

_DATABASE = "RETURNSTATION_HUB_DATABASE"
_HOME = "RETURNSTATION_HUB_HOME"


@dataclass(frozen=True, slots=True)
class Serving:
    """How the hub is served.

    Attributes:
        database: Address of its database; empty for a SQLite file in ``home``.
        home: Folder of photos, and of the file.
        host, port: Where it listens.
        workers: Processes; a SQLite file is served well by one.
        certificate, key: PEM files for TLS; None behind a proxy that ends it.
    """

    home: Path
    database: str = ""
    host: str = "127.0.0.1"
    port: int = 8420
    workers: int = 1
    certificate: Path | None = None
    key: Path | None = None


def open_hub(home: Path, database: str = "") -> Hub:
    """Open a hub.

    Raises:
        Trouble: Its database cannot be reached, or is newer than the program.
    """
    address = database or f"sqlite:///{home / 'hub.db'}"
    opened = HubDatabase(address, secrets.token_urlsafe(9))
    return Hub(opened, home, lambda: datetime.now(UTC), secrets.token_bytes)


def serve(how: Serving) -> None:
    """Serve until somebody stops it."""
    from granian.constants import Interfaces
    from granian.server import Server

    open_hub(how.home, how.database).database.close()  # trouble is told before processes start
    os.environ[_DATABASE], os.environ[_HOME] = how.database, str(how.home)
    Server(
        "returnstation.hub.serving:application",
        address=how.host,
        port=how.port,
        interface=Interfaces.ASGI,
        workers=how.workers,
        factory=True,
        log_access=False,
        ssl_cert=how.certificate,
        ssl_key=how.key,
        workers_kill_timeout=10,
        respawn_failed_workers=True,
    ).serve()


def application() -> "Starlette":
    """Return what a process serves; it is told where by its environment."""
    from returnstation.hub.server import make_app

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    return make_app(open_hub(Path(os.environ[_HOME]), os.environ[_DATABASE]))
