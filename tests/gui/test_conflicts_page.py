"""The page of conflicts, the hub's page, and what the strip says of both."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import EarPlayer, MemoryConflicts, NowTasks, ScriptedDesk
from gui.views import NOW, person
from returnstation.application.troubles import Refused
from returnstation.application.view import HubView, Sound, View
from returnstation.domain.messages import say
from returnstation.gui.conflict_rows import ConflictLine, Side
from returnstation.gui.conflicts_page import ConflictsPage
from returnstation.gui.forms import child
from returnstation.gui.hub_page import HubPage
from returnstation.gui.widgets.instruction_bar import InstructionBar
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.option_row import OptionRow
from returnstation.gui.widgets.status_strip import StatusItem, StatusStrip
from returnstation.gui.widgets.texts import Text
from returnstation.gui.window import StationWindow
from returnstation.gui.words import SCREEN_LANGUAGES, without_joiners

PICTURES = Path(__file__).parents[2] / "test-output" / "screens"
SIZES = (QSize(1280, 800), QSize(1920, 1080))
WELL = HubView(
    state="well",
    text=say("hub.well"),
    help=say("hub.well.help"),
    synced_at=NOW,
    conflicts=2,
    key="66687aadf862bd77",
    key_at=NOW - timedelta(days=90),
)
AWAY = HubView(
    state="offline",
    text=say("hub.offline"),
    help=say("hub.offline.help"),
    code="hub-unreachable",
    since=NOW - timedelta(minutes=5),
    photos=say("hub.photos.stuck", n=3),
)
STUCK = HubView(
    state="stuck",
    text=say("trouble.sync-stuck", seq=812),
    help=say("trouble.sync-stuck.help"),
    code="sync-stuck",
    synced_at=NOW - timedelta(hours=3),
    since=NOW - timedelta(hours=3),
    conflicts=2,
    clock_off=-12,
    photos=say("hub.photos.held", code="photos-unwritable"),
)


def ready(hub: HubView | None, language: str = "en", role: str = "supervisor") -> View:
    who = replace(person(language), role=role)
    return replace(views.ready(), person=who, hub=hub, unsent=0, oldest_unsent_at=None)


def opened(
    open_window: OpenWindow, conflicts: MemoryConflicts, language: str = "en"
) -> StationWindow:
    window = open_window(
        ScriptedDesk(ready(WELL, language)), language=language, conflicts=conflicts
    )
    child(window, StatusStrip).touched.emit("conflicts")
    return window


def options(window: StationWindow) -> list[str]:
    rows = child(window, ConflictsPage).findChildren(OptionRow)
    return [row.accessibleName() for row in rows if row.isVisible()]


def asked(window: StationWindow) -> str:
    texts = [t for t in child(window, InstructionBar).findChildren(Text) if t.isVisible()]
    return without_joiners(texts[0].text())


def strip(window: StationWindow) -> list[tuple[str, str]]:
    items = [i for i in child(window, StatusStrip).findChildren(StatusItem) if i.isVisible()]
    return [(item.accessibleName(), str(item.property("state") or "")) for item in items]


def test_both_sides_stand_next_to_each_other(open_window: OpenWindow) -> None:
    window = opened(open_window, MemoryConflicts())

    left, right = (s for s in child(window, ConflictsPage).findChildren(Side) if s.isVisible())

    assert left.geometry().right() < right.geometry().left()
    assert options(window) == [
        "1: ICN3-C001042 counts (1번 작업대)",
        "2: ICN3-C002042 counts (2번 작업대)",
        "3: All 2 count",
        "4: None of them counts",
    ]


def test_two_keys_settle_it_what_counts_and_why(open_window: OpenWindow) -> None:
    conflicts = MemoryConflicts()
    window = opened(open_window, conflicts)

    window.press("2")
    why = asked(window)
    window.press("3")

    assert why == "Why?"
    assert conflicts.settled == [("c1", "keep", "case-2", "looked_again")]
    first, _ = child(window, ConflictsPage).findChildren(ConflictLine)
    assert "Settled here, not yet sent" in first.accessibleName()
    assert options(window) == []


def test_escape_takes_the_choice_back_before_it_leaves(open_window: OpenWindow) -> None:
    conflicts = MemoryConflicts()
    window = opened(open_window, conflicts)
    window.press("1")

    window.act_by_key("Esc")
    is_still_here = child(window, ConflictsPage).isVisible()
    window.act_by_key("Esc")

    assert is_still_here
    assert not child(window, ConflictsPage).isVisible()
    assert conflicts.settled == []


@pytest.mark.parametrize("key", ["0", "5", "9", "x"])
def test_a_key_nothing_carries_settles_nothing(key: str, open_window: OpenWindow) -> None:
    conflicts = MemoryConflicts()
    window = opened(open_window, conflicts)

    window.press(key)
    window.press("1")
    window.press(key if key in "0x" else "0")

    assert conflicts.settled == []


def test_who_may_not_settle_reads_only(open_window: OpenWindow) -> None:
    window = opened(open_window, MemoryConflicts(may_settle=False))

    window.press("1")

    assert options(window) == []
    assert asked(window) == "Settle conflicts"


def test_what_was_settled_elsewhere_meanwhile_is_said(open_window: OpenWindow) -> None:
    conflicts = MemoryConflicts()
    conflicts.error = Refused("conflict-unknown")
    window = opened(open_window, conflicts)

    window.press("1")
    window.press("1")

    (row,) = (r for r in child(window, ConflictsPage).findChildren(NoticeRow) if r.isVisible())
    assert row.accessibleName().startswith("This is not there any more.")


def test_the_review_page_leads_there(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(ready(None)), conflicts=MemoryConflicts())
    window.do("show-review")

    window.act_by_key("F2")

    assert child(window, ConflictsPage).isVisible()


@pytest.mark.parametrize(
    ("hub", "said"),
    [
        (WELL, [("Synced 14:32", ""), ("2 conflicts", "")]),
        (AWAY, [("Offline since 14:27", "")]),
        (replace(AWAY, since=NOW - timedelta(hours=2)), [("Offline since 12:32", "hands")]),
        (STUCK, [("Not sending", "down"), ("2 conflicts", "")]),
        (replace(WELL, synced_at=None, conflicts=0), [("Connecting", "")]),
        (None, []),
    ],
)
def test_the_strip_is_quiet_until_somebody_must_act(
    hub: HubView | None, said: list[tuple[str, str]], open_window: OpenWindow
) -> None:
    window = open_window(ScriptedDesk(ready(hub)), language="en")

    assert [item for item in strip(window) if item in said] == said
    assert ("Offline" in str(strip(window))) is (hub is not None and hub.state == "offline")


def test_facts_that_wait_for_long_say_since_when(open_window: OpenWindow) -> None:
    view = replace(ready(AWAY), unsent=1284, oldest_unsent_at=NOW - timedelta(days=3))
    window = open_window(ScriptedDesk(view), language="en")

    assert ("1,284 unsent 3 days ago", "hands") in strip(window)


def test_a_meeting_with_the_hub_does_not_paint_the_page_anew(open_window: OpenWindow) -> None:
    desk = ScriptedDesk(replace(ready(WELL), unsent=3))
    window = open_window(desk, language="en", tasks=NowTasks())
    painted: list[object] = []
    window.painted.connect(painted.append)

    desk.view = replace(ready(replace(WELL, synced_at=NOW + timedelta(minutes=1))), unsent=0)
    window._tick()

    assert painted == []
    assert ("Synced 14:33", "") in strip(window)


def test_facts_that_are_stuck_are_heard(open_window: OpenWindow) -> None:
    ear = EarPlayer()
    desk = ScriptedDesk(ready(WELL))
    window = open_window(desk, language="en", tasks=NowTasks(), player=ear)

    window._take_poll(replace(ready(STUCK), sound=Sound.DEVICE))

    assert ear.heard[-1] is Sound.DEVICE


def test_touching_the_hub_says_what_to_do_and_tries_at_once(open_window: OpenWindow) -> None:
    tried: list[bool] = []
    window = open_window(
        ScriptedDesk(ready(STUCK)), language="en", meet_hub=lambda: tried.append(True)
    )
    child(window, StatusStrip).touched.emit("hub")

    window.act_by_key("Enter")

    page = child(window, HubPage)
    said = [without_joiners(t.text()) for t in page.findChildren(Text) if t.isVisible()]
    assert tried == [True]
    assert "12 minutes ahead" in said
    assert any("812" in text for text in said)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size.width()))
@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_the_pages_are_whole_in_every_language(
    language: str, size: QSize, open_window: OpenWindow
) -> None:
    desk = ScriptedDesk(ready(WELL, language))
    window = open_window(desk, language=language, conflicts=MemoryConflicts())
    child(window, StatusStrip).touched.emit("conflicts")
    window.resize(size)
    faults: dict[str, list[str]] = {}

    def look(name: str) -> None:
        QApplication.processEvents()
        faults[name] = cut_off(window) + outside(window)
        PICTURES.mkdir(parents=True, exist_ok=True)
        window.grab().save(str(PICTURES / f"{name}-{language}-{size.width()}.png"))

    look("conflicts")
    window.press("1")
    look("conflicts-why")
    window.act_by_key("Esc")
    window.act_by_key("Esc")
    for name, hub in (("well", WELL), ("offline", AWAY), ("stuck", STUCK)):
        long_ago = NOW - timedelta(days=3)
        view = replace(ready(hub, language), unsent=1284, oldest_unsent_at=long_ago)
        desk.view = view  # the window asks by itself, too
        window._take_poll(view)
        look(f"strip-{name}")
        window.do("show-hub")
        look(f"hub-{name}")
        window.act_by_key("Esc")

    assert {name: found for name, found in faults.items() if found} == {}
