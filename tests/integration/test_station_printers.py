"""Setting printers up while the station works, on a real station and its settings file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fault_printer import FaultPrinter
from paper_samples import a_job, a_label
from returnstation.app import Station
from returnstation.app.printers import StationPrinters
from returnstation.application.printers import FoundRow
from returnstation.application.troubles import Trouble
from returnstation.domain.papers import JobState, PaperKind, PrintJob
from returnstation.domain.papers import Trouble as PrinterTrouble
from returnstation.settings import FILE, PrinterSettings, load_settings
from returnstation.storage.station import PrinterQueue
from stations import a_station, settings

PRINTERS = settings().printers | {
    "spare": PrinterSettings("zebra-zd421-203", "label-50x30", "folder:printed/spare")
}


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with a_station(tmp_path, printers=PRINTERS) as made:
        yield made


@pytest.fixture
def printers(station: Station) -> StationPrinters:
    return StationPrinters(station)


def queue(
    station: Station,
    job_id: str,
    trouble: PrinterTrouble | None = None,
    printer: str = "labels",
) -> PrintJob:
    made = a_job(job_id, a_label(lpn=f"ICN3-{int(job_id):07}"))
    job = PrintJob(
        job_id=job_id,
        paper=made.paper,
        language="ko",
        printer=printer,
        state=JobState.QUEUED,
        created_at=station.clock(),
        lpn=f"ICN3-{int(job_id):07}",
    )
    with station.database.work() as work:
        work.jobs.add(job)
        work.commit()
    if trouble is not None:
        PrinterQueue(station.database).mark(job_id, JobState.RENDERED, trouble, station.clock())
    return job


def found(station: Station, job_id: str) -> PrintJob:
    with station.database.look() as work:
        job = work.jobs.find(job_id)
    assert job is not None
    return job


def test_every_printer_is_told_with_what_waits_and_who_could_take_over(
    station: Station, printers: StationPrinters
) -> None:
    queue(station, "1", PrinterTrouble.OUT_OF_MEDIA)

    rows = {row.name: row for row in printers.rows()}

    assert [job.job_id for job in rows["labels"].jobs] == ["1"]
    assert rows["labels"].trouble == "out_of_media"
    assert rows["labels"].others == ("spare",)
    assert PaperKind.ITEM_LABEL in rows["labels"].papers
    assert PaperKind.ITEM_LABEL not in rows["spare"].papers
    assert rows["spare"].trouble is None
    # The one that is empty cannot take over.
    assert rows["spare"].others == ()


def test_a_paper_given_to_a_printer_stays_there_after_a_restart(
    station: Station, printers: StationPrinters
) -> None:
    printers.assign(PaperKind.ITEM_LABEL, "spare")

    assert station.printer_for(PaperKind.ITEM_LABEL) == "spare"
    assert load_settings(station.home).papers == {"item_label": "spare"}


def test_one_change_moves_what_waits_and_what_comes(
    station: Station, printers: StationPrinters
) -> None:
    queue(station, "1", PrinterTrouble.OUT_OF_MEDIA)
    queue(station, "2")
    sent = queue(station, "3")
    assert PrinterQueue(station.database).claim(sent, station.clock())

    moved = printers.change("labels", "spare")

    assert moved == 2
    assert [found(station, each).printer for each in "123"] == ["spare", "spare", "labels"]
    assert station.printer_for(PaperKind.ITEM_LABEL) == "spare"
    assert station.printer_for(PaperKind.RECEIPT) == "receipts"


def test_what_somebody_wrote_into_the_settings_stays(
    station: Station, printers: StationPrinters
) -> None:
    file = station.home / FILE
    file.write_text(f"# Ask Kim before changing this.\n{file.read_text('utf-8')}", "utf-8")

    printers.calibrate("labels", (1.5, -0.5), 20)

    assert file.read_text("utf-8").startswith("# Ask Kim before changing this.\n")
    kept = load_settings(station.home)
    assert kept == station.settings
    assert kept.printers["labels"].offset_mm == (1.5, -0.5)
    assert kept.printers["labels"].darkness == 20
    assert kept.printers["spare"] == PRINTERS["spare"]


def test_settings_written_as_one_line_are_written_anew(
    station: Station, printers: StationPrinters
) -> None:
    inline = 'papers = {receipt = "receipts"}\n'
    file = station.home / FILE
    file.write_text(f"{inline}{file.read_text('utf-8')}", "utf-8")

    printers.assign(PaperKind.ITEM_LABEL, "spare")

    assert load_settings(station.home) == station.settings


def test_a_setting_its_printer_cannot_have_changes_nothing(
    station: Station, printers: StationPrinters
) -> None:
    before = (station.home / FILE).read_bytes()

    with pytest.raises(Trouble):
        printers.calibrate("receipts", (0.0, 0.0), 20)

    assert (station.home / FILE).read_bytes() == before
    assert station.settings.printers["receipts"].darkness is None


def test_a_home_that_cannot_be_written_changes_nothing(
    station: Station, printers: StationPrinters
) -> None:
    blocked = station.home / f".{FILE}.new"
    blocked.mkdir()

    with pytest.raises(Trouble):
        printers.assign(PaperKind.ITEM_LABEL, "spare")

    assert station.printer_for(PaperKind.ITEM_LABEL) == "labels"
    blocked.rmdir()


def test_a_printer_that_was_found_gets_a_name_of_its_own_and_the_label_in_use(
    station: Station, printers: StationPrinters
) -> None:
    seen = FoundRow("tcp://127.0.0.1:9100", "Zebra ZD621!", "", "zebra-zd621-203", is_known=False)

    names = [printers.add(seen), printers.add(seen)]

    assert names == ["zebra-zd621", "zebra-zd621-2"]
    added = load_settings(station.home).printers["zebra-zd621"]
    assert added == PrinterSettings("zebra-zd621-203", "label-50x30", "tcp://127.0.0.1:9100")


def test_a_test_page_is_queued_and_can_be_taken_back(
    station: Station, printers: StationPrinters
) -> None:
    printers.print_test_page("spare", "de")

    (row,) = [row for row in printers.rows() if row.name == "spare"]
    assert [job.kind for job in row.jobs] == ["calibration_page"]
    printers.cancel(row.jobs[0].job_id)
    assert found(station, row.jobs[0].job_id).state is JobState.CANCELLED


def test_labels_come_out_of_the_printer_changed_to_while_the_station_works(
    station: Station, printers: StationPrinters
) -> None:
    with FaultPrinter().running() as machine:
        address = f"tcp://127.0.0.1:{machine.port}"
        seen = FoundRow(address, "two", "", "zebra-zd421-203", is_known=False)
        station.start_printing()
        name = printers.add(seen)
        printers.change("labels", name)

        queue(station, "1", printer=station.printer_for(PaperKind.ITEM_LABEL) or "")
        assert station.finish_printing()

        assert sum(machine.printed.values()) == 1
    assert found(station, "1").state is JobState.CONFIRMED
