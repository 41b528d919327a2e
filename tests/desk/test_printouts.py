"""Papers nobody knows came out, and labels that wait for a printer, at the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import SHOES_GTIN
from returnstation.app import Station
from returnstation.application.view import JobView, Sound, Step, View
from returnstation.domain.facts import PaperQueued, PaperSeen
from returnstation.domain.messages import Say
from returnstation.domain.papers import ItemLabel, JobState, PrintJob, Trouble
from returnstation.settings import PrinterSettings
from returnstation.storage.station import PrinterQueue
from stations import Worker, a_station, code, settings

PRINTERS = settings().printers | {
    "spare": PrinterSettings("zebra-zd421-203", "label-50x30", "folder:printed/spare")
}


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with a_station(tmp_path, printers=PRINTERS) as made:
        yield made


@pytest.fixture
def worker(station: Station) -> Worker:
    return Worker(station)


def labelled(worker: Worker) -> str:
    """Take an item to its label; return the licence plate."""
    worker.desk.scan("R-77421")
    worker.desk.scan(SHOES_GTIN)
    worker.inspect_as_new()
    worker.clear_hints()
    view = worker.desk.do("accept")
    assert view.label is not None
    return view.label.lpn


def jobs(station: Station, lpn: str) -> list[PrintJob]:
    with station.database.look() as work:
        return list(work.jobs.of_item(lpn))


def mark(station: Station, lpn: str, state: JobState, trouble: Trouble | None) -> PrintJob:
    job = jobs(station, lpn)[-1]
    PrinterQueue(station.database).mark(job.job_id, state, trouble, station.clock())
    return job


def lose(station: Station, lpn: str) -> PrintJob:
    """Let the connection break while a label is sent."""
    return mark(station, lpn, JobState.UNKNOWN, Trouble.CONNECTION_LOST)


def asked(view: View) -> str | None:
    key = view.instruction.text.key
    return key if key == "ask.printed" else None


def told(station: Station, job: PrintJob) -> list[object]:
    with station.database.look() as work:
        return [each.fact for each in work.facts.of(job.case_id or "")]


def test_a_label_that_may_have_come_out_is_asked_about(station: Station, worker: Worker) -> None:
    lpn = labelled(worker)
    assert asked(worker.desk.state()) is None

    lose(station, lpn)
    view = worker.desk.state()

    assert asked(view)
    assert view.instruction.text.values["paper"] == lpn
    assert [option.key for option in view.options] == ["1", "2", "3"]


def test_a_label_that_came_out_is_confirmed_by_who_saw_it(station: Station, worker: Worker) -> None:
    lpn = labelled(worker)
    job = lose(station, lpn)
    worker.desk.state()

    view = worker.desk.choose("1")

    assert view.step is Step.LABEL
    assert [each.state for each in jobs(station, lpn)] == [JobState.CONFIRMED]
    assert PaperSeen(job_id=job.job_id, came_out=True) in told(station, job)


def test_a_label_that_did_not_come_out_is_printed_again_and_marked(
    station: Station, worker: Worker
) -> None:
    lpn = labelled(worker)
    job = lose(station, lpn)
    worker.desk.state()

    worker.desk.choose("2")

    first, second = jobs(station, lpn)
    assert (first.state, second.state) == (JobState.CANCELLED, JobState.QUEUED)
    assert isinstance(second.paper, ItemLabel)
    assert second.paper.is_reprint
    queued = [fact for fact in told(station, job) if isinstance(fact, PaperQueued)]
    assert [fact.reason for fact in queued] == [None, "did_not_come_out"]
    assert PaperSeen(job_id=job.job_id, came_out=False) in told(station, job)


def test_a_label_that_is_not_needed_is_not_printed_again(station: Station, worker: Worker) -> None:
    lpn = labelled(worker)
    lose(station, lpn)
    worker.desk.state()

    worker.desk.choose("3")

    assert [each.state for each in jobs(station, lpn)] == [JobState.CANCELLED]


def test_reading_the_label_answers(station: Station, worker: Worker) -> None:
    lpn = labelled(worker)
    lose(station, lpn)
    worker.desk.state()

    view = worker.desk.scan(lpn)

    assert code(view) is None
    assert view.instruction.text.key == "do.put"
    assert [each.state for each in jobs(station, lpn)] == [JobState.CONFIRMED]


def test_who_goes_back_is_not_asked_again(station: Station, worker: Worker) -> None:
    lpn = labelled(worker)
    lose(station, lpn)
    worker.desk.state()

    view = worker.desk.do("back")

    assert view.step is Step.LABEL
    assert asked(worker.desk.state()) is None
    assert view.waiting


def test_nobody_is_asked_while_they_answer_a_question(station: Station, worker: Worker) -> None:
    lpn = labelled(worker)
    lose(station, lpn)
    worker.desk.do("later")
    worker.desk.scan(SHOES_GTIN)

    assert asked(worker.desk.state()) is None


def test_a_paper_of_an_earlier_parcel_is_asked_about_between_parcels(
    station: Station, worker: Worker
) -> None:
    lpn = labelled(worker)
    job = lose(station, lpn)
    worker.desk.hold("next_parcel")

    view = worker.desk.state()
    worker.desk.choose("2")

    assert asked(view)
    assert view.step is Step.REASON
    assert [each.state for each in jobs(station, lpn)] == [JobState.CANCELLED, JobState.QUEUED]
    assert PaperSeen(job_id=job.job_id, came_out=False) in told(station, job)


def test_a_parcel_can_be_scanned_instead_of_answering(station: Station, worker: Worker) -> None:
    lpn = labelled(worker)
    lose(station, lpn)
    worker.desk.hold("next_parcel")
    assert asked(worker.desk.state())

    view = worker.desk.scan("R-77421")

    assert code(view) is None
    assert view.case is not None


def test_a_label_that_waits_for_a_printer_can_be_printed_on_another(
    station: Station, worker: Worker
) -> None:
    lpn = labelled(worker)
    mark(station, lpn, JobState.RENDERED, Trouble.OUT_OF_MEDIA)

    view = worker.desk.state()
    moved = worker.desk.choose("1")

    assert view.instruction.text.key == "printer.do.out_of_media"
    titles = [option.title for option in view.options if isinstance(option.title, Say)]
    assert [title.values["printer"] for title in titles] == ["spare"]
    assert code(moved) is None
    (job,) = jobs(station, lpn)
    assert (job.printer, job.state, job.trouble) == ("spare", JobState.QUEUED, None)
    assert moved.options == ()


def test_a_printer_that_needs_hands_is_heard_once_per_trouble(
    station: Station, worker: Worker
) -> None:
    lpn = labelled(worker)
    heard = []
    for trouble in (Trouble.OUT_OF_MEDIA, Trouble.OUT_OF_MEDIA, Trouble.JAMMED, None):
        mark(station, lpn, JobState.RENDERED, trouble)
        heard.append(worker.desk.state().sound)

    assert heard == [Sound.DEVICE, None, Sound.DEVICE, None]


def test_a_printer_in_trouble_of_its_own_is_not_offered(station: Station, worker: Worker) -> None:
    lpn = labelled(worker)
    mark(station, lpn, JobState.RENDERED, Trouble.OUT_OF_MEDIA)
    with station.database.work() as work:
        job = jobs(station, lpn)[0]
        work.jobs.add(
            PrintJob(
                job_id="other",
                paper=job.paper,
                language="ko",
                printer="spare",
                state=JobState.RENDERED,
                created_at=station.clock(),
                trouble=Trouble.JAMMED,
            )
        )
        work.commit()

    assert worker.desk.state().options == ()
    assert code(worker.desk.choose("1")) == "no-such-option"


def test_a_reprint_takes_the_place_of_a_label_that_still_waits(
    station: Station, worker: Worker
) -> None:
    lpn = labelled(worker)
    mark(station, lpn, JobState.RENDERED, Trouble.OUT_OF_MEDIA)

    worker.desk.reprint("did_not_come_out")

    states = [each.state for each in jobs(station, lpn)]
    assert states == [JobState.CANCELLED, JobState.QUEUED]


@pytest.mark.parametrize(
    ("state", "trouble"),
    [(JobState.SENT, "untold"), (JobState.NEEDS_ATTENTION, Trouble.OUT_OF_MEDIA)],
)
def test_what_was_being_printed_when_the_program_ended_is_asked_about(
    station: Station, worker: Worker, state: JobState, trouble: str
) -> None:
    lpn = labelled(worker)
    queue = PrinterQueue(station.database)
    queue.mark(jobs(station, lpn)[0].job_id, state, trouble, station.clock())

    queue.recover("labels", station.clock())

    assert asked(worker.desk.state())
    assert [each.trouble for each in jobs(station, lpn)] == [Trouble.INTERRUPTED]


def test_what_went_to_a_printer_that_cannot_tell_is_not_asked_about(
    station: Station, worker: Worker
) -> None:
    lpn = labelled(worker)
    mark(station, lpn, JobState.SENT, None)

    PrinterQueue(station.database).recover("labels", station.clock())

    view = worker.desk.state()
    assert asked(view) is None
    assert view.waiting == ()


def test_a_label_that_is_being_sent_is_shown_as_waiting(station: Station, worker: Worker) -> None:
    lpn = labelled(worker)
    job = jobs(station, lpn)[0]

    assert PrinterQueue(station.database).claim(job, station.clock())

    view = worker.desk.state()
    assert view.waiting == (JobView(job.job_id, "item_label", "sent", "labels", lpn, None),)
    assert view.label is not None
    assert [step.state for step in view.label.steps] == ["now", "next", "next"]
    assert not PrinterQueue(station.database).claim(job, station.clock())
