"""The test bench by keys: choose, run, stop, look at what changes and why, export."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView
from pytestqt.qtbot import QtBot

from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import NowTasks, ScriptedDesk, SlowTasks
from gui.views import person
from returnstation.application.policy_ports import UnreadablePolicy
from returnstation.application.trials import MOST_OF_A_KIND, Bench, Told
from returnstation.application.troubles import Refused
from returnstation.application.trying import Offer, Period, Trial, TrialReport
from returnstation.application.view import Act
from returnstation.domain.messages import say
from returnstation.gui.draft_answer import AnswersPane
from returnstation.gui.draft_choice import DraftChoice, OfferList, PeriodChoice, Span
from returnstation.gui.draft_counts import KindRow
from returnstation.gui.draft_page import DraftPage
from returnstation.gui.draft_progress import DraftProgress
from returnstation.gui.draft_result import DraftResult
from returnstation.gui.forms import child
from returnstation.gui.policy_page import PolicyPage
from returnstation.gui.robot import Robot
from returnstation.gui.tasks import ThreadTasks
from returnstation.gui.widgets.act_bar import ActBar
from returnstation.gui.widgets.texts import Text
from returnstation.gui.window import StationWindow
from returnstation.gui.words import SCREEN_LANGUAGES, without_joiners
from trials_stand import OFFERS, MemoryTrials
from waiting import PATIENCE

MONTH = Period(date(2026, 10, 26), date(2026, 11, 24))


@pytest.fixture(autouse=True)
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a folder of documents nobody else writes into."""
    folder = tmp_path / "documents"
    folder.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(folder))
    return folder


def _open(
    open_window: OpenWindow, trials: object, language: str = "ko", **parts: object
) -> StationWindow:
    act = Act(1, "F11", say("act.show-policy"), "show-policy")
    view = replace(views.ready(), acts=(act,), person=person(language))
    parts.setdefault("tasks", NowTasks())
    window = open_window(ScriptedDesk(view), language=language, open_trials=lambda: trials, **parts)
    _press(window, "F11", "F7")
    return window


def _press(window: StationWindow, *keys: str) -> None:
    for key in keys:
        window.act_by_key(key)
        QApplication.processEvents()


def _texts(window: StationWindow) -> list[str]:
    shown = (text for text in window.findChildren(Text) if text.isVisible())
    return [without_joiners(text.accessibleName()) for text in shown]


def _numbers(window: StationWindow) -> list[str]:
    model = child(window, QTableView).model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def _kinds(window: StationWindow) -> dict[str, str]:
    """Return the kinds of change with their states, by name and count."""
    rows = (row for row in window.findChildren(KindRow) if row.isVisible())
    return {row.accessibleName(): str(row.property("state")) for row in rows}


def _row(window: StationWindow, name: str) -> KindRow:
    rows = window.findChildren(KindRow)
    return next(row for row in rows if row.accessibleName().startswith(name))


def test_everything_that_can_be_tried_is_listed_with_what_it_changes(
    open_window: OpenWindow,
) -> None:
    window = _open(open_window, MemoryTrials())

    shown = _texts(window)

    assert child(window, DraftChoice).isVisible()
    assert {"two-weeks", "2027년 4월 1일부터의 법"} <= set(shown)
    assert "KR/withdrawal.toml\nmerchants/ds.json" in shown
    assert any(text.startswith("영국") for text in shown)


def test_a_long_list_of_files_is_cut_to_three_and_a_count(open_window: OpenWindow) -> None:
    files = tuple(f"DE/{place}.toml" for place in range(5))
    window = _open(open_window, MemoryTrials(offers=[Offer(Trial("big"), files)]))

    assert "DE/0.toml\nDE/1.toml\nDE/2.toml\n그 밖에 2개" in _texts(window)


@pytest.mark.parametrize(("key", "chosen"), [("1", OFFERS[0]), ("2", OFFERS[1]), ("3", OFFERS[0])])
def test_a_digit_chooses_what_carries_it(key: str, chosen: Offer, open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryTrials())

    window.press(key)

    assert child(window, OfferList).offer == chosen


def test_arrows_and_a_touch_choose(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryTrials())
    offers = child(window, OfferList)

    QTest.keyClick(offers, Qt.Key.Key_Down)
    QTest.keyClick(offers, Qt.Key.Key_Down)
    below = offers.offer
    QTest.keyClick(offers, Qt.Key.Key_Up)

    assert (below, offers.offer) == (OFFERS[1], OFFERS[0])


