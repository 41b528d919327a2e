"""Whatever is wrong with a stick is said in words."""

import re
from pathlib import Path

import pytest

from returnstation.application.stick_troubles import REFUSALS
from returnstation.gui.words import SCREEN_LANGUAGES
from returnstation.i18n import load_catalog

SOURCE = Path(__file__).parents[2] / "src" / "returnstation"


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_every_refusal_of_a_stick_is_said(language: str) -> None:
    catalog = load_catalog(language)

    keys = {f"refused.{code}{end}" for code in REFUSALS for end in ("", ".help")}

    assert sorted(key for key in keys if not catalog.knows(key)) == []


def test_every_code_of_a_bad_stick_is_among_them() -> None:
    written = {
        code
        for file in SOURCE.rglob("*.py")
        for code in re.findall(r'BadBundle\("([a-z-]+)"', file.read_text(encoding="utf-8"))
    }

    assert written == set(REFUSALS)
