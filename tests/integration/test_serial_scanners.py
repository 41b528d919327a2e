import os
import pty
import time
import tty
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.scanning.serial_port import LONGEST_LINE, Lines, SerialSource, open_serial
from returnstation.scanning.sources import BackOff, Scan, SourceState, Told
from waiting import until


class Scanner:
    """A scanner on a pseudo-terminal whose name, like a real one's, outlives unplugging."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self._ours = self._theirs = -1

    def plug(self) -> None:
        self._ours, self._theirs = pty.openpty()
        tty.setraw(self._theirs)
        self.name.unlink(missing_ok=True)
        self.name.symlink_to(os.ttyname(self._theirs))

    def send(self, content: bytes) -> None:
        while content:
            content = content[os.write(self._ours, content) :]

    def unplug(self) -> None:
        self.name.unlink(missing_ok=True)
        for end in (self._ours, self._theirs):
            if end >= 0:
                os.close(end)
        self._ours = self._theirs = -1


class Heard:
    def __init__(self) -> None:
        self.scans: list[Scan] = []
        self.states: list[SourceState] = []

    @property
    def texts(self) -> list[str]:
        return [scan.text for scan in self.scans]

    def told(self) -> Told:
        return Told(self.scans.append, lambda _name, state: self.states.append(state))


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[Scanner]:
    device = Scanner(tmp_path / "scanner")
    yield device
    device.unplug()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def source(scanner: Scanner, heard: Heard) -> Iterator[SerialSource]:
    name = str(scanner.name)
    port = SerialSource(
        "front", lambda: open_serial(name), heard.told(), back_off=BackOff(0.02, 0.05)
    )
    yield port
    port.stop()


def begin(scanner: Scanner, source: SerialSource) -> None:
    scanner.plug()
    source.start()
    until(lambda: source.state is SourceState.OK)


def test_a_line_is_a_scan(scanner: Scanner, source: SerialSource, heard: Heard) -> None:
    begin(scanner, source)

    scanner.send(b"]C1004012345678901\r\n8801234567893\r")

    until(lambda: len(heard.scans) == 2)
    assert heard.scans == [Scan("front", "]C1004012345678901"), Scan("front", "8801234567893")]


def test_a_port_that_is_not_there_is_not_available(source: SerialSource, heard: Heard) -> None:
    source.start()
    time.sleep(0.1)

    assert (source.state, heard.states) == (SourceState.NOT_AVAILABLE, [])


def test_a_scanner_plugged_in_later_is_found(
    scanner: Scanner, source: SerialSource, heard: Heard
) -> None:
    source.start()
    scanner.plug()
    until(lambda: source.state is SourceState.OK)

    scanner.send(b"R-77\r")

    until(lambda: heard.texts == ["R-77"])


def test_a_scanner_pulled_out_comes_back_by_itself(
    scanner: Scanner, source: SerialSource, heard: Heard
) -> None:
    begin(scanner, source)
    scanner.send(b"8801")
    time.sleep(0.05)

    scanner.unplug()
    until(lambda: source.state is SourceState.UNPLUGGED)
    scanner.plug()
    until(lambda: source.state is SourceState.OK)
    scanner.send(b"R-77\r")

    until(lambda: bool(heard.scans))
    assert heard.texts == ["R-77"]
    assert heard.states == [SourceState.OK, SourceState.UNPLUGGED, SourceState.OK]


def test_a_letter_cut_in_two_comes_whole(
    scanner: Scanner, source: SerialSource, heard: Heard
) -> None:
    begin(scanner, source)

    for byte in "반품-77\r".encode():
        scanner.send(bytes((byte,)))
        time.sleep(0.002)

    until(lambda: heard.texts == ["반품-77"])


def test_a_scanner_that_sends_no_end_ends_by_a_pause(scanner: Scanner, heard: Heard) -> None:
    opens = partial(open_serial, str(scanner.name))
    source = SerialSource("front", opens, heard.told(), None, BackOff(0.02, 0.05))
    begin(scanner, source)

    scanner.send(b"R-77")
    until(lambda: heard.texts == ["R-77"])
    scanner.send(b"R-78")

    until(lambda: heard.texts == ["R-77", "R-78"])
    source.stop()


def test_ten_kilobytes_without_an_end_are_no_scan(
    scanner: Scanner, source: SerialSource, heard: Heard
) -> None:
    begin(scanner, source)

    scanner.send(b"7" * 10_000 + b"\rR-77\r")

    until(lambda: bool(heard.scans))
    assert heard.texts == ["R-77"]


def test_garbage_stops_nothing(scanner: Scanner, source: SerialSource, heard: Heard) -> None:
    begin(scanner, source)

    scanner.send(bytes(range(256)) * 4 + b"\rR-77\r")

    until(lambda: "R-77" in heard.texts)


def test_several_ports_send_at_once(tmp_path: Path, heard: Heard) -> None:
    scanners = [Scanner(tmp_path / name) for name in ("left", "right")]
    sources = []
    for each in scanners:
        each.plug()
        port = SerialSource(each.name.name, partial(open_serial, str(each.name)), heard.told())
        port.start()
        sources.append(port)
    until(lambda: all(port.state is SourceState.OK for port in sources))

    for each in scanners:
        each.send(b"R-77\r")

    until(lambda: len(heard.scans) == 2)
    assert {scan.source for scan in heard.scans} == {"left", "right"}
    for port, each in zip(sources, scanners, strict=True):
        port.stop()
        each.unplug()


@given(st.binary(max_size=300), st.lists(st.integers(1, 40), max_size=30))
def test_it_does_not_matter_where_reads_end(content: bytes, sizes: list[int]) -> None:
    lines, pieces, rest = Lines(), [], content
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]

    cut = [text for piece in (*pieces, rest) for text in lines.feed(piece)]

    assert cut == list(Lines().feed(content))


@pytest.mark.parametrize(("length", "count"), [(LONGEST_LINE, 1), (LONGEST_LINE + 1, 0)])
def test_a_line_has_a_longest_length(length: int, count: int) -> None:
    assert len(list(Lines().feed(b"7" * length + b"\r"))) == count


def test_another_end_of_scans_may_be_set() -> None:
    lines = Lines(b"\x03")

    assert [*lines.feed(b"A\r1\x03"), *lines.feed(b"B2\x03")] == ["A\r1", "B2"]
