import argparse
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.cli.policy import add_commands, answer, answers
from returnstation.policydata import load_pack

_CASE = {
    "id": "1",
    "jurisdiction": "KR",
    "buyer": "consumer",
    "channel": "online",
    "category": "general",
    "reason": "change_of_mind",
    "requested_on": "2027-02-10",
    "delivered_on": ["2027-02-01"],
}

Run = Callable[..., int]


@pytest.fixture
def run() -> Run:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    add_commands(parser.add_subparsers(required=True))

    def runner(*words: str) -> int:
        args = parser.parse_args(words)
        code: int = args.run(args)
        return code

    return runner


def lines_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_cases_of_a_file_are_answered_in_order(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.jsonl"
    late = {**_CASE, "id": "2", "requested_on": "2027-02-11"}
    file.write_text("\n".join([json.dumps(_CASE), "", json.dumps(late)]) + "\n")

    code = run("policy", "decide", str(file))

    found = lines_of(capsys.readouterr().out)
    assert code == 0
    assert [(each["id"], each["eligible"]) for each in found] == [("1", "yes"), ("2", "no")]


def test_a_bad_line_does_not_stop_the_rest(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = json.dumps({**_CASE, "id": "bad", "colour": "red"})
    text = "\n".join(["{", bad, json.dumps(_CASE)])
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))

    code = run("policy", "decide", "-")

    found = lines_of(capsys.readouterr().out)
    assert code == 1
    assert [each["id"] for each in found] == [None, "bad", "1"]
    assert [each.get("error", {}).get("code") for each in found] == [
        "not_json",
        "unknown_field",
        None,
    ]


def test_answers_come_as_the_lines_do() -> None:
    asked: list[str] = []

    def lines() -> Any:
        for name in ("1", "2"):
            asked.append(name)
            yield json.dumps({**_CASE, "id": name}).encode()

    first = next(iter(answers(lines(), load_pack())))

    assert first["id"] == "1"
    assert asked == ["1"]


def test_a_file_that_is_not_there_is_trouble_outside(run: Run, tmp_path: Path) -> None:
    assert run("policy", "decide", str(tmp_path / "none.jsonl")) == 3


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_line_can_stop_the_program(line: bytes) -> None:
    found = answer(line, load_pack())

    assert "error" in found
    assert json.dumps(found)


def test_rules_are_shown_with_their_sources(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    code = run("policy", "show", "US-CA", "--on", "2027-01-01")

    shown = capsys.readouterr().out
    assert code == 0
    assert "US-CA-1723" in shown
    assert "Cal. Civ. Code § 1723" in shown
    assert "US-NONE" in shown


def test_what_is_announced_is_shown_as_not_in_force(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run("policy", "show", "GB", "--on", "2026-12-01")

    assert "not in force on 2026-12-01; since 2027-04-01" in capsys.readouterr().out


def test_rules_are_shown_as_json(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("--json", "policy", "show", "KR", "--on", "2027-01-01")

    table = json.loads(capsys.readouterr().out)
    assert table["on"] == date(2027, 1, 1).isoformat()
    assert {rule["rule"] for rule in table["rules"]} >= {"KR-ECA-17-1", "KR-ECA-17-3"}


def test_a_region_we_do_not_have_is_wrong_use(run: Run) -> None:
    assert run("policy", "show", "XX") == 2


def test_our_own_pack_passes_the_check(run: Run) -> None:
    assert run("policy", "check") == 0


def test_a_broken_pack_is_reported(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "AA").mkdir()
    (tmp_path / "AA" / "_region.toml").write_text("nome = 'x'")

    code = run("policy", "check", str(tmp_path))

    assert code == 1
    assert "AA/_region.toml: unknown key nome" in capsys.readouterr().out
