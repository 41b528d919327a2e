"""Checklists from ``resources/checklists/*.toml``."""

from importlib.resources.abc import Traversable
from typing import Literal

import msgspec

from returnstation import datafiles
from returnstation.domain.checklists import (
    BEST_COSMETIC,
    BEST_FUNCTIONAL,
    Answer,
    Checklist,
    Question,
)
from returnstation.sitedata.files import BadSiteFile, read_toml


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    functional: int = BEST_FUNCTIONAL
    cosmetic: int = BEST_COSMETIC
    finding: str | None = None
    photo: bool | Literal["required"] = False
    ends: bool = False


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    answer: list[_Answer]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    categories: list[str]
    question: list[_Question]


def load_checklists(folder: Traversable | None = None) -> dict[str, Checklist]:
    """Return the checklists by category; ``general`` is always there.

    Raises:
        BadSiteFile: A file has a mistake, or two claim one category.
    """
    found: dict[str, Checklist] = {}
    files = (folder or datafiles.resource("checklists")).iterdir()
    for file in sorted(files, key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        checklist = _checklist(file)
        for category in checklist.categories:
            if category in found:
                raise BadSiteFile(f"{file.name}: categories: {category} is in another file")
            found[category] = checklist
    if "general" not in found:
        raise BadSiteFile("checklists: no file has the category general")
    return found


def _checklist(file: Traversable) -> Checklist:
    record = read_toml(file, _File)
    name = file.name.removesuffix(".toml")
    questions = tuple(_question(file, name, question) for question in record.question)
    return Checklist(name, tuple(record.categories), questions)


def _question(file: Traversable, checklist: str, record: _Question) -> Question:
    text = f"check.{checklist}.{record.id}"
    if not 2 <= len(record.answer) <= 9:
        raise BadSiteFile(f"{file.name}: {record.id}: a question has two to nine answers")
    answers = tuple(
        Answer(
            key=str(number),
            text=f"{text}.{answer.id}",
            functional=answer.functional,
            cosmetic=answer.cosmetic,
            finding=answer.finding,
            wants_photo=bool(answer.photo),
            needs_photo=answer.photo == "required",
            ends=answer.ends,
        )
        for number, answer in enumerate(record.answer, start=1)
    )
    return Question(record.id, text, answers)
