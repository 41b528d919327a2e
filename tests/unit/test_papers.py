import json

import pytest

from paper_samples import a_label, a_line, a_receipt
from returnstation.domain.messages import say
from returnstation.domain.papers import (
    BadPaper,
    Outcome,
    Paper,
    PaperKind,
    Receipt,
    Trouble,
    kind_of,
    paper_from_json,
    paper_to_json,
    trouble_message,
)
from returnstation.i18n import languages, load_catalog

DISPOSITIONS = (
    "restock_new", "restock_open_box", "rework", "refurbish", "repair", "harvest_parts",
    "liquidate", "rtv", "donate", "recycle", "dispose", "destroy", "ship_back", "quarantine",
    "transfer", "missing", "wrong_item", "keep_it",
)  # fmt: skip
LANGUAGES = ("de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "zh-Hans", "zh-Hant")


@pytest.mark.parametrize(
    "paper",
    [
        a_label(),
        a_label(functional=None, serial="1", is_training=True),
        a_receipt(),
        a_receipt(lines=(a_line(because=say("x", who=say("y", n=2), none=None)),)),
    ],
)
def test_a_paper_comes_back_from_its_record_as_it_was(paper: Paper) -> None:
    record = json.loads(json.dumps(paper_to_json(paper)))

    assert paper_from_json(kind_of(paper), record) == paper


def test_an_outcome_comes_back_as_an_outcome() -> None:
    record = json.loads(json.dumps(paper_to_json(a_receipt())))

    receipt = paper_from_json(PaperKind.RECEIPT, record)

    assert isinstance(receipt, Receipt)
    assert receipt.lines[0].outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    "change",
    [{"lpn": None, "surprise": 1}, {"printed_at": {"is": "moment", "at": "noon"}},
     {"printed_at": {"is": "riddle"}}, {"printed_at": {}}],
)  # fmt: skip
def test_a_spoilt_record_is_refused(change: dict[str, object]) -> None:
    record = paper_to_json(a_label()) | change

    with pytest.raises(BadPaper):
        paper_from_json(PaperKind.ITEM_LABEL, record)


def test_a_record_without_what_a_paper_must_say_is_refused() -> None:
    with pytest.raises(BadPaper):
        paper_from_json(PaperKind.RECEIPT, {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_words_of_the_papers(language: str) -> None:
    english, catalog = load_catalog("en"), load_catalog(language)
    wanted = {key for _, key in english.messages if key.startswith(("papers.", "disposition."))}

    wanted -= {"disposition.other"}  # stands on screens only
    missing = {key for key in wanted if not catalog.knows(key)}

    assert language in languages()
    assert missing == set()


@pytest.mark.parametrize("code", DISPOSITIONS)
def test_every_disposition_has_a_name(code: str) -> None:
    assert load_catalog("en").knows(f"disposition.{code}")


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_is_said_in_words(trouble: Trouble) -> None:
    message = trouble_message(f"{trouble}:U+1F600")

    sentence = load_catalog("ko").say(message)

    assert sentence != message.key
