"""Labels for ZPL printers, each as one bitmap.

Text in ZPL would depend on the fonts in the printer, and field data with ``^`` or ``~`` in it
would be commands; a bitmap depends on nothing and can say nothing else.
"""

import binascii
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from PIL import Image

from returnstation.printing.profiles import Graphic, Medium, Model
from returnstation.printing.raster import Rows, packed

# Alternative compression scheme: G to Y repeat 1 to 19 times, g to z 20 to 400 times.
_TENS = {20 * n: chr(ord("g") + n - 1) for n in range(1, 21)}


def zpl_of(image: Image.Image, model: Model, _medium: Medium) -> bytes:
    """Return the commands that print a 1-bit image once.

    Width, length, origin and direction are said every time: a printer keeps what the program
    before us set. How the end of a label is found is left to its calibration.
    """
    rows = packed(image)
    count, row_bytes = rows.size, rows.shape[1]
    header = f"^PW{image.width}^LL{image.height}^LH0,0^PON^FO0,0^GFA,{count},{count},{row_bytes},"
    picture = header.encode() + _PACKERS[model.graphic](rows)
    return _settings(model) + picture + b"^FS^PQ1,0,1,Y^XZ\n"


def _settings(model: Model) -> bytes:
    darkness = "" if model.darkness is None else f"~SD{model.darkness:02}"
    speed = "" if model.speed is None else f"^PR{model.speed}"
    return f"{darkness}^XA{speed}{'^MMC' if model.cut else ''}".encode()


def _hex(rows: Rows) -> bytes:
    return rows.tobytes().hex().upper().encode()


def _z64(rows: Rows) -> bytes:
    packed = b64encode(zlib.compress(rows.tobytes(), 9))
    # CRC-16/XMODEM of the base64 text, not of the bitmap.
    return b":Z64:" + packed + f":{binascii.crc_hqx(packed, 0):04X}".encode()


def _acs(rows: Rows) -> bytes:
    return "".join(_acs_rows(rows)).encode()


def _acs_rows(rows: Rows) -> Iterator[str]:
    before = None
    for row in rows:
        written = row.tobytes().hex().upper()
        yield ":" if written == before else _acs_row(written)
        before = written


def _acs_row(written: str) -> str:
    for digit, rest in (("0", ","), ("F", "!")):
        if written.endswith(digit):
            return _repeats(written.rstrip(digit)) + rest
    return _repeats(written)


def _repeats(digits: str) -> str:
    return "".join(_repeat(digit, sum(1 for _ in run)) for digit, run in groupby(digits))


def _repeat(digit: str, times: int) -> str:
    if times == 1:
        return digit
    whole, rest = divmod(times, 400)
    tens, ones = rest - rest % 20, rest % 20
    counts = "z" * whole + _TENS.get(tens, "") + (chr(ord("G") + ones - 1) if ones else "")
    return counts + digit


_PACKERS: Mapping[Graphic, Callable[[Rows], bytes]] = {
    Graphic.HEX: _hex,
    Graphic.Z64: _z64,
    Graphic.ACS: _acs,
}
