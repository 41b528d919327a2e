"""The demo's drafts can be tried as they are, and change what they are named for."""

from pathlib import Path

import pytest

from returnstation.demosite.drafts import write_drafts
from returnstation.policydata import load_pack
from returnstation.policydata.drafts import DraftFolders


@pytest.fixture
def drafts(tmp_path: Path) -> DraftFolders:
    write_drafts(tmp_path)
    return DraftFolders(tmp_path)


def test_the_longer_law_has_another_window_than_the_law_in_force(drafts: DraftFolders) -> None:
    pack = drafts.load("korea-14-days").pack

    ours, theirs = (
        next(right for right in each.rights() if right.rule == "KR-ECA-17-1")
        for each in (load_pack(), pack)
    )
    lengths = [
        right.versions[-1].window.length for right in (ours, theirs) if right.versions[-1].window
    ]
    assert lengths == [7, 14]


def test_the_merchants_draft_takes_back_for_less_time_and_for_a_fee(drafts: DraftFolders) -> None:
    draft = drafts.load("hanbit-14-days-and-fee")

    (policy,) = draft.policies["hanbit-sports"].policies
    assert policy.window is not None
    assert policy.window.days == 14
    assert policy.restocking is not None
    assert draft.pack == load_pack()


def test_nothing_else_is_offered(drafts: DraftFolders) -> None:
    assert list(drafts.names()) == ["hanbit-14-days-and-fee", "korea-14-days"]