def test_the_period_goes_round_by_a_key_and_shows_how_many_cases_it_has(
    open_window: OpenWindow,
) -> None:
    window = _open(open_window, MemoryTrials(1000))
    periods = child(window, PeriodChoice)
    seen = []
    for _ in Span:
        _press(window, "F4")
        period = periods.period()
        assert period is not None
        seen.append((period.until - period.since).days + 1)

    assert seen[0] == 365
    assert seen[2:] == [30, 90]
    assert "소포 90개" in _texts(window)


@pytest.mark.parametrize("typed", ["2026-02-30", "yesterday", "2026-11-25", "9999-12-31"])
def test_a_day_that_cannot_be_is_said_in_place_and_nothing_runs(
    typed: str, open_window: OpenWindow
) -> None:
    window = _open(open_window, MemoryTrials())
    since = child(window, PeriodChoice).findChildren(QLineEdit)[0]

    since.setText(typed)
    since.textEdited.emit(typed)
    _press(window, "Enter")

    assert any(text.startswith("날짜를 2026-11-24처럼") for text in _texts(window))
    assert child(window, DraftChoice).isVisible()


def test_days_that_are_typed_are_the_period(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryTrials(1000))
    since, until = child(window, PeriodChoice).findChildren(QLineEdit)

    for field, day in ((since, "2026-01-01"), (until, "2026-01-10")):
        field.setText(day)
        field.textEdited.emit(day)

    assert child(window, PeriodChoice).period() == Period(date(2026, 1, 1), date(2026, 1, 10))
    assert "소포 10개" in _texts(window)


def test_without_a_draft_the_page_says_where_to_put_one(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryTrials(offers=(), folder="/srv/station/drafts"))

    shown = _texts(window)
    _press(window, "Enter")

    assert "/srv/station/drafts" in shown
    assert any(text.startswith("아직 초안이 없습니다.") for text in shown)
    assert any("KR/withdrawal.toml" in text for text in shown)
    assert child(window, DraftChoice).isVisible()


def test_a_period_without_cases_is_not_tried(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryTrials(0))

    _press(window, "Enter")

    assert "이 기간에는 소포가 없습니다." in [without_joiners(t) for t in _texts(window)]
    assert child(window, DraftChoice).isVisible()


def test_what_was_found_is_the_instruction(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryTrials(40))

    _press(window, "Enter")

    shown = _texts(window)
    assert "반품 40건 중 40건이 바뀝니다" in shown
    assert any(text.startswith("two-weeks · 2026년 8월 27일부터") for text in shown)
    assert {"6 → 20", "32 → 20", "2 → 0", "+14", "−12", "−2"} <= set(shown)
    assert {"EUR", "+146.00"} <= set(shown)


def test_a_draft_that_changes_nothing_is_said_so(open_window: OpenWindow) -> None:
    class Same(MemoryTrials):
        def run(self, trial: Trial, period: Period, told: Told) -> TrialReport:
            report = super().run(trial, period, lambda _cases, _change: None)
            report.replay.changed = 0
            return report

    window = _open(open_window, Same(12))
    _press(window, "Enter")

    acts = {act.key for act in child(window, ActBar)._acts.values()}
    assert "반품 12건 모두 바뀌지 않습니다" in _texts(window)
    assert acts == {"Esc"}


@pytest.mark.parametrize("by", ["touch", "key"])
def test_a_kind_of_change_filters_the_table(by: str, open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryTrials(40))
    _press(window, "Enter")
    everything = len(_numbers(window))

    if by == "touch":
        QTest.mouseClick(_row(window, "거절 → 승인"), Qt.MouseButton.LeftButton)
    else:
        _press(window, "F4")

    assert everything == 40
    assert len(_numbers(window)) == 12
    assert _kinds(window)["거절 → 승인: 12"] == "chosen"
    assert _kinds(window)["모든 변화: 40"] == "normal"


def test_behind_the_last_kind_come_all_changes_again(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryTrials(40))
    _press(window, "Enter")

    _press(window, *["F4"] * len(_kinds(window)))

    assert _kinds(window)["모든 변화: 40"] == "chosen"


def test_returns_that_get_another_answer_come_first(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryTrials(40))
    _press(window, "Enter")

    model = child(window, QTableView).model()
    answers = [str(model.index(row, 2).data()) for row in range(model.rowCount())]

    assert all("→" in answer for answer in answers[:14])
    assert not any("→" in answer for answer in answers[14:])


