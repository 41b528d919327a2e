"""Ask a printer or CUPS over IPP: one short connection for each request."""

import http.client
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer

from returnstation.printing.ipp import (
    Answer,
    Attributes,
    BadAnswer,
    Operation,
    Tag,
    Written,
    answer,
    request,
)

PORT = 631
_LONGEST_ANSWER = 4_000_000
# Successful answers are below.
_FIRST_FAILURE = 0x0400
_USER = "returnstation"


class NotConnected(Exception):
    """Nothing was sent: nobody listens. Its cause is the ``OSError``."""


class NoAnswer(Exception):
    """It was sent, perhaps in part, and no answer came."""


class Declined(Exception):
    """The printer refused what was asked.

    Attributes:
        status: Of the answer, e.g. 0x0507 when it is busy; below 0x0400 it is HTTP's.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"0x{status:04x}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Place:
    """Where a printer or a queue is."""

    host: str
    path: str
    port: int = PORT
    is_encrypted: bool = False

    @property
    def uri(self) -> str:
        """The address as IPP wants it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'ipps' if self.is_encrypted else 'ipp'}://{host}:{self.port}{self.path}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, in seconds.

    Attributes:
        step: For a connection, and for the next bytes either way.
        answer: For a whole answer, after all was sent.
        sending: For a whole document to be taken.
    """

    step: float = 5.0
    answer: float = 10.0
    sending: float = 120.0


@dataclass(frozen=True, slots=True)
class IppClient:
    """One printer or queue, or a CUPS as a whole."""

    place: Place
    limits: Limits = Limits()

    def printer(self, names: Sequence[str]) -> Attributes:
        """Return what a printer says about itself.

        Raises:
            NotConnected, NoAnswer, Declined: It does not say it.
        """
        asked = [Written(Tag.KEYWORD, "requested-attributes", names)]
        return _first(self._asked(Operation.GET_PRINTER_ATTRIBUTES, asked), Tag.PRINTER)

    def print(
        self, document: bytes, operation: Sequence[Written], job: Sequence[Written]
    ) -> Attributes:
        """Print a document; return what the printer says about the new job.

        Raises:
            NotConnected: Nothing went out.
            Declined: Nothing will be printed, unless the printer failed or gave up on the way.
            NoAnswer: Nobody knows.
        """
        groups = [(Tag.OPERATION, self._operation(operation)), (Tag.JOB, job)]
        content = request(Operation.PRINT_JOB, 1, groups) + document
        return _first(self._exchanged(content, self.limits.sending), Tag.JOB)

    def job(self, job_id: int, names: Sequence[str]) -> Attributes:
        """Return what a printer says about a job.

        Raises:
            NotConnected, NoAnswer, Declined: It does not say it.
        """
        asked = [
            Written(Tag.INTEGER, "job-id", [job_id]),
            Written(Tag.KEYWORD, "requested-attributes", names),
        ]
        return _first(self._asked(Operation.GET_JOB_ATTRIBUTES, asked), Tag.JOB)

    def cancel(self, job_id: int) -> None:
        """Drop a job.

        Raises:
            NotConnected, NoAnswer, Declined: It may still be there.
        """
        self._asked(Operation.CANCEL_JOB, [Written(Tag.INTEGER, "job-id", [job_id])])

    def queues(self, names: Sequence[str]) -> Sequence[Attributes]:
        """Return the queues of a CUPS.

        Raises:
            NotConnected, NoAnswer, Declined: It does not say.
        """
        asked = [Written(Tag.KEYWORD, "requested-attributes", names)]
        content = request(Operation.CUPS_GET_PRINTERS, 1, [(Tag.OPERATION, [*_CHARSET, *asked])])
        return self._exchanged(content, self.limits.answer).of(Tag.PRINTER)

    def _asked(self, operation: Operation, attributes: Sequence[Written]) -> Answer:
        content = request(operation, 1, [(Tag.OPERATION, self._operation(attributes))])
        return self._exchanged(content, self.limits.answer)

    def _operation(self, attributes: Sequence[Written]) -> Sequence[Written]:
        """Return attributes of an operation behind those that every one begins with."""
        return [
            *_CHARSET,
            Written(Tag.URI, "printer-uri", [self.place.uri]),
            Written(Tag.NAME, "requesting-user-name", [_USER]),
            *attributes,
        ]

    def _exchanged(self, content: bytes, limit: float) -> Answer:
        connection = self._connected()
        try:
            with _cut_off_after(connection, limit):
                answered = _read(connection, self.place.path, content)
        except (OSError, http.client.HTTPException) as odd:
            raise NoAnswer(str(odd)) from odd
        finally:
            connection.close()
        if answered.status >= _FIRST_FAILURE:
            raise Declined(answered.status)
        return answered

    def _connected(self) -> http.client.HTTPConnection:
        connection = self._connection()
        try:
            connection.connect()
        except OSError as odd:
            connection.close()
            raise NotConnected(str(odd)) from odd
        return connection

    def _connection(self) -> http.client.HTTPConnection:
        place, step = self.place, self.limits.step
        if not place.is_encrypted:
            return http.client.HTTPConnection(place.host, place.port, timeout=step)
        # Printers sign their own certificates: this keeps listeners out, and proves nothing.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(place.host, place.port, timeout=step, context=context)


_CHARSET = (
    Written(Tag.CHARSET, "attributes-charset", ["utf-8"]),
    Written(Tag.LANGUAGE, "attributes-natural-language", ["en"]),
)


@contextmanager
def _cut_off_after(connection: http.client.HTTPConnection, limit: float) -> Iterator[None]:
    """Close a connection when time is up: one byte a second would keep every single wait short."""
    line = connection.sock

    def cut() -> None:
        with suppress(OSError):
            line.shutdown(2)

    timer = Timer(limit, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _read(connection: http.client.HTTPConnection, path: str, content: bytes) -> Answer:
    """Send a request; return its answer.

    Raises:
        OSError, HTTPException: None came.
        Declined: HTTP itself refused it, so that it did not come to a printer.
    """
    connection.request("POST", path, content, {"Content-Type": "application/ipp"})
    response = connection.getresponse()
    body = response.read(_LONGEST_ANSWER + 1)
    if response.status >= http.client.INTERNAL_SERVER_ERROR:
        raise OSError(f"HTTP {response.status}")
    if response.status != http.client.OK:
        raise Declined(response.status)
    if len(body) > _LONGEST_ANSWER:
        raise OSError("too long an answer")
    try:
        return answer(body)
    except BadAnswer as odd:
        raise OSError(str(odd)) from odd


def _first(answered: Answer, tag: Tag) -> Attributes:
    return next(iter(answered.of(tag)), {})
