import errno
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from ports import free_port
from returnstation.domain.papers import JobState, Trouble
from returnstation.printing import (
    BadProfile,
    load_medium,
    load_model,
    medium_ids,
    model_ids,
    open_printer,
)
from returnstation.printing.folder import FolderTransport
from returnstation.printing.profiles import StatusDialect
from returnstation.printing.raw import Manners, Patience
from returnstation.printing.status import BadStatus
from returnstation.printing.tcp import TcpTransport
from returnstation.printing.transports import Interrupted, NotReached
from returnstation.printing.zebra_status import parse_hs
from waiting import PATIENCE

SHORT = Patience(answer=0.15, sending=0.15)
"""For printers that never do what is waited for."""
LONG = Patience(answer=PATIENCE, sending=PATIENCE)


def status(
    *, media: int = 0, paused: int = 0, head: int = 0, ribbon: int = 0, hot: int = 0, left: int = 0
) -> bytes:
    return (
        f"\x02030,{media},{paused},1245,000,0,0,0,000,0,0,{hot}\x03\r\n"
        f"\x02000,0,{head},{ribbon},0,2,6,0,{left:08d},1,000\x03\r\n\x021234,0\x03\r\n"
    ).encode()


class FakePrinter(Thread):
    """Takes one connection, answers status requests from a list, and keeps what it got."""

    def __init__(self, answers: list[bytes | None]) -> None:
        super().__init__(daemon=True)
        self._answers = answers
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.got = b""

    def run(self) -> None:
        line, _ = self._listener.accept()
        # A station that has heard enough hangs up.
        with line, self._listener, suppress(ConnectionError):
            while more := line.recv(65536):
                self.got += more
                # What a Zebra is asked when it does not answer the first question.
                self.got = self.got.replace(b"~HQES", b"")
                while b"~HS" in self.got:
                    self.got = self.got.replace(b"~HS", b"", 1)
                    if not self._answer(line):
                        return

    def _answer(self, line: socket.socket) -> bool:
        answer = self._answers.pop(0) if self._answers else b""
        if answer is None:
            return False
        line.sendall(answer)
        return True


@contextmanager
def printer(*answers: bytes | None) -> Iterator[FakePrinter]:
    fake = FakePrinter(list(answers))
    fake.start()
    yield fake
    fake.join(PATIENCE)
    assert not fake.is_alive()


def transport(
    port: int, dialect: StatusDialect = StatusDialect.HS, patience: Patience = LONG
) -> TcpTransport:
    """Return the way to a printer; between two looks at it nobody sleeps."""
    manners = Manners(dialect, patience=patience, sleep=lambda _: None)
    return TcpTransport("127.0.0.1", port, manners)


def test_a_job_is_confirmed_when_the_printer_has_printed_it() -> None:
    answers = (status(), status(left=1), status())

    with printer(*answers) as fake, transport(fake.port).connect() as link:
        link.send(b"^XA^XZ", "1.zpl")
        outcome = link.outcome()

    assert outcome == (JobState.CONFIRMED, None)
    assert fake.got == b"^XA^XZ"


def test_a_printer_without_status_only_takes_jobs() -> None:
    with printer() as fake, transport(fake.port, StatusDialect.NONE).connect() as link:
        link.send(b"^XA^XZ", "1.zpl")
        outcome = link.outcome()

    assert outcome == (JobState.SENT, None)
    assert fake.got == b"^XA^XZ"


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (status(media=1), Trouble.OUT_OF_MEDIA),
        (status(head=1, media=0), Trouble.HEAD_OPEN),
        (status(ribbon=1), Trouble.OUT_OF_RIBBON),
        (status(hot=1), Trouble.TOO_HOT),
        (status(paused=1), Trouble.PAUSED),
        (b"", Trouble.SILENT),
        (b"hello\r\n", Trouble.SILENT),
        (b"\x02a\x03\x02b\x03\x02c\x03", Trouble.SILENT),
        (b"x" * 5000, Trouble.SILENT),
        (None, Trouble.UNREACHABLE),
    ],
)
def test_nothing_is_sent_to_a_printer_that_cannot_print(
    answer: bytes | None, trouble: Trouble
) -> None:
    patience = SHORT if trouble is Trouble.SILENT else LONG
    with (
        printer(answer) as fake,
        pytest.raises(NotReached) as caught,
        transport(fake.port, patience=patience).connect(),
    ):
        pass

    assert caught.value.trouble is trouble
    assert fake.got == b""


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((status(media=1),), (JobState.NEEDS_ATTENTION, Trouble.OUT_OF_MEDIA)),
        ((b"",), (JobState.NEEDS_ATTENTION, Trouble.SILENT)),
        ((None,), (JobState.UNKNOWN, Trouble.CONNECTION_LOST)),
        ((status(left=1),) * 100, (JobState.UNKNOWN, Trouble.SILENT)),
    ],
    ids=["out of media", "silent", "gone", "never done"],
)
def test_what_happens_after_sending_is_told(
    answers: tuple[bytes | None, ...], outcome: tuple[JobState, Trouble]
) -> None:
    with printer(status(), *answers) as fake, transport(fake.port).connect() as link:
        link.send(b"^XA^XZ", "1.zpl")
        if answers == (b"",):
            link._patience = SHORT  # what it says before is waited for
        told = link.outcome()

    assert told == outcome