def test_a_row_shows_both_answers_with_their_reasons_and_clauses(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryTrials(40))
    _press(window, "Enter")
    _press(window, "F4")
    row = _numbers(window).index("ICN3-R-77008")

    child(window, QTableView).selectRow(row)

    shown = [text.accessibleName() for text in child(window, AnswersPane).findChildren(Text)]
    assert {"거절", "승인"} <= set(shown)
    assert any("KR-ECA-17-1" in text and "제17조" in text for text in shown)
    assert any(text.startswith("판매자 정책(20일)") for text in shown)
    assert {"0원", "13,700원", "12/5(토)"} <= set(shown)


def test_arrows_go_from_row_to_row(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryTrials(40))
    _press(window, "Enter")
    table = child(window, QTableView)

    QTest.keyClick(table, Qt.Key.Key_Down)

    assert table.currentIndex().row() == 1
    assert QApplication.focusWidget() is table


def test_no_more_rows_are_kept_than_anybody_reads_and_it_is_said(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryTrials(400))
    child(window, PeriodChoice).cycle()
    child(window, PeriodChoice).cycle()
    _press(window, "Enter")

    QTest.mouseClick(_row(window, "거절 → 승인"), Qt.MouseButton.LeftButton)

    assert len(_numbers(window)) == MOST_OF_A_KIND
    assert any(f"{MOST_OF_A_KIND}건만 보입니다" in text for text in _texts(window))


def test_all_changed_returns_are_exported_even_those_that_are_not_shown(
    documents: Path, open_window: OpenWindow
) -> None:
    window = _open(open_window, MemoryTrials(400))
    child(window, PeriodChoice).cycle()
    child(window, PeriodChoice).cycle()
    _press(window, "Enter")

    _press(window, "F9", "F9")

    first, second = sorted(documents.iterdir())
    rows = first.read_bytes().decode("utf-8-sig").split("\r\n")
    assert (second.name, first.name) == (
        "trial-two-weeks-2026-11-24.csv",
        "trial-two-weeks-2026-11-24-2.csv",
    )
    assert first.read_bytes() == second.read_bytes()
    assert rows[0].startswith("case,line,judged_on,country")
    assert len(rows) == 1 + 400 + 1
    assert any(str(first) in text for text in _texts(window))


def test_a_file_that_cannot_be_written_leaves_nothing(
    documents: Path, open_window: OpenWindow
) -> None:
    window = _open(open_window, MemoryTrials(10))
    _press(window, "Enter")
    documents.rmdir()

    _press(window, "F9")

    assert any(text.startswith("파일을 쓸 수 없어") for text in _texts(window))
    assert child(window, DraftResult).isVisible()


def test_returns_that_cannot_be_asked_again_are_counted_and_the_first_is_named(
    open_window: OpenWindow,
) -> None:
    window = _open(open_window, MemoryTrials(10, unreadable=3))

    _press(window, "Enter")

    wanted = "반품 3건은 다시 물을 수 없었습니다. 첫 번째: R-1: Object missing field `id`"
    assert wanted in _texts(window)


def test_a_draft_with_a_mistake_is_told_by_file_and_key_and_the_page_stays(
    open_window: OpenWindow,
) -> None:
    error = UnreadablePolicy("KR/withdrawal.toml: version 2: unknown field `titel`")
    window = _open(open_window, MemoryTrials(error=error))

    _press(window, "Enter")

    assert any("KR/withdrawal.toml" in text and "titel" in text for text in _texts(window))
    assert child(window, DraftChoice).isVisible()
    assert child(window, OfferList).hasFocus()


def test_who_may_not_try_is_told_so(open_window: OpenWindow) -> None:
    class Guarded(MemoryTrials):
        def bench(self) -> Bench:
            raise Refused("not-allowed")

    window = _open(open_window, Guarded())

    assert "관리자만 할 수 있습니다" in _texts(window)


def test_escape_goes_from_the_result_to_choosing_and_on_to_the_rules(
    open_window: OpenWindow,
) -> None:
    window = _open(open_window, MemoryTrials(10))
    _press(window, "Enter")
    found = child(window, DraftResult).isVisible()
    _press(window, "Esc")
    chooses = child(window, DraftChoice).isVisible()
    _press(window, "Esc")

    assert (found, chooses) == (True, True)
    assert child(window, PolicyPage).isVisible()
    assert not child(window, DraftPage).isVisible()


