"""Inspection of the item in hand: one question after the other, then the grade."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from returnstation.application.desk.kits import ALL_HERE, TURN, KitPage
from returnstation.application.desk.memory import Memory
from returnstation.application.desk.proofs import Proof
from returnstation.application.desk.writing import earlier_cases, write_item
from returnstation.application.opening import first_seen
from returnstation.application.recording import Recording
from returnstation.application.troubles import Refused
from returnstation.application.view import Sound
from returnstation.domain.barcodes import Barcode, Kind
from returnstation.domain.cases import Item, ItemStage
from returnstation.domain.checklists import (
    Answer,
    BadReading,
    Checklist,
    Grade,
    Known,
    Question,
    QuestionKind,
    Reading,
    Scans,
    UnknownAnswer,
    answer_to,
    read_value,
)
from returnstation.domain.facts import AnswerGiven, Fact, ItemGraded

CAME_BACK = "serial_came_back"
_UNIT_NUMBERS = frozenset({Scans.SERIAL, Scans.IMEI})


@dataclass(frozen=True, slots=True)
class _Given:
    """An answer, and what it follows from."""

    answer: Answer
    reading: Reading | None = None
    lacking: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Inspecting:
    """Asks, takes answers, grades."""

    recording: Recording
    memory: Memory

    def checklist(self, item: Item) -> Checklist:
        """Return the version an item was taken in hand with, without what needs no asking."""
        book = self.recording.equipment.checklists
        known = book.version(item.checklist, item.checklist_hash)
        return known.without(lambda question: _is_needless(question, item))

    def next_question(self, item: Item) -> Question | None:
        """Return the question an item waits for."""
        if item.stage is not ItemStage.QUESTION:
            return None
        return self.checklist(item).next_question(item.answers)

    @property
    def question(self) -> Question | None:
        """The question in hand."""
        item = self.memory.in_hand
        return None if item is None else self.next_question(item)

    @property
    def takes_value(self) -> bool:
        """Whether what is typed now answers the question in hand."""
        question = self.question
        if question is None:
            return False
        return question.wants_value or question.kind is QuestionKind.PARTS

    def takes(self, barcode: Barcode) -> bool:
        """Tell whether a scan answers the question in hand, or is a piece of the kit in hand."""
        item, question = self.memory.in_hand, self.question
        if item is None or question is None:
            return False
        return question.kind is QuestionKind.SCAN or _piece(item, barcode) is not None

    def scan(self, barcode: Barcode) -> None:
        """Take a scan that ``takes`` was true for."""
        item = self.memory.item(ItemStage.QUESTION)
        piece = _piece(item, barcode)
        if piece is None:
            self.read(barcode.text)
        else:
            self.memory.lacking[item.item_id] = self._marked(item) - {piece}
            self.memory.sound = Sound.TAP

    def read(self, text: str) -> None:
        """Answer the question in hand by a value: typed, measured, counted or scanned.

        Raises:
            Refused: It takes none, or not this one.
        """
        item, _, question = self._question()
        if question.kind is QuestionKind.PARTS:
            self._give(self._kit(item, question, _numbers(item, text)))
            return
        if not question.wants_value:
            raise Refused("no-value-wanted")
        now = self.recording.equipment.now().astimezone(self.recording.equipment.settings.zone)
        try:
            reading = read_value(question, text, Known(now.date(), self._shipped(item)))
        except BadReading as bad:
            raise Refused(f"reading-{bad.code}", text=text.strip()[:40]) from bad
        self._prove(_Given(answer_to(question, reading), reading))

    def answer(self, key: str) -> None:
        """Answer the question in hand; the last answer fixes the grade.

        Raises:
            Refused: No question is asked, it has no such answer, or it wants a value.
        """
        item, _, question = self._question()
        if question.kind is QuestionKind.PARTS:
            self._mark(item, question, key)
            return
        try:
            given = question.answer(key)
        except UnknownAnswer as unknown:
            raise Refused("no-such-option", key=key) from unknown
        if given not in question.chosen:
            raise Refused("value-wanted")
        self._prove(_Given(given))

    def grade(self, functional: int, cosmetic: int) -> None:
        """Fix the grade without the remaining questions."""
        item = self.memory.item(ItemStage.QUESTION)
        if not (1 <= functional <= 6 and 0 <= cosmetic <= 9):
            raise Refused("no-such-grade")
        findings = self.checklist(item).findings(item.answers)
        graded = self._graded(item, Grade(functional, cosmetic), findings)
        write_item(self.recording, self.memory, [graded], rejudge=item.item_id)

    def grade_part(self, code: str) -> None:
        """Take one half of a grade, ``F5`` or ``C7``; the second half fixes it."""
        item = self.memory.item(ItemStage.QUESTION)
        known = {**self.memory.half_grade.get(item.item_id, {}), code[0]: int(code[1:])}
        if len(known) == 1:
            self.memory.half_grade[item.item_id] = known
            self.memory.sound = Sound.TAP
            return
        self.memory.half_grade.pop(item.item_id, None)
        self.grade(known["F"], known["C"])

    def marked(self, item: Item) -> frozenset[int]:
        """Return which parts are marked as not there, by their number from 1."""
        return self._marked(item)

    def kit_page(self, item: Item) -> KitPage:
        """Return the parts of a kit that are shown now."""
        return KitPage(len(item.parts), self.memory.kit_pages.get(item.item_id, 0))

    def _marked(self, item: Item) -> frozenset[int]:
        return self.memory.lacking.get(item.item_id, frozenset())

    def _mark(self, item: Item, question: Question, key: str) -> None:
        if key == ALL_HERE:
            self._prove(self._kit(item, question, self._marked(item)))
            return
        page = self.kit_page(item)
        number = page.number(key)
        if page.turns and key == TURN:
            self.memory.kit_pages[item.item_id] = page.turned.page
        elif number is None:
            raise Refused("no-such-option", key=key)
        else:
            self.memory.lacking[item.item_id] = self._marked(item) ^ {number}
        self.memory.sound = Sound.TAP

    def _kit(self, item: Item, question: Question, lacking: frozenset[int]) -> _Given:
        names = tuple(item.parts[number - 1] for number in sorted(lacking))
        return _Given(question.answers[0 if names else -1], lacking=names)

    def _prove(self, given: _Given) -> None:
        """Give an answer, after its photo where it needs one."""
        item, _, question = self._question()
        proof = Proof(item, question, given.answer)
        if proof.is_missing:
            self.memory.ask = proof.ask(self.memory, lambda facts: self._give(given, facts))
        else:
            self._give(given)

    def _give(self, given: _Given, proofs: Sequence[Fact] = ()) -> None:
        item, checklist, question = self._question()
        at = self.recording.equipment.now()
        told = self._told(item, question, given)
        told = replace(told, seconds=first_seen(self.memory.question_at or at, at))
        answers = {**item.answers, question.question_id: given.answer.key}
        facts: list[Fact] = [*proofs, told]
        if checklist.next_question(answers) is None:
            found = [CAME_BACK] if told.earlier else []
            findings = (*checklist.findings(answers), *found)
            facts.append(self._graded(item, checklist.grade(answers), findings))
        write_item(self.recording, self.memory, facts, rejudge=item.item_id)
        if question.kind is QuestionKind.PARTS:
            self.memory.lacking.pop(item.item_id, None)
        self.memory.sound = Sound.TAP

    def _told(self, item: Item, question: Question, given: _Given) -> AnswerGiven:
        value = None if given.reading is None else given.reading.value
        is_number = question.scans in _UNIT_NUMBERS
        is_expiry = question.scans is Scans.EXPIRY and value is not None
        return AnswerGiven(
            item_id=item.item_id,
            question=question.question_id,
            answer=given.answer.key,
            seconds=0,
            value=value,
            serial=value if is_number else None,
            lot=value if question.scans is Scans.LOT else None,
            expires_on=date.fromisoformat(value) if is_expiry and value else None,
            lacking=given.lacking,
            earlier=earlier_cases(self.recording, self.memory, value if is_number else None),
        )

    def _graded(self, item: Item, grade: Grade, findings: tuple[str, ...]) -> ItemGraded:
        at = self.recording.equipment.now()
        seconds = first_seen(item.added_at, at)
        merchant_id = self.memory.opened().case.opened.merchant_id
        return ItemGraded(
            item_id=item.item_id,
            grade=grade,
            findings=findings,
            seconds=seconds,
            merchant_grade=self.recording.equipment.checklists.merchant_grade(grade, merchant_id),
        )

    def _shipped(self, item: Item) -> tuple[str, ...]:
        """Return the numbers of the units that were sent of an item's line."""
        case = self.memory.opened().case
        return () if item.line_id is None else case.line(item.line_id).serials

    def _question(self) -> tuple[Item, Checklist, Question]:
        item = self.memory.item(ItemStage.QUESTION)
        checklist = self.checklist(item)
        question = checklist.next_question(item.answers)
        if question is None:
            raise Refused("no-question")
        return item, checklist, question


