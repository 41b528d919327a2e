"""Real counterparts for printing over IPP: ``ippeveprinter``, and a CUPS of the test's own.

Where they are not installed, tests are skipped and say so; in continuous integration
(``CI=true``) that is a failure.
"""

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from getpass import getuser
from pathlib import Path
from threading import Thread
from typing import NoReturn

import pytest

from ports import free_port
from returnstation.printing.ipp_client import Declined, IppClient, NoAnswer, NotConnected, Place
from waiting import comes

_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
_BUS = """<busconfig><type>system</type><listen>unix:path={folder}/bus</listen>
<policy context="default"><allow user="*"/><allow own="*"/><allow eavesdrop="true"/>
<allow send_destination="*" eavesdrop="true"/></policy></busconfig>"""
_AVAHI = """[server]
host-name=returns-test
use-ipv6=no
allow-interfaces=lo
[publish]
publish-workstation=no
"""
# Keeps the document, and has the faults for which there is a file.
_COMMAND = """#!/bin/sh
cp "$1" "{folder}/$(basename "{folder}").doc"
if [ -e "{folder}/media-empty" ]; then echo 'STATE: +media-empty-error' >&2
  while [ -e "{folder}/media-empty" ]; do sleep 0.05; done
  echo 'STATE: -media-empty-error' >&2
fi
while [ -e "{folder}/stuck" ]; do sleep 0.05; done
"""
_FILES_CONF = """SystemGroup root
User {user}
Group {group}
ServerRoot {folder}/etc
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/state
TempDir {folder}/temp
AccessLog {folder}/access.log
ErrorLog {folder}/error.log
PageLog {folder}/page.log
"""
_CUPSD_CONF = """Listen 127.0.0.1:{port}
Browsing No
WebInterface No
DefaultAuthType None
<Location />
Allow from 127.0.0.1
</Location>
<Location /admin>
Allow from 127.0.0.1
</Location>
<Policy default>
<Limit All>
Order deny,allow
Allow from 127.0.0.1
</Limit>
</Policy>
"""


def program(name: str) -> str:
    """Return where a program is; without it a test is skipped, in CI it fails."""
    found = shutil.which(name, path=_PATH)
    if found is None:
        unavailable(f"{name} is not installed")
    return found


