"""IPP as bytes, and who answers something else."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from struct import pack
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ports import free_port
from pwg_reader import read_pwg
from returnstation.domain.papers import JobState, Trouble
from returnstation.printing import BadProfile, open_printer
from returnstation.printing.ipp import (
    Answer,
    Attributes,
    BadAnswer,
    Operation,
    Resolution,
    Tag,
    Value,
    Written,
    answer,
    request,
)
from returnstation.printing.ipp_client import (
    Declined,
    IppClient,
    Limits,
    NoAnswer,
    NotConnected,
    Place,
)
from returnstation.printing.ipp_documents import PDF, PWG, document_for
from returnstation.printing.ipp_pages import IppPages, bundled
from returnstation.printing.ipp_states import ended, trouble_of
from returnstation.printing.ipp_transport import IppLink, Watch
from returnstation.printing.printers import ipp_place
from returnstation.printing.profiles import Language
from returnstation.printing.transports import Interrupted, NotReached
from waiting import PATIENCE

SHORT = Limits(step=0.3, answer=0.3, sending=0.5)
LONG = Limits(PATIENCE, PATIENCE, PATIENCE)
A4 = Image.new("1", (2480, 3508), 1)


def written(*attributes: Written, tag: Tag = Tag.PRINTER, status: int = 0) -> bytes:
    """Return an answer; it is built like a request, with a status in place of the operation."""
    sent = request(Operation.PRINT_JOB, 1, [(Tag.OPERATION, []), (tag, attributes)])
    return sent[:2] + pack(">H", status) + sent[4:]


SIZE = (Written(Tag.INTEGER, "x-dimension", [21000]), Written(Tag.INTEGER, "y-dimension", [29700]))
ATTRIBUTES = (
    Written(Tag.ENUM, "printer-state", [3]),
    Written(Tag.KEYWORD, "printer-state-reasons", ["media-low-report", "door-open-warning"]),
    Written(Tag.BOOLEAN, "printer-is-accepting-jobs", [True]),
    Written(Tag.NAME, "printer-name", ["사무실"]),
    Written(Tag.RESOLUTION, "printer-resolution-default", [Resolution(300, 600)]),
    Written(
        Tag.BEGIN_COLLECTION,
        "media-col-default",
        [(Written(Tag.BEGIN_COLLECTION, "media-size", [SIZE]),)],
    ),
)


def test_what_is_written_is_read_back() -> None:
    (printer,) = answer(written(*ATTRIBUTES)).of(Tag.PRINTER)

    assert printer == {
        "printer-state": [3],
        "printer-state-reasons": ["media-low-report", "door-open-warning"],
        "printer-is-accepting-jobs": [True],
        "printer-name": ["사무실"],
        "printer-resolution-default": [Resolution(300, 600)],
        "media-col-default": [{"media-size": [{"x-dimension": [21000], "y-dimension": [29700]}]}],
    }


@pytest.mark.parametrize(
    ("tag", "raw", "value"),
    [
        (Tag.RANGE, pack(">ii", 10, 20), range(10, 21)),
        (Tag.RESOLUTION, pack(">iib", 118, 118, 4), Resolution(300, 300)),
        (Tag.NAME_WITH_LANGUAGE, b"\0\2ko\0\3\xea\xb0\x80", "가"),
        (0x10, b"", None),
        (0x30, b"abc", b"abc"),
    ],
)
def test_other_kinds_of_values_are_read(tag: int, raw: bytes, value: Value) -> None:
    field = bytes([tag]) + pack(">H", 1) + b"x" + pack(">H", len(raw)) + raw

    (printer,) = answer(written()[:-1] + field + b"\3").of(Tag.PRINTER)

    assert printer == {"x": [value]}


def read(content: bytes) -> Answer | None:
    try:
        return answer(content)
    except BadAnswer:
        return None


@given(st.binary(max_size=300))
def test_no_bytes_are_more_than_a_bad_answer(content: bytes) -> None:
    read(content)
    read(written()[:8] + content)


@given(st.data())
def test_no_damage_to_an_answer_is_more_than_a_bad_answer(data: st.DataObject) -> None:
    whole = bytearray(written(*ATTRIBUTES))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=4)):
        whole[place] = data.draw(st.integers(0, 255))

    read(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


def test_collections_without_end_are_refused() -> None:
    deeper = b"\x34\0\0\0\0" + b"\x4a\0\0\0\1m"

    with pytest.raises(BadAnswer, match="deep"):
        answer(written()[:-1] + b"\x34\0\1x\0\0" + b"\x4a\0\0\0\1m" + deeper * 5000)


@contextmanager
def web_server(
    respond: Callable[[socket.socket], object], limits: Limits = SHORT
) -> Iterator[IppClient]:
    """Take one connection, read what is asked for, and answer what the test says."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            line, _ = listener.accept()
            with line, suppress(OSError):
                line.recv(65536)
                respond(line)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield IppClient(Place("127.0.0.1", "/ipp/print", listener.getsockname()[1]), limits)
        thread.join(PATIENCE)


