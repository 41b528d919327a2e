"""Ask whoever is at an address which printer it is."""

import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from returnstation.printing.identity import guessed_model
from returnstation.printing.ipp import Attributes
from returnstation.printing.ipp_client import (
    Declined,
    IppClient,
    Limits,
    NoAnswer,
    NotConnected,
)
from returnstation.printing.ipp_states import first, is_raw, texts
from returnstation.printing.printers import ipp_place, tcp_place

_LONGEST_ANSWER = 512
# Dots per mm.
_DPI = {"6": "152", "8": "203", "12": "300", "24": "600"}
_DRIVERLESS = {"application/pdf", "image/pwg-raster"}


class Spoken(StrEnum):
    """In what a printer answered."""

    ESCPOS = "escpos"
    ZPL = "zpl"
    TSPL = "tspl"
    SBPL = "sbpl"
    IPP = "ipp"


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found out.

    Attributes:
        spoken: None when nobody answered, as many printers do not.
        identity: In the printer's words.
        model: A file in ``printers/models``, None when none fits.
        is_open: Somebody listens.
    """

    address: str
    spoken: Spoken | None = None
    identity: str = ""
    model: str | None = None
    is_open: bool = True


def probe(address: str, seconds: float = 1.0) -> Probed:
    """Return what answers at a ``tcp:``, ``ipp:``, ``ipps:`` or ``cups:`` address.

    Nothing asked makes a printer print, whichever language it speaks.

    Args:
        address: As in the settings.
        seconds: How long to wait for each answer.

    Raises:
        BadProfile: It is no such address.
    """
    if address.startswith("tcp:"):
        return _probe_raw(address, seconds)
    return _probe_ipp(address, seconds)


def _probe_ipp(address: str, seconds: float) -> Probed:
    client = IppClient(ipp_place(address), Limits(seconds, 2 * seconds))
    try:
        told = client.printer(_ASKED)
    except NotConnected:
        return Probed(address, is_open=False)
    except (NoAnswer, Declined):
        return Probed(address)
    identity = str(first(told, "printer-make-and-model") or first(told, "printer-name") or "")
    return Probed(address, Spoken.IPP, identity, ipp_model(told))


_ASKED = (
    "printer-make-and-model",
    "printer-name",
    "printer-device-id",
    "document-format-supported",
)


def ipp_model(told: Attributes) -> str | None:
    """Return the model that fits what a printer or queue says of itself over IPP."""
    said = [*texts(told, "printer-make-and-model"), *texts(told, "printer-device-id")]
    known = guessed_model(" ".join(said))
    if known is not None:
        return known
    is_driverless = _DRIVERLESS & set(texts(told, "document-format-supported"))
    return "ipp-everywhere" if is_driverless and not is_raw(told) else None


def _probe_raw(address: str, seconds: float) -> Probed:
    place = tcp_place(address)
    is_open = False
    with suppress(OSError):
        # Who speaks another language may hang up on the first question, so each has its own line.
        for ask in _QUESTIONS:
            with socket.create_connection(place, seconds) as line:
                is_open = True
                found = ask(line)
            if found is not None:
                spoken, identity = found
                return Probed(address, spoken, identity, guessed_model(identity))
    return Probed(address, is_open=is_open)


def _escpos(line: socket.socket) -> tuple[Spoken, str] | None:
    # Real-time status; two bits are always set and two never (DLE EOT 1).
    told = _answer(line, b"\x10\x04\x01", lambda got: len(got) >= 1)
    if len(told) != 1 or told[0] & 0x93 != 0x12:
        return None
    # Maker and model (GS I 66, 67), each behind an underscore and before a zero.
    said = [
        _answer(line, b"\x1dI" + kind, lambda got: got.endswith(b"\0")) for kind in (b"B", b"C")
    ]
    return Spoken.ESCPOS, " ".join(_text(part.strip(b"_\0")) for part in said).strip()


def _zpl(line: socket.socket) -> tuple[Spoken, str] | None:
    # Host identification: model, version, dots per mm, memory.
    told = _answer(line, b"~HI", lambda got: b"\x03" in got)
    if not told.startswith(b"\x02") or b"," not in told:
        return None
    model, *rest = _text(told.strip(b"\x02\x03\r\n")).split(",")
    dpi = _DPI.get(rest[1] if len(rest) > 1 else "")
    return Spoken.ZPL, model if dpi is None or dpi in model else f"{model} {dpi}dpi"


def _tspl(line: socket.socket) -> tuple[Spoken, str] | None:
    if len(_answer(line, b"\x1b!?", lambda got: len(got) >= 1)) != 1:
        return None
    return Spoken.TSPL, _text(_answer(line, b"~!T\r\n", lambda got: got.endswith(b"\n"))).strip()


def _sbpl(line: socket.socket) -> tuple[Spoken, str] | None:
    told = _answer(line, b"\x05", lambda got: got.endswith(b"\x03"))
    return (Spoken.SBPL, "") if told.startswith(b"\x02") and told.endswith(b"\x03") else None


_QUESTIONS: Sequence[Callable[[socket.socket], tuple[Spoken, str] | None]] = (
    _escpos,
    _zpl,
    _tspl,
    _sbpl,
)


def _answer(line: socket.socket, asked: bytes, is_whole: Callable[[bytes], bool]) -> bytes:
    """Return what a printer answers in time; nothing when it is silent or hangs up."""
    got, until = b"", time.monotonic() + 2 * (line.gettimeout() or 1)
    with suppress(OSError):
        line.sendall(asked)
        while not is_whole(got) and len(got) < _LONGEST_ANSWER and time.monotonic() < until:
            more = line.recv(_LONGEST_ANSWER)
            if not more:
                break
            got += more
    return got


def _text(said: bytes) -> str:
    return "".join(char for char in said.decode("ascii", "ignore") if char.isprintable())