def unavailable(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


class Started:
    """A program of the system, and what it says in a log."""

    def __init__(self, command: Sequence[str], log: Path, environ: Mapping[str, str]) -> None:
        to_log = (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT, 0o600)
        self._pid = os.posix_spawn(
            command[0],
            list(command),
            os.environ | environ,
            file_actions=[to_log, (os.POSIX_SPAWN_DUP2, 1, 2)],
        )
        self.code: int | None = None

    def has_ended(self) -> bool:
        if self.code is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code is not None

    def stop(self) -> None:
        for asked in (signal.SIGTERM, signal.SIGKILL):
            if not self.has_ended():
                os.kill(self._pid, asked)
                comes(self.has_ended)


@contextmanager
def running(command: Sequence[str], folder: Path, **environ: str) -> Iterator[Started]:
    program = Started(command, folder / f"{Path(command[0]).name}.log", environ)
    try:
        yield program
    finally:
        program.stop()


@contextmanager
def open_folder() -> Iterator[Path]:
    """Make a folder that the user of CUPS may enter, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="ipp-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def names_service() -> Iterator[dict[str, str]]:
    """Run what ippeveprinter will not start without: a bus and Avahi, our own unless they run."""
    if all(Path("/run", part).exists() for part in ("avahi-daemon/pid", "dbus/system_bus_socket")):
        yield {}
        return
    bus, avahi = program("dbus-daemon"), program("avahi-daemon")
    with open_folder() as folder:
        (folder / "bus.conf").write_text(_BUS.format(folder=folder))
        (folder / "avahi.conf").write_text(_AVAHI)
        address = f"unix:path={folder}/bus"
        options = ("--no-chroot", "--no-drop-root", "--no-rlimits", "-f", f"{folder}/avahi.conf")
        with running((bus, f"--config-file={folder}/bus.conf", "--nofork"), folder):
            assert comes((folder / "bus").exists)
            with running((avahi, *options), folder, DBUS_SYSTEM_BUS_ADDRESS=address):
                yield {"DBUS_SYSTEM_BUS_ADDRESS": address}


class EveryPrinter:
    """A printer that speaks IPP Everywhere, and has faults on demand."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self.port = port
        self.address = f"ipp://localhost:{port}/ipp/print"

    @property
    def got(self) -> bytes:
        """The last document."""
        return (self._folder / f"{self._folder.name}.doc").read_bytes()

    @property
    def has_job(self) -> bool:
        return (self._folder / f"{self._folder.name}.doc").exists()

    def set_fault(self, name: str) -> None:
        (self._folder / name).touch()

    def mend(self, name: str) -> None:
        (self._folder / name).unlink()


@contextmanager
def every_printer(environ: dict[str, str], formats: str) -> Iterator[EveryPrinter]:
    ippeveprinter = program("ippeveprinter")
    with open_folder() as folder:
        command = folder / "command.sh"
        command.write_text(_COMMAND.format(folder=folder))
        command.chmod(0o755)
        for name in ("spool", "keys"):
            (folder / name).mkdir()
        port = free_port()
        options = ("-r", "off", "-n", "localhost", "-p", str(port), "-f", formats)
        more = ("-d", f"{folder}/spool", "-K", f"{folder}/keys", "-c", str(command))
        started = (ippeveprinter, *options, *more, f"Returns {port}")
        with running(started, folder, **environ) as process:
            place = Place("localhost", "/ipp/print", port)
            if not comes(lambda: answers(place) or process.has_ended()):
                unavailable("ippeveprinter does not answer")
            if process.has_ended():
                unavailable((folder / "ippeveprinter.log").read_text(errors="replace"))
            printer = EveryPrinter(folder, port)
            yield printer
            for fault in ("media-empty", "stuck"):
                with suppress(FileNotFoundError):
                    printer.mend(fault)


def answers(place: Place) -> bool:
    try:
        IppClient(place).printer(["printer-state"])
    except (NotConnected, NoAnswer):
        return False
    except Declined:
        return True
    return True


class Cups:
    """A CUPS that nobody else uses."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self._folder = folder
        self._lpadmin = program("lpadmin")

    def add(self, queue: str, device: str) -> None:
        """Add a queue that passes bytes on."""
        self._run(self._lpadmin, "-p", queue, "-E", "-v", device, "-m", "raw")

    def disable(self, queue: str) -> None:
        self._run(program("cupsdisable"), queue)

    def _run(self, *command: str) -> None:
        server = {"CUPS_SERVER": f"127.0.0.1:{self.port}"}
        done = Started(command, self._folder / "commands.log", server)
        assert comes(done.has_ended)
        assert done.code == 0


@contextmanager
def private_cups() -> Iterator[Cups]:
    # Not on Windows, where this module must load all the same.
    from grp import getgrgid

    cupsd = program("cupsd")
    is_root = os.geteuid() == 0
    user, group = ("lp", "lp") if is_root else (getuser(), getgrgid(os.getgid()).gr_name)
    with open_folder() as folder:
        for name in ("etc", "spool", "cache", "state", "temp"):
            (folder / name).mkdir()
        port = free_port()
        files, conf = folder / "etc" / "cups-files.conf", folder / "etc" / "cupsd.conf"
        files.write_text(_FILES_CONF.format(folder=folder, user=user, group=group))
        conf.write_text(_CUPSD_CONF.format(port=port))
        with running((cupsd, "-f", "-c", str(conf), "-s", str(files)), folder):
            if not comes(lambda: answers(Place("127.0.0.1", "/", port))):
                unavailable("cupsd does not answer")
            yield Cups(folder, port)


class RawPrinter(Thread):
    """Takes jobs on a port of its own, and keeps them."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(daemon=True)
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self.jobs: list[bytes] = []

    def run(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                with line, line.makefile("rb") as job:
                    self.jobs.append(job.read())

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.join(5)
