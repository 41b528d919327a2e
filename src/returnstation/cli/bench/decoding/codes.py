"""Draw one barcode of any symbology with a text such as parcels and goods carry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import zxingcpp

from returnstation.cli.bench.decoding.lots import Lots
from returnstation.domain.barcodes.check_digits import has_gs1_check_digit
from returnstation.scanning.pictures_frames import Pixels

_Format = zxingcpp.BarcodeFormat
SCALE = 6
"""Pixels to a module on the sheet."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A code as it is printed.

    Attributes:
        text: As a reader gives it, without symbology identifier.
        unit: Pixels to a module in a photo taken at the usual distance.
    """

    symbology: str
    text: str
    pixels: Pixels
    unit: float


@dataclass(frozen=True, slots=True)
class _Kind:
    format: zxingcpp.BarcodeFormat
    text: Callable[[Lots], str]
    unit: float = 2.6
    height: int = 60


def _letters(lots: Lots, least: int, most: int) -> str:
    return "".join(
        lots.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(lots.randint(least, most))
    )


def _digits(lots: Lots, count: int) -> str:
    return "".join(lots.choice("0123456789") for _ in range(count))


def _checked(lots: Lots, count: int) -> str:
    body = _digits(lots, count - 1)
    return next(body + last for last in "0123456789" if has_gs1_check_digit(body + last))


def _gs1(lots: Lots) -> str:
    return f"[01]{_checked(lots, 14)}[10]{_letters(lots, 3, 6)}[21]{_letters(lots, 4, 9)}"


def _upc_e(lots: Lots) -> str:
    # Number system 0, then a body that needs no trailing zeros of the long form.
    return f"0{lots.randint(1, 9)}{_digits(lots, 3)}{lots.randint(1, 9)}{lots.randint(5, 9)}"


_KINDS: Mapping[str, _Kind] = {
    "code128": _Kind(_Format.Code128, lambda lots: f"1Z{_letters(lots, 10, 16)}"),
    "gs1-128": _Kind(_Format.Code128, lambda lots: f"[00]{_checked(lots, 18)}"),
    "code39": _Kind(_Format.Code39, lambda lots: f"RMA-{_letters(lots, 4, 8)}"),
    "code93": _Kind(_Format.Code93, lambda lots: f"RMA-{_letters(lots, 5, 10)}"),
    "codabar": _Kind(_Format.Codabar, lambda lots: f"A{_digits(lots, 12)}B"),
    "ean13": _Kind(_Format.EAN13, lambda lots: "8" + _checked_after("8", lots, 13)),
    "ean8": _Kind(_Format.EAN8, lambda lots: _checked(lots, 8)),
    "upc-a": _Kind(_Format.UPCA, lambda lots: _checked(lots, 12)),
    "upc-e": _Kind(_Format.UPCE, _upc_e),
    "ean-add-on": _Kind(
        _Format.EAN13, lambda lots: f"9{_checked_after('9', lots, 13)}+{_digits(lots, 5)}"
    ),
    "itf14": _Kind(_Format.ITF, lambda lots: _checked(lots, 14), height=80),
    "databar": _Kind(_Format.DataBarOmni, lambda lots: _checked(lots, 14)),
    "databar-expanded": _Kind(_Format.DataBarExp, lambda lots: f"[01]{_checked(lots, 14)}"),
    "qr": _Kind(_Format.QRCode, lambda lots: f"https://id.example/{_letters(lots, 8, 40)}", 3.0),
    "micro-qr": _Kind(_Format.MicroQRCode, lambda lots: _letters(lots, 6, 10), 3.4),
    "datamatrix": _Kind(_Format.DataMatrix, lambda lots: _letters(lots, 6, 30), 3.2),
    "gs1-datamatrix": _Kind(_Format.DataMatrix, _gs1, 3.2),
    "pdf417": _Kind(_Format.PDF417, lambda lots: _letters(lots, 20, 60), 3.2),
    "micro-pdf417": _Kind(_Format.MicroPDF417, lambda lots: _letters(lots, 8, 20), 3.2),
    "aztec": _Kind(_Format.Aztec, lambda lots: _letters(lots, 10, 40), 3.2),
    "maxicode": _Kind(_Format.MaxiCode, lambda lots: _letters(lots, 20, 60), 1.6),
}
SYMBOLOGIES = tuple(_KINDS)


def draw_code(symbology: str, lots: Lots) -> Drawn:
    """Return a code with a text drawn by lot."""
    kind = _KINDS[symbology]
    text = kind.text(lots)
    made = zxingcpp.create_barcode(text, kind.format, gs1=text.startswith("["))
    pixels = np.array(made.to_image(scale=SCALE))
    return Drawn(symbology, _as_read(pixels, kind.format), pixels, kind.unit)


def _as_read(pixels: Pixels, form: zxingcpp.BarcodeFormat) -> str:
    """Return what a reader makes of the drawing itself."""
    sheet = np.pad(pixels, 60, constant_values=255)
    found = zxingcpp.read_barcodes(
        sheet, formats=zxingcpp.BarcodeFormats((form,)), text_mode=zxingcpp.TextMode.Plain
    )
    return found[0].text if found else ""


def _checked_after(first: str, lots: Lots, count: int) -> str:
    body = first + _digits(lots, count - 2)
    return next(
        body[len(first) :] + last for last in "0123456789" if has_gs1_check_digit(body + last)
    )
