"""Papers on demand, from the command line to the printer or a file."""

from dataclasses import replace
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from builders import SHOES_GTIN, an_order
from paper_samples import TRACKING, carrier_png
from returnstation.app import Station
from returnstation.application.goods import SHIPPED, Goods
from returnstation.application.papers import Papers, Subject
from returnstation.application.papers_of_cases import CasePapers
from returnstation.application.papers_of_items import ItemPapers
from returnstation.application.papers_of_site import SitePapers
from returnstation.application.recording import Recording
from returnstation.application.troubles import Refused
from returnstation.cli.main import main
from returnstation.domain.facts import PaperQueued
from returnstation.domain.messages import say
from returnstation.domain.papers import ItemLabel, PaperKind, PrintJob, ShipBackLabel, kind_of
from returnstation.settings import PrinterSettings
from returnstation.storage.days import recorded_between
from returnstation.storage.station import PrinterQueue
from stations import Worker, a_station, settings

EAN = SHOES_GTIN[1:]
PRINTERS = {
    **settings().printers,
    "big": PrinterSettings("zebra-zd421-203", "label-100x150", "folder:printed/big"),
    "office": PrinterSettings("office-pdf", "a4", "folder:printed/office"),
}


def worked(station: Station, disposition: str = "", *, photo: bytes = b"") -> Subject:
    """Take one pair of shoes through, finish, and return the case with its item."""
    worker = Worker(station)
    worker.desk.scan("R-77421")
    worker.desk.scan(EAN)
    if photo:
        worker.desk.photo(photo)
    worker.inspect_as_new()
    worker.clear_hints()
    reason = "safety" if disposition else None
    view = worker.desk.dispose(disposition, reason) if disposition else worker.desk.do("accept")
    assert view.label is not None
    lpn = view.label.lpn
    worker.label(view)
    worker.desk.do("finish")
    return Papers(Recording(station.equipment)).subject(lpn)


def queued(station: Station, kind: PaperKind) -> list[PaperQueued]:
    """Return the papers of a kind that the facts of the one case tell of."""
    with station.database.look() as work:
        case_id = work.cases.with_code(["R77421"])[0].case_id
        told = [recorded.fact for recorded in work.facts.of(case_id)]
    return [fact for fact in told if isinstance(fact, PaperQueued) and fact.kind == kind]


def waiting(station: Station, printer: str) -> PrintJob | None:
    return PrinterQueue(station.database).next_for(printer)


def codes_of(file: Path) -> set[str]:
    if file.suffix == ".png":
        pages = [Image.open(file).convert("L")]
    else:
        document = pypdfium2.PdfDocument(file.read_bytes())
        pages = [page.render(scale=200 / 72).to_pil().convert("L") for page in document]
    return {code.text for page in pages for code in zxingcpp.read_barcodes(page)}


def a_photo() -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").resize((400, 300)).save(out, "JPEG")
    return out.getvalue()


def printed(home: Path, *words: str) -> int:
    return main(["--home", str(home), "print", *words])


@pytest.mark.parametrize("name", ["receipt", "certificate", "credit-note", "photos"])
def test_a_document_of_a_case_is_written_to_a_file(name: str, tmp_path: Path) -> None:
    out = tmp_path / f"{name}.pdf"
    with a_station(tmp_path, printers=PRINTERS) as station:
        number = worked(station, photo=a_photo()).opened.case.number

        code = printed(tmp_path, name, number, "--out", str(out))

    assert code == 0
    assert any(number in text for text in codes_of(out))


def test_a_certificate_of_one_item_is_queued_in_the_customers_language(tmp_path: Path) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        subject = worked(station)
        item = subject.one_item()

        code = printed(tmp_path, "certificate", item.lpn or "")

        job = waiting(station, "office")
        facts = queued(station, PaperKind.CERTIFICATE)
    assert code == 0
    assert job is not None
    assert job.language == subject.opened.case.opened.language
    assert [fact.item_id for fact in facts] == [item.item_id]


def test_a_label_is_printed_again_with_its_plate_a_reason_and_a_mark(tmp_path: Path) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        lpn = worked(station).one_item().lpn or ""

        code = printed(tmp_path, "reprint", lpn, "--reason", "damaged")

        facts = queued(station, PaperKind.ITEM_LABEL)
        with station.database.look() as work:
            jobs = work.jobs.of_item(lpn)
    assert code == 0
    assert [(fact.lpn, fact.reason) for fact in facts] == [(lpn, None), (lpn, "damaged")]
    assert sorted(job.paper.is_reprint for job in jobs if isinstance(job.paper, ItemLabel)) == [
        False,
        True,
    ]


