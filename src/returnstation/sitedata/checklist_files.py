"""One checklist from its TOML file, and as it is kept."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from importlib.resources.abc import Traversable
from typing import Any, Literal

import msgspec

from returnstation.domain.checklists import (
    BEST_COSMETIC,
    BEST_FUNCTIONAL,
    Answer,
    Checklist,
    Condition,
    Question,
    QuestionKind,
    Scans,
)
from returnstation.sitedata.files import BadSiteFile, read_toml

SHARED = "shared"
_TOLERANCE = "tolerance"
_FINDING = "finding:"

_Limit = int | float | Literal["tolerance"] | None


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    functional: int = BEST_FUNCTIONAL
    cosmetic: int = BEST_COSMETIC
    finding: str | None = None
    photo: bool | Literal["required"] = False
    ends: bool = False
    below: _Limit = None
    above: _Limit = None
    differs: bool = False
    by_hand: bool = True
    text: str | None = None
    help: str = ""


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    id: str = ""
    use: str | None = None
    kind: QuestionKind = QuestionKind.CHOICE
    unit: str | None = None
    nominal: int | float | None = None
    tolerance: int | float | None = None
    scans: Scans | None = None
    when: list[str] = []
    picture: str | None = None
    text: str | None = None
    help: str = ""
    answer: list[_Answer] = []


class _File(msgspec.Struct, forbid_unknown_fields=True):
    categories: list[str]
    question: list[_Question]
    merchants: list[str] = []
    products: list[str] = []
    version: int = 1


class _Shared(msgspec.Struct, forbid_unknown_fields=True):
    question: list[_Question]


def checklist_from(file: Traversable, shared: Mapping[str, Question]) -> Checklist:
    """Return the checklist of a file.

    Raises:
        BadSiteFile: It has a mistake; file and key are named.
    """
    record = read_toml(file, _File)
    name = file.name.removesuffix(".toml")
    questions: list[Question] = []
    for place, asked in enumerate(record.question, start=1):
        where = f"{file.name}: {asked.id or asked.use or f'question {place}'}"
        question = _used(where, asked, shared) if asked.use else _question(where, name, asked)
        _check_order(where, question, questions)
        questions.append(question)
    if not record.categories or not questions:
        raise BadSiteFile(f"{file.name}: categories and questions may not be empty")
    checklist = Checklist(
        name,
        tuple(record.categories),
        tuple(questions),
        tuple(record.merchants),
        tuple(record.products),
        record.version,
    )
    return replace(checklist, content_hash=content_hash(checklist))


def shared_questions(folder: Traversable) -> dict[str, Question]:
    """Return the questions several checklists use, by id.

    Raises:
        BadSiteFile: The file has a mistake.
    """
    file = folder.joinpath(SHARED, "questions.toml")
    if not file.is_file():
        return {}
    record = read_toml(file, _Shared)
    where = f"{SHARED}/{file.name}"
    return {one.id: _question(f"{where}: {one.id}", SHARED, one) for one in record.question}


def content_hash(checklist: Checklist) -> str:
    """Return the SHA-256 of everything a checklist says."""
    plain = replace(checklist, content_hash="")
    return hashlib.sha256(msgspec.json.encode(plain, order="sorted")).hexdigest()


def kept_text(checklist: Checklist) -> bytes:
    """Return a checklist as it is kept."""
    return msgspec.json.encode(checklist, order="sorted")


def kept_from(text: bytes) -> Checklist | None:
    """Return what ``kept_text`` wrote; None when it is damaged."""
    try:
        checklist = msgspec.json.decode(text, type=Checklist)
    except msgspec.DecodeError:
        return None
    return checklist if content_hash(checklist) == checklist.content_hash else None


def _used(where: str, record: _Question, shared: Mapping[str, Question]) -> Question:
    question = shared.get(record.use or "")
    if question is None:
        raise BadSiteFile(f"{where}: use: there is no shared question of this name")
    return replace(question, when=_conditions(where, record.when))


def _question(where: str, checklist: str, record: _Question) -> Question:
    if not record.id:
        raise BadSiteFile(f"{where}: id: missing")
    text = f"check.{checklist}.{record.id}"
    question = Question(
        record.id,
        text,
        tuple(
            _answer(where, record, answer, str(number), f"{text}.{answer.id}")
            for number, answer in enumerate(record.answer, start=1)
        ),
        record.kind,
        record.unit,
        _decimal(record.nominal),
        _decimal(record.tolerance),
        record.scans,
        _conditions(where, record.when),
        record.picture,
        None if record.text is None else (record.text, record.help),
    )
    _check(where, question)
    return question


def _answer(where: str, asked: _Question, record: _Answer, key: str, text: str) -> Answer:
    return Answer(
        key=key,
        text=text,
        answer_id=record.id,
        functional=record.functional,
        cosmetic=record.cosmetic,
        finding=record.finding,
        wants_photo=bool(record.photo),
        needs_photo=record.photo == "required",
        ends=record.ends,
        below=_limit(where, asked, record.below, -1),
        above=_limit(where, asked, record.above, +1),
        differs=record.differs,
        by_hand=record.by_hand,
        own_words=None if record.text is None else (record.text, record.help),
    )


def _limit(where: str, asked: _Question, limit: _Limit, sign: int) -> Decimal | None:
    if limit != _TOLERANCE:
        return _decimal(limit)
    nominal, tolerance = _decimal(asked.nominal), _decimal(asked.tolerance)
    if nominal is None or tolerance is None:
        raise BadSiteFile(f"{where}: tolerance: the question has no nominal and tolerance")
    return nominal + sign * tolerance


def _decimal(number: Any) -> Decimal | None:
    # TOML reads 2.9 as a binary fraction; its shortest text is what was written.
    return None if number is None else Decimal(str(number))


def _conditions(where: str, texts: Sequence[str]) -> tuple[Condition, ...]:
    return tuple(_condition(where, text) for text in texts)


def _condition(where: str, text: str) -> Condition:
    if text.startswith(_FINDING):
        return Condition(finding=text.removeprefix(_FINDING))
    question, dot, answer = text.partition(".")
    if not (question and dot and answer):
        raise BadSiteFile(f"{where}: when: {text!r} is neither question.answer nor finding:code")
    return Condition(question, answer)


def _check(where: str, question: Question) -> None:
    answers = question.answers
    if not (1 if question.wants_value else 2) <= len(answers) <= 9:
        raise BadSiteFile(f"{where}: a question has two to nine answers")
    if len({answer.answer_id for answer in answers}) != len(answers):
        raise BadSiteFile(f"{where}: answer: two have the same id")
    for answer in answers:
        if not (
            1 <= answer.functional <= BEST_FUNCTIONAL and 0 <= answer.cosmetic <= BEST_COSMETIC
        ):
            raise BadSiteFile(f"{where}: {answer.answer_id}: functional is 1 to 6, cosmetic 0 to 9")
    _check_kind(where, question)


def _check_kind(where: str, question: Question) -> None:
    limited = [answer.answer_id for answer in question.answers if answer.is_limited]
    if question.kind is QuestionKind.VERDICT and len(question.answers) != 2:
        raise BadSiteFile(f"{where}: kind: pass_fail has two answers")
    if (question.kind is QuestionKind.SCAN) != (question.scans is not None):
        raise BadSiteFile(f"{where}: scans: a scan, and nothing else, says what is scanned")
    if question.kind is QuestionKind.MEASURE and not question.unit:
        raise BadSiteFile(f"{where}: unit: a measure has one")
    if question.answers[-1].is_limited:
        raise BadSiteFile(f"{where}: {limited[-1]}: the last answer takes every other value")
    if limited and not question.wants_value:
        raise BadSiteFile(f"{where}: {limited[0]}: limits are for measures, counts and scans")


def _check_order(where: str, question: Question, before: Sequence[Question]) -> None:
    """Refuse a question that waits for one which is not asked before it, or for itself."""
    known = {one.question_id: one for one in before}
    if question.question_id in known:
        raise BadSiteFile(f"{where}: id: two questions have it")
    for condition in question.when:
        if condition.finding is not None:
            if not any(one.can_find({condition.finding}) for one in before):
                what = f"no earlier answer records {condition.finding!r}"
                raise BadSiteFile(f"{where}: when: {what}")
            continue
        asked = known.get(condition.question_id or "")
        if asked is None:
            raise BadSiteFile(f"{where}: when: {condition.question_id!r} is not asked before it")
        if all(answer.answer_id != condition.answer_id for answer in asked.answers):
            what = f"{condition.question_id!r} has no answer {condition.answer_id!r}"
            raise BadSiteFile(f"{where}: when: {what}")
