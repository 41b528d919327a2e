"""Pictures of barcodes as cameras see them."""

from io import BytesIO

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp
from PIL import Image

Pixels = npt.NDArray[np.uint8]
Format = zxingcpp.BarcodeFormat


def a_code(
    text: str, form: zxingcpp.BarcodeFormat, module: int = 3, *, gs1: bool = False
) -> Pixels:
    made = zxingcpp.create_barcode(text, form, gs1=gs1)
    return np.array(made.to_image(scale=module))


def a_desk(*codes: Pixels, size: tuple[int, int] = (1200, 800), shade: int = 225) -> Pixels:
    """Lay codes on a desk, one below the other."""
    desk = np.full((size[1], size[0]), shade, np.uint8)
    top = 60
    for code in codes:
        height, width = code.shape
        desk[top : top + height, 80 : 80 + width] = np.minimum(code, shade)
        top += height + 60
    return desk


def tilted(pixels: Pixels, degrees: float) -> Pixels:
    height, width = pixels.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.8)
    return np.asarray(cv2.warpAffine(pixels, turn, (width, height), borderValue=(225,)), np.uint8)


def noisy(pixels: Pixels, strength: float) -> Pixels:
    noise = np.random.default_rng(7).normal(0, strength, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def soft(pixels: Pixels, sigma: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def a_file(pixels: Pixels, form: str = "PNG", mode: str = "L") -> bytes:
    out = BytesIO()
    Image.fromarray(pixels).convert(mode).save(out, form)
    return out.getvalue()
