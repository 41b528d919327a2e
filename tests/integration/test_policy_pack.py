from pathlib import Path

import pytest

from policy_codes import every_code
from returnstation import datafiles
from returnstation.i18n.catalog import load_catalog
from returnstation.policydata import BadPack, check_pack, load_pack_from

_COUNTING = '[PLAIN]\ntext = "plain"\nsource = "none"\n'
_REGION = 'name = "Nowhere"\n'
_RIGHT = """
title = "Withdrawal"
kind = "withdrawal"
rule = "AA-WD"
checked_on = 2026-01-01

[[version]]
since = 2014-01-01
source = "Act 1"
confidence = "high"
reasons = ["change_of_mind"]
window = { length = 14, unit = "calendar_days", runs_from = "delivery" }
"""
_MOONLIT = """special_windows = [
    { window = { length = 1, unit = "months", runs_from = "order", counting = "MOON" } },
]"""
_OF_MERCHANTS = ("law.merchant_", "law.term_", "law.value_", "law.state_")


def a_folder(tmp_path: Path, right: str = _RIGHT) -> Path:
    (tmp_path / "AA").mkdir(exist_ok=True)
    (tmp_path / "counting.toml").write_text(_COUNTING)
    (tmp_path / "AA" / "_region.toml").write_text(_REGION)
    (tmp_path / "AA" / "withdrawal.toml").write_text(right)
    return tmp_path


def test_the_shipped_pack_is_sound() -> None:
    assert check_pack(datafiles.resource("policy")) == []


def test_the_same_files_have_the_same_version(tmp_path: Path) -> None:
    first = load_pack_from(a_folder(tmp_path)).version
    again = load_pack_from(a_folder(tmp_path)).version
    other = load_pack_from(a_folder(tmp_path, _RIGHT.replace("= 14,", "= 15,"))).version

    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("reasons =", "reason =", "AA/withdrawal.toml: unknown key reason"),
        ("length = 14", "length = 14, day = 1", "AA/withdrawal.toml: unknown key window.day"),
        ("length = 14", 'length = "14"', "AA/withdrawal.toml: Expected `int`"),
        ('source = "Act 1"', "", "AA/withdrawal.toml: version without source"),
        ('confidence = "high"', "", "AA/withdrawal.toml: version without confidence"),
        ("since = 2014-01-01", 'since = "2014"', "AA/withdrawal.toml: since is not a day"),
        ('runs_from = "delivery"', 'runs_from = "birth"', "AA/withdrawal.toml: Invalid enum value"),
        ("title", 'like = "BB/x"\ntitle', "AA/withdrawal.toml: like BB/x, which is not there"),
        (
            "reasons =",
            'counting = "MOON"\nreasons =',
            "AA/withdrawal.toml: unknown counting rule MOON",
        ),
        ("reasons =", 'requires = ["luck"]\nreasons =', "AA/withdrawal.toml: unknown fact luck"),
        (
            "reasons =",
            'late_information = { told_by = "luck" }\nreasons =',
            "AA/withdrawal.toml: unknown fact luck",
        ),
        (
            "reasons =",
            f"{_MOONLIT}\nreasons =",
            "AA/withdrawal.toml: unknown counting rule MOON",
        ),
        ("title =", "title", "AA/withdrawal.toml: Expected '='"),
    ],
)
def test_a_mistake_in_a_file_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = a_folder(tmp_path, _RIGHT.replace(old, new, 1))

    problems = check_pack(folder)

    assert len(problems) == 1
    assert problems[0].startswith(said)


def test_a_rule_id_stands_in_one_file_only(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    (folder / "AA" / "again.toml").write_text(_RIGHT)

    with pytest.raises(BadPack, match="AA-WD stands in another file"):
        load_pack_from(folder)


def test_a_later_version_says_only_what_changed(tmp_path: Path) -> None:
    newer = '\n[[version]]\nsince = 2020-01-01\nsource = "Act 2"\nconfidence = "medium"\n'
    pack = load_pack_from(a_folder(tmp_path, _RIGHT + newer))

    (right,) = pack.rights()

    assert [terms.source for terms in right.versions] == ["Act 1", "Act 2"]
    assert right.versions[1].window == right.versions[0].window


def test_a_file_like_another_follows_its_changes(tmp_path: Path) -> None:
    later = """
[[version]]
since = 2020-01-01
source = "Act 2"
confidence = "high"
window = { length = 30, unit = "calendar_days", runs_from = "delivery" }
"""
    folder = a_folder(tmp_path, _RIGHT + later)
    (folder / "AA" / "doorstep.toml").write_text(
        'title = "Doorstep"\nkind = "withdrawal"\nrule = "AA-DOOR"\nlike = "AA/withdrawal"\n'
        "checked_on = 2026-01-01\n"
        '[[version]]\nsince = 2016-01-01\nsource = "Act 9"\nconfidence = "high"\n'
    )

    doorstep = next(r for r in load_pack_from(folder).rights() if r.rule == "AA-DOOR")

    lengths = [
        (terms.since.year, terms.window and terms.window.length, terms.source)
        for terms in doorstep.versions
    ]
    assert lengths == [(2016, 14, "Act 9"), (2020, 30, "Act 9")]


@pytest.mark.parametrize("language", ["de", "en", "ja", "ko"])
def test_every_reason_has_a_text(language: str) -> None:
    catalog = load_catalog(language)

    assert sorted(code for code in every_code() if not catalog.knows(f"law.{code}")) == []


def test_no_text_is_left_over() -> None:
    known = {key for context, key in load_catalog("en").messages if key.startswith("law.")}
    # What is said of merchants' own terms stands in merchant.po, with tests of its own.
    of_law = {key for key in known if not key.startswith(_OF_MERCHANTS)}

    # No rule says of a parcel that nobody took why it waits for a person: the desk does.
    of_desk = {"law.never_delivered"}
    assert sorted(of_law - of_desk - {f"law.{code}" for code in every_code()}) == []
