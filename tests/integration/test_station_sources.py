"""The scanners of the settings, from the file to the scan."""

import os
import pty
import tty
from contextlib import closing
from pathlib import Path

import cv2
import pytest

from picture_samples import Format, a_code, a_desk
from returnstation.app import Station
from returnstation.app.sources import open_sources
from returnstation.scanning.sources import Scan, SourceState, Told
from returnstation.settings import FILE, load_settings, write_settings
from waiting import until


def a_home(folder: Path, *lines: str) -> Path:
    (folder / FILE).write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_a_film_in_the_settings_is_scanned_as_a_camera(tmp_path: Path) -> None:
    size = (960, 540)
    film = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 30, size)
    plate = cv2.cvtColor(
        a_desk(a_code("ICN3-0011842", Format.Code128), size=size), cv2.COLOR_GRAY2BGR
    )
    for _ in range(30):
        writer.write(plate)
    writer.release()
    home = a_home(tmp_path, "[scanners.camera]", f"camera = '{film}'")
    scans: list[Scan] = []

    with closing(Station(home)) as station:
        (camera,) = open_sources(station, Told(scans.append))
        camera.start()
        until(lambda: bool(scans))
        camera.stop()

    assert (scans[0].source, scans[0].text) == ("camera", "]C0ICN3-0011842")


def test_a_port_in_the_settings_is_unwrapped_as_a_typing_scanner_is(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    home = a_home(
        tmp_path, "[scanners.front]", f"port = '{os.ttyname(theirs)}'", "prefix = '~'",
        "separator = '|'", "ends = 'tab'",
    )  # fmt: skip
    scans: list[Scan] = []

    with closing(Station(home)) as station:
        (port,) = open_sources(station, Told(scans.append))
        port.start()
        until(lambda: port.state is SourceState.OK)
        os.write(ours, b"~]C10109501101530003|21A7\t")
        until(lambda: bool(scans))
        port.stop()
    os.close(ours)
    os.close(theirs)

    assert scans == [Scan("front", "]C10109501101530003\x1d21A7")]


@pytest.mark.parametrize("text", ["", "[scanners.keyboard]\nprefix = '~'", "[scanners.camera]"])
def test_nothing_is_opened_that_the_settings_do_not_name(text: str, tmp_path: Path) -> None:
    with closing(Station(a_home(tmp_path, text))) as station:
        assert open_sources(station, Told(lambda _scan: None)) == ()


@pytest.mark.parametrize("number", ["", "index = 0"])
def test_scanners_are_written_as_they_were_read(number: str, tmp_path: Path) -> None:
    settings = load_settings(a_home(tmp_path, "[scanners.camera]", number))

    write_settings(tmp_path / "new", settings)

    assert load_settings(tmp_path / "new") == settings