def test_a_receipt_printed_again_says_that_it_is_a_copy(tmp_path: Path) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        subject = worked(station)

        receipt = CasePapers(station.equipment).receipt(subject.opened)

    assert receipt.is_copy


def test_an_item_that_goes_to_quarantine_takes_its_tag_along(tmp_path: Path) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        item = worked(station, "quarantine").one_item()

        (fact,) = queued(station, PaperKind.QUARANTINE_TAG)
        with station.database.look() as work:
            labels = [kind_of(job.paper) for job in work.jobs.of_item(item.lpn or "")]

    assert fact.item_id == item.item_id
    # The tag's job has no plate: whoever scans the label back has not seen the tag.
    assert labels == [PaperKind.ITEM_LABEL]


def test_an_item_to_rework_takes_its_ticket_along(tmp_path: Path) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        item = worked(station, "rework").one_item()

        (fact,) = queued(station, PaperKind.WORK_TICKET)
        out = tmp_path / "ticket.png"
        code = printed(tmp_path, "rework", item.lpn or "", "--out", str(out))

    assert fact.item_id == item.item_id
    assert code == 0
    assert item.lpn in codes_of(out)


def test_an_item_that_goes_back_takes_a_label_to_the_customer_along(tmp_path: Path) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        item = worked(station, "ship_back").one_item()

        (fact,) = queued(station, PaperKind.SHIP_BACK_LABEL)
        job = waiting(station, "big")

    assert fact.item_id == item.item_id
    assert job is not None
    assert isinstance(job.paper, ShipBackLabel)
    assert job.paper.to.name == an_order().customer.name


