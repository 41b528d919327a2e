"""Switch the lamp of a camera, where its driver lets one.

OpenCV has no call for it. Linux has a control of its own for it (V4L2_CID_FLASH_LED_MODE); few
desk cameras know it, and elsewhere there is no torch.
"""

import os
import struct
from contextlib import closing
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from returnstation.scanning.sources import Light

# include/uapi/linux/videodev2.h: _IOWR('V', 28, struct v4l2_control), two 32-bit numbers.
_SET_CONTROL = 0xC008561C
# include/uapi/linux/v4l2-controls.h
_FLASH_LED_MODE = 0x009C0901
_MODES = {Light.OFF: 0, Light.ON: 2}  # none, torch


def switch_torch(device: Path, light: Light) -> bool:
    """Switch the lamp of a camera's device file; tell whether it has one that can be."""
    if find_spec("fcntl") is None:
        return False
    fcntl: Any = import_module("fcntl")
    control = struct.pack("=Ii", _FLASH_LED_MODE, _MODES[light])
    try:
        with closing(_Opened(device)) as camera:
            fcntl.ioctl(camera.number, _SET_CONTROL, control)
    except OSError:
        return False  # no such device, no such control, or not allowed
    return True


class _Opened:
    """A device file; a second opening may set controls while the first one streams."""

    def __init__(self, device: Path) -> None:
        self.number = os.open(device, os.O_RDWR | os.O_NONBLOCK)

    def close(self) -> None:
        os.close(self.number)
