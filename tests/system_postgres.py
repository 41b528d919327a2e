"""PostgreSQL of the system, with its extensions: servers that can be killed and started again."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ports import free_port
from processes import run_command

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
_EXTENSION = sorted(Path("/usr/share/postgresql").glob("*/extension/postgres_fdw.control"))


def needed() -> None:
    """Skip, visibly, where there is none; fail in CI, whose set-up brings it."""
    if _BINARIES and _EXTENSION:
        return
    if os.environ.get("CI") == "true":
        pytest.fail("PostgreSQL with postgres_fdw is missing; .ci/system-packages brings it")
    pytest.skip("PostgreSQL with postgres_fdw is not installed")


@dataclass
class Cluster:
    """One server."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://hub@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        shutil.chown(self.folder, *_owner())
        self._run("initdb", "-D", f"{self.folder}/data", "-U", "hub", "-A", "trust", "-E", "UTF8")

    def start(self) -> None:
        options = f"-c port={self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        log = f"{self.folder}/log"
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", log, "-o", options, "start")

    def kill(self) -> None:
        """End it as a power cut would."""
        file = self.folder / "data" / "postmaster.pid"
        if file.exists():
            self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(_BINARIES[-1].with_name(program)), *arguments]
        if os.getuid() == 0:  # PostgreSQL refuses to be run by root
            command = ["runuser", "-u", "postgres", "--", *command]
        ended = run_command(*command)
        assert ended.code == 0, ended.err + ended.out


def _owner() -> tuple[str, str] | tuple[int, int]:
    return ("postgres", "postgres") if os.getuid() == 0 else (os.getuid(), os.getgid())


@contextmanager
def clusters(count: int) -> Iterator[list[Cluster]]:
    """Run so many servers."""
    needed()
    made = [Cluster(Path(tempfile.mkdtemp(prefix="pgs")), free_port()) for _ in range(count)]
    try:
        for each in made:
            each.folder.chmod(0o755)
            each.make()
            each.start()
        yield made
    finally:
        for each in made:
            each.kill()
            shutil.rmtree(each.folder, ignore_errors=True)
