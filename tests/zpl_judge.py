"""zplkit as the judge of ZPL: a renderer that is not ours and refuses what printers would spoil."""

import numpy as np
from PIL import Image
from zplkit import Options, render
from zplkit.parse import parse
from zplkit.rendering import Limits

_LIMITS = Limits(
    graphic_bytes=4_000_000,
    input_bytes=16_000_000,
    segments=20_000_000,
    stored_graphic_segments=20_000_000,
)
# What moves paper and heads; the judge draws, and stops at these.
_CONTROL = {"MM", "PQ", "MN", "MT", "MD", "PR", "SD", "LS", "LT"}


def judged(payload: bytes, width: int, dpi: int) -> tuple[list[Image.Image], set[str]]:
    """Return the labels of a payload as the judge draws them, and what it did not take."""
    drawing, control = b"", set()
    for element in parse(payload).elements:
        written = bytes(element)
        name = written[1:3].decode("latin-1")
        if element.kind in {"format_command", "control_command"} and name in _CONTROL:
            control.add(name)
        else:
            drawing += written
    height = int(payload.split(b"^LL")[1].split(b"^")[0])
    options = Options(profile="specification", width=width, height=height, dpi=dpi)
    pages = [label.rasterize() for label in render(drawing, options, limits=_LIMITS).labels]
    dots = [np.frombuffer(bytes(each.pixels), np.uint8) for each in pages]
    sized = zip(pages, dots, strict=True)
    return [Image.fromarray(d.reshape(p.height, p.width)) for p, d in sized], control
