"""Icons, sounds, pictures and fonts."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.stands import drawing
from returnstation import datafiles
from returnstation.application.troubles import Refused, Trouble
from returnstation.application.view import Sound
from returnstation.crashes import BugReports
from returnstation.gui.fonts import font_for
from returnstation.gui.icons import icon
from returnstation.gui.image_source import has_image, image_of
from returnstation.gui.sounds import ProgramPlayer, SilentPlayer, best_player
from returnstation.gui.tasks import ThreadTasks
from returnstation.gui.widgets.pictures import Picture

ICONS = sorted(
    file.name.removesuffix(".svg")
    for file in datafiles.resource("icons").iterdir()
    if file.name.endswith(".svg")
)


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_draws_in_the_colour_it_is_given(name: str, qapp: QApplication) -> None:
    image = icon(name, 40, "#AD1F18").toImage()

    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    inked = [pixel for pixel in pixels if pixel.alpha() == 255]

    assert inked
    assert all(_is_like(pixel, QColor("#AD1F18")) for pixel in inked)


def _is_like(pixel: QColor, colour: QColor) -> bool:
    return all(
        abs(one - other) <= 2
        for one, other in (
            (pixel.red(), colour.red()),
            (pixel.green(), colour.green()),
            (pixel.blue(), colour.blue()),
        )
    )


def test_an_unknown_icon_warns_instead_of_breaking(qapp: QApplication) -> None:
    assert not icon("no-such-icon", 24, "#000000").isNull()


@pytest.mark.parametrize("sound", list(Sound))
def test_every_sound_is_a_short_wave_file(sound: Sound) -> None:
    content = datafiles.resource("sounds", f"{sound}.wav").read_bytes()

    assert content.startswith(b"RIFF")
    assert len(content) < 0.6 * 2 * 22050


def test_without_a_player_there_is_silence_and_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    player = best_player()
    player.play(Sound.ACCEPT)

    assert isinstance(player, SilentPlayer)
    assert not player.is_available


def test_a_program_gets_the_sound_as_a_file(tmp_path: Path, qtbot: QtBot) -> None:
    heard = tmp_path / "heard"
    program = tmp_path / "player"
    program.write_text(f'#!/bin/sh\nbasename "$1" > {heard}.part && mv {heard}.part {heard}\n')
    program.chmod(0o755)

    player = ProgramPlayer(str(program))

    player.play(Sound.SCAN_REFUSED)

    qtbot.waitUntil(heard.exists)
    player.close()
    assert heard.read_text().strip() == "scan-refused.wav"


def test_what_is_no_picture_shows_the_empty_place(qtbot: QtBot) -> None:
    picture = Picture()
    qtbot.addWidget(picture)

    picture.put(b"not a picture")

    assert picture.is_empty


def test_drawings_stay_sharp_and_photos_are_shown(qtbot: QtBot) -> None:
    picture = Picture()
    qtbot.addWidget(picture)

    picture.put(datafiles.resource("icons", "scan.svg").read_bytes())
    drawn = picture.is_empty
    picture.put(drawing("photo"))

    assert not drawn
    assert not picture.is_empty


def test_only_picture_files_are_taken_from_a_drop(tmp_path: Path) -> None:
    text, gone = tmp_path / "notes.txt", tmp_path / "gone.png"
    text.write_text("no picture")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(text))])
    missing = QMimeData()
    missing.setUrls([QUrl.fromLocalFile(str(gone))])

    assert not has_image(mime)
    assert has_image(missing)
    assert image_of(missing) is None


def test_each_language_has_a_font(qapp: QApplication) -> None:
    assert font_for("ko", 16).families()[0] == "Noto Sans KR"
    assert font_for("de", 16).families()[0] == "Noto Sans"
    assert font_for("ko", 16).pixelSize() == 16


@pytest.mark.bugs
def test_the_real_tasks_answer_and_fail_on_the_gui_thread(qtbot: QtBot) -> None:
    tasks = ThreadTasks()
    answers: list[object] = []

    tasks.run(lambda: 6 * 7, answers.append, answers.append)
    tasks.run(lambda: int("no number"), answers.append, answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2)
    tasks.stop()

    assert answers[0] == 42
    assert isinstance(answers[1], ValueError)


def test_work_given_after_the_end_is_dropped_in_peace(qtbot: QtBot) -> None:
    tasks = ThreadTasks()
    answers: list[object] = []
    tasks.stop()

    tasks.run(lambda: 42, answers.append, answers.append)

    assert answers == []


@pytest.mark.bugs
def test_a_bug_in_what_a_page_asked_for_leaves_a_report(qtbot: QtBot, tmp_path: Path) -> None:
    tasks = ThreadTasks()
    answers: list[object] = []

    with BugReports(tmp_path):
        tasks.run(lambda: int("no number"), answers.append, answers.append)
        qtbot.waitUntil(lambda: len(answers) == 1)
    tasks.stop()

    (report,) = (tmp_path / "crashes").iterdir()
    assert "ValueError" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("trouble", [Trouble("disk-full"), OSError("no room"), Refused("no")])
def test_trouble_of_what_a_page_asked_for_leaves_no_report(
    trouble: Exception, qtbot: QtBot, tmp_path: Path
) -> None:
    def fail() -> None:
        raise trouble

    tasks = ThreadTasks()
    answers: list[object] = []

    with BugReports(tmp_path):
        tasks.run(fail, answers.append, answers.append)
        qtbot.waitUntil(lambda: answers == [trouble])
    tasks.stop()

    assert not (tmp_path / "crashes").exists()