def http(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def drip(line: socket.socket) -> None:
    while True:
        line.sendall(b"H")
        line.settimeout(0.05)
        with suppress(TimeoutError):
            if not line.recv(1):
                return


@pytest.mark.parametrize(
    "respond",
    [
        lambda line: None,
        lambda line: line.sendall(b"\x02030,0,0\x03\r\n" * 9),
        lambda line: line.sendall(http(b"<html>a router</html>")),
        lambda line: line.sendall(http(b"\2\0\0\0")),
        lambda line: line.sendall(http(b"", "500 Oh")),
        lambda line: line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n"),
        lambda line: line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + b"x" * 5_000_000),
        drip,
    ],
    ids=["hangs up", "a label printer", "a web page", "cut off", "500", "short", "endless", "drips"],
)  # fmt: skip
def test_who_answers_something_else_gave_no_answer(
    respond: Callable[[socket.socket], object],
) -> None:
    with web_server(respond) as client, pytest.raises(NoAnswer):
        client.printer(["printer-state"])


@pytest.mark.parametrize(
    ("content", "status"),
    [(http(b"", "404 Not Found"), 404), (http(b"", "401 Who"), 401), (http(written(status=0x507)), 0x507)],
)  # fmt: skip
def test_a_refusal_tells_its_status(content: bytes, status: int) -> None:
    with (
        web_server(lambda line: line.sendall(content), LONG) as client,
        pytest.raises(Declined) as caught,
    ):
        client.printer(["printer-state"])

    assert caught.value.status == status


def test_nobody_there_is_not_connected() -> None:
    with pytest.raises(NotConnected):
        IppClient(Place("127.0.0.1", "/", free_port()), SHORT).printer(["printer-state"])


def test_a_printer_that_dies_with_a_document_leaves_the_job_unknown() -> None:
    payload = bundled(IppPages(b"%PDF", [A4], 300))
    told: dict[str, list[Value]] = {"document-format-supported": [PDF]}

    with web_server(lambda line: None) as client:
        link = IppLink(client, Language.IPP, told, Watch(0.2, 0.02))
        with pytest.raises(Interrupted):
            link.send(payload, "1.zip")


@pytest.mark.parametrize(
    ("status", "trouble"),
    [(0x0507, Trouble.REFUSED), (0x040A, Trouble.NOT_SET_UP), (0x0506, Trouble.PAUSED)],
)
def test_a_document_that_is_declined_was_not_printed(status: int, trouble: Trouble) -> None:
    payload = bundled(IppPages(b"%PDF", [A4], 300))
    told: dict[str, list[Value]] = {"document-format-supported": [PDF]}

    with web_server(lambda line: line.sendall(http(written(status=status)))) as client:
        link = IppLink(client, Language.IPP, told, Watch(0.2, 0.02))
        with pytest.raises(NotReached) as caught:
            link.send(payload, "1.zip")

    assert caught.value.trouble is trouble


@pytest.mark.parametrize(
    ("reasons", "trouble"),
    [
        (["none"], None),
        (["media-low-warning", "toner-low-report"], None),
        (["media-empty-warning"], Trouble.OUT_OF_MEDIA),
        (["media-needed"], Trouble.OUT_OF_MEDIA),
        (["toner-low-warning", "door-open-report"], Trouble.COVER_OPEN),
        (["media-jam-error", "media-low"], Trouble.JAMMED),
        (["marker-supply-empty-error"], Trouble.OUT_OF_INK),
        (["moving-to-paused"], Trouble.PAUSED),
    ],
)
def test_reasons_are_understood_whatever_their_severity(
    reasons: list[str], trouble: Trouble | None
) -> None:
    assert trouble_of({"printer-state": [4], "printer-state-reasons": list(reasons)}) is trouble


def test_a_printer_that_is_stopped_or_takes_no_jobs_is_paused() -> None:
    assert trouble_of({"printer-state": [5]}) is Trouble.PAUSED
    assert trouble_of({"printer-is-accepting-jobs": [False]}) is Trouble.PAUSED


@pytest.mark.parametrize(
    ("state", "reasons", "outcome"),
    [
        (9, [], (JobState.CONFIRMED, None)),
        (9, ["job-completed-with-errors"], (JobState.NEEDS_ATTENTION, Trouble.UNEXPECTED)),
        (8, ["document-format-error"], (JobState.NEEDS_ATTENTION, Trouble.NOT_SET_UP)),
        (7, ["job-canceled-by-user"], (JobState.NEEDS_ATTENTION, Trouble.UNEXPECTED)),
        (5, [], None),
        (3, [], None),
    ],
)
def test_how_a_job_ended(
    state: int, reasons: list[str], outcome: tuple[JobState, Trouble | None] | None
) -> None:
    assert ended({"job-state": [state], "job-state-reasons": list(reasons)}) == outcome


def printer(**attributes: list[Value]) -> dict[str, list[Value]]:
    return {name.replace("_", "-"): values for name, values in attributes.items()}


