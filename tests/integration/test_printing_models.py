"""Every model with everything it can be loaded with, from the paper to the dots at its head."""

from functools import cache
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from label_readers import read_labels, same_dots
from paper_samples import EXPECTED_CODES, SAMPLES, a_label, a_receipt, photo
from returnstation.application.desk.commands import command_sheet
from returnstation.domain.papers import Paper, PaperKind
from returnstation.printing import (
    BadProfile,
    DoesNotFit,
    Medium,
    MissingGlyph,
    Model,
    NotSetUp,
    load_medium,
    load_model,
    medium_ids,
    model_ids,
    preview,
    render,
)
from returnstation.printing.languages import encoded
from returnstation.printing.profiles import Language, Silence, StatusDialect, drawn_size, model_from
from returnstation.printing.raster import rasterize
from returnstation.printing.rendering import drawn as drawn_pages

MODELS = [load_model(name) for name in model_ids()]
# These are drawn from the marks themselves.
DRAWN = {Language.PDF, Language.IPP}
RASTER_MODELS = [model for model in MODELS if model.language not in DRAWN]
MEDIA = {name: load_medium(name) for name in medium_ids()}
RASTER_LANGUAGES = [language for language in Language if language not in DRAWN]


def alike(model: Model) -> Model:
    """Return what of a model makes its bytes."""
    return msgspec.structs.replace(
        model, id="", name="", source="", status=StatusDialect.NONE, silence=Silence.ATTENTION
    )


# Many machines print the same bytes under other names: once is enough.
KINDS_OF_MODEL = {alike(model): model for model in reversed(RASTER_MODELS)}.values()
LOADED = [(model, MEDIA[medium]) for model in KINDS_OF_MODEL for medium in sorted(model.media)]
RECEIPT_PRINTER = next(n for n, (model, _) in enumerate(LOADED) if model.language == "escpos")
COMMANDS = (
    "^XZ", "~JR", "^FS^XZ~JA", "\r\nPRINT 9\r\n", "\nP9\n", "\nN\n", "\x1b@", "\x1bZ\x03",
    "\x10\x14\x02\x01\x08", "\x1dV\x00", "\x1biS", "\x1a", "BITMAP 0,0,1,1,0,", "GW0,0,1,1,",
)  # fmt: skip


def kinds(medium: Medium) -> list[PaperKind]:
    return sorted(medium.papers & SAMPLES.keys())


@cache
def drawn(kind: PaperKind, size_mm: tuple[float, float | None], dpi: int) -> Image.Image:
    """Return the raster all printers of a head width and a density are sent; its codes read."""
    model, medium = next(
        (model, medium)
        for model, medium in LOADED
        if (drawn_size(model, medium), model.dpi) == (size_mm, dpi) and kind in medium.papers
    )
    page = Image.open(BytesIO(preview(SAMPLES[kind], "ko", model, medium, photo)))
    assert EXPECTED_CODES[kind] <= codes(page)
    return page


def codes(page: Image.Image) -> set[tuple[str, str]]:
    found = zxingcpp.read_barcodes(page.convert("L"), text_mode=zxingcpp.TextMode.Plain)
    return {(code.symbology_identifier, code.text) for code in found}


def test_there_are_printers_for_every_language() -> None:
    assert {model.language for model in MODELS} == set(Language)
    assert len(MODELS) >= 25
    assert len(MEDIA) >= 20


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_a_model_says_where_its_numbers_come_from_and_takes_only_what_fits(model: Model) -> None:
    assert model.source
    assert model.media <= MEDIA.keys()
    for medium in model.media:
        drawn_size(model, MEDIA[medium])


def test_every_medium_is_taken_by_some_model() -> None:
    assert set(MEDIA) == {medium for model in MODELS for medium in model.media}


@pytest.mark.parametrize(
    ("model", "medium"), LOADED, ids=[f"{model.id}-{medium.id}" for model, medium in LOADED]
)
def test_every_paper_comes_back_from_the_bytes_for_every_printer(
    model: Model, medium: Medium
) -> None:
    for kind in kinds(medium):
        page = drawn(kind, drawn_size(model, medium), model.dpi)

        (read,) = read_labels(encoded([page], model, medium), model, medium)

        shift = read.width - page.width if model.language is Language.BROTHER_QL else 0
        assert same_dots(read.crop((shift, 0, read.width, read.height)), page)


@pytest.mark.parametrize("language", RASTER_LANGUAGES)
def test_what_is_rendered_is_what_the_preview_shows(language: Language) -> None:
    model = next(model for model in RASTER_MODELS if model.language is language)
    medium = MEDIA[min(model.media)]
    kind = kinds(medium)[0]

    (read,) = read_labels(render(SAMPLES[kind], "ko", model, medium, photo).payload, model, medium)

    page = drawn(kind, drawn_size(model, medium), model.dpi)
    shift = read.width - page.width if language is Language.BROTHER_QL else 0
    assert same_dots(read.crop((shift, 0, read.width, read.height)), page)


