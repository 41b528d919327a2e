"""Values that answer a question: a measure, a count, a text or a scan.

Which answer a value is follows from the limits the answers state, worst first; so grade,
findings and what is asked next need not know where an answer came from.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from returnstation.domain.barcodes import Kind, UnreadableBarcode, canonical, parse_barcode
from returnstation.domain.checklists.questions import Answer, Question, QuestionKind, Scans

LONGEST_TEXT = 200
LONGEST_SERIAL = 40
_NUMBER = re.compile(r"([-+]?\d{1,7}(?:[.,]\d{1,4})?)\s*([^\d\s.,].*)?", re.ASCII)
_DAYS = (
    re.compile(r"(?P<y>\d{4})(?P<s>[-./ ]?)(?P<m>\d{2})(?P=s)(?P<d>\d{2})", re.ASCII),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})", re.ASCII),
    re.compile(r"(?P<y>\d{2})(?P<s>[-./ ]?)(?P<m>\d{2})(?P=s)(?P<d>\d{2})", re.ASCII),
    re.compile(r"(?P<y>\d{4})[-./](?P<m>\d{1,2})", re.ASCII),
    re.compile(r"(?P<m>\d{1,2})[-./](?P<y>\d{4})", re.ASCII),
)


class BadReading(ValueError):
    """A value is no answer to the question.

    Attributes:
        code: ``number``, ``whole``, ``unit``, ``text``, ``serial``, ``imei``, ``lot`` or ``day``.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text[:40]!r}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as it is kept.

    Attributes:
        number: What limits are compared with: the measure, the count, the days that are left.
        differs: It is not the number that was shipped.
    """

    value: str
    number: Decimal | None = None
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What a value is compared with: serial numbers that were shipped, and the day."""

    today: date
    serials: tuple[str, ...] = ()


def read_value(question: Question, text: str, known: Known) -> Reading:
    """Return a value as the question takes it.

    Raises:
        BadReading: It is none.
    """
    clean = text.strip()
    if question.kind is QuestionKind.SCAN and question.scans is not None:
        return _SCANS[question.scans](clean, known)
    if question.kind is QuestionKind.TEXT:
        if not clean or len(clean) > LONGEST_TEXT or not clean.isprintable():
            raise BadReading("text", clean)
        return Reading(clean)
    return _number(question, clean)


def answer_to(question: Question, reading: Reading) -> Answer:
    """Return the answer a value is: the first whose limits it is beyond, else the best."""
    for answer in question.answers:
        if answer.takes(reading.number) or (answer.differs and reading.differs):
            return answer
    return question.answers[-1]


def _number(question: Question, text: str) -> Reading:
    found = _NUMBER.fullmatch(text.replace("\N{MINUS SIGN}", "-"))
    if found is None:
        raise BadReading("number", text)
    number, unit = Decimal(found[1].replace(",", ".")), found[2]
    if unit and unit.casefold() != (question.unit or "").casefold():
        raise BadReading("unit", text)
    is_count = question.kind is QuestionKind.COUNT
    if is_count and (number < 0 or number != int(number)):
        raise BadReading("whole", text)
    return Reading(str(int(number)) if is_count else str(number), number)


def _serial(text: str, known: Known) -> Reading:
    value = _scanned(text, (Kind.SERIAL, Kind.IMEI)) or text
    if not 3 <= len(value) <= LONGEST_SERIAL or not value.isprintable():
        raise BadReading("serial", text)
    return Reading(value, differs=_differs(value, known.serials))


def _imei(text: str, known: Known) -> Reading:
    value = _scanned(re.sub(r"[\s/-]", "", text), (Kind.IMEI,))
    if value is None:
        raise BadReading("imei", text)
    return Reading(value, differs=_differs(value, known.serials))


def _lot(text: str, _known: Known) -> Reading:
    value = _scanned(text, (Kind.LOT,)) or text
    if not 1 <= len(value) <= 20 or not value.isprintable():
        raise BadReading("lot", text)
    return Reading(value)


def _expiry(text: str, known: Known) -> Reading:
    day = _day_of(text)
    if day is None:
        raise BadReading("day", text)
    return Reading(day.isoformat(), Decimal((day - known.today).days))


def _scanned(text: str, kinds: Sequence[Kind]) -> str | None:
    """Return what a scan holds of these kinds."""
    try:
        barcode = parse_barcode(text)
    except UnreadableBarcode:
        return None
    found = (barcode.first(kind) for kind in kinds)
    return next((one.value for one in found if one is not None), None)


def _day_of(text: str) -> date | None:
    for pattern in _DAYS:
        found = pattern.fullmatch(text)
        if found is not None:
            return _day(found.groupdict())
    try:
        barcode = parse_barcode(text)
    except UnreadableBarcode:
        return None
    told = (barcode.says(name) for name in ("expires_on", "best_before", "sell_by"))
    day = next((day for day in told if day is not None), None)
    return None if day is None else date.fromisoformat(day)


def _day(parts: Mapping[str, str]) -> date | None:
    """Return a day; a month without one ends on its last."""
    year, month = int(parts["y"]), int(parts["m"])
    year += 2000 if year < 100 else 0
    try:
        return date(year, month, int(parts["d"]) if "d" in parts else monthrange(year, month)[1])
    except ValueError:
        return None


def _differs(value: str, shipped: Sequence[str]) -> bool:
    return bool(shipped) and canonical(value) not in {canonical(serial) for serial in shipped}


_SCANS: Mapping[Scans, Callable[[str, Known], Reading]] = {
    Scans.SERIAL: _serial,
    Scans.IMEI: _imei,
    Scans.LOT: _lot,
    Scans.EXPIRY: _expiry,
}
