"""A small reader of our ZPL, so that what is written is judged by more than its writer."""

import binascii
import re
import zlib
from base64 import b64decode

import numpy as np
from PIL import Image

_LABEL = re.compile(
    rb"\^XA\^PW(\d+)\^LL(\d+)\^LH0,0\^PON\^FO0,0\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS\^PQ1,0,1,Y\^XZ\n"
)


def read_zpl(payload: bytes) -> list[Image.Image]:
    labels = []
    end = 0
    for match in _LABEL.finditer(payload):
        assert match.start() == end
        end = match.end()
        width, height, count, total, row_bytes = (int(match[n]) for n in range(1, 6))
        assert count == total == row_bytes * height
        labels.append(_image(_graphic(match[6], row_bytes, height), (width, height)))
    assert end == len(payload)
    return labels


def _graphic(packed: bytes, row_bytes: int, height: int) -> bytes:
    if packed.startswith(b":Z64:"):
        _, _, encoded, crc = packed.split(b":")
        assert int(crc, 16) == binascii.crc_hqx(encoded, 0)
        return zlib.decompress(b64decode(encoded, validate=True))
    digits = _unpacked(packed.decode("ascii"), row_bytes * 2)
    assert len(digits) == row_bytes * 2 * height
    return bytes.fromhex(digits)


def _unpacked(packed: str, row: int) -> str:
    out, times = "", 0
    for char in packed:
        if "G" <= char <= "Y":
            times += ord(char) - ord("G") + 1
        elif "g" <= char <= "z":
            times += 20 * (ord(char) - ord("g") + 1)
        elif char in ",!":
            out += {",": "0", "!": "F"}[char] * (-len(out) % row or row)
        elif char == ":":
            out += out[-row:]
        else:
            out, times = out + char * (times or 1), 0
    return out


def _image(bitmap: bytes, size: tuple[int, int]) -> Image.Image:
    rows = np.unpackbits(np.frombuffer(bitmap, np.uint8)).reshape(size[1], -1)
    assert not rows[:, size[0] :].any()
    return Image.fromarray((1 - rows[:, : size[0]]) * np.uint8(255)).convert("1")
