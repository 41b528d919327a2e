"""A customer reads the whole receipt in their language, the law's terms included."""

import pytest

from returnstation import datafiles
from returnstation.application.desk.receipts import TERMS_TOLD
from returnstation.i18n import load_catalog

RECEIPT_LANGUAGES = sorted(entry.name for entry in datafiles.resource("i18n").iterdir())


def test_receipts_speak_twelve_languages() -> None:
    assert len(RECEIPT_LANGUAGES) >= 12


@pytest.mark.parametrize("language", RECEIPT_LANGUAGES)
def test_every_term_of_the_law_on_a_receipt_has_words_of_its_own(language: str) -> None:
    own = {key for _, key in load_catalog(language).messages}
    wanted = {f"law.{code}" for code in TERMS_TOLD} | {"papers.receipt.statutory"}

    assert wanted - own == set()
