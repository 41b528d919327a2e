"""Figures of discarded goods as CSV, for the disclosure Regulation (EU) 2024/1781 art. 24 asks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from returnstation.application.csv_lines import csv_line
from returnstation.application.equipment import Equipment
from returnstation.application.inspections import Filter
from returnstation.application.recording import Recording
from returnstation.application.reviewing import Inspections
from returnstation.domain.disclosure import TREATMENTS, Discarded, Disclosed, discarded, disclosed

COLUMNS = (
    "merchant",
    "category",
    "treatment",
    "ground",
    "units",
    "weight_kg",
    "units_without_weight",
    "percent_of_category",
)
"""Head line; columns are only ever added."""


@dataclass(frozen=True, slots=True)
class Disclosing:
    """Adds up what was decided to be discarded on some days."""

    equipment: Equipment
    inspections: Inspections

    def figures(self, since: date | None, until: date | None) -> Iterable[Disclosed]:
        """Return the figures of local days, both included; None is no bound."""
        return disclosed(self._goods(since, until))

    def _goods(self, since: date | None, until: date | None) -> Iterator[Discarded]:
        recording = Recording(self.equipment)
        for disposition in TREATMENTS:
            wanted = Filter(since=since, until=until, disposition=disposition.value)
            for row in self.inspections.rows(wanted):
                with self.equipment.look() as work:
                    case = recording.load(work, row.case_id).case
                found = discarded(case.items[row.item_id], row.merchant)
                if found is not None:
                    yield found


def disclosure_csv(figures: Iterable[Disclosed]) -> Iterator[str]:
    """Return the head line and a line for each figure."""
    yield csv_line(COLUMNS)
    for one in figures:
        yield csv_line(
            (
                one.merchant,
                one.category,
                one.treatment.value,
                one.ground,
                str(one.units),
                f"{one.grams // 1000}.{one.grams % 1000:03}",
                str(one.unweighed),
                f"{float(one.percent):.2f}",
            )
        )
