from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from paper_samples import a_label, a_receipt
from returnstation.i18n import load_catalog
from returnstation.printing import load_medium, load_model, render
from returnstation.printing.drawing import Grid
from returnstation.printing.label import draw_label
from returnstation.printing.raster import rasterize
from returnstation.printing.verify import verify
from zpl_reader import read_zpl

LANGUAGES = ("de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "zh-Hans", "zh-Hant")
DISPOSITIONS = (
    "restock_new", "restock_open_box", "rework", "refurbish", "repair", "harvest_parts",
    "liquidate", "rtv", "donate", "recycle", "dispose", "destroy", "ship_back", "quarantine",
    "transfer", "missing", "wrong_item", "keep_it",
)  # fmt: skip
SMALL = (50.0, 30.0)
OFFICE = load_model("office-pdf")


def pages(payload: bytes, dpi: int) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(BytesIO(payload))
    return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dpi", [203, 300])
def test_every_disposition_fits_on_the_small_label_and_reads_back(language: str, dpi: int) -> None:
    catalog = load_catalog(language)

    for disposition in DISPOSITIONS:
        drawing = draw_label(a_label(disposition=disposition), catalog, SMALL, Grid(dpi))
        verify(drawing, rasterize(drawing))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("medium", ["a4", "receipt-80"])
def test_a_receipt_prints_in_every_language_and_its_codes_read_from_the_file(
    language: str, medium: str
) -> None:
    rendered = render(a_receipt(), language, OFFICE, load_medium(medium))

    (page,) = pages(rendered.payload, 150)
    found = {code.text for code in zxingcpp.read_barcodes(page)}

    assert rendered.extension == "pdf"
    assert {"C-2026-0117", "https://returns.example/f/C-2026-0117"} <= found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("model", ["zebra-zd421-203", "zebra-zd421-300"])
def test_a_label_reads_from_the_bytes_that_go_to_the_printer(language: str, model: str) -> None:
    rendered = render(a_label(), language, load_model(model), load_medium("label-50x30"))

    (image,) = read_zpl(rendered.payload)
    found = zxingcpp.read_barcodes(image.convert("L"), text_mode=zxingcpp.TextMode.Plain)

    assert {(code.symbology_identifier, code.text) for code in found} == {
        ("]C0", "ICN3-0011842"),
        ("]d2", "010880123456789391ICN3-0011842"),
    }
