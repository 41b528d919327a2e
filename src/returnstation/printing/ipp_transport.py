"""Printing over IPP: to a driverless printer, or to a queue of CUPS."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from returnstation.domain.papers import JobState, Trouble
from returnstation.printing.ipp import Attributes, Tag, Written
from returnstation.printing.ipp_client import (
    Declined,
    IppClient,
    Limits,
    NoAnswer,
    NotConnected,
    Place,
)
from returnstation.printing.ipp_documents import ASKED, document_for
from returnstation.printing.ipp_states import Progress, ended, first, trouble_of
from returnstation.printing.profiles import Language
from returnstation.printing.transports import Interrupted, NotReached, not_reached

_logger = logging.getLogger(__name__)

_STATE = ("printer-state", "printer-state-reasons", "printer-is-accepting-jobs")
_MESSAGE = "job-printer-state-message"
_JOB = (
    _MESSAGE,
    "job-state",
    "job-state-reasons",
    "job-impressions-completed",
    "job-media-sheets-completed",
    "job-k-octets-processed",
)
_FORMAT, _BUSY, _CLOSED, _NO_SUCH = 0x040A, 0x0507, 0x0506, 0x0406
_DECLINED = {
    _FORMAT: Trouble.NOT_SET_UP,
    0x040B: Trouble.NOT_SET_UP,
    _NO_SUCH: Trouble.NOT_SET_UP,
    404: Trouble.NOT_SET_UP,
    _CLOSED: Trouble.PAUSED,
    _BUSY: Trouble.REFUSED,
}
# The printer failed while it took the job, or somebody dropped it there.
_ON_THE_WAY = {0x0500, 0x0508}


@dataclass(frozen=True, slots=True)
class Watch:
    """How long a job is followed, in seconds.

    Attributes:
        printing: Without any progress; a sleeping copier takes a minute to wake.
        between: Between two looks.
    """

    printing: float = 90.0
    between: float = 0.25
    sleep: Callable[[float], None] = time.sleep


_LIMITS, _WATCH = Limits(), Watch()


@dataclass(frozen=True, slots=True)
class IppTransport:
    """Connects anew for every request.

    Attributes:
        language: Of the payloads: ``ipp``, or one that goes through a queue as it is.
    """

    place: Place
    language: Language
    limits: Limits = _LIMITS
    watch: Watch = _WATCH

    @contextmanager
    def connect(self) -> Iterator["IppLink"]:
        """Ask the printer how it is and what it takes."""
        client = IppClient(self.place, self.limits)
        try:
            printer = client.printer((*_STATE, *ASKED, "device-uri"))
        except NotConnected as odd:
            raise not_reached(_cause(odd)) from odd
        except NoAnswer as odd:
            raise NotReached(Trouble.TIMED_OUT) from odd
        except Declined as odd:
            raise NotReached(_DECLINED.get(odd.status, Trouble.REFUSED)) from odd
        trouble = trouble_of(printer)
        if trouble is not None:
            raise NotReached(trouble)
        yield IppLink(client, self.language, printer, self.watch)


class IppLink:
    """One job on its way."""

    def __init__(
        self, client: IppClient, language: Language, printer: Attributes, watch: Watch
    ) -> None:
        self._client = client
        self._language = language
        self._printer = printer
        self._watch = watch
        self._job_id = 0

    def send(self, payload: bytes, name: str) -> None:
        """Send one job in a form the printer takes."""
        document = document_for(payload, self._language, self._printer)
        _logger.debug("sending %s as %s", name, document.format)
        operation = (
            Written(Tag.NAME, "job-name", [name]),
            Written(Tag.MIME_TYPE, "document-format", [document.format]),
        )
        try:
            job = self._client.print(document.content, operation, document.job)
        except NotConnected as odd:
            raise not_reached(_cause(odd)) from odd
        except NoAnswer as odd:
            raise Interrupted(str(odd)) from odd
        except Declined as odd:
            if odd.status in _ON_THE_WAY:
                raise Interrupted(str(odd)) from odd
            raise NotReached(_DECLINED.get(odd.status, Trouble.REFUSED)) from odd
        job_id = first(job, "job-id")
        if not isinstance(job_id, int):
            raise Interrupted("a job without a number")
        self._job_id = job_id

    def outcome(self) -> tuple[JobState, Trouble | None]:
        """Follow the job until it ends, something is wrong, or nothing happens any more.

        A job that is given up is cancelled: it must not come out when nobody expects it.
        """
        seen: object = None
        until = time.monotonic() + self._watch.printing
        while True:
            look = self._look()
            if isinstance(look, tuple):
                return look
            if look != seen:
                seen, until = look, time.monotonic() + self._watch.printing
            if time.monotonic() >= until:
                return self._given_up(is_lost=look is None)
            self._watch.sleep(self._watch.between)

    def _look(self) -> tuple[JobState, Trouble | None] | Attributes | None:
        """Return what became of the job, else how far it is; None when nobody answers."""
        try:
            job = self._client.job(self._job_id, _JOB)
            over = ended(job)
            if over is not None:
                return self._as_known(over, job)
            trouble = trouble_of(self._client.printer(_STATE)) or _trouble_of_job(job)
        except Declined as odd:
            # Some forget a job as soon as it is over, whatever became of it.
            return (JobState.UNKNOWN, Trouble.SILENT) if odd.status == _NO_SUCH else None
        except (NotConnected, NoAnswer):
            return None
        if trouble is not None:
            return JobState.NEEDS_ATTENTION, trouble
        # Another message is no progress: a dead printer has new ones all the time.
        return {name: values for name, values in job.items() if name != _MESSAGE}

    def _as_known(
        self, over: tuple[JobState, Trouble | None], job: Attributes
    ) -> tuple[JobState, Trouble | None]:
        """Return what is known of the paper: a queue only knows that it sent all bytes.

        CUPS says completed even where its printer took the job and refused the document. Then
        it counts no impression, and has a message.
        """
        is_queue = first(self._printer, "device-uri") is not None
        if not is_queue or over[0] is not JobState.CONFIRMED:
            return over
        is_odd = first(job, _MESSAGE) and not first(job, "job-impressions-completed")
        return (JobState.UNKNOWN, Trouble.UNEXPECTED) if is_odd else (JobState.SENT, None)

    def _given_up(self, *, is_lost: bool) -> tuple[JobState, Trouble | None]:
        with suppress(NotConnected, NoAnswer, Declined):
            self._client.cancel(self._job_id)
        return JobState.UNKNOWN, Trouble.CONNECTION_LOST if is_lost else Trouble.SILENT


def _trouble_of_job(job: Attributes) -> Trouble | None:
    match first(job, "job-state"):
        case Progress.HELD:
            # CUPS holds what it could not send until it tries again.
            return Trouble.OFFLINE
        case Progress.STOPPED:
            return Trouble.FAULT
    return None


def _cause(odd: NotConnected) -> OSError:
    return odd.__cause__ if isinstance(odd.__cause__, OSError) else OSError(str(odd))