def test_a_desk_without_paper_for_tags_and_tickets_is_asked_nothing(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worked(station, "ship_back")

        assert queued(station, PaperKind.SHIP_BACK_LABEL) == []


def test_taking_the_disposition_back_cancels_the_tag_too(tmp_path: Path) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.desk.scan(EAN)
        worker.inspect_as_new()
        worker.clear_hints()
        worker.desk.dispose("quarantine", "safety")
        worker.desk.do("undo")

        assert waiting(station, "labels") is None


def test_a_carriers_label_is_read_and_queued_as_it_was_given(tmp_path: Path) -> None:
    file = tmp_path / "carrier.png"
    file.write_bytes(carrier_png())
    with a_station(tmp_path, printers=PRINTERS) as station:
        number = worked(station).opened.case.number

        code = printed(tmp_path, "shipping", number, "--file", str(file))
        drawn = printed(
            tmp_path, "shipping", number, "--file", str(file), "--out", str(tmp_path / "o.pdf")
        )
        job = waiting(station, "big")

    assert (code, drawn) == (0, 0)
    assert job is not None
    assert kind_of(job.paper) is PaperKind.CARRIER_LABEL
    assert codes_of(tmp_path / "o.pdf") == {TRACKING}


@pytest.mark.parametrize("content", [b"^XA~JR^XZ", b"hello", b"%PDF-1.7 broken"])
def test_a_carriers_file_that_is_no_label_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "carrier"
    file.write_bytes(content)
    with a_station(tmp_path, printers=PRINTERS) as station:
        number = worked(station).opened.case.number

        code = printed(tmp_path, "shipping", number, "--file", str(file), "--dpi", "203")

        assert code == 1
        assert queued(station, PaperKind.CARRIER_LABEL) == []


def test_a_label_for_the_way_back_takes_a_tracking_number(tmp_path: Path) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        number = worked(station).opened.case.number
        out = tmp_path / "way.png"

        words = ("shipping", number, "--tracking", TRACKING, "--to", "Depot;1 Road;KR")
        code = printed(tmp_path, *words, "--out", str(out))

    assert code == 0
    assert TRACKING in codes_of(out)


def test_the_manifest_of_a_load_has_every_page(tmp_path: Path) -> None:
    out = tmp_path / "load.pdf"
    with a_station(tmp_path, printers=PRINTERS) as station:
        worked(station, "liquidate")
        load = Goods(Recording(station.equipment), None).leave("T-4", SHIPPED, "Buyer")

        code = printed(tmp_path, "manifest", load, "--out", str(out))
        paper = SitePapers(Recording(station.equipment)).manifest(load)

    assert code == 0
    assert load in codes_of(out)
    assert (paper.to, paper.units) == ("Buyer", 1)


def test_a_badge_signs_its_worker_in(tmp_path: Path) -> None:
    out = tmp_path / "badge.png"
    with a_station(tmp_path, printers=PRINTERS):
        code = printed(tmp_path, "badge", "operator", "--out", str(out))
        unknown = printed(tmp_path, "badge", "nobody")

    assert (code, unknown) == (0, 1)
    assert codes_of(out) == {"RSB:OPERATOR"}


def test_a_shift_report_counts_what_was_done_and_not_what_was_taken_back(tmp_path: Path) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        worked(station, "quarantine")
        between = partial(recorded_between, station.database)

        report = SitePapers(Recording(station.equipment)).shift(None, between)
        before = SitePapers(Recording(station.equipment)).shift(date(2020, 1, 1), between)
        code = printed(tmp_path, "shift-report", "--out", str(tmp_path / "s.pdf"))

    assert code == 0
    assert (report.cases, report.items) == (1, 1)
    assert [(who.name, who.items) for who in report.people] == [("operator kim", 1)]
    assert [tally.title.key for tally in report.exceptions] == ["slip.exception.other"]
    assert (before.cases, before.people) == (0, ())


def test_what_was_taken_back_counts_in_a_shift_report_as_taken_back_only(tmp_path: Path) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.desk.scan(EAN)
        worker.inspect_as_new()
        worker.clear_hints()
        worker.desk.dispose("quarantine", "safety")
        worker.desk.do("undo")
        worker.label(worker.desk.do("accept"))
        worker.desk.do("finish")

        between = partial(recorded_between, station.database)
        report = SitePapers(Recording(station.equipment)).shift(None, between)

    assert (report.items, [tally.count for tally in report.dispositions]) == (1, [1])
    assert {t.title.key: t.count for t in report.exceptions} == {"slip.exception.corrected": 1}


def test_photos_come_out_of_the_printer_with_their_sheet(tmp_path: Path) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        lpn = worked(station, photo=a_photo()).one_item().lpn or ""
        printed(tmp_path, "photos", lpn)

        assert station.finish_printing()

    (file,) = (tmp_path / "printed" / "office").iterdir()
    assert b"/DCTDecode" in file.read_bytes()
    assert lpn in codes_of(file)


def test_a_ticket_tells_which_steps_were_tried_and_that_new_work_begins_anew(
    tmp_path: Path,
) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        subject = worked(station, "rework")
        item, case = subject.one_item(), subject.opened.case
        papers = ItemPapers(station.equipment)

        first = papers.ticket(case, item)
        begun = papers.ticket(case, replace(item, work={"clean": "done"}))

    assert [step.outcome for step in first.steps] == [None] * len(first.steps)
    assert begun.steps[0].outcome == say("work.done")


def test_a_suspicion_stands_on_no_customers_paper(tmp_path: Path) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        subject = worked(station)
        item = replace(subject.one_item(), findings=("counterfeit_suspected", "worn"))

        certificate = CasePapers(station.equipment).certificate(subject.opened.case, item)

    assert certificate.items[0].findings == (say("finding.worn"),)


def test_a_gift_names_neither_buyer_nor_order(tmp_path: Path) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        subject = worked(station)
        case = replace(subject.opened.case, is_gift=True)

        certificate = CasePapers(station.equipment).certificate(case)
        with pytest.raises(Refused) as refused:
            ItemPapers(station.equipment).ship_back(case, subject.one_item())

    assert (certificate.customer, certificate.order_number) == (None, None)
    assert refused.value.code == "paper-no-customer"


def test_an_unknown_number_and_a_paper_without_ground_are_refused(tmp_path: Path) -> None:
    with a_station(tmp_path, printers=PRINTERS) as station:
        lpn = worked(station).one_item().lpn or ""

        codes = [
            printed(tmp_path, *words)
            for words in (
                ("receipt", "C-9999-9999"),
                ("quarantine", lpn),
                ("rework", lpn),
                ("photos", lpn),
                ("manifest", "L-1"),
            )
        ]

    assert codes == [1, 1, 1, 1, 1]


def test_a_paper_no_printer_has_a_medium_for_is_refused(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        number = worked(station).opened.case.number

        assert printed(tmp_path, "certificate", number) == 1
        assert printed(tmp_path, "certificate", number, "--out", str(tmp_path / "c.pdf")) == 0
