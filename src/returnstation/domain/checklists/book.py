"""All checklists of a station: which one some goods are inspected by, and earlier versions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from returnstation.domain.checklists.grades import Grade, GradeScale, scale_of
from returnstation.domain.checklists.lists import GENERAL, Checklist, Goods


@dataclass(frozen=True, slots=True)
class BrokenChecklist:
    """A site's file that is not in use because of a mistake.

    Attributes:
        file: Its name.
        why: The key, and what is wrong there.
        is_replaced: An earlier version is in use.
    """

    file: str
    why: str
    is_replaced: bool


@dataclass(frozen=True, slots=True)
class ChecklistBook:
    """All checklists.

    Attributes:
        current: In use; of two that fit equally well, the first.
        kept: Versions items were inspected by, by their hash.
        broken: Files that are not in use.
        scales: What merchants call grades.
    """

    current: tuple[Checklist, ...]
    kept: Mapping[str, Checklist] = field(default_factory=dict)
    broken: tuple[BrokenChecklist, ...] = ()
    scales: tuple[GradeScale, ...] = ()

    def choose(self, goods: Goods) -> Checklist:
        """Return the checklist made most closely for some goods."""
        fitting = [(fit, one) for one in self.current if (fit := one.fit(goods)) is not None]
        return max(fitting, key=lambda pair: pair[0])[1]

    def version(self, checklist_id: str, content_hash: str | None) -> Checklist:
        """Return the checklist an item was taken in hand with; the general one if it is lost."""
        kept = self.kept.get(content_hash or "")
        if kept is not None:
            return kept
        named = (one for one in self.current if one.checklist_id == checklist_id)
        return next(named, self.choose(Goods(None, GENERAL)))

    def merchant_grade(self, grade: Grade | None, merchant_id: str | None) -> str | None:
        """Return what the merchant calls a grade."""
        scale = scale_of(self.scales, merchant_id)
        return None if scale is None or grade is None else scale.name(grade)
