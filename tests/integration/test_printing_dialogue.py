"""Talking with printers of every dialect, over every line a printer can hang on."""

import os
import pty
import socket
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest

from returnstation.domain.papers import JobState, Trouble
from returnstation.printing.device import DeviceTransport
from returnstation.printing.printers import open_printer
from returnstation.printing.profiles import Silence, StatusDialect
from returnstation.printing.raw import DIALECTS, Line, Manners, Patience, RawLink
from returnstation.printing.serial_port import SerialTransport
from returnstation.printing.tcp import TcpTransport
from returnstation.printing.transports import Interrupted, NotReached, Transport
from waiting import PATIENCE, until

SHORT = Patience(answer=0.1, sending=0.2)
"""For printers that never do what is waited for."""
LONG = Patience(answer=PATIENCE, sending=PATIENCE, printing=PATIENCE, between=2.0)
JOB = b"a label" * 10
OK, BUSY, PAPER = b"\x00", b"\x20", b"\x04"
IDLE_RECEIPT = b"\x12\x12\x12\x12\x00"


class Counterpart(Thread):
    """A printer: answers each request with the next line of its script, and keeps the rest."""

    def __init__(self, read: Callable[[], bytes], write: Callable[[bytes], object]) -> None:
        super().__init__(daemon=True)
        self._read, self._write = read, write
        self.request = b"\x1b!?"
        self.answers: list[bytes] = []
        self.got = b""

    def run(self) -> None:
        with suppress(OSError):
            while more := self._read():
                self.got += more
                while self.request in self.got:
                    self.got = self.got.replace(self.request, b"", 1)
                    self._write(self.answers.pop(0) if self.answers else b"")


@dataclass
class Stand:
    """A printer on a line, and the way to it."""

    printer: Counterpart
    opened: Callable[[Manners], Transport]


@contextmanager
def on_tcp() -> Iterator[Stand]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        lines: list[socket.socket] = []

        def read() -> bytes:
            if not lines:
                lines.append(listener.accept()[0])
            return lines[0].recv(65536)

        def write(answer: bytes) -> None:
            lines[0].sendall(answer)

        port = listener.getsockname()[1]
        printer = Counterpart(read, write)
        yield Stand(printer, lambda manners: TcpTransport("127.0.0.1", port, manners))
        printer.join(PATIENCE)
        for line in lines:
            line.close()


@contextmanager
def on_terminal(opened: Callable[[str, Manners], Transport]) -> Iterator[Stand]:
    printer_end, station_end = pty.openpty()
    tty.setraw(station_end)
    name = os.ttyname(station_end)
    printer = Counterpart(
        lambda: os.read(printer_end, 65536), lambda answer: os.write(printer_end, answer)
    )
    yield Stand(printer, lambda manners: opened(name, manners))
    os.close(station_end)
    printer.join(PATIENCE)
    os.close(printer_end)


LINES: dict[str, Callable[[], AbstractContextManager[Stand]]] = {
    "tcp": on_tcp,
    "device": lambda: on_terminal(lambda name, manners: DeviceTransport(Path(name), manners)),
    "serial": lambda: on_terminal(lambda name, manners: SerialTransport(name, 9600, manners)),
}


@pytest.fixture(params=list(LINES))
def stand(request: pytest.FixtureRequest) -> Iterator[Stand]:
    with LINES[request.param]() as made:
        yield made


def manners(
    dialect: StatusDialect = StatusDialect.TSPL,
    silence: Silence = Silence.ATTENTION,
    patience: Patience = LONG,
) -> Manners:
    """Return how to speak with a printer; between two looks at it nobody sleeps."""
    return Manners(dialect, silence, patience, sleep=lambda _: None)


@dataclass
class FairLine:
    """Waits for what is answered, however long it takes, and hardly for what is not.

    Attributes:
        answers: How often the printer is still going to answer.
    """

    line: Line
    request: bytes
    answers: int
    _waits: float = 0.0

    def write(self, sent: bytes, timeout: float) -> None:
        if sent == self.request:
            self.answers -= 1
        comes = sent == self.request and self.answers >= 0
        self._waits = timeout if comes else SHORT.answer
        self.line.write(sent, timeout)

    def read(self, most: int, timeout: float) -> bytes:
        if timeout:
            # The rest of an answer, if there is any, is right behind its beginning.
            timeout, self._waits = self._waits, SHORT.answer
        return self.line.read(most, timeout)


@contextmanager
def link_to(stand: Stand, answers: Sequence[bytes], how: Manners) -> Iterator[RawLink]:
    """Open the line to a printer with these answers; it was not spoken with before."""
    stand.printer.answers = list(answers)
    stand.printer.start()
    with stand.opened(manners(StatusDialect.NONE)).connect() as link:
        assert isinstance(link, RawLink)
        yield RawLink(FairLine(link._line, stand.printer.request, len(answers)), how)


