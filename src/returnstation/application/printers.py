"""The station's printers as a set-up page sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from returnstation.application.view import JobView
from returnstation.domain.papers import PaperKind

OFFSET_STEP_MM, MOST_OFFSET_MM = 0.5, 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterRow:
    """One printer.

    Attributes:
        name: In the settings.
        model, medium: As people call them.
        papers: What it prints now.
        possible: What it has paper for.
        jobs: What has not come out of it.
        others: Printers without trouble that have paper for something of it.
        darkness: None where it is left to the machine, or means nothing in its language.
        can_be_darker: The station can say how dark it prints.
    """

    name: str
    model: str
    medium: str
    address: str
    papers: frozenset[PaperKind]
    possible: tuple[PaperKind, ...]
    jobs: tuple[JobView, ...]
    others: tuple[str, ...]
    offset_mm: tuple[float, float] = (0.0, 0.0)
    darkness: int | None = None
    can_be_darker: bool = False

    @property
    def trouble(self) -> str | None:
        """What keeps it from printing, None when nothing is known to."""
        return next((job.trouble for job in self.jobs if job.trouble), None)


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A printer that was found; without a model it cannot be added by touch."""

    address: str
    name: str
    detail: str
    model: str | None
    is_known: bool


class Printers(Protocol):
    """Looks after the station's printers; nothing here is quick, and nothing prints labels."""

    def rows(self) -> Sequence[PrinterRow]:
        """Return the printers of the settings."""

    def find(self) -> Sequence[FoundRow]:
        """Return the printers there are, in a few seconds."""

    def add(self, found: FoundRow) -> str:
        """Add a printer that was found to the settings; return its name there.

        Raises:
            Trouble: The settings cannot be written.
        """

    def print_test_page(self, name: str, language: str) -> None:
        """Queue a test page of a printer."""

    def calibrate(self, name: str, offset_mm: tuple[float, float], darkness: int | None) -> None:
        """Keep what a test page showed.

        Raises:
            Trouble: The settings cannot be written.
        """

    def assign(self, kind: PaperKind, name: str) -> None:
        """Print papers of a kind on a printer from now on.

        Raises:
            Trouble: The settings cannot be written.
        """

    def change(self, name: str, other: str) -> int:
        """Print on another printer from now on, also what waits; return how many papers moved.

        Raises:
            Trouble: The settings cannot be written.
        """

    def settle(self, job_id: str, key: str) -> None:
        """Record what a person says of a paper that may have come out."""

    def cancel(self, job_id: str) -> None:
        """Take a paper back that has not been sent."""
