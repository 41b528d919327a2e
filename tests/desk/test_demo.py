"""The demo drives the real window through a shift and leaves what it promises."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from zxingcpp import TextMode, read_barcodes

from processes import run_program
from returnstation.storage.audit import verify

PAGES = (
    "locked", "pin", "ready", "help", "search", "choose", "matched", "wrong-item", "question", "why",
    "dispose", "reason", "label", "put", "settle", "done", "refused", "review",
    "deadlines", "policy", "draft",
)  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    home, out = str(folder / "home"), str(folder / "out")
    ended = run_program("--home", home, "demo", "--headless", "--out", out)
    assert ended.code == 0, ended.err
    return folder


@pytest.fixture(scope="module")
def summary(demo: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((demo / "out" / "summary.json").read_bytes())
    return told


def test_every_return_of_the_shift_ends_as_planned(summary: dict[str, Any]) -> None:
    ends = {each["name"]: each["end"] for each in summary["returns"]}

    assert ends.pop("pl-opened-by-mistake") == "cancelled"
    assert len(ends) >= 12
    assert set(ends.values()) == {"finished"}


def test_no_scan_of_the_shift_is_refused(summary: dict[str, Any]) -> None:
    assert [each["refused"] for each in summary["returns"] if each["refused"]] == []


def test_the_shift_meets_every_verdict_and_many_countries(summary: dict[str, Any]) -> None:
    outcomes = {outcome for each in summary["returns"] for outcome in each["outcomes"]}
    countries = {each["country"] for each in summary["returns"]}

    assert {"accept", "refuse"} <= outcomes
    assert {"KR", "JP", "DE", "FR", "GB", "US-CA", "US-NY", "AU"} <= countries


@pytest.mark.parametrize("language", ["ko", "en"])
def test_there_is_a_picture_of_each_page_in_each_language(language: str, demo: Path) -> None:
    names = [file.name for file in (demo / "out" / "screens").iterdir()]

    missing = [page for page in PAGES if not any(f"-{page}-{language}." in n for n in names)]

    assert missing == []


def test_pictures_are_of_the_smallest_window_allowed(demo: Path) -> None:
    sizes = set()
    for file in (demo / "out" / "screens").iterdir():
        with Image.open(file) as picture:
            sizes.add(picture.size)

    assert sizes == {(1280, 800)}


def test_every_label_and_receipt_is_on_paper_and_none_waits(summary: dict[str, Any]) -> None:
    lpns = [lpn for each in summary["returns"] for lpn in each["lpns"]]
    reprints = sum(each["name"] == "nl-label-reprinted" for each in summary["returns"])
    blind_or_cancelled = {"blind-parcel", "pl-opened-by-mistake"}
    settled = [each for each in summary["returns"] if each["name"] not in blind_or_cancelled]

    assert len(set(lpns)) == len(lpns)
    assert summary["labels"] == len(lpns) + reprints
    assert summary["receipts"] == len(settled)
    assert summary["print_troubles"] == []


def test_every_receipt_carries_its_case_number(demo: Path, summary: dict[str, Any]) -> None:
    numbers = {each["number"] for each in summary["returns"]}

    read = set()
    for file in (demo / "out" / "receipts").iterdir():
        document = PdfDocument(file)
        picture = document[0].render(scale=4).to_pil()
        codes = read_barcodes(picture, text_mode=TextMode.Plain)
        read |= {code.text for code in codes if code.text in numbers}
        document.close()

    assert len(read) == summary["receipts"]


def test_the_fact_log_of_the_shift_is_whole(demo: Path, summary: dict[str, Any]) -> None:
    proof = verify(demo / "home" / "station.db")

    assert proof.bad is None
    assert proof.facts == summary["facts"]


def test_a_home_that_is_no_demo_is_never_made_anew(tmp_path: Path) -> None:
    (tmp_path / "station.db").write_bytes(b"precious")

    ended = run_program("--home", str(tmp_path), "demo", "--headless", "--fresh")

    assert ended.code == 3
    assert "not-a-demo-home" in ended.err
    assert (tmp_path / "station.db").read_bytes() == b"precious"
