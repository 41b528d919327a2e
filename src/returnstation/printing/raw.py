"""Talk to a printer over a line of bytes: ask how it is, send, and see what became of it."""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from returnstation.domain.papers import JobState, Trouble
from returnstation.printing.brother_ql_status import BROTHER_QL
from returnstation.printing.escpos_status import DLE_EOT
from returnstation.printing.profiles import Silence, StatusDialect
from returnstation.printing.sbpl_status import SBPL
from returnstation.printing.status import BadStatus, Dialect, HostStatus
from returnstation.printing.transports import Interrupted, NotReached
from returnstation.printing.tspl_status import TSPL
from returnstation.printing.zebra_status import HS

_logger = logging.getLogger(__name__)

DIALECTS: Mapping[StatusDialect, Dialect] = {
    StatusDialect.HS: HS,
    StatusDialect.TSPL: TSPL,
    StatusDialect.SBPL: SBPL,
    StatusDialect.DLE_EOT: DLE_EOT,
    StatusDialect.BROTHER_QL: BROTHER_QL,
}
# The longest status has about 200 bytes; who sends more is no printer.
_LONGEST_ANSWER = 512


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds.

    Attributes:
        answer: For a status.
        sending: For the printer to take the next bytes.
        printing: Until everything sent has been printed.
        between: Between two looks at a busy printer.
    """

    answer: float = 1.5
    sending: float = 10.0
    printing: float = 15.0
    between: float = 0.2


@dataclass(frozen=True, slots=True)
class Manners:
    """How one printer is to be spoken with."""

    dialect: StatusDialect
    silence: Silence = Silence.ATTENTION
    patience: Patience = Patience()
    sleep: Callable[[float], None] = time.sleep


class Line(Protocol):
    """Bytes to a printer and back. Both ways raise ``OSError`` when it is gone."""

    def write(self, sent: bytes, timeout: float) -> None:
        """Send all bytes; ``TimeoutError`` when the printer stops taking them."""

    def read(self, most: int, timeout: float) -> bytes:
        """Return what comes, nothing at its end; ``TimeoutError`` when nothing comes."""


class RawLink:
    """One open line to a printer."""

    def __init__(self, line: Line, manners: Manners) -> None:
        self._line = line
        self._dialect = DIALECTS.get(manners.dialect)
        self._patience = manners.patience
        self._sleep = manners.sleep
        self._may_be_mute = manners.silence is Silence.UNKNOWN
        self._has_begun = self._dialect is not None and self._dialect.is_in_order

    def check(self) -> None:
        """See that the printer can print before anything goes out.

        Raises:
            NotReached: It cannot, or does not answer though it should.
        """
        if self._dialect is None:
            return
        try:
            status = self._status(self._dialect)
        except Interrupted as odd:
            raise NotReached(Trouble.UNREACHABLE) from odd
        if status is None and self._may_be_mute:
            return
        # A Zebra that is open, empty or too hot does not answer at all.
        trouble = Trouble.SILENT if status is None else status.trouble
        if trouble is not None:
            raise NotReached(trouble)

    def send(self, payload: bytes, name: str) -> None:
        """Send all bytes; from the first one on, nobody knows."""
        _logger.debug("sending %s, %d bytes", name, len(payload))
        try:
            self._line.write(payload, self._patience.sending)
        except OSError as odd:
            raise Interrupted(str(odd)) from odd

    def outcome(self) -> tuple[JobState, Trouble | None]:
        """Ask until everything is printed or something is wrong."""
        if self._dialect is None:
            return JobState.SENT, None
        try:
            return self._awaited(self._dialect)
        except Interrupted:
            return JobState.UNKNOWN, Trouble.CONNECTION_LOST

    def _awaited(self, dialect: Dialect) -> tuple[JobState, Trouble | None]:
        waited = 0.0
        while True:
            status = self._status(dialect)
            ended = self._ended(status)
            if ended is not None:
                return ended
            self._has_begun = self._has_begun or bool(status and status.waiting)
            if waited >= (self._patience.printing if self._has_begun else self._patience.answer):
                return self._given_up()
            self._sleep(self._patience.between)
            waited += self._patience.between

    def _ended(self, status: HostStatus | None) -> tuple[JobState, Trouble | None] | None:
        """Return what became of the job; None while it is too early to say."""
        if status is None and self._may_be_mute:
            return JobState.SENT, None
        if status is None:
            return JobState.NEEDS_ATTENTION, Trouble.SILENT
        if status.trouble is Trouble.BUFFER_FULL:
            # Of what was just sent: it is being printed.
            return None
        if status.trouble is not None:
            return JobState.NEEDS_ATTENTION, status.trouble
        return (JobState.CONFIRMED, None) if self._has_begun and not status.waiting else None

    def _given_up(self) -> tuple[JobState, Trouble | None]:
        # Well all the time, but never seen to print, or not able to say that it is done.
        if self._may_be_mute or not self._has_begun:
            return JobState.SENT, None
        return JobState.UNKNOWN, Trouble.SILENT

    def _status(self, dialect: Dialect) -> HostStatus | None:
        """Ask the printer how it is; None when it does not say.

        Raises:
            Interrupted: The connection is gone.
        """
        status = self._asked(dialect)
        if status is None and dialect.instead is not None:
            return self._asked(dialect.instead)
        self._may_be_mute = self._may_be_mute and status is None
        return status

    def _asked(self, dialect: Dialect) -> HostStatus | None:
        try:
            self._forget_old_answers()
            self._line.write(dialect.request, self._patience.answer)
            return dialect.parse(self._answer(dialect))
        except (TimeoutError, BadStatus):
            return None
        except OSError as odd:
            raise Interrupted(str(odd)) from odd

    def _forget_old_answers(self) -> None:
        with suppress(TimeoutError):
            self._read(0)

    def _answer(self, dialect: Dialect) -> bytes:
        """Return what came, whole or not: some answers are of use before their end."""
        answer = b""
        with suppress(TimeoutError):
            while not dialect.is_complete(answer) and len(answer) < _LONGEST_ANSWER:
                answer += self._read(self._patience.answer)
        return answer

    def _read(self, timeout: float) -> bytes:
        more = self._line.read(_LONGEST_ANSWER, timeout)
        if not more:
            raise Interrupted("closed by the printer")
        return more
