"""The questions an item is inspected by, and the grade that follows from the answers."""

from returnstation.domain.checklists.book import BrokenChecklist, ChecklistBook
from returnstation.domain.checklists.grades import (
    BEST_COSMETIC,
    BEST_FUNCTIONAL,
    COSMETIC,
    FUNCTIONAL,
    Grade,
    GradeScale,
    ScaleStep,
    scale_of,
)
from returnstation.domain.checklists.lists import GENERAL, Checklist, Goods
from returnstation.domain.checklists.questions import (
    WITH_VALUE,
    Answer,
    Condition,
    Question,
    QuestionKind,
    Scans,
    UnknownAnswer,
)
from returnstation.domain.checklists.readings import (
    BadReading,
    Known,
    Reading,
    answer_to,
    read_value,
)

__all__ = [
    "BEST_COSMETIC",
    "BEST_FUNCTIONAL",
    "COSMETIC",
    "FUNCTIONAL",
    "GENERAL",
    "WITH_VALUE",
    "Answer",
    "BadReading",
    "BrokenChecklist",
    "Checklist",
    "ChecklistBook",
    "Condition",
    "Goods",
    "Grade",
    "GradeScale",
    "Known",
    "Question",
    "QuestionKind",
    "Reading",
    "ScaleStep",
    "Scans",
    "UnknownAnswer",
    "answer_to",
    "read_value",
    "scale_of",
]