def printed(
    stand: Stand, answers: Sequence[bytes], how: Manners
) -> tuple[JobState, Trouble | None]:
    with link_to(stand, answers, how) as link:
        link.check()
        link.send(JOB, "1.bin")
        return link.outcome()


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((OK, BUSY, BUSY, OK), (JobState.CONFIRMED, None)),
        # Never seen to print: it may not have begun.
        ((OK,) * 40, (JobState.SENT, None)),
        ((OK, BUSY, PAPER), (JobState.NEEDS_ATTENTION, Trouble.OUT_OF_MEDIA)),
        ((OK,), (JobState.NEEDS_ATTENTION, Trouble.SILENT)),
        ((OK, *(BUSY,) * 60), (JobState.UNKNOWN, Trouble.SILENT)),
    ],
    ids=["printed", "never busy", "out of media", "silent", "never done"],
)
def test_a_job_ends_the_same_way_over_every_line(
    stand: Stand, answers: Sequence[bytes], outcome: tuple[JobState, Trouble | None]
) -> None:
    assert printed(stand, answers, manners()) == outcome
    until(lambda: stand.printer.got == JOB)


@pytest.mark.parametrize(("answer", "trouble"), [(PAPER, "out_of_media"), (b"", "silent")])
def test_nothing_goes_out_over_any_line_when_the_printer_cannot_print(
    stand: Stand, answer: bytes, trouble: str
) -> None:
    stand.printer.answers = [answer]
    stand.printer.start()
    how = manners(patience=LONG if answer else SHORT)

    with pytest.raises(NotReached) as caught, stand.opened(how).connect():
        pass

    assert caught.value.trouble == trouble
    assert stand.printer.got == b""


def test_a_printer_that_may_be_mute_is_sent_its_jobs(stand: Stand) -> None:
    how = manners(silence=Silence.UNKNOWN)

    assert printed(stand, (), how) == (JobState.SENT, None)
    until(lambda: stand.printer.got == JOB)


def test_a_printer_that_once_answered_is_not_mute(stand: Stand) -> None:
    how = manners(silence=Silence.UNKNOWN)

    assert printed(stand, (OK,), how) == (JobState.NEEDS_ATTENTION, Trouble.SILENT)


def test_an_answer_in_its_turn_confirms_a_receipt(stand: Stand) -> None:
    stand.printer.request = DIALECTS[StatusDialect.DLE_EOT].request
    at_once = IDLE_RECEIPT[:4]

    outcome = printed(stand, (IDLE_RECEIPT, at_once, IDLE_RECEIPT), manners(StatusDialect.DLE_EOT))

    assert outcome == (JobState.CONFIRMED, None)


class LateLine:
    """Still holds the answer to a question of the job before."""

    def __init__(self) -> None:
        self._coming = [PAPER]

    def write(self, sent: bytes, timeout: float) -> None:
        self._coming.append(OK)

    def read(self, most: int, timeout: float) -> bytes:
        return self._coming.pop(0)


def test_an_answer_that_came_too_late_is_not_taken_for_the_next_one() -> None:
    RawLink(LateLine(), manners()).check()


def test_a_zebra_that_stays_silent_is_asked_for_its_errors(stand: Stand) -> None:
    stand.printer.request = b"~HQES"
    answer = b"ERRORS: 1 00000000 00000004\r\nWARNINGS: 0 00000000 00000000\r\n"

    with (
        link_to(stand, [answer], manners(StatusDialect.HS)) as link,
        pytest.raises(NotReached) as caught,
    ):
        link.check()

    assert caught.value.trouble is Trouble.HEAD_OPEN


@pytest.mark.parametrize("scheme", ["dev", "serial"])
def test_a_device_that_is_not_there_was_not_reached(scheme: str, tmp_path: Path) -> None:
    printer = open_printer("desk", "rollo-x1038", "label-50x30", f"{scheme}:{tmp_path / 'lp0'}")

    with pytest.raises(NotReached) as caught, printer.transport.connect():
        pass

    assert caught.value.trouble is Trouble.UNREACHABLE


def test_a_plain_file_is_no_device_and_keeps_what_is_in_it(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("keep me")

    with pytest.raises(NotReached), DeviceTransport(file, manners()).connect():
        pass

    assert file.read_text() == "keep me"


@pytest.mark.parametrize("line", ["device", "serial"])
def test_a_device_that_stops_taking_bytes_leaves_the_job_unknown(line: str) -> None:
    with LINES[line]() as stand:
        transport = stand.opened(manners(StatusDialect.NONE, patience=SHORT))
        with transport.connect() as link, pytest.raises(Interrupted):
            link.send(b"x" * 1_000_000, "1.bin")
        stand.printer.start()


def test_a_brother_is_not_asked_over_tcp() -> None:
    printer = open_printer("desk", "brother-ql-820nwb", "dk-11202", "tcp://192.0.2.1")

    assert isinstance(printer.transport, TcpTransport)
    assert printer.transport.manners.dialect is StatusDialect.NONE
