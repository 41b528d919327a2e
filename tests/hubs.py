"""A hub as a process of its own, on a port of this machine."""

import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import urllib3

from ports import free_port
from returnstation.hub.serving import open_hub
from returnstation.hub.stations import CODE_BYTES
from waiting import PATIENCE


@dataclass
class HubProcess:
    """A hub that can be killed and started again."""

    home: Path
    port: int
    database: str = ""
    pid: int | None = None
    options: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        database = ["--database", self.database] if self.database else []
        listen = ["serve", "--listen", f"127.0.0.1:{self.port}", *self.options]
        arguments = [sys.executable, "-m", "returnstation", "--home", str(self.home), "hub"]
        self.home.mkdir(parents=True, exist_ok=True)
        log = os.open(self.home / "hub.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.pid = os.posix_spawn(
            sys.executable,
            [*arguments, *database, *listen],
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)],
            setpgroup=0,
        )
        os.close(log)
        self._wait()

    @property
    def is_running(self) -> bool:
        return self.pid is not None

    def kill(self) -> None:
        """End all its processes as a power cut would."""
        if self.pid is not None:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = None

    def code_for(self, site: str) -> str:
        hub = open_hub(self.home, self.database)
        with closing(hub.database):
            fresh = secrets.token_bytes(CODE_BYTES)
            return hub.stations.offer(site, "Desk", fresh, hub.now_ms())

    def _wait(self) -> None:
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            try:
                answer = urllib3.request("GET", f"{self.url}/healthz", timeout=2, retries=False)
                if answer.status == 200:
                    return
            except urllib3.exceptions.HTTPError:
                time.sleep(0.05)
        raise AssertionError((self.home / "hub.log").read_text())


@contextmanager
def a_hub(home: Path, database: str = "", options: tuple[str, ...] = ()) -> Iterator[HubProcess]:
    """Run a hub; the options are those of ``hub serve``."""
    process = HubProcess(home, free_port(), database, options=options)
    try:
        process.start()
        yield process
    finally:
        process.kill()
