from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from gui import views
from gui.conftest import OpenWindow
from gui.stands import ScriptedDesk
from returnstation.application.view import Step
from returnstation.gui.robot import NothingHappened, Robot
from returnstation.gui.tasks import ThreadTasks
from waiting import PATIENCE


def test_a_shift_is_worked_with_keys_and_pictures(open_window: OpenWindow, tmp_path: Path) -> None:
    desk, tasks = ScriptedDesk(views.ready()), ThreadTasks()
    robot = Robot(open_window(desk, tasks=tasks), patience=PATIENCE)
    steps = []

    for make, key in ((views.matched, ""), (views.question, ""), (views.dispose, "1")):
        desk.view = make()
        view = robot.press(key) if key else robot.scan("8801234567893")
        steps.append(view.step)
        robot.picture(tmp_path / f"{view.step}.png")
    tasks.stop()

    assert steps == [Step.MATCHED, Step.QUESTION, Step.DISPOSE]
    assert QImage(str(tmp_path / "dispose.png")).width() == 1280


def test_a_key_that_does_nothing_is_told_apart(open_window: OpenWindow) -> None:
    robot = Robot(open_window(ScriptedDesk(views.ready())), patience=0.2)

    with pytest.raises(NothingHappened):
        robot.press("F11")
