"""The lamp of a camera, where there is none."""

from pathlib import Path

import pytest

from returnstation.scanning.camera_devices import VideoCapture
from returnstation.scanning.camera_torch import switch_torch
from returnstation.scanning.sources import Light


@pytest.mark.parametrize("light", Light)
def test_a_device_that_is_gone_has_no_torch(light: Light, tmp_path: Path) -> None:
    assert not switch_torch(tmp_path / "video0", light)


def test_a_file_that_is_no_camera_has_no_torch(tmp_path: Path) -> None:
    device = tmp_path / "video0"
    device.write_bytes(b"")

    assert not switch_torch(device, Light.ON)


def test_a_film_has_no_torch() -> None:
    assert not VideoCapture(None).shine(Light.ON)
