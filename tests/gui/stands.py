"""Working stand-ins for what surrounds the window."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter

from gui.views import NOW, REASONS, eur, locked
from returnstation.application.blind import BlindPart, BlindRow
from returnstation.application.deadlines import DuePart
from returnstation.application.inspections import (
    Choices,
    Counts,
    Filter,
    History,
    HistoryEntry,
    InspectionRow,
    Photo,
    ReviewState,
)
from returnstation.application.policy_book import PolicyBook, Shop
from returnstation.application.printers import FoundRow as FoundPrinter
from returnstation.application.printers import PrinterRow
from returnstation.application.searching import FoundRow
from returnstation.application.sticks import StickPlace
from returnstation.application.view import (
    ConflictView,
    Deadline,
    DecisionView,
    DueRow,
    Entry,
    JobView,
    Outcome,
    PhotoView,
    SideView,
    Sound,
    View,
)
from returnstation.domain.messages import Say, say
from returnstation.domain.papers import ItemLabel, PaperKind
from returnstation.domain.policy import MerchantPolicy, ReturnWindow
from returnstation.domain.policy.merchant import PolicySet, RestockingFee, WindowTerm
from returnstation.gui.tasks import hand_over
from returnstation.gui.window_parts import WindowParts
from returnstation.policydata import load_pack
from trials_stand import MemoryTrials

_T = TypeVar("_T")
_OUTCOMES = (Outcome.SUPERVISOR, Outcome.ACCEPT, Outcome.REFUSE)


class NowTasks:
    """Runs work at once, on the caller's thread."""

    def run(
        self,
        work: Callable[[], _T],
        done: Callable[[_T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        with ThreadPoolExecutor(1) as executor:
            future = executor.submit(work)
        hand_over(future, done, failed)


class SlowTasks:
    """Keeps work until the test says ``work_on``."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def run(
        self,
        work: Callable[[], _T],
        done: Callable[[_T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.waiting.append(lambda: NowTasks().run(work, done, failed))

    def work_on(self) -> None:
        """Do the piece of work that came first."""
        self.waiting.pop(0)()


class ScriptedDesk:
    """Answers with the view it was told, and remembers what it was asked."""

    def __init__(self, view: View | None = None) -> None:
        self.view = view or locked()
        self.asked: list[tuple[str, object]] = []
        self.error: Exception | None = None

    def state(self) -> View:
        return self._answer("state", "")

    def scan(self, text: str) -> View:
        return self._answer("scan", text)

    def typed(self, text: str) -> View:
        return self._answer("typed", text)

    def picture(self, content: bytes) -> View:
        return self._answer("picture", content)

    def photo(self, content: bytes) -> View:
        return self._answer("photo", content)

    def choose(self, key: str) -> View:
        return self._answer("choose", key)

    def do(self, name: str) -> View:
        return self._answer("do", name)

    def note(self, text: str) -> View:
        return self._answer("note", text)

    def acts(self) -> list[tuple[str, object]]:
        """Return what was asked besides the state."""
        return [asked for asked in self.asked if asked[0] != "state"]

    def _answer(self, what: str, value: object) -> View:
        self.asked.append((what, value))
        if self.error is not None:
            raise self.error
        if what == "state":
            return replace(self.view, sound=None)
        return self.view


class MemoryDeadlines:
    """So many made-up legal days, one a day from yesterday on."""

    def __init__(self, size: int = 11) -> None:
        self.size = size

    def part(self, start: int, length: int) -> DuePart:
        places = range(start, min(start + length, self.size))
        return DuePart(tuple(map(self._row, places)), self.size)

    def _row(self, place: int) -> DueRow:
        left = place - 1
        state = "overdue" if left < 0 else "today" if left == 0 else "soon" if left < 3 else "later"
        due_on = NOW.date() + timedelta(days=left)
        clause = "전자상거래 등에서의 소비자보호에 관한 법률 제18조 제2항"
        due = Deadline(state, say("due.refund"), due_on, left)
        return DueRow(due, "KR", f"R-{77000 + place}", clause, say("who.supervisor"))


class MemoryReviews:
    """Any number of made-up inspections; the first seven wait for a decision."""

    def __init__(self, size: int = 40) -> None:
        self.size = size
        self.windows: list[tuple[int, int]] = []
        self.decided: list[tuple[str, ...]] = []

    def counts(self) -> Counts:
        return Counts(7, 412, self.size)

    def choices(self) -> Choices:
        return Choices(("달빛스포츠", "모아북스"), ("DE", "FR", "JP", "KR", "US"))

    def count(self, wanted: Filter) -> int:
        return 7 if wanted.state is ReviewState.WAITING else self.size

    def window(self, wanted: Filter, start: int, length: int) -> Sequence[InspectionRow]:
        self.windows.append((start, length))
        return [self.row(place) for place in range(start, min(start + length, self.count(wanted)))]

    def row(self, place: int) -> InspectionRow:
        waits = place < 7
        return InspectionRow(
            f"item-{place}", f"case-{place}", f"R-{77361 + place}", NOW - timedelta(minutes=place),
            ("DE", "KR", "FR", "JP")[place % 4], "달빛스포츠", f"달빛 페이스 2 GPS 시계 {place}",
            "DP2-BK", f"ICN3-{place:07}", _OUTCOMES[0 if waits else place % 3],
            "F3", "C7", "quarantine" if waits else "restock_open_box", eur(17900),
            ReviewState.WAITING if waits else ReviewState.NONE,
            say("method.repair") if waits else None,
            date(2026, 11, 24) + timedelta(days=place) if waits else None,
        )  # fmt: skip

    def history(self, item_id: str) -> History:
        row = self.row(int(item_id.removeprefix("item-")))
        entries = (
            HistoryEntry(NOW, "", say("history.case_opened")),
            HistoryEntry(NOW + timedelta(minutes=6), "김서연", say("history.case_opened")),
        )
        photos = tuple(Photo(f"{n}{n}" * 32, say("photo.taken")) for n in (1, 2, 3))
        due = Deadline("soon", say("due.refund"), date(2026, 11, 26), 2)
        return History(
            row, "Anna L.", say("reason.defective"), due, entries, photos, REASONS, ("20 min",)
        )

    def photo(self, digest: str) -> bytes:
        return drawing(digest[:2])

    def approve(self, item_id: str) -> None:
        self.decided.append(("approve", item_id))

    def override(self, item_id: str, outcome: str, disposition: str, reason: str) -> None:
        self.decided.append(("override", item_id, outcome, disposition, reason))

    def export(self, wanted: Filter) -> Iterator[str]:
        yield "number,product"
        for place in range(self.count(wanted)):
            yield f"R-{77361 + place},달빛 페이스 2"


class MemorySearch:
    """Finds rows whose number has the text in it."""

    def __init__(self, rows: Sequence[FoundRow] = ()) -> None:
        self.rows = rows
        self.asked: list[str] = []

    def find(self, text: str) -> Sequence[FoundRow]:
        self.asked.append(text)
        return [row for row in self.rows if text.upper() in row.number]


class MemoryBlind:
    """A queue of so many parcels; the first one's order has come."""

    def __init__(self, size: int = 3) -> None:
        self.size = size
        self.notes: list[tuple[str, str]] = []
        self.late: list[str] = []

    def part(self, start: int, length: int) -> BlindPart:
        places = range(start, min(start + length, self.size))
        return BlindPart(tuple(self.row(place) for place in places), self.size)

    def row(self, place: int) -> BlindRow:
        kept = tuple(text for case_id, text in self.notes if case_id == f"case-{place}")
        return BlindRow(
            f"case-{place}", f"ICN3-C{place:06d}", "6892 0417 7735", NOW - timedelta(days=place),
            say("blind.found") if place == 0 else say("hold.later"), place == 0,
            ("달빛 페이스 2 GPS 시계",),
            (Entry(say("clue.name"), "김○수"), Entry(say("clue.postcode"), "06236")),
            (
                PhotoView(say("photo.label"), "aa" * 32),
                PhotoView(say("photo.contents"), "bb" * 32),
            )
            if place == 0
            else (),
            ("고객에게 전화했음", *kept),
            f"case-{place}" in self.late,
        )  # fmt: skip

    def attach(self, case_id: str) -> None:
        self.late.remove(case_id)

    def note(self, case_id: str, text: str) -> None:
        self.notes.append((case_id, text))

    def photo(self, digest: str) -> bytes:
        return drawing(digest[:2])


class EarPlayer:
    """Remembers what was played."""

    def __init__(self) -> None:
        self.heard: list[Sound] = []

    @property
    def is_available(self) -> bool:
        return True

    def play(self, sound: Sound) -> None:
        self.heard.append(sound)

    def close(self) -> None:
        self.heard.clear()


class MemoryPrinters:
    """Two printers, the first without labels; remembers what was asked of them."""

    def __init__(self) -> None:
        label, receipt = PaperKind.ITEM_LABEL, PaperKind.RECEIPT
        waiting = JobView("j1", "item_label", "rendered", "desk-3", "ICN3-0011842", "out_of_media")
        lost = JobView("j2", "item_label", "unknown", "desk-3", "ICN3-0011843", "connection_lost")
        self.shown = [
            PrinterRow(
                name="desk-3",
                model="Zebra ZD421, 203 dpi",
                medium="Label 50 x 30 mm",
                address="tcp://192.168.10.31:9100",
                papers=frozenset({label}),
                possible=(label, PaperKind.CONTAINER_LABEL, PaperKind.CALIBRATION_PAGE),
                jobs=(waiting, lost),
                others=("desk-2",),
                darkness=15,
                can_be_darker=True,
            ),
            PrinterRow(
                name="desk-2",
                model="Office printer, PDF",
                medium="A4",
                address="cups:office",
                papers=frozenset({receipt}),
                possible=tuple(PaperKind),
                jobs=(),
                others=(),
            ),
        ]
        self.found = [
            FoundPrinter(
                "tcp://192.168.10.40:9100", "ZD621", "", "zebra-zd621-203", is_known=False
            ),
            FoundPrinter("tcp://192.168.10.31:9100", "ZD421", "", "zebra-zd421-203", is_known=True),
            FoundPrinter("dev:/dev/usb/lp0", "no name", "", None, is_known=False),
        ]
        self.asked: list[tuple[object, ...]] = []

    def rows(self) -> Sequence[PrinterRow]:
        return list(self.shown)

    def find(self) -> Sequence[FoundPrinter]:
        return self.found

    def add(self, found: FoundPrinter) -> str:
        self.asked.append(("add", found.address))
        return "desk-2"

    def print_test_page(self, name: str, language: str) -> None:
        self.asked.append(("test", name, language))

    def calibrate(self, name: str, offset_mm: tuple[float, float], darkness: int | None) -> None:
        self.asked.append(("calibrate", name, offset_mm, darkness))
        kept = replace(self.shown[0], offset_mm=offset_mm, darkness=darkness)
        self.shown[0] = kept

    def assign(self, kind: PaperKind, name: str) -> None:
        self.asked.append(("assign", kind, name))

    def change(self, name: str, other: str) -> int:
        self.asked.append(("change", name, other))
        return 2

    def settle(self, job_id: str, key: str) -> None:
        self.asked.append(("settle", job_id, key))

    def cancel(self, job_id: str) -> None:
        self.asked.append(("cancel", job_id))


class MemoryConflicts:
    """Two conflicts; remembers how they were settled."""

    def __init__(self, *, may_settle: object = True) -> None:
        self.settled: list[tuple[str, str, str | None, str]] = []
        self.may_settle = bool(may_settle)
        self.error: Exception | None = None

    def open(self) -> Sequence[ConflictView]:
        return [self._double(), self._changed()]

    def settle(self, conflict_id: str, decision: str, keeps: str | None, reason: str) -> None:
        if self.error is not None:
            raise self.error
        self.settled.append((conflict_id, decision, keeps, reason))

    def _double(self) -> ConflictView:
        sides = (_side(1, Outcome.ACCEPT, "restock_new"), _side(2, Outcome.REFUSE, "quarantine"))
        keeps = [
            DecisionView("keep", s.key, say("conflict.keep", number=s.number, station=s.station))
            for s in sides
        ]
        others = [
            DecisionView("both", None, say("conflict.both", n=2)),
            DecisionView("none", None, say("conflict.none")),
        ]
        return self._conflict("c1", "double_inspection", sides, (*keeps, *others))

    def _changed(self) -> ConflictView:
        seen = DecisionView("seen", None, say("conflict.seen"))
        nothing = DecisionView("none", None, say("conflict.nothing"))
        sides = (_side(3, Outcome.SUPERVISOR, "quarantine"),)
        return self._conflict("c2", "order_changed", sides, (seen, nothing))

    def _conflict(
        self,
        conflict_id: str,
        kind: str,
        sides: tuple[SideView, ...],
        decisions: tuple[DecisionView, ...],
    ) -> ConflictView:
        is_settled = conflict_id in {settled[0] for settled in self.settled}
        return ConflictView(
            conflict_id=conflict_id,
            kind=kind,
            text=say(f"conflict.kind.{kind}"),
            help=say(f"conflict.kind.{kind}.help"),
            state="here" if is_settled else "open",
            since=NOW - timedelta(hours=5),
            owner=say("conflict.owner.site"),
            money="waits",
            details="",
            sides=sides,
            decisions=decisions if self.may_settle and not is_settled else (),
        )


def _side(number: int, outcome: Outcome, disposition: str) -> SideView:
    return SideView(
        key=f"case-{number}",
        number=f"ICN3-C00{number}042",
        station=f"{number}번 작업대",
        who="김서연",
        at=NOW - timedelta(hours=6 - number),
        product="달빛 페이스 2 GPS 시계, 검정",
        units=1,
        grade="F5 C6",
        disposition=say(f"disposition.{disposition}"),
        outcome=outcome,
        amount=eur(17900),
        counts=number == 1,
    )


def drawing(text: str, width: int = 320, height: int = 200) -> bytes:
    """Return a small PNG that says something."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#FFFFFF"))
    painter = QPainter(image)
    painter.fillRect(width // 8, height // 4, width // 3, height // 3, QColor("#24405F"))
    painter.drawText(20, height - 20, text)
    painter.end()
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"PNG").write(image)
    return bytes(buffer.data().data())


def render_label(label: ItemLabel) -> bytes:
    return drawing(label.lpn, 400, 240)


class OneSite:
    """A site in Korea whose buyers are German; one merchant with a fee."""

    def country(self) -> str | None:
        return "KR"

    def countries(self) -> Sequence[str]:
        return ("DE",)

    def shops(self) -> Sequence[Shop]:
        return (Shop("m1", "달빛스포츠"), Shop("m2", "모아북스"))

    def terms(self, merchant_id: str) -> PolicySet | None:
        window = WindowTerm(ReturnWindow.FINITE, 30)
        fee = RestockingFee(percent=Decimal(10)) if merchant_id == "m1" else None
        return PolicySet((MerchantPolicy(window=window, restocking=fee),))


ONE, TWO = StickPlace("/media/one", "ONE"), StickPlace("/media/two", "TWO")


@dataclass
class MemorySticks:
    """Sticks nobody has to put in."""

    found: Sequence[StickPlace] = (ONE,)
    done: list[tuple[str, str]] = field(default_factory=list)
    error: Exception | None = None

    def places(self) -> Sequence[StickPlace]:
        return self.found

    def write(self, place: StickPlace) -> Say:
        return self._do("write", place, say("window.stick.written", facts=12, photos=3))

    def read(self, place: StickPlace) -> Say:
        return self._do("read", place, say("window.stick.read-in", acked=12, taken=5))

    def _do(self, name: str, place: StickPlace, told: Say) -> Say:
        if self.error is not None:
            raise self.error
        self.done.append((name, place.name))
        return told


def open_book() -> PolicyBook:
    return PolicyBook(load_pack(), OneSite())


def window_parts(desk: ScriptedDesk, language: str = "ko", **parts: Any) -> WindowParts:
    base = WindowParts(
        desk, MemoryReviews(), NowTasks(), lambda: NOW, render_label, MemoryDeadlines(),
        MemorySearch(), MemoryBlind(), open_book, MemoryTrials, NowTasks(), MemoryPrinters(),
        MemoryConflicts(), MemorySticks(),
        language=language,
    )  # fmt: skip
    return replace(base, **parts)
