"""Photos with the desk camera: live, one key, refused with a reason, taken anyway."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import ScriptedDesk
from returnstation.application.view import Act
from returnstation.domain.messages import say
from returnstation.gui.photo_page import PhotoPage
from returnstation.gui.sources_hub import SourceHub
from returnstation.gui.sources_view import CameraView
from returnstation.gui.window import StationWindow
from returnstation.gui.words import SCREEN_LANGUAGES, without_joiners
from returnstation.scanning.photo_checks import Picture
from returnstation.scanning.photo_crop import suggested_cut
from returnstation.scanning.sources import Light, Preview, Scan, Source, SourceState, Told

PICTURES = Path(__file__).parents[2] / "test-output" / "screens"


def a_picture(blur: float = 0.0, lamp: int = 0) -> Picture:
    desk = np.full((720, 1280, 3), (112, 150, 184), np.uint8)
    cv2.rectangle(desk, (480, 90), (800, 640), (30, 30, 32), -1)
    cv2.rectangle(desk, (500, 130), (780, 600), (70, 60, 50), -1)
    cv2.line(desk, (520, 200), (760, 480), (150, 150, 150), 3, cv2.LINE_AA)
    if lamp:
        cv2.circle(desk, (640, 360), lamp, (255, 255, 255), -1)
    return np.asarray(cv2.GaussianBlur(desk, (0, 0), blur) if blur else desk, np.uint8)


class HeldCamera:
    """A camera that sees what a test holds before it."""

    name, state = "camera", SourceState.OK

    def __init__(self, told: Told) -> None:
        self.told = told
        self.picture = a_picture()
        self.is_watched = self.has_torch = False
        self.light = Light.OFF
        self.stills: list[bytes | None] = []

    def start(self) -> None:
        self.show()

    def stop(self) -> None:
        return None

    def watch(self) -> None:
        self.is_watched = True

    def unwatch(self) -> None:
        self.is_watched = False

    def still(self) -> bytes | None:
        return self.stills[0] if self.stills else cv2.imencode(".jpg", self.picture)[1].tobytes()

    def shine(self, light: Light) -> bool:
        if self.has_torch:
            self.light = light
        return self.has_torch

    def show(self) -> None:
        grey = np.asarray(cv2.cvtColor(self.picture, cv2.COLOR_BGR2GRAY), np.uint8)
        self.tell(lambda: self.told.previewed(Preview(grey, cut=suggested_cut(grey))))

    def scan(self, source: str, text: str) -> None:
        self.tell(lambda: self.told.scanned(Scan(source, text)))

    def become(self, state: SourceState) -> None:
        self.state = state
        self.tell(lambda: self.told.changed(self.name, state))

    def tell(self, call: Callable[[], None]) -> None:
        thread = Thread(target=call)
        thread.start()
        thread.join()
        QApplication.processEvents()


class Stand:
    """A window at a question, with a camera."""

    def __init__(self, open_window: OpenWindow, language: str = "en") -> None:
        self.desk = ScriptedDesk(replace(views.question(), person=views.person(language, "light")))
        self.cameras: list[HeldCamera] = []
        self.hub = SourceHub(self._open)
        self.window: StationWindow = open_window(self.desk, sources=self.hub)
        self.window.resize(QSize(1280, 800))

    @property
    def camera(self) -> HeldCamera:
        return self.cameras[0]

    @property
    def texts(self) -> str:
        labels = [each for each in self.window.findChildren(QLabel) if each.isVisible()]
        return " | ".join(without_joiners(each.text()) for each in labels)

    @property
    def photos(self) -> list[bytes]:
        asked = [value for what, value in self.desk.acts() if what == "photo"]
        return [value for value in asked if isinstance(value, bytes)]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.window.act_by_key(key)
            QApplication.processEvents()

    def is_open(self) -> bool:
        return any(page.isVisible() for page in self.window.findChildren(PhotoPage))

    def _open(self, told: Told) -> list[Source]:
        self.cameras = [HeldCamera(told)]
        return [*self.cameras]


def size_of(photo: bytes) -> tuple[int, int]:
    picture = cv2.imdecode(np.frombuffer(photo, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture.shape[1], picture.shape[0]


def test_one_key_shows_what_the_camera_sees(open_window: OpenWindow) -> None:
    stand = Stand(open_window)

    stand.press("F7")

    assert (stand.is_open(), stand.camera.is_watched) == (True, True)


@pytest.mark.parametrize("key", ["Enter", "F7"])
def test_one_key_takes_the_photo_cut_to_the_goods(key: str, open_window: OpenWindow) -> None:
    stand = Stand(open_window)

    stand.press("F7", key)

    (photo,) = stand.photos
    assert size_of(photo)[0] < 1280
    assert (stand.is_open(), stand.camera.is_watched) == (False, False)


def test_a_touch_on_the_picture_takes_the_photo(open_window: OpenWindow, qtbot: QtBot) -> None:
    stand = Stand(open_window)
    stand.press("F7")

    shown = [each for each in stand.window.findChildren(CameraView) if each.isVisible()]
    qtbot.mouseClick(shown[0], Qt.MouseButton.LeftButton)

    assert len(stand.photos) == 1


def test_the_whole_picture_is_kept_when_it_is_wanted(open_window: OpenWindow) -> None:
    stand = Stand(open_window)

    stand.press("F7", "F6", "Enter")

    assert [size_of(photo) for photo in stand.photos] == [(1280, 720)]


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (a_picture(blur=5), "Too blurred."),
        (a_picture(lamp=150), "Too much light mirrored."),
        (np.asarray(a_picture() * 0.1, np.uint8), "Too dark."),
    ],
    ids=["blurred", "glare", "dark"],
)
def test_a_bad_photo_says_why_and_goes_nowhere(
    picture: Picture, why: str, open_window: OpenWindow
) -> None:
    stand = Stand(open_window)
    stand.camera.picture = picture

    stand.press("F7", "Enter")

    assert why in stand.texts
    assert stand.photos == []


def test_a_bad_photo_is_taken_on_the_second_press(open_window: OpenWindow) -> None:
    stand = Stand(open_window)
    stand.camera.picture = a_picture(blur=5)

    stand.press("F7", "Enter", "Enter")

    assert len(stand.photos) == 1


def test_a_bad_photo_is_taken_again(open_window: OpenWindow) -> None:
    stand = Stand(open_window)
    stand.camera.picture = a_picture(blur=5)
    stand.press("F7", "Enter")
    stand.camera.picture = a_picture()

    stand.press("F7", "F7")

    assert len(stand.photos) == 1
    assert not stand.is_open()


def test_a_camera_that_is_gone_is_said_and_comes_back(open_window: OpenWindow) -> None:
    stand = Stand(open_window)
    stand.press("F7")

    stand.camera.become(SourceState.UNPLUGGED)
    gone = stand.texts
    stand.press("Enter")
    stand.camera.become(SourceState.OK)
    stand.press("Enter")

    assert "No camera" in gone
    assert len(stand.photos) == 1


def test_a_camera_that_vanishes_at_the_moment_of_the_photo_is_said(open_window: OpenWindow) -> None:
    stand = Stand(open_window)
    stand.press("F7")
    stand.camera.stills = [None]

    stand.press("Enter")

    assert "The camera is gone" in stand.texts
    assert (stand.photos, stand.is_open()) == ([], True)


def test_a_still_that_is_broken_is_said(open_window: OpenWindow) -> None:
    stand = Stand(open_window)
    stand.press("F7")
    stand.camera.stills = [b"half a pict"]

    stand.press("Enter")

    assert "no picture" in stand.texts
    assert stand.photos == []


def test_a_code_on_the_goods_is_photographed_and_not_scanned(open_window: OpenWindow) -> None:
    stand = Stand(open_window)
    stand.press("F7")

    stand.camera.scan("camera", "8801234567893")
    by_camera = stand.desk.acts()
    stand.camera.scan("front", "8801234567893")

    assert by_camera == []
    assert stand.desk.acts() == [("scan", "8801234567893")]


def test_a_file_takes_the_place_of_the_camera(open_window: OpenWindow) -> None:
    stand = Stand(open_window)
    stand.camera.become(SourceState.NOT_AVAILABLE)
    stand.press("F7")

    stand.window._take_picture(cv2.imencode(".png", a_picture())[1].tobytes())

    assert [size_of(photo) for photo in stand.photos] == [(1280, 720)]


def test_a_light_that_is_not_there_is_said(open_window: OpenWindow) -> None:
    stand = Stand(open_window)

    stand.press("F7", "F5")

    assert "Light: not available" in stand.texts
    assert stand.is_open()


def test_a_light_goes_out_with_the_page(open_window: OpenWindow) -> None:
    stand = Stand(open_window)
    stand.camera.has_torch = True
    stand.press("F7", "F5")
    lit = stand.camera.light

    stand.press("Esc")

    assert (lit, stand.camera.light) == (Light.ON, Light.OFF)


def test_the_page_says_what_the_photo_is_of(open_window: OpenWindow) -> None:
    stand = Stand(open_window)
    label = Act(7, "F7", say("act.photo-label"), "show-photo")
    stand.desk.view = replace(stand.desk.view, acts=(label,))
    stand.window.do("undo")

    stand.press("F7")

    assert "Photo of label" in stand.texts


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_nothing_of_the_page_is_cut_off(language: str, open_window: OpenWindow) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    stand = Stand(open_window, language)
    problems = []

    def look(name: str) -> None:
        for _ in range(3):
            QApplication.processEvents()
        stand.window.grab().save(str(PICTURES / f"photo-{name}-{language}-1280.png"))
        problems.extend(cut_off(stand.window) + outside(stand.window))

    stand.press("F7")
    stand.camera.show()
    stand.press("F5")
    look("live")
    stand.camera.picture = a_picture(blur=5, lamp=150)
    stand.press("Enter")
    look("refused")
    stand.press("F7")
    stand.camera.become(SourceState.UNPLUGGED)
    look("gone")
    assert problems == []
