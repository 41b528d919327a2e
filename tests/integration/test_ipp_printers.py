"""Printing on a real IPP Everywhere printer and through a real CUPS, both on this machine."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ipp_rig import (
    Cups,
    EveryPrinter,
    RawPrinter,
    every_printer,
    names_service,
    private_cups,
)
from paper_samples import NOON, a_job, a_label, a_receipt
from ports import free_port
from pwg_reader import read_pwg
from returnstation.domain.papers import JobState, Trouble
from returnstation.printing import Printer, open_printer, render
from returnstation.printing.ipp import Tag, Written
from returnstation.printing.ipp_client import Declined, IppClient, Place
from returnstation.printing.ipp_pages import unbundled
from returnstation.printing.ipp_states import Progress
from returnstation.printing.ipp_transport import IppTransport, Watch
from returnstation.printing.once import print_once
from returnstation.printing.printers import ipp_place
from returnstation.printing.probing import Spoken, probe
from returnstation.printing.profiles import Language
from returnstation.printing.transports import NotReached
from waiting import comes

PDF, BOTH, URF = "application/pdf", "application/pdf,image/pwg-raster", "image/urf"
LABEL = b"^XA^FO0,0^GFA,8,8,1,\xff\x00^FS^XZ\n" + bytes(range(256))


@pytest.fixture(scope="module")
def environ() -> Iterator[dict[str, str]]:
    with names_service() as names:
        yield names


@pytest.fixture(scope="module")
def shared(environ: dict[str, str]) -> Iterator[EveryPrinter]:
    with every_printer(environ, BOTH) as printer:
        yield printer


@pytest.fixture(scope="module")
def cups() -> Iterator[Cups]:
    with private_cups() as server:
        yield server


def desk(address: str, medium: str = "a4") -> Printer:
    return open_printer("office", "ipp-everywhere", medium, address)


def a_paper(printer: Printer) -> bytes:
    return render(a_receipt(), "ko", printer.model, printer.medium).payload


def printed(printer: Printer, payload: bytes) -> tuple[JobState, Trouble | None]:
    with printer.transport.connect() as link:
        link.send(payload, "1-receipt.zip")
        return link.outcome()


def quick(address: str, language: Language, seconds: float) -> IppTransport:
    return IppTransport(ipp_place(address), language, watch=Watch(seconds, 0.05))


@pytest.mark.parametrize("scheme", ["ipp", "ipps"])
def test_a_receipt_arrives_as_pdf_and_is_confirmed(shared: EveryPrinter, scheme: str) -> None:
    printer = desk(f"{scheme}://localhost:{shared.port}")
    payload = a_paper(printer)

    outcome = printed(printer, payload)

    assert outcome == (JobState.CONFIRMED, None)
    assert shared.got == unbundled(payload).pdf


def test_a_printer_that_takes_no_pdf_gets_every_dot(environ: dict[str, str]) -> None:
    with every_printer(environ, "image/pwg-raster") as real:
        printer = desk(real.address)
        payload = a_paper(printer)

        outcome = printed(printer, payload)

        drawn = unbundled(payload).images
        assert outcome == (JobState.CONFIRMED, None)
        assert [page.image.tobytes() for page in read_pwg(real.got)] == [
            image.tobytes() for image in drawn
        ]


def test_a_printer_that_takes_neither_gets_nothing(environ: dict[str, str]) -> None:
    with every_printer(environ, URF) as real:
        printer = desk(real.address)

        with pytest.raises(NotReached) as caught:
            printed(printer, a_paper(printer))

        assert caught.value.trouble is Trouble.NOT_SET_UP
        assert not real.has_job


def test_a_wrong_format_is_declined_by_the_printer(shared: EveryPrinter) -> None:
    client = IppClient(Place("localhost", "/ipp/print", shared.port))
    wrong = Written(Tag.MIME_TYPE, "document-format", ["application/vnd.zebra-zpl"])

    with pytest.raises(Declined) as caught:
        client.print(b"^XA^XZ", [wrong], [])

    assert caught.value.status in {0x040A, 0x040B}


def test_a_medium_the_printer_does_not_have_is_refused_and_not_scaled(
    shared: EveryPrinter,
) -> None:
    printer = desk(shared.address, "label-100x50")
    payload = render(a_label(), "ko", printer.model, printer.medium).payload

    with pytest.raises(NotReached) as caught:
        printed(printer, payload)

    assert caught.value.trouble is Trouble.WRONG_MEDIA


def test_a_job_goes_on_when_paper_is_put_in(shared: EveryPrinter) -> None:
    printer = desk(shared.address)
    shared.set_fault("media-empty")

    with printer.transport.connect() as link:
        link.send(a_paper(printer), "1-receipt.zip")
        empty = link.outcome()
        with pytest.raises(NotReached) as second, printer.transport.connect():
            pass
        shared.mend("media-empty")
        mended = link.outcome()
        while mended[0] is JobState.NEEDS_ATTENTION:
            mended = link.outcome()

    assert empty == (JobState.NEEDS_ATTENTION, Trouble.OUT_OF_MEDIA)
    assert second.value.trouble is Trouble.OUT_OF_MEDIA
    assert mended == (JobState.CONFIRMED, None)


def test_a_busy_printer_was_not_reached_so_that_the_job_is_tried_again(
    shared: EveryPrinter,
) -> None:
    printer = desk(shared.address)
    payload = a_paper(printer)
    shared.set_fault("stuck")

    with printer.transport.connect() as first, printer.transport.connect() as second:
        first.send(payload, "1-receipt.zip")
        with pytest.raises(NotReached) as caught:
            second.send(payload, "2-receipt.zip")
        shared.mend("stuck")
        outcome = first.outcome()

    assert caught.value.trouble is Trouble.REFUSED
    assert outcome == (JobState.CONFIRMED, None)


def test_a_driverless_printer_is_probed(shared: EveryPrinter) -> None:
    probed = probe(shared.address)

    assert (probed.spoken, probed.model) == (Spoken.IPP, "ipp-everywhere")


def test_a_worker_prints_on_a_driverless_printer(environ: dict[str, str]) -> None:
    with every_printer(environ, BOTH) as real:
        job = replace(a_job("1"), printer="office", paper=a_receipt())

        done = print_once(desk(real.address, "letter"), job, lambda: NOON)

        assert (done.state, done.trouble) == (JobState.CONFIRMED, None)
        assert real.got.startswith(b"%PDF")


def test_a_stuck_job_is_never_confirmed_and_does_not_come_out_later(
    environ: dict[str, str],
) -> None:
    with every_printer(environ, PDF) as real:
        payload = a_paper(desk(real.address))
        real.set_fault("stuck")

        with quick(real.address, Language.IPP, 0.4).connect() as link:
            link.send(payload, "1-receipt.zip")
            outcome = link.outcome()

        real.mend("stuck")
        client = IppClient(ipp_place(real.address))
        assert outcome == (JobState.UNKNOWN, Trouble.SILENT)
        assert comes(lambda: client.job(1, ["job-state"]) == {"job-state": [Progress.CANCELED]})


def test_a_label_goes_through_a_raw_queue_byte_for_byte_and_is_not_confirmed(cups: Cups) -> None:
    raw = RawPrinter()
    raw.start()
    cups.add("labels", f"socket://127.0.0.1:{raw.port}")

    outcome = printed(label_queue(cups, "labels"), LABEL)

    assert outcome == (JobState.SENT, None)
    assert raw.jobs == [LABEL]
    raw.close()


def test_no_document_is_sent_to_the_head_of_a_label_printer(cups: Cups) -> None:
    cups.add("head", "socket://127.0.0.1:9")
    printer = desk(f"cups:head@127.0.0.1:{cups.port}")

    with pytest.raises(NotReached) as caught:
        printed(printer, a_paper(printer))

    assert caught.value.trouble is Trouble.NOT_SET_UP


def test_a_document_that_the_printer_behind_cups_refused_is_not_taken_for_printed(
    cups: Cups, shared: EveryPrinter
) -> None:
    cups.add("onward", shared.address)

    outcome = printed(label_queue(cups, "onward"), LABEL)

    assert outcome == (JobState.UNKNOWN, Trouble.UNEXPECTED)


def test_a_dead_printer_behind_cups_is_never_confirmed_and_prints_nothing_later(
    cups: Cups,
) -> None:
    port = free_port()
    cups.add("dead", f"socket://127.0.0.1:{port}")

    with quick(f"cups:dead@127.0.0.1:{cups.port}", Language.ZPL, 0.4).connect() as link:
        link.send(LABEL, "1-label.zpl")
        outcome = link.outcome()
    raw = RawPrinter(port)
    raw.start()

    assert outcome == (JobState.UNKNOWN, Trouble.SILENT)
    assert not comes(lambda: bool(raw.jobs), 0.3)
    raw.close()


def test_a_queue_that_is_switched_off_or_not_there_is_told(cups: Cups) -> None:
    cups.add("off", "socket://127.0.0.1:9")
    cups.disable("off")

    troubles = []
    for queue in ("off", "no such"):
        with pytest.raises(NotReached) as caught, label_queue(cups, queue).transport.connect():
            pass
        troubles.append(caught.value.trouble)

    assert troubles == [Trouble.PAUSED, Trouble.NOT_SET_UP]


def label_queue(cups: Cups, queue: str) -> Printer:
    address = f"cups:{queue}@127.0.0.1:{cups.port}"
    return open_printer("labels", "zebra-zd421-203", "label-50x30", address)