class ChattyPrinter(Thread):
    """Says something nobody asked for, and takes its time to read."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._listener = socket.create_server(("127.0.0.1", 0))
        # Most of a job is still on its way when the station is done with it.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.port: int = self._listener.getsockname()[1]
        self.got = b""
        self.has_talked = Event()

    def run(self) -> None:
        line, _ = self._listener.accept()
        with line, self._listener, suppress(ConnectionResetError):
            line.sendall(b"\x14\x00\x00\x0f" * 10)
            self.has_talked.set()
            time.sleep(0.05)
            while more := line.recv(4096):
                self.got += more


def test_a_printer_that_talks_unasked_still_gets_all_of_a_job() -> None:
    printer = ChattyPrinter()
    printer.start()

    with transport(printer.port, StatusDialect.NONE).connect() as link:
        assert printer.has_talked.wait(PATIENCE)  # who talks only after the job is cut off
        link.send(b"x" * 300_000, "1.bin")
    printer.join(PATIENCE)

    assert len(printer.got) == 300_000


def test_a_printer_that_refuses_was_not_reached() -> None:
    with pytest.raises(NotReached) as caught, transport(free_port()).connect():
        pass

    assert caught.value.trouble is Trouble.REFUSED


def test_a_printer_that_stops_reading_leaves_the_job_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        way = transport(port, StatusDialect.NONE, SHORT)
        with way.connect() as link, pytest.raises(Interrupted):
            link.send(b"x" * 50_000_000, "1.zpl")


def test_a_job_becomes_one_whole_file(tmp_path: Path) -> None:
    folder = tmp_path / "papers" / "today"

    with FolderTransport(folder).connect() as link:
        link.send(b"old", "1-item_label.zpl")
        link.send(b"new", "1-item_label.zpl")
        outcome = link.outcome()

    assert outcome == (JobState.CONFIRMED, None)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {
        "1-item_label.zpl": b"new"
    }


def test_a_folder_that_is_a_file_was_not_reached(tmp_path: Path) -> None:
    (tmp_path / "papers").write_text("")

    with pytest.raises(NotReached) as caught, FolderTransport(tmp_path / "papers").connect():
        pass

    assert caught.value.trouble is Trouble.FOLDER_UNUSABLE


def test_a_folder_that_vanishes_was_not_reached(tmp_path: Path) -> None:
    with FolderTransport(tmp_path / "papers").connect() as link:
        (tmp_path / "papers").rmdir()

        with pytest.raises(NotReached) as caught:
            link.send(b"x", "1.zpl")

    assert caught.value.trouble is Trouble.FOLDER_UNUSABLE


def test_a_full_disk_is_told_from_a_folder_that_is_not_writable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr("os.fsync", full)

    with FolderTransport(tmp_path).connect() as link, pytest.raises(NotReached) as caught:
        link.send(b"x", "1.zpl")

    assert caught.value.trouble is Trouble.DISK_FULL
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "answer", [b"", b"\x02\x03", b"\x02030,0,0,1245,abc,0,0,0,000,0,0,0\x03\x02\x03\x02\x03"]
)
def test_other_answers_are_no_status(answer: bytes) -> None:
    with pytest.raises(BadStatus):
        parse_hs(answer)


def test_every_model_and_medium_can_be_used() -> None:
    media = {name: load_medium(name) for name in medium_ids()}
    models = [load_model(name) for name in model_ids()]

    assert models
    for model in models:
        assert model.media <= set(media)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "folder:",
        "tcp://",
        "tcp://host:port",
        "lpt1:",
        "tcp:[",
        "tcp://[x",
        "dev:",
        "serial:",
        "serial:@9600",
        "serial:/dev/ttyUSB0@fast",
    ],
)
def test_an_address_of_no_known_kind_is_refused(address: str) -> None:
    with pytest.raises(BadProfile):
        open_printer("desk", "zebra-zd421-203", "label-50x30", address)


@pytest.mark.parametrize(
    ("model", "medium"),
    [("no-such", "a4"), ("office-pdf", "no-such"), ("../models/office-pdf", "a4")],
)
def test_an_unknown_model_or_medium_is_refused(model: str, medium: str) -> None:
    with pytest.raises(BadProfile):
        open_printer("desk", model, medium, "folder:x")


def test_a_model_takes_from_its_parent_what_it_does_not_say() -> None:
    model = load_model("zebra-zd421-300")

    assert (model.dpi, model.status, model.id) == (300, StatusDialect.HS, "zebra-zd421-300")
