"""A site's own checklists: a mistake names file and key, and never stops the desk."""

from pathlib import Path

import pytest

from returnstation.domain.checklists import Goods
from returnstation.sitedata import BadSiteFile, load_checklists

CONES = """
version = 1
categories = ["cone"]
merchants = ["road-works"]
[[question]]
id = "weight"
text = "무게는?"
kind = "measure"
unit = "kg"
nominal = 5
tolerance = 0.5
[[question.answer]]
id = "light"
text = "가벼움"
below = "tolerance"
finding = "base_weight_wrong"
[[question.answer]]
id = "right"
text = "맞음"
[[question]]
id = "why"
text = "왜?"
when = ["weight.light"]
[[question.answer]]
id = "cut"
text = "잘림"
[[question.answer]]
id = "worn"
text = "닳음"
"""
GOODS = Goods("road-works", "cone")


def own_words(_key: str) -> bool:
    return False


def site(tmp_path: Path, text: str = CONES) -> Path:
    folder = tmp_path / "checklists"
    folder.mkdir(exist_ok=True)
    (folder / "cones-road.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_site_asks_its_own_questions_for_its_merchant(tmp_path: Path) -> None:
    book = load_checklists(None, site(tmp_path), own_words)

    chosen = book.choose(GOODS)

    assert book.broken == ()
    assert chosen.checklist_id == "cones-road"
    assert chosen.questions[0].own_words == ("무게는?", "")
    assert str(chosen.questions[0].answers[0].below) == "4.5"
    assert book.choose(Goods("other", "cone")).checklist_id == "cones"


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        ('when = ["weight.light"]', 'when = ["weigth.light"]', "why: when: 'weigth' is not asked"),
        ('when = ["weight.light"]', 'when = ["why.cut"]', "why: when: 'why' is not asked"),
        ('when = ["weight.light"]', 'when = ["weight.lite"]', "why: when: 'weight' has no answer"),
        ('when = ["weight.light"]', 'when = ["finding:lost"]', "why: when: no earlier answer"),
        ('when = ["weight.light"]', 'when = ["light"]', "why: when: 'light' is neither"),
        ("nominal = 5\n", "", "weight: tolerance"),
        ('unit = "kg"\n', "", "weight: unit"),
        ('text = "맞음"', "", "weight.right: text: missing"),
        ('text = "왜?"', "", "why: text: missing"),
        ('kind = "measure"', 'kind = "mesure"', "question"),
        ('kind = "measure"', 'kind = "scan"', "weight: scans"),
        ('kind = "measure"', 'kind = "choice"', "weight: light: limits"),
        ('id = "right"', 'id = "right"\nabove = 9', "weight: right: the last answer"),
        ('id = "right"', 'id = "light"', "weight: answer: two"),
        ('id = "why"', 'id = "weight"', "weight: id: two"),
        ('finding = "base_weight_wrong"', "cosmetic = 10", "weight: light: functional"),
        ('categories = ["cone"]', "categories = []", "categories"),
    ],
)
def test_a_mistake_is_named_and_the_last_right_version_stays(
    right: str, wrong: str, why: str, tmp_path: Path
) -> None:
    before = load_checklists(None, site(tmp_path), own_words).choose(GOODS)
    assert right in CONES

    book = load_checklists(None, site(tmp_path, CONES.replace(right, wrong)), own_words)

    assert book.choose(GOODS) == before
    assert [(one.file, one.is_replaced) for one in book.broken] == [("cones-road.toml", True)]
    assert why in book.broken[0].why


def test_a_file_that_was_never_right_leaves_the_shipped_one_in_use(tmp_path: Path) -> None:
    book = load_checklists(None, site(tmp_path, "categories = ["), own_words)

    assert [one.is_replaced for one in book.broken] == [False]
    assert book.choose(GOODS).checklist_id == "cones"


def test_a_version_that_was_replaced_can_still_be_explained(tmp_path: Path) -> None:
    old = load_checklists(None, site(tmp_path), own_words).choose(GOODS)
    changed = CONES.replace("tolerance = 0.5", "tolerance = 0.8").replace(
        "version = 1", "version = 2"
    )

    book = load_checklists(None, site(tmp_path, changed), own_words)

    assert book.choose(GOODS).version == 2
    assert book.version("cones-road", old.content_hash) == old


def test_a_kept_version_that_was_tampered_with_is_not_used(tmp_path: Path) -> None:
    folder = site(tmp_path)
    old = load_checklists(None, folder, own_words).choose(GOODS)
    file = folder / "kept" / f"{old.content_hash}.json"
    file.write_bytes(file.read_bytes().replace(b"4.5", b"1.5"))

    book = load_checklists(None, site(tmp_path, "broken ="), own_words)

    assert [one.is_replaced for one in book.broken] == [False]


def test_a_site_file_replaces_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "checklists"
    folder.mkdir()
    text = CONES.replace('merchants = ["road-works"]\n', "")
    (folder / "cones.toml").write_text(text, encoding="utf-8")

    book = load_checklists(None, folder, own_words)

    assert book.choose(Goods(None, "cone")).questions[0].own_words is not None


def test_two_scales_for_one_merchant_are_a_mistake(tmp_path: Path) -> None:
    folder = tmp_path / "grades"
    folder.mkdir()
    (tmp_path / "checklists").mkdir()
    for name in ("a", "b"):
        text = 'merchants = ["m"]\n[[grade]]\nname = "1"\n'
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")

    with pytest.raises(BadSiteFile, match="merchants"):
        load_checklists(None, tmp_path / "checklists", own_words)
