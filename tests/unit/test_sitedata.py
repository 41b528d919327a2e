"""Checklists and economics: what ships is right, and a mistake names file and key."""

from pathlib import Path

import pytest

from returnstation.domain.dispositions import Disposition
from returnstation.sitedata import BadSiteFile, load_checklists, load_economics
from returnstation.sitedata.economics import _File
from returnstation.sitedata.files import read_toml

GENERAL = """
categories = ["general"]
[[question]]
id = "same"
[[question.answer]]
id = "no"
functional = 1
[[question.answer]]
id = "yes"
"""


def test_what_ships_covers_the_trades_categories() -> None:
    served = {category for one in load_checklists().current for category in one.categories}

    assert {
        "general", "shoes", "apparel", "electronics", "phone", "cosmetics", "media", "books",
        "toys", "furniture", "kitchen", "food", "cone", "barrier",
    } <= served  # fmt: skip


def test_the_shipped_figures_know_every_grade_and_a_way_to_the_end() -> None:
    economics = load_economics()

    assert all(len(way.price_percent) == 10 for way in economics.ways)
    assert all(0 <= share <= 100 for way in economics.ways for share in way.price_percent)
    assert Disposition.RECYCLE in {way.disposition for way in economics.ways}
    assert all(rate > 0 for rate in economics.rates.values())


def test_a_better_grade_never_brings_less() -> None:
    for way in load_economics().ways:
        assert list(way.price_percent) == sorted(way.price_percent), way.disposition


def test_a_folder_of_checklists_is_read(tmp_path: Path) -> None:
    (tmp_path / "general.toml").write_text(GENERAL, encoding="utf-8")
    (tmp_path / "README.md").write_text("not a checklist", encoding="utf-8")

    checklist = load_checklists(tmp_path).current[0]

    assert [answer.key for answer in checklist.questions[0].answers] == ["1", "2"]
    assert checklist.questions[0].answers[0].text == "check.general.same.no"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (GENERAL.replace("functional", "functonal"), "functonal"),
        (GENERAL.replace("functional = 1", "functional = 'one'"), "functional"),
        (GENERAL.replace('["general"]', '["shoes"]'), "general"),
        (GENERAL.partition('[[question.answer]]\nid = "yes"')[0], "two to nine"),
        ("categories = [", "general.toml"),
        ("\x00", "general.toml"),
    ],
)
def test_a_mistake_in_a_checklist_is_named(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "general.toml").write_text(text, encoding="utf-8")

    with pytest.raises(BadSiteFile, match=why):
        load_checklists(tmp_path)


def test_two_checklists_may_not_claim_one_category(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(GENERAL, encoding="utf-8")

    with pytest.raises(BadSiteFile, match="another file"):
        load_checklists(tmp_path)


def test_a_mistake_in_the_figures_is_named(tmp_path: Path) -> None:
    file = tmp_path / "figures.toml"
    file.write_text('currency = "KRW"\nlabour_per_hour = "much"\n', encoding="utf-8")

    with pytest.raises(BadSiteFile, match=r"figures\.toml: .*labour_per_hour"):
        read_toml(file, _File)