def test_pdf_is_preferred_and_the_medium_is_written_as_the_printer_writes_it() -> None:
    told = printer(
        document_format_supported=[PWG, PDF],
        media_size_supported=[
            {"x-dimension": [21590], "y-dimension": [27940]},
            {"x-dimension": [21001], "y-dimension": [29699]},
        ],
    )

    document = document_for(bundled(IppPages(b"%PDF", [A4], 300)), Language.IPP, told)

    assert (document.content, document.format) == (b"%PDF", PDF)
    (medium,) = (each.values for each in document.job if each.name == "media-col")
    assert "21001" in repr(medium)
    assert ["none"] in [each.values for each in document.job if each.name == "print-scaling"]


def test_a_roll_may_be_as_long_as_the_printer_allows() -> None:
    sizes: list[Value] = [{"x-dimension": [8000], "y-dimension": [range(2000, 30001)]}]
    told = printer(document_format_supported=[PDF], media_size_supported=sizes)
    short = IppPages(b"%PDF", [Image.new("1", (945, 2000), 1)], 300)
    long = IppPages(b"%PDF", [Image.new("1", (945, 4000), 1)], 300)

    assert document_for(bundled(short), Language.IPP, told).format == PDF
    with pytest.raises(NotReached) as caught:
        document_for(bundled(long), Language.IPP, told)

    assert caught.value.trouble is Trouble.WRONG_MEDIA


@pytest.mark.parametrize(
    ("resolutions", "types", "dpi", "depth"),
    [
        ([Resolution(300, 300), Resolution(600, 600)], ["black_1", "sgray_8"], 300, "black_1"),
        ([Resolution(600, 600), Resolution(600, 300)], ["srgb_8", "sgray_8"], 600, "sgray_8"),
    ],
)
def test_raster_has_a_resolution_and_a_depth_the_printer_knows(
    resolutions: list[Value], types: list[Value], dpi: int, depth: str
) -> None:
    told = printer(
        document_format_supported=[PWG],
        pwg_raster_document_resolution_supported=resolutions,
        pwg_raster_document_type_supported=types,
    )
    image = Image.new("1", (30, 20), 1)
    image.putpixel((7, 9), 0)

    (page,) = read_pwg(
        document_for(bundled(IppPages(b"", [image], 300)), Language.IPP, told).content
    )

    assert (page.dpi, page.depth) == (dpi, depth)
    assert page.image.resize(image.size, Image.Resampling.NEAREST).tobytes() == image.tobytes()


@pytest.mark.parametrize(
    ("resolutions", "types"), [([Resolution(400, 400)], ["black_1"]), ([Resolution(300, 300)], ["srgb_8"])]
)  # fmt: skip
def test_raster_of_another_kind_is_not_sent(resolutions: list[Value], types: list[Value]) -> None:
    told = printer(
        document_format_supported=[PWG],
        pwg_raster_document_resolution_supported=resolutions,
        pwg_raster_document_type_supported=types,
    )

    with pytest.raises(NotReached) as caught:
        document_for(bundled(IppPages(b"", [A4], 300)), Language.IPP, told)

    assert caught.value.trouble is Trouble.NOT_SET_UP


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ("ipp://10.0.0.7", "ipp://10.0.0.7:631/ipp/print"),
        ("ipps://office.local:443/ipp/print/2", "ipps://office.local:443/ipp/print/2"),
        ("ipp://[fe80::1]/ipp", "ipp://[fe80::1]:631/ipp"),
        ("cups:labels", "ipp://localhost:631/printers/labels"),
        ("cups:Büro 2@print.local:6631", "ipp://print.local:6631/printers/B%C3%BCro%202"),
    ],
)
def test_an_address_leads_to_a_printer(address: str, uri: str) -> None:
    assert ipp_place(address).uri == uri


@pytest.mark.parametrize("address", ["ipp:", "ipp://", "ipps://:631", "ipp://h:x/", "cups:", "cups:@h", "cups:a/b"])  # fmt: skip
def test_an_address_that_leads_nowhere_is_refused(address: str) -> None:
    with pytest.raises(BadProfile):
        open_printer("office", "ipp-everywhere", "a4", address)


def test_files_are_no_language_for_a_printer_of_the_network() -> None:
    with pytest.raises(BadProfile):
        open_printer("office", "office-pdf", "a4", "ipp://10.0.0.7")


@dataclass(frozen=True, slots=True)
class ChattyQueue(IppClient):
    """A queue whose job gets nowhere, and says something else at every look."""

    cancelled: list[int] = field(default_factory=list)
    messages: Iterator[int] = field(default_factory=count)

    def job(self, job_id: int, names: Sequence[str]) -> Attributes:
        message = f"Trying again for the {next(self.messages)}th time."
        return {"job-state": [5], "job-printer-state-message": [message]}

    def printer(self, names: Sequence[str]) -> Attributes:
        return {"printer-state": [4], "printer-state-reasons": ["none"]}

    def cancel(self, job_id: int) -> None:
        self.cancelled.append(job_id)


def test_new_messages_are_no_progress() -> None:
    queue = ChattyQueue(Place("localhost", "/printers/x"))
    link = IppLink(queue, Language.ZPL, {"device-uri": ["usb://x"]}, Watch(0.1, 0.01))

    outcome = link.outcome()

    assert outcome == (JobState.UNKNOWN, Trouble.SILENT)
    assert queue.cancelled == [0]
