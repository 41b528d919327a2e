"""Scans of all sources, live, without the desk."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import ScriptedDesk
from picture_samples import Format, a_code, a_desk
from returnstation.gui.sources_hub import SourceHub
from returnstation.gui.sources_page import SourcesPage, visible
from returnstation.gui.sources_view import CameraView
from returnstation.gui.window import StationWindow
from returnstation.gui.words import SCREEN_LANGUAGES, without_joiners
from returnstation.scanning.frames import FrameDecoder
from returnstation.scanning.hints import Hint
from returnstation.scanning.sources import Light, Preview, Scan, SourceState, Told

PICTURES = Path(__file__).parents[2] / "test-output" / "screens"


class HeldSource:
    """A source that says what a test lets it say, from another thread."""

    def __init__(self, name: str, told: Told, state: SourceState = SourceState.OK) -> None:
        self.name, self.told, self.state = name, told, state
        self.is_started = self.is_watched = False

    def start(self) -> None:
        self.is_started = True

    def stop(self) -> None:
        self.is_started = False

    def watch(self) -> None:
        self.is_watched = True

    def unwatch(self) -> None:
        self.is_watched = False

    def still(self) -> bytes | None:
        return None

    def shine(self, light: Light) -> bool:
        return False

    def say(self, call: Callable[[], None]) -> None:
        thread = Thread(target=call)
        thread.start()
        thread.join()
        QApplication.processEvents()


class Held:
    def __init__(self) -> None:
        self.sources: list[HeldSource] = []
        self.hub = SourceHub(self._open)

    def _open(self, told: Told) -> list[HeldSource]:
        self.sources = [HeldSource(name, told) for name in ("camera", "front")]
        return self.sources

    def scan(self, text: str, source: int = 1, form: str = "") -> None:
        each = self.sources[source]
        each.say(lambda: each.told.scanned(Scan(each.name, text, form)))

    def become(self, state: SourceState) -> None:
        camera = self.sources[0]
        camera.state = state
        camera.say(lambda: camera.told.changed("camera", state))

    def show(self, preview: Preview) -> None:
        self.sources[0].say(lambda: self.sources[0].told.previewed(preview))


@pytest.fixture
def held(qapp: QApplication) -> Held:
    return Held()


def texts(window: StationWindow) -> str:
    labels = [each for each in window.findChildren(QLabel) if each.isVisible()]
    return " | ".join(without_joiners(each.text()) for each in labels)


def opened(open_window: OpenWindow, held: Held, language: str = "en") -> StationWindow:
    view = replace(views.ready(), person=views.person(language, "light"))
    window = open_window(ScriptedDesk(view), sources=held.hub)
    window._do("show-help")
    window.act_by_key("F7")
    return window


def test_a_scan_of_a_port_reaches_the_desk_as_a_typed_one(
    open_window: OpenWindow, held: Held, qtbot: QtBot
) -> None:
    desk = ScriptedDesk(views.ready())
    window = open_window(desk, sources=held.hub)

    with qtbot.waitSignal(window.answered):
        held.scan("8801234567893")

    assert desk.acts() == [("scan", "8801234567893")]


def test_on_its_page_a_scan_is_shown_and_goes_no_further(
    open_window: OpenWindow, held: Held
) -> None:
    window = opened(open_window, held)

    held.scan("]C10109501101530003\x1d21A7", source=0, form="Code 128")

    shown = texts(window)
    assert "0109501101530003<GS>21A7" in shown
    assert "Code 128 ]C1" in shown
    assert "09501101530003" in shown
    assert any(page.isVisible() for page in window.findChildren(SourcesPage))


def test_the_camera_is_watched_only_while_its_page_is_in_front(
    open_window: OpenWindow, held: Held
) -> None:
    window = opened(open_window, held)
    watched = held.sources[0].is_watched

    window.act_by_key("Esc")

    assert (watched, held.sources[0].is_watched) == (True, False)


def test_a_hint_is_said_where_the_camera_sees_too_little(
    open_window: OpenWindow, held: Held
) -> None:
    window = opened(open_window, held)

    held.show(Preview(a_desk(), (), Hint.NEARER))

    assert "Move nearer" in texts(window)


def test_the_status_strip_says_that_the_camera_is_gone(open_window: OpenWindow, held: Held) -> None:
    window = open_window(ScriptedDesk(views.ready()), sources=held.hub)

    held.become(SourceState.UNPLUGGED)

    assert "카메라: 분리됨" in texts(window)


def test_a_window_that_closes_gives_the_devices_back(open_window: OpenWindow, held: Held) -> None:
    window = open_window(ScriptedDesk(views.ready()), sources=held.hub)
    source = held.sources[0]
    was_started = source.is_started

    window.close()

    assert (was_started, source.is_started) == (True, False)


@pytest.mark.parametrize("text", ["\0", "", "\u202e\U0001f4e6" * 40, "x" * 10_000])
def test_no_scan_can_break_the_page(text: str, open_window: OpenWindow, held: Held) -> None:
    window = opened(open_window, held)

    held.scan(text)

    assert visible(text)[:8] in texts(window)


def test_the_sheet_of_settings_is_printed_in_the_workers_language(
    open_window: OpenWindow, held: Held
) -> None:
    printed: list[str] = []

    def to_printer(language: str) -> int:
        printed.append(language)
        return 1

    view = replace(views.ready(), person=views.person("de", "light"))
    window = open_window(ScriptedDesk(view), sources=held.hub, print_scanner_sheets=to_printer)
    window.do("show-sources")

    window.act_by_key("F4")

    assert printed == ["de"]
    assert "geht zum Drucker" in texts(window)


def test_a_sheet_that_cannot_be_printed_is_said(open_window: OpenWindow, held: Held) -> None:
    def to_printer(_language: str) -> int:
        raise OSError

    view = replace(views.ready(), person=views.person("en", "light"))
    window = open_window(ScriptedDesk(view), sources=held.hub, print_scanner_sheets=to_printer)
    window.do("show-sources")

    window.act_by_key("F4")

    assert "cannot be printed" in texts(window)


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_nothing_of_the_page_is_cut_off(language: str, open_window: OpenWindow, held: Held) -> None:
    window = opened(open_window, held, language)
    window.resize(QSize(1280, 800))
    window.act_by_key("F4")
    desk = a_desk(a_code("ICN3-0011842", Format.Code128), size=(1280, 720))
    codes = FrameDecoder().decode(desk).codes
    held.show(Preview(desk, tuple(code.box for code in codes)))
    held.scan("]C10109501101530003\x1d21A7", form="Code 128", source=0)
    held.scan("1Z999AA10123456784")
    held.scan("]E08801234567893", form="EAN-13", source=0)
    held.become(SourceState.UNPLUGGED)
    held.become(SourceState.OK)
    for _ in range(3):
        QApplication.processEvents()
    held.show(Preview(desk, tuple(code.box for code in codes)))

    PICTURES.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(PICTURES / f"show-sources-{language}-1280.png"))
    assert cut_off(window) + outside(window) == []
    assert window.findChildren(CameraView)