def test_a_command_too_wide_for_the_head_of_a_roll_is_drawn_as_a_matrix_code() -> None:
    surface = drawn_pages(command_sheet(), "en", load_model("epson-tm-t88v"), MEDIA["receipt-80"])
    wanted = {code.text for group in command_sheet().groups for code in group.codes}

    read = {(mark.symbol.text, mark.symbol.identifier) for mark in surface[0].codes}
    found = {text for _, text in codes(rasterize(surface[0]))}

    assert found == wanted
    assert ("RS:D-RESTOCK_OPEN_BOX", "]Q1") in read
    assert ("RS:NEXT", "]C0") in read


def loaded(language: Language, kind: PaperKind) -> tuple[Model, Medium] | None:
    fits = (each for each in LOADED if each[0].language is language and kind in each[1].papers)
    return next(fits, None)


HOSTILE_TEXTS = st.lists(
    st.sampled_from(COMMANDS) | st.text(st.characters(codec="latin-1"), max_size=8), max_size=6
).map("".join)


@pytest.mark.parametrize("language", RASTER_LANGUAGES)
@settings(max_examples=15)
@given(text=HOSTILE_TEXTS)
def test_no_text_on_a_paper_can_be_a_command(language: Language, text: str) -> None:
    label = loaded(language, PaperKind.ITEM_LABEL)
    model, medium = label or LOADED[RECEIPT_PRINTER]
    paper: Paper = (
        a_label(title=text, merchant=text, sku=text) if label else a_receipt(merchant=text)
    )

    try:
        payload = render(paper, "en", model, medium).payload
    except (MissingGlyph, DoesNotFit):
        # Refused with the character's or the text's name: nothing goes out at all.
        return

    # The reader takes nothing but one page of ours.
    assert len(read_labels(payload, model, medium)) == 1


@pytest.mark.parametrize("language", RASTER_LANGUAGES)
@pytest.mark.parametrize("text", [text for text in COMMANDS if text.isprintable()])
def test_a_printable_command_is_printed_as_text(language: Language, text: str) -> None:
    label = loaded(language, PaperKind.ITEM_LABEL)
    model, medium = label or LOADED[RECEIPT_PRINTER]
    paper: Paper = a_label(title=text, merchant=text) if label else a_receipt(merchant=text)

    payload = render(paper, "en", model, medium).payload

    assert len(read_labels(payload, model, medium)) == 1


@pytest.mark.parametrize("language", RASTER_LANGUAGES)
def test_a_character_that_no_font_has_is_named_and_nothing_is_printed(language: Language) -> None:
    label = loaded(language, PaperKind.ITEM_LABEL)
    model, medium = label or LOADED[RECEIPT_PRINTER]
    paper: Paper = a_label(title="😀") if label else a_receipt(merchant="😀")

    with pytest.raises(MissingGlyph) as caught:
        render(paper, "en", model, medium)

    assert caught.value.code_point == "U+1F600"


def test_a_label_wider_than_the_head_is_refused() -> None:
    narrow = msgspec.structs.replace(load_model("zebra-zd421-203"), head_dots=300)

    with pytest.raises(NotSetUp):
        render(a_label(), "en", narrow, MEDIA["label-50x30"])


def test_a_roll_wider_than_the_head_is_drawn_as_wide_as_the_head() -> None:
    model = load_model("epson-tm-t88v")

    width, height = drawn_size(model, MEDIA["receipt-80"])

    assert (round(width * model.dpi / 25.4), height) == (512, None)


WRITTEN = """
name = "New"
language = "tspl"
dpi = 203
head_dots = 832
source = "its manual"
media = ["label-50x30"]
"""


def test_a_printer_is_added_by_a_file_and_no_code(tmp_path: Path) -> None:
    file = tmp_path / "new.toml"
    file.write_text(WRITTEN)

    model = model_from(file.read_text(), "new")
    payload = render(a_label(), "en", model, MEDIA["label-50x30"]).payload

    assert len(read_labels(payload, model, MEDIA["label-50x30"])) == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("guard = true", "guard"),
        ("right_pins = 3", "right_pins"),
        ("colour = 1", "colour"),
        ('status = "smoke"', "smoke"),
        ("dpi = 300", "overwrite"),
    ],
)
def test_a_setting_that_its_language_cannot_say_is_refused(line: str, says: str) -> None:
    with pytest.raises(BadProfile, match=says):
        model_from(f"{WRITTEN}{line}\n", "new")


def test_a_model_without_a_head_width_is_refused() -> None:
    with pytest.raises(BadProfile, match="head_dots"):
        model_from(WRITTEN.replace("head_dots = 832\n", ""), "new")
