from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from paper_samples import a_label, a_receipt
from picture_samples import a_desk, a_file, noisy, soft, tilted
from returnstation.domain.barcodes import Kind, best_of, parse_barcode
from returnstation.printing import load_medium, load_model, preview
from returnstation.scanning.pictures import read_picture


def photo_of(png: bytes, degrees: float) -> bytes:
    label = np.asarray(Image.open(BytesIO(png)).convert("L"))
    large = np.repeat(np.repeat(label, 2, axis=0), 2, axis=1)
    desk = a_desk(large, size=(1400, 1400))
    return a_file(noisy(soft(tilted(desk, degrees), 0.7), 4), "JPEG")


@pytest.mark.parametrize("degrees", [0, 8, 35, 90, 180, 222])
def test_a_printed_label_is_scanned_back_from_a_photo(degrees: float) -> None:
    png = preview(a_label(), "ko", load_model("zebra-zd421-203"), load_medium("label-50x30"))

    codes = read_picture(photo_of(png, degrees)).codes
    (code,) = best_of([parse_barcode(code.scan_text) for code in codes]).best

    assert code.best.value == "ICN3-0011842"


def test_a_receipt_that_comes_back_names_its_case() -> None:
    png = preview(a_receipt(), "de", load_model("office-pdf"), load_medium("a4"))

    codes = read_picture(png).codes

    assert Kind.TEXT in {parse_barcode(code.scan_text).best.kind for code in codes}
    assert "C-2026-0117" in {code.text for code in codes}
