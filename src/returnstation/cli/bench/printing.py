"""From the commit that queues a label to its first byte at a printer, over a real socket."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Condition, Thread

from returnstation.app import Station
from returnstation.cli.bench.figures import Figure, figure, timed
from returnstation.cli.bench.frames_leak import resident_bytes
from returnstation.domain.papers import ItemLabel, JobState, PrintJob
from returnstation.printing import load_medium, load_model, render
from returnstation.settings import PrinterSettings, Settings, write_settings

TARGET_MS = 60
MOST_GROWTH_MB = 8.0
LABELS = 1_000

_RUNS, _WARM_UP = 200, 20
_LEAK_WARM_UP = 200  # fonts and allocators take what they need, and keep it
_MODEL, _MEDIUM = "zebra-zd421-203", "label-4x6"
_PATIENCE = 30.0
_REQUEST, _BEGIN, _END = b"~HS", b"^XA", b"^XZ"
_WELL = (
    b"\x02030,0,0,1218,000,0,0,0,000,0,0,0\x03\r\n"
    b"\x02000,0,0,0,0,2,6,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
)


class NotPrinted(Exception):
    """A label did not come out in time."""


class LoopbackPrinter:
    """Takes labels over TCP, says that it is well, and notes when the first byte came."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._changed = Condition()
        self._begun: list[float] = []
        self._done = 0
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def begun(self, number: int) -> float:
        """Return when the first byte of a label came, after it was taken whole.

        Raises:
            NotPrinted: It did not come.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._done > number, _PATIENCE):
                raise NotPrinted(f"label {number}")
            return self._begun[number]

    def close(self) -> None:
        """Take no more labels."""
        # A thread that waits for a connection is not woken by closing the listener alone.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(_PATIENCE)

    def _run(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with line:
                self._serve(line)

    def _serve(self, line: socket.socket) -> None:
        kept = b""
        is_in_label = False
        while more := line.recv(65536):
            kept += more
            if not is_in_label and _BEGIN in kept:
                self._begun.append(time.perf_counter())
                is_in_label = True
            if is_in_label and _END in kept:
                kept, is_in_label = kept.rpartition(_END)[2], False
                with self._changed:
                    self._done += 1
                    self._changed.notify_all()
            if _REQUEST in kept and not is_in_label:
                kept = kept.replace(_REQUEST, b"")
                line.sendall(_WELL)


def measure_print(home: Path) -> Figure:
    """Queue labels one after another, as a desk does, and wait for each."""
    with _printing(home) as (station, printer):
        times = [_first_byte(station, printer, number) for number in range(_RUNS + _WARM_UP)]
        model, medium = load_model(_MODEL), load_medium(_MEDIUM)
        bare = timed(
            lambda number: render(_label(station, number), "ko", model, medium), range(_RUNS)
        )
    return figure(
        "print",
        times[_WARM_UP:],
        target_ms=TARGET_MS,
        against=("drawing, reading back and packing the same labels", bare),
        note=f"4 x 6 in at 203 dpi, ZPL, TCP: {_MODEL}; the commit that queues it included",
    )


def measure_print_leak(home: Path) -> Figure:
    """Print 1,000 labels with one worker."""
    growth, times = print_labels(home, LABELS, _LEAK_WARM_UP)
    told = "not known here" if growth is None else f"{growth:+.1f} MB"
    return figure(
        "print-leak",
        times,
        target_ms=None,
        against=("the first tenth of the labels", times[: LABELS // 10]),
        note=f"memory since label {_LEAK_WARM_UP}: {told}, at most {MOST_GROWTH_MB:.0f}",
    )


def print_labels(home: Path, count: int, warm_up: int) -> tuple[float | None, list[float]]:
    """Print so many labels; return how many megabytes the process grew since ``warm_up``.

    The growth is None where the system does not tell it. The times are in ms.
    """
    with _printing(home) as (station, printer):
        first = [_first_byte(station, printer, number) for number in range(warm_up)]
        before = resident_bytes()
        rest = [_first_byte(station, printer, number) for number in range(warm_up, count)]
        after = resident_bytes()
    growth = None if before is None or after is None else (after - before) / 1_000_000
    return growth, first + rest


@contextmanager
def _printing(home: Path) -> Iterator[tuple[Station, LoopbackPrinter]]:
    with closing(LoopbackPrinter()) as printer:
        address = f"tcp://127.0.0.1:{printer.port}"
        chosen = {"labels": PrinterSettings(_MODEL, _MEDIUM, address)}
        write_settings(home, Settings(site="Bench", desk="1", prefix="BN1", printers=chosen))
        with closing(Station(home)) as station:
            station.start_printing()
            yield station, printer


def _first_byte(station: Station, printer: LoopbackPrinter, number: int) -> float:
    """Return milliseconds from the decision to the first byte of its label."""
    job = PrintJob(
        job_id=str(station.ids()),
        paper=_label(station, number),
        language="ko",
        printer="labels",
        state=JobState.QUEUED,
        created_at=station.clock(),
    )
    start = time.perf_counter()
    with station.database.work() as work:
        work.jobs.add(job)
        work.commit()
    return (printer.begun(number) - start) * 1000


def _label(station: Station, number: int) -> ItemLabel:
    return ItemLabel(
        lpn=f"BN1-{number:07}",
        disposition="restock_open_box",
        title="하늘 러너 3 · 네이비 270",
        merchant="달빛스포츠",
        sku=f"SKY-{number % 97}",
        case_number="BN1-C-0000117",
        printed_at=station.clock(),
        functional="F6",
        cosmetic="C6",
        gtin="8801234567893",
    )
