"""Nothing on a paper is ever cut off: what has no room is refused."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paper_samples import SAMPLES, photo
from returnstation.domain.messages import Say
from returnstation.domain.papers import Paper, PaperKind
from returnstation.printing import (
    DoesNotFit,
    Medium,
    MissingGlyph,
    Model,
    NotReadable,
    fonts,
    load_medium,
    load_model,
    medium_ids,
)
from returnstation.printing.drawing import Box, Code, Drawing, Picture, Text
from returnstation.printing.files import pages_of

OFFICE = load_model("office-pdf")
MEDIA = [load_medium(name) for name in medium_ids()]
OFFERED = [
    (kind, medium)
    for medium in MEDIA
    for kind in sorted(medium.papers & SAMPLES.keys())
    if medium.id in OFFICE.media
]
# The longest words, the widest letters, and two scripts; all languages in the other tests.
LANGUAGES = ("de", "fr", "ko", "pl", "zh-Hant")
# Letters have hooks and marks a little beyond their em: a J to the left, an Å above.
_OVERHANG = 0.2


def outside(page: Drawing) -> list[object]:
    """Return the marks that reach over the edge of a page."""
    return [mark for mark in page.marks if not _is_inside(mark, page)]


def _is_inside(mark: object, page: Drawing) -> bool:
    match mark:
        case Text():
            wide = fonts.width(mark.text, mark.size, mark.language, mark.weight)
            over = mark.size * _OVERHANG
            is_across = -over <= mark.x and mark.x + wide <= page.width + over
            return is_across and mark.y - 0.7 * mark.size >= 0 and mark.y <= page.height
        case Code():
            left, right = mark.x - mark.quiet, mark.x + mark.width + mark.quiet
            is_across = left >= 0 and right <= page.width
            return is_across and mark.y >= 0 and mark.y + mark.height <= page.height
        case Box() | Picture():
            is_across = mark.x >= 0 and mark.x + mark.width <= page.width
            return is_across and mark.y >= 0 and mark.y + mark.height <= page.height
    return False


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "medium"), OFFERED, ids=[f"{kind}-{medium.id}" for kind, medium in OFFERED]
)
def test_every_paper_fits_every_medium_it_is_offered_on_whatever_its_words(
    kind: PaperKind, medium: Medium, language: str
) -> None:
    pages = pages_of(SAMPLES[kind], language, OFFICE, medium, photo)

    assert [outside(page) for page in pages] == [[]] * len(pages)


WORDS = st.text(st.sampled_from("Aeiloſßgjy Ññ漢字반품센터ーWm-–/()&~^\\"), max_size=90)
_KEPT = {"lpn", "disposition", "success", "failure", "sscc", "format", "role", "country"}
_KEPT |= {"functional", "cosmetic", "rate", "digest", "feedback_url", "refund_method"}


def with_words(value: Any, words: str) -> Any:
    """Return a paper with other words wherever a person or a shop writes them."""
    if isinstance(value, tuple):
        return tuple(with_words(part, words) for part in value)
    if not is_dataclass(value) or isinstance(value, type | Say):
        return value
    changed = {
        field.name: words
        if isinstance(getattr(value, field.name), str)
        else with_words(getattr(value, field.name), words)
        for field in fields(value)
        if field.name not in _KEPT
    }
    plain = {n: v for n, v in changed.items() if not _is_code(value, n)}
    return replace(value, **plain)


def _is_code(value: Any, name: str) -> bool:
    kept = getattr(value, name)
    return hasattr(kept, "value") or name == "currency"


LABELS: list[tuple[PaperKind, Model, Medium]] = [
    (kind, load_model("zebra-zd421-203"), load_medium(medium))
    for kind, medium in (
        (PaperKind.ITEM_LABEL, "label-50x30"),
        (PaperKind.QUARANTINE_TAG, "label-50x30"),
        (PaperKind.SHIPPING_LABEL, "label-100x150"),
        (PaperKind.SHIP_BACK_LABEL, "label-100x150"),
        (PaperKind.BADGE, "label-100x60"),
        (PaperKind.CONTAINER_LABEL, "label-50x30"),
        (PaperKind.PALLET_LABEL, "label-100x150"),
    )
]


@pytest.mark.parametrize(("kind", "model", "medium"), LABELS, ids=[kind for kind, *_ in LABELS])
@settings(max_examples=20)
@given(words=WORDS)
def test_whatever_is_written_on_a_label_stays_on_it_or_it_is_refused(
    kind: PaperKind, model: Model, medium: Medium, words: str
) -> None:
    paper: Paper = with_words(SAMPLES[kind], words)

    try:
        pages = pages_of(paper, "en", model, medium, photo)
    except (DoesNotFit, MissingGlyph, NotReadable):
        return

    assert [outside(page) for page in pages] == [[]] * len(pages)


DOCUMENTS = (
    PaperKind.RECEIPT,
    PaperKind.CERTIFICATE,
    PaperKind.CREDIT_NOTE,
    PaperKind.PHOTO_SHEET,
    PaperKind.SHIFT_REPORT,
    PaperKind.WORK_TICKET,
)


@pytest.mark.parametrize("kind", DOCUMENTS)
@settings(max_examples=8)
@given(words=WORDS)
def test_whatever_is_written_on_a_document_stays_on_it_or_it_is_refused(
    kind: PaperKind, words: str
) -> None:
    paper: Paper = with_words(SAMPLES[kind], words)

    try:
        pages = pages_of(paper, "en", OFFICE, load_medium("a4"), photo)
    except (DoesNotFit, MissingGlyph, NotReadable):
        return

    assert [outside(page) for page in pages] == [[]] * len(pages)
