"""What happened to single items, from the scan to the tote."""

from dataclasses import dataclass
from datetime import date

from returnstation.domain.checklists import Grade
from returnstation.domain.dispositions import Disposition
from returnstation.domain.facts.words import Words
from returnstation.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAdded:
    """A product was scanned and taken in hand.

    Attributes:
        line_id: The order line it belongs to; None when it belongs to none.
        finding: ``expected``, ``unannounced``, ``unexpected``, ``wrong_item`` or ``unknown``.
        findings: More codes: ``serial_not_shipped``, ``serial_came_back``.
        checklist: Id of the checklist it is inspected by.
        checklist_hash: Of the content of that checklist, so that it can be explained later.
        earlier: Numbers of the cases in which the same serial was received before.
        quantity: Units, where several equal ones are inspected as one lot.
        parts: Names of the parts a whole one has.
    """

    item_id: str
    line_id: str | None
    finding: str
    title: str
    sku: str | None = None
    gtin: str | None = None
    serial: str | None = None
    category: str = "general"
    checklist: str = "general"
    findings: tuple[str, ...] = ()
    value: Money | None = None
    earlier: tuple[str, ...] = ()
    lot: str | None = None
    expires_on: date | None = None
    checklist_hash: str | None = None
    quantity: int = 1
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven:
    """A question of the checklist was answered, after so many seconds.

    Attributes:
        answer: Key of the answer.
        value: What was measured, counted, typed or scanned, where the answer follows from it.
        serial, lot, expires_on: The same, where the question asked for it.
        lacking: Names of the parts that are not there.
        earlier: Numbers of the cases in which this serial was received before.
    """

    item_id: str
    question: str
    answer: str
    seconds: int
    value: Words | None = None
    serial: str | None = None
    lot: str | None = None
    expires_on: date | None = None
    lacking: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded:
    """Somebody wrote a note on an item, or on the case when no item is named."""

    text: Words
    item_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoTaken:
    """A photo was attached; ``digest`` is the SHA-256 of the stored picture.

    Attributes:
        item_id: None for a photo of the parcel.
        question: What was asked when it was taken.
        finding: What it proves.
        shows: ``label`` or ``contents`` of the parcel; None for an item.
    """

    digest: str
    item_id: str | None = None
    question: str | None = None
    finding: str | None = None
    shows: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoWaived:
    """An answer that needs a photo was taken without one; ``why`` says what stood against it."""

    item_id: str
    question: str
    answer: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemGraded:
    """The answers, or a person, fixed the grade.

    Attributes:
        seconds: From taking the item in hand to the grade.
        merchant_grade: What the merchant calls it.
    """

    item_id: str
    grade: Grade
    findings: tuple[str, ...]
    seconds: int
    merchant_grade: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceWiped:
    """The data on an item were made unreadable: ``clear``, ``purge`` or ``destroy``.

    The methods are those of NIST SP 800-88.
    """

    item_id: str
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDisposed:
    """It was decided where the item goes.

    Attributes:
        proposed: What the rules had proposed.
        reason: Why it differs from the proposal; None when it does not.
        net: Expected recovery, when prices are known.
        container: Where it is to be put.
        derogation: Ground on which it may be destroyed although that is forbidden.
        category, weight_g: What is disclosed of goods destroyed under a derogation.
    """

    item_id: str
    disposition: Disposition
    proposed: Disposition
    lpn: str | None = None
    reason: str | None = None
    net: Money | None = None
    container: str | None = None
    derogation: str | None = None
    category: str | None = None
    weight_g: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperQueued:
    """A paper was given to the print queue; ``reason`` says why it is a reprint."""

    job_id: str
    kind: str
    item_id: str | None = None
    lpn: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSeen:
    """A person said whether a paper came out whose printer could not tell."""

    job_id: str
    came_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelScannedBack:
    """The printed label was read on the item: the label is on the right one."""

    item_id: str
    lpn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPut:
    """The item lies in a container."""

    item_id: str
    container: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotCounted:
    """So many equal units are one item from now on."""

    item_id: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSplit:
    """Some units of a lot are another item, which is inspected on its own.

    Attributes:
        item_id: The lot.
        new_item_id: What was taken off it.
    """

    item_id: str
    new_item_id: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMissing:
    """What was announced is not in the parcel."""

    line_id: str
    quantity: int