def _is_needless(question: Question, item: Item) -> bool:
    """Tell whether a question has its answer already: no parts to count, a number that is known."""
    if question.question_id in item.answers:
        return False
    if question.kind is QuestionKind.PARTS:
        return not item.parts
    known = {
        Scans.SERIAL: item.serial,
        Scans.IMEI: item.serial,
        Scans.LOT: item.lot,
    }
    return question.scans is not None and known.get(question.scans) is not None


def _piece(item: Item, barcode: Barcode) -> int | None:
    """Return the number of a piece of the kit in hand, where a scan is one (ITIP, AI 8006)."""
    told, gtin = barcode.says("piece"), barcode.first(Kind.GTIN)
    if told is None or gtin is None or gtin.value != item.gtin or told not in item.parts:
        return None
    return item.parts.index(told) + 1


def _numbers(item: Item, text: str) -> frozenset[int]:
    """Return the numbers of the parts that are not there, from ``2, 3``; none from ``0``."""
    words = text.replace(",", " ").split()
    if not words or not all(word.isascii() and word.isdigit() for word in words):
        raise Refused("reading-parts", text=text.strip()[:40])
    numbers = frozenset(int(word) for word in words) - {0}
    if any(number > len(item.parts) for number in numbers):
        raise Refused("reading-parts", text=text.strip()[:40])
    return numbers
