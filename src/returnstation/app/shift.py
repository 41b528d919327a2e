"""Work a planned shift in the real window, as a worker with a scanner would."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from returnstation.app.window import OpenWindow
from returnstation.application.desk.kits import ALL_HERE
from returnstation.application.view import Option, Step, View
from returnstation.demosite import Answers, PlannedItem, PlannedReturn, ScanKind
from returnstation.domain.checklists import QuestionKind
from returnstation.domain.messages import Say
from returnstation.gui.robot import Robot

_MOST_STEPS = 60
_RARE = frozenset({"choose", "wrong-item", "reason", "missing", "deadlines"})
_SETTLE_SECONDS = 0.25  # chosen answers stay filled for 150 ms, labels are drawn meanwhile


@dataclass(slots=True)
class Done:
    """What became of one planned return.

    Attributes:
        outcomes: Verdict of each line, as the screen said it.
        seconds: Machine time from the parcel's scan to the end.
        refused: Codes of scans and acts that were refused on the way.
    """

    name: str
    scanned: str
    country: str = ""
    number: str = ""
    outcomes: list[str] = field(default_factory=list)
    dispositions: list[str] = field(default_factory=list)
    lpns: list[str] = field(default_factory=list)
    refund: str = ""
    end: str = "finished"
    seconds: float = 0.0
    refused: list[str] = field(default_factory=list)


class Shift:
    """Drives one window through returns and takes a picture of each page it comes to.

    Args:
        opened: The window, shown.
        pictures: Label pictures by file name.
        item_photo: A picture of a product, by its title.
        folder: Where screenshots go.
    """

    def __init__(self, opened: OpenWindow, pictures: Mapping[str, bytes], folder: Path) -> None:
        self._opened = opened
        self._robot = Robot(opened.window, patience=15.0)
        self._pictures = pictures
        self._folder = folder
        self._shown: set[tuple[str, str]] = set()
        self._language = "ko"

    @property
    def shots(self) -> int:
        """How many screenshots were taken."""
        return len(self._shown)

    def sign_in(self, badge: str, pin: str, language: str) -> View:
        """Take the desk over with badge and PIN."""
        self._language = language
        if self._view().step is not Step.LOCKED:
            self._press("F12")
        self.shoot("locked")
        self._robot.scan(f"RSB:{badge}")
        self._robot.wait(_SETTLE_SECONDS)
        self.shoot("pin")
        for digit in pin:
            self._robot.send_key(digit)
        view = self._press("Enter")
        self.shoot("ready")
        return view

    def work(self, planned: PlannedReturn) -> Done:
        """Take one parcel from its scan to its end."""
        done = Done(planned.name, planned.scan)
        begun = time.monotonic()
        view = self._bring(planned, done)
        if view.case is not None:
            done.country, done.number = view.case.country, view.case.number
            done.outcomes = [line.outcome.value for line in view.case.lines]
        if planned.cancel is not None:
            self._end_early("F9", planned.cancel, "cancelled", done)
        else:
            self._unpack(planned, done)
        done.seconds = round(time.monotonic() - begun, 2)
        return done

    def overlay(self, key: str, name: str) -> None:
        """Show what lies behind a key that only opens something, picture it, and go back."""
        self.behind((key,), name)
        other = "en" if self._language == "ko" else "ko"
        if name in _RARE and (name, other) not in self._shown:
            here = self._language
            self.prefer(other)
            self.behind((key,), name)
            self.prefer(here)

    def behind(self, keys: Sequence[str], name: str) -> None:
        """Do the same with what lies behind several keys, each of which ``Esc`` takes back."""
        if (name, self._language) in self._shown:
            return
        for key in keys:
            self._robot.send_key(key)
            self._robot.wait(1.0)
        self._shoot(name)
        for _ in keys:
            self._robot.send_key("Esc")
            self._robot.wait(_SETTLE_SECONDS)

    def refused(self, code: str) -> None:
        """Show what a scan nobody knows looks like."""
        self._robot.scan(code)
        self.shoot("refused")

    def prefer(self, language: str) -> None:
        """Let the person at the desk read another language."""
        self._robot.do(f"language-{language}")
        self._language = language

    def shoot(self, name: str) -> None:
        """Take a picture of the page, once per language; of a rare page in both at once."""
        self._shoot(name)
        other = "en" if self._language == "ko" else "ko"
        if name in _RARE and (name, other) not in self._shown:
            here = self._language
            self.prefer(other)
            self._shoot(name)
            self.prefer(here)

    def _shoot(self, name: str) -> None:
        if (name, self._language) in self._shown:
            return
        self._shown.add((name, self._language))
        file = f"{len(self._shown):02d}-{name}-{self._language}.png"
        self._robot.wait(_SETTLE_SECONDS)
        self._robot.picture(self._folder / file)

    def _bring(self, planned: PlannedReturn, done: Done) -> View:
        if planned.picture is not None and planned.kind is ScanKind.PICTURE:
            view = self._note(self._robot.paste(self._pictures[planned.picture]), done)
        else:
            view = self._note(self._robot.scan(planned.scan), done)
        if view.step is Step.CHOOSE:
            self.shoot("choose")
            view = self._choose(_of_merchant(view.options, planned.merchant), done)
        self.shoot(view.step.value)
        return view

    def _unpack(self, planned: PlannedReturn, done: Done) -> None:
        for number, item in enumerate(planned.items):
            self._item(item, done)
            if number == 0 and planned.hold is not None:
                self._end_early("F3", planned.hold, "held", done)
                self.overlay("F5", "deadlines")
                self._note(self._robot.scan(planned.scan), done)
                done.end = "finished"
        self._finish(planned, done)

    def _item(self, item: PlannedItem, done: Done) -> None:
        view = self._note(self._robot.scan(item.code), done)
        if view.step is Step.CHOOSE:
            self.shoot("wrong-item")
            view = self._choose("1", done)
        if view.step is Step.QUESTION:
            self.overlay("F1", "why")
        if item.has_photo and self._pictures:
            view = self._note(self._robot.paste(next(iter(self._pictures.values()))), done)
        for _ in _bounded():
            if view.step is not Step.QUESTION:
                break
            self.shoot("question")
            # The first question asks whether it is the product at all; a plan says so itself.
            is_first = view.question is not None and view.question.number == 1
            answers = Answers.BEST if is_first else item.answers
            key = _answer(view.options, answers)
            view = self._prove(self._answered(view, key, done), done)
        for _ in _bounded():
            if view.step is not Step.CHOOSE:
                break
            self.shoot("hint")
            view = self._choose("1", done)
        self._dispose(view, item, done)

    def _prove(self, view: View, done: Done) -> View:
        """Take the photo an answer does not count without, or say that there is no camera."""
        if view.step is not Step.REASON:
            return view
        self.shoot("proof")
        if not self._pictures:
            return self._choose("1", done)
        return self._note(self._robot.paste(next(iter(self._pictures.values()))), done)

    def _dispose(self, view: View, item: PlannedItem, done: Done) -> None:
        self.shoot("dispose")
        if view.proposal is not None and view.proposal.wants_wiping:
            self._press("F5", done)
            self.shoot("wipe")
            view = self._choose("2", done)
        proposal = view.proposal
        if proposal is None:
            return
        other = next(
            (a.key for a in proposal.alternatives if a.disposition == item.dispose and a.key), None
        )
        if other is None or other == "Enter":
            view = self._press("Enter", done)
        else:
            view = self._choose(other, done)
            self.shoot("reason")
            view = self._choose(_with_key(view.options, f"worse.{item.reason}"), done)
        self._label(view, item, done)

    def _label(self, view: View, item: PlannedItem, done: Done) -> None:
        if view.label is None:
            return
        self.shoot("label")
        if item.reprint is not None:
            asked = self._press("F6", done)
            self.shoot("reason")
            view = self._choose(_with_key(asked.options, f"reprint.{item.reprint}"), done)
        label = view.label
        if label is None:
            return
        done.lpns.append(label.lpn)
        done.dispositions.append(label.label.disposition)
        self._note(self._robot.scan(label.lpn), done)
        self.shoot("put")
        tote = next((tote.code for tote in label.containers if tote.is_target), None)
        if tote is None:
            self._press("F8", done)
            done.end = "held"
        else:
            self._note(self._robot.scan(f"RST:{tote}"), done)

    def _finish(self, planned: PlannedReturn, done: Done) -> None:
        view = self._view()
        if planned.missing and view.step is Step.MATCHED:
            view = self._press("F4", done)
            if view.step is Step.REASON:
                self.shoot("missing")
                view = self._choose(view.options[-1].key, done)
        if view.step is Step.MATCHED:
            view = self._press("Enter", done)
        if view.step is Step.SETTLE and view.settle is not None:
            self.shoot("settle")
            total = view.settle.total
            done.refund = "" if total is None else f"{total.decimal()} {total.currency}"
            view = self._press("Enter", done)
        if view.step is not Step.READY:
            done.end = view.step.value
        self.shoot("done")

    def _end_early(self, key: str, reason: str, end: str, done: Done) -> None:
        view = self._press(key, done)
        self.shoot("reason")
        prefix = "cancel" if end == "cancelled" else "hold"
        self._choose(_with_key(view.options, f"{prefix}.{reason}"), done)
        done.end = end

    def _press(self, key: str, done: Done | None = None) -> View:
        view = self._robot.press(key)
        self._robot.wait(0)
        return view if done is None else self._note(view, done)

    def _answered(self, view: View, key: str, done: Done) -> View:
        """Choose an answer: a number's field takes digits, so touch; a kit takes marks, then an end."""
        question = view.question
        if question is not None and question.kind == QuestionKind.PARTS and key != ALL_HERE:
            self._choose(key, done)
            return self._choose(ALL_HERE, done)
        value = None if question is None else question.value
        if value is None or not value.is_number:
            return self._choose(key, done)
        touched = self._robot.touch(key)
        self._robot.wait(0)
        return self._note(touched, done)

    def _choose(self, key: str, done: Done) -> View:
        return self._press(key, done)

    def _note(self, view: View, done: Done) -> View:
        if view.problem is not None:
            done.refused.append(view.problem.code)
        return view

    def _view(self) -> View:
        view = self._opened.window.view
        if view is None:
            self._robot.wait(_SETTLE_SECONDS)
            return self._view()
        return view


def _bounded() -> Iterator[int]:
    return iter(range(_MOST_STEPS))


def _answer(options: tuple[Option, ...], answers: Answers) -> str:
    """Return the key of the answer to give; answers stand worst first."""
    place = {Answers.WORST: 0, Answers.MIDDLE: len(options) // 2, Answers.BEST: -1}[answers]
    return options[place].key


def _with_key(options: tuple[Option, ...], message: str) -> str:
    for option in options:
        if isinstance(option.title, Say) and option.title.key == message:
            return option.key
    return options[0].key


def _of_merchant(options: tuple[Option, ...], merchant: str | None) -> str:
    for option in options:
        if merchant is not None and str(option.detail).startswith(merchant):
            return option.key
    return options[-1].key