def test_until_the_bench_is_known_nothing_runs(open_window: OpenWindow) -> None:
    tasks = SlowTasks()
    window = _open(open_window, MemoryTrials(), long_tasks=tasks)

    _press(window, "Enter")
    before = len(tasks.waiting)
    while tasks.waiting:
        tasks.work_on()
    _press(window, "Enter")

    assert before == 1
    assert child(window, DraftProgress).isVisible()


class EndlessTrials(MemoryTrials):
    """Goes on until it is stopped; a test that fails before that does not wait for ever."""

    def __init__(self) -> None:
        super().__init__(40)
        self.is_running, self.has_ended = threading.Event(), threading.Event()
        self.ends = time.monotonic() + 2 * PATIENCE

    def run(self, trial: Trial, period: Period, told: Told) -> TrialReport:
        self.is_running.set()
        try:
            while time.monotonic() < self.ends:
                told(40, None)
            raise TimeoutError
        finally:
            self.has_ended.set()


@pytest.fixture
def long_tasks() -> Iterator[ThreadTasks]:
    """Return a thread for long work, as the real window has."""
    tasks = ThreadTasks()
    yield tasks
    tasks.stop()


def test_a_running_trial_shows_how_far_it_is_and_stops_at_escape(
    open_window: OpenWindow, long_tasks: ThreadTasks, qtbot: QtBot
) -> None:
    trials = EndlessTrials()
    window = _open(open_window, trials, long_tasks=long_tasks)
    qtbot.waitUntil(lambda: child(window, OfferList).offer is not None)
    qtbot.waitUntil(lambda: "소포 40개" in _texts(window))

    _press(window, "Enter")
    qtbot.waitUntil(lambda: "소포 40개 중 40개" in _texts(window))
    _press(window, "Esc")
    qtbot.waitUntil(lambda: child(window, DraftChoice).isVisible())

    assert trials.has_ended.is_set()
    assert any("멈췄습니다" in text for text in _texts(window))


def test_a_scan_closes_the_page_and_ends_the_trial_without_waiting_for_it(
    open_window: OpenWindow, long_tasks: ThreadTasks, qtbot: QtBot
) -> None:
    trials = EndlessTrials()
    window = _open(open_window, trials, long_tasks=long_tasks)
    qtbot.waitUntil(lambda: child(window, OfferList).offer is not None)
    _press(window, "Enter")
    qtbot.waitUntil(trials.is_running.is_set)

    Robot(window).scan("RR473124829DE")
    qtbot.waitUntil(trials.has_ended.is_set)

    desk = window._parts.desk
    assert isinstance(desk, ScriptedDesk)
    assert ("scan", "RR473124829DE") in desk.acts()
    assert not child(window, DraftPage).isVisible()


def test_after_a_scan_the_page_begins_anew(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryTrials(10))
    _press(window, "Enter")
    window.scan("RR473124829DE")
    QApplication.processEvents()

    _press(window, "F11", "F7")

    assert child(window, DraftChoice).isVisible()
    assert not child(window, DraftResult).isVisible()


def test_everything_is_said_anew_in_another_language(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryTrials(10))
    _press(window, "Enter")
    desk = window._parts.desk
    assert isinstance(desk, ScriptedDesk)

    desk.view = replace(desk.view, person=person("de"))
    window._tick()
    QApplication.processEvents()

    assert "10 von 10 Retouren ändern sich" in _texts(window)
    assert "Alle Änderungen" in _texts(window)


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
@pytest.mark.parametrize(
    ("trials", "keys"),
    [
        (MemoryTrials(), ()),
        (MemoryTrials(offers=()), ()),
        (MemoryTrials(40), ("Enter",)),
        (MemoryTrials(40, unreadable=2), ("Enter", "F4", "F9")),
        (MemoryTrials(error=UnreadablePolicy("KR/withdrawal.toml: rule: missing")), ("Enter",)),
    ],
    ids=["choose", "none", "result", "exported", "mistake"],
)
def test_every_part_fits_in_every_language(
    trials: MemoryTrials, keys: tuple[str, ...], language: str, open_window: OpenWindow
) -> None:
    window = _open(open_window, trials, language)

    _press(window, *keys)

    assert cut_off(window) + outside(window) == []


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_a_running_trial_fits_in_every_language(language: str, open_window: OpenWindow) -> None:
    tasks = SlowTasks()
    window = _open(open_window, MemoryTrials(1000), language, long_tasks=tasks)
    while tasks.waiting:
        tasks.work_on()

    _press(window, "Enter")
    child(window, DraftProgress).put_progress(123_456, 1_000_000, 98_765)

    assert child(window, DraftProgress).isVisible()
    assert cut_off(window) + outside(window) == []
