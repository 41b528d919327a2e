import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from picture_samples import Format, Pixels, a_code, a_desk
from processes import run_python
from returnstation.scanning.camera import AWAY_SECONDS, GATHER_SECONDS, CameraSource, Sight
from returnstation.scanning.camera_devices import Camera, open_camera
from returnstation.scanning.frames import FrameDecoder
from returnstation.scanning.pictures_readers import PictureCode
from returnstation.scanning.sources import BackOff, Light, Preview, Scan, SourceState, Told
from waiting import PATIENCE, until

SIZE = (960, 540)
PLATE = a_desk(a_code("ICN3-0011842", Format.Code128), size=SIZE)
EMPTY = a_desk(size=SIZE)


def a_film(file: Path, *frames: Pixels) -> Path:
    film = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 30, SIZE)
    for frame in frames:
        film.write(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    film.release()
    return file


class Seen:
    def __init__(self) -> None:
        self.scans: list[Scan] = []
        self.states: list[SourceState] = []
        self.previews: list[Preview] = []

    def told(self) -> Told:
        return Told(
            self.scans.append, lambda _name, state: self.states.append(state), self.previews.append
        )


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def start(seen: Seen) -> Iterator[Callable[[Callable[[], Camera | None]], CameraSource]]:
    started: list[CameraSource] = []

    def begin(opens: Callable[[], Camera | None]) -> CameraSource:
        source = CameraSource(opens, seen.told(), FrameDecoder(), back_off=BackOff(0.05, 0.1))
        started.append(source)
        source.start()
        return source

    yield begin
    for source in started:
        source.stop()


Start = Callable[[Callable[[], Camera | None]], CameraSource]


def test_a_code_held_before_the_camera_is_one_scan(
    tmp_path: Path, start: Start, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A machine that rests in the middle of the film does not take the code out of sight.
    monkeypatch.setattr("returnstation.scanning.camera.AWAY_SECONDS", PATIENCE)
    films = iter([open_camera(str(a_film(tmp_path / "film.avi", *[PLATE] * 30)))])

    start(lambda: next(films, None))

    until(lambda: SourceState.UNPLUGGED in seen.states and seen.scans)
    assert [scan.text for scan in seen.scans] == ["]C0ICN3-0011842"]
    assert len(seen.scans[0].box) == 4


def test_a_camera_that_vanishes_comes_back_by_itself(
    tmp_path: Path, start: Start, seen: Seen
) -> None:
    film = a_film(tmp_path / "film.avi", *[EMPTY] * 5)

    start(lambda: open_camera(str(film)))

    until(lambda: len(seen.states) >= 3)
    assert seen.states[:3] == [SourceState.OK, SourceState.UNPLUGGED, SourceState.OK]


def test_no_camera_is_not_available(start: Start, seen: Seen) -> None:
    source = start(lambda: None)
    time.sleep(0.1)

    assert (source.state, seen.states, source.still()) == (SourceState.NOT_AVAILABLE, [], None)


def test_who_looks_sees_the_code_outlined(tmp_path: Path, start: Start, seen: Seen) -> None:
    film = a_film(tmp_path / "film.avi", *[PLATE] * 60)

    source = start(lambda: open_camera(str(film)))
    source.watch()

    until(lambda: any(preview.outlines for preview in seen.previews))
    assert seen.previews[0].pixels.shape == SIZE[::-1]


def test_nobody_looks_and_no_frame_is_sent(tmp_path: Path, start: Start, seen: Seen) -> None:
    film = a_film(tmp_path / "film.avi", *[EMPTY] * 5)

    start(lambda: open_camera(str(film)))

    until(lambda: SourceState.UNPLUGGED in seen.states)
    assert seen.previews == []


def test_the_camera_takes_photos_too(tmp_path: Path, start: Start, seen: Seen) -> None:
    film = a_film(tmp_path / "film.avi", *[PLATE] * 60)

    source = start(lambda: open_camera(str(film)))

    until(lambda: source.still() is not None)
    assert (source.still() or b"").startswith(b"\xff\xd8")


def test_a_camera_that_breaks_in_the_middle_of_a_frame_is_unplugged(
    start: Start, seen: Seen
) -> None:
    class Broken:
        frames = 3

        def read(self) -> Pixels | None:
            self.frames -= 1
            return EMPTY if self.frames else None

        def still(self) -> bytes | None:
            return None

        def shine(self, light: Light) -> bool:
            return False

        def close(self) -> None:
            seen.scans.append(Scan("closed", ""))

    start(Broken)

    until(lambda: SourceState.UNPLUGGED in seen.states)
    assert seen.scans[0].source == "closed"


def test_a_missing_camera_says_nothing_to_the_terminal() -> None:
    code = "from returnstation.scanning.camera_devices import *; print(open_camera(63))"
    ended = run_python("-c", code)

    assert (ended.out.strip(), ended.err) == ("None", "")


@pytest.mark.parametrize("address", ["no such camera", "/no/such/film.avi"])
def test_a_camera_nobody_knows_is_none(address: str) -> None:
    assert open_camera(address) is None


def test_a_file_that_is_no_film_is_no_camera(tmp_path: Path) -> None:
    file = tmp_path / "film.avi"
    file.write_bytes(b"no film")

    assert open_camera(str(file)) is None


def a_find(text: str, symbology: str = "]C0") -> PictureCode:
    return PictureCode(text, symbology, "any", ((0, 0),) * 4)


def a_sight() -> Sight:
    return Sight(FrameDecoder().trust.barcodes.read)


def test_of_several_codes_the_best_is_sent() -> None:
    sight = a_sight()
    sight.look((a_find("8801234567893", "]E0"),), 0.0)
    sight.look((a_find("ICN3-0011842"),), 0.1)

    (sent,) = sight.look((), GATHER_SECONDS)

    assert sent.text == "ICN3-0011842"


@pytest.mark.parametrize(("away", "count"), [(AWAY_SECONDS, 0), (AWAY_SECONDS + 0.1, 1)])
def test_a_code_counts_anew_when_it_was_out_of_sight(away: float, count: int) -> None:
    sight = a_sight()
    sight.look((a_find("ICN3-0011842"),), 0.0)
    assert sight.look((a_find("ICN3-0011842"),), GATHER_SECONDS)

    sight.look((a_find("ICN3-0011842"),), GATHER_SECONDS + away)

    assert len(sight.look((), 2 * GATHER_SECONDS + away)) == count


def test_what_nobody_can_read_is_not_sent() -> None:
    sight = a_sight()
    sight.look((a_find("\0"),), 0.0)

    assert sight.look((), 1.0) == ()


def test_three_hundred_frames_leave_no_memory_behind() -> None:
    import resource

    decoder = FrameDecoder()
    noise = np.random.default_rng(3).integers(0, 255, (270, 480)).astype(np.uint8)
    for frame in (PLATE, EMPTY, noise) * 20:
        decoder.decode(frame)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    for frame in (PLATE, EMPTY, noise) * 100:
        decoder.decode(frame)

    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kb < 20_000
