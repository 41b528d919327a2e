"""What a desk remembers between two acts; everything else is in the facts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from returnstation.application.ports import User
from returnstation.application.recording import OpenCase
from returnstation.application.troubles import Refused
from returnstation.application.view import Echo, Option, Sound, Step, Tone, Trouble, ValueView
from returnstation.domain.barcodes import Barcode
from returnstation.domain.cases import Item, ItemStage
from returnstation.domain.facts import Fact, ItemWeighed
from returnstation.domain.messages import Say, say


@dataclass(frozen=True, slots=True)
class Ask:
    """A question only a person can answer; nothing is recorded before the answer.

    Attributes:
        step: ``CHOOSE`` or ``REASON``.
        then: Called with the key of the option chosen.
        tone: ``REFUSED`` when the scan that led here is not taken as it is.
        photographed: Called with a photo that was taken instead of choosing; None where a photo
            is no answer.
        typed: Called with what was typed instead of choosing; None where that is no answer.
        scanned: Called with a scan that answers instead; None where only an option does.
        entry: The field to type in that is shown; None for none.
    """

    step: Step
    text: Say
    help: Say | None
    options: tuple[Option, ...]
    then: Callable[[str], None]
    tone: Tone = Tone.QUESTION
    photographed: Callable[[str], None] | None = None
    typed: Callable[[str], None] | None = None
    scanned: Callable[[Barcode], None] | None = None
    entry: ValueView | None = None


def ask_reason(text: Say, topic: str, codes: tuple[str, ...], then: Callable[[str], None]) -> Ask:
    """Return a question whose answers are codes of a topic, e.g. why a parcel is held.

    Args:
        text: The question; its key with ``.help`` behind it is the line of help.
        topic: ``<topic>.<code>`` says an answer.
        codes: In the order of their digits, at most nine.
        then: Called with the code chosen.
    """
    options = tuple(
        Option(str(number), say(f"{topic}.{code}")) for number, code in enumerate(codes, start=1)
    )
    return Ask(
        Step.REASON, text, say(f"{text.key}.help"), options, lambda key: then(codes[int(key) - 1])
    )


_STEPS = {
    ItemStage.QUESTION: Step.QUESTION,
    ItemStage.DISPOSE: Step.DISPOSE,
    ItemStage.SCAN_BACK: Step.LABEL,
    ItemStage.PUT: Step.LABEL,
}


@dataclass(slots=True)
class Memory:
    """The state of one desk.

    Attributes:
        badge: Who showed a badge and still owes the PIN.
        aside: Items whose label or tote must wait, e.g. for the printer.
        acted_at: When a person last did something.
        question_at: When the question in hand was first shown.
        settling: The refund is shown before everything announced has come.
        weighed: What the scale said, by item, until it is recorded with the next act.
        passed: Hints that were left open, by item and kind.
        lacking: Numbers of the parts marked as not there, by item.
        kit_pages: Which page of its parts is shown, by item.
        half_grade: The half of a grade that was scanned, by item.
        passed_jobs: Papers that were asked about.
        stamp: The catalogue's, when blind parcels were last compared with it.
    """

    acted_at: datetime
    user: User | None = None
    badge: User | None = None
    open: OpenCase | None = None
    ask: Ask | None = None
    aside: set[str] = field(default_factory=set)
    echo: Echo | None = None
    sound: Sound | None = None
    problem: Trouble | None = None
    question_at: datetime | None = None
    settling: bool = False
    weighed: dict[str, ItemWeighed] = field(default_factory=dict)
    passed: set[tuple[str, str]] = field(default_factory=set)
    lacking: dict[str, frozenset[int]] = field(default_factory=dict)
    kit_pages: dict[str, int] = field(default_factory=dict)
    half_grade: dict[str, dict[str, int]] = field(default_factory=dict)
    passed_jobs: set[str] = field(default_factory=set)
    stamp: int | None = None

    @property
    def user_id(self) -> str | None:
        """Id of who is signed in."""
        return None if self.user is None else self.user.user_id

    @property
    def language(self) -> str | None:
        """Language of who is signed in."""
        return None if self.user is None else self.user.language

    @property
    def in_hand(self) -> Item | None:
        """The item the worker is busy with; those put aside wait till the others are done."""
        if self.open is None:
            return None
        items = self.open.case.items.values()
        waiting = [item for item in items if item.stage is not ItemStage.DONE]
        return next((item for item in waiting if item.item_id not in self.aside), None)

    def opened(self) -> OpenCase:
        """Return the case on the desk.

        Raises:
            Refused: There is none.
        """
        if self.open is None:
            raise Refused("no-parcel")
        return self.open

    def item(self, stage: ItemStage | None = None) -> Item:
        """Return the item in hand, which must be at ``stage`` if one is named.

        Raises:
            Refused: There is none, or it waits for something else.
        """
        self.opened()
        item = self.in_hand
        if item is None or (stage is not None and item.stage is not stage):
            raise Refused("no-item")
        return item

    @property
    def step(self) -> Step:
        """Where the desk is."""
        if self.user is None:
            return Step.LOCKED if self.badge is None else Step.PIN
        if self.ask is not None:
            return self.ask.step
        if self.open is None:
            return Step.READY
        item = self.in_hand
        if item is not None:
            return _STEPS[item.stage]
        return Step.SETTLE if self.settling or self.open.case.is_complete else Step.MATCHED

    def answer(self, barcode: Barcode) -> None:
        """Answer the question with a scan.

        Raises:
            Refused: Only one of its options answers it, or the scan is the wrong one.
        """
        if self.ask is None or self.ask.scanned is None:
            raise Refused("answer-first")
        asked = self.ask
        self.ask.scanned(barcode)
        if self.ask is asked:
            self.ask = None

    def answer_typed(self, text: str) -> None:
        """Answer the question with what was typed; it may ask on."""
        asked = self.ask
        if asked is not None and asked.typed is not None:
            asked.typed(text)
        if self.ask is asked:
            self.ask = None

    def weighing(self, item_id: str) -> tuple[Fact, ...]:
        """Return what the scale said of an item, to be recorded with an act on it, once."""
        weighed = self.weighed.pop(item_id, None)
        return () if weighed is None else (weighed,)

    def leave_case(self) -> None:
        """Forget the case on the desk; its facts are safe."""
        self.open = None
        self.ask = None
        self.aside = set()
        self.question_at = None
        self.settling = False
        self.weighed = {}
        self.passed = set()
        self.lacking = {}
        self.kit_pages = {}
        self.half_grade = {}
