"""``policy check-merchant`` and ``import policies`` as commands."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from returnstation.app import Station
from returnstation.cli import main

SHORT = {"@id": "short", "merchantReturnDays": 7, "applicableCountry": ["DE", "US"]}
LONG = {"@id": "long", "merchantReturnDays": 30}
BAD = {"@id": "bad", "merchantReturnDays": -1}

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: str) -> tuple[int, dict[str, Any]]:
        code = main(["--home", str(tmp_path / "home"), "--json", *words])
        out = capsys.readouterr().out
        return code, msgspec.json.decode(out) if out else {}

    return command


@pytest.fixture
def shop(tmp_path: Path, run: Run) -> str:
    file = tmp_path / "merchants.jsonl"
    file.write_text('{"merchant_id": "shop", "name": "Shop", "country": "DE"}\n', encoding="utf-8")
    assert run("import", "merchants", str(file))[0] == 0
    return "shop"


def policies_file(folder: Path, document: object) -> str:
    file = folder / "policies.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)


def kept_policy(folder: Path) -> dict[str, Any]:
    with closing(Station(folder / "home")) as station:
        merchant = station.cache.merchant("shop")
        assert merchant is not None
        assert merchant.policy is not None
        return merchant.policy


def test_a_term_below_the_law_is_refused_where_it_is_below(tmp_path: Path, run: Run) -> None:
    code, found = run("policy", "check-merchant", policies_file(tmp_path, [SHORT, LONG]))

    assert code == 1
    (refused,) = found["refused"]
    assert (refused["country"], refused["policy"], refused["term"]) == (
        "DE",
        "short",
        "merchantReturnDays",
    )
    assert (refused["value"], refused["floor"]) == (
        {"code": "value_days", "n": 7},
        {"code": "value_days", "n": 14},
    )
    assert refused["rule"] == "EU-DE-WD"
    assert [policy["@id"] for policy in found["policies"]] == ["short", "long"]


def test_seen_from_a_country_where_nothing_is_refused(tmp_path: Path, run: Run) -> None:
    file = policies_file(tmp_path, [SHORT, {**LONG, "sameAs": "x"}])

    code, found = run("policy", "check-merchant", file, "--country", "United States")

    assert (code, found["refused"]) == (0, [])
    assert found["not_used"] == [{"policy": "long", "name": "sameAs"}]


def test_people_read_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = policies_file(tmp_path, [SHORT])

    code = main(["policy", "check-merchant", file, "--country", "DE"])

    out = capsys.readouterr().out
    assert code == 1
    assert "merchantReturnDays: 7" in out
    assert "short: refused in DE (Change of mind): return period, 7 days." in out


@pytest.mark.parametrize("text", ["{", "", '{"merchantReturnDays": -1}', "7", '{"@graph": []}'])
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, run: Run, text: str) -> None:
    file = tmp_path / "policies.json"
    file.write_text(text, encoding="utf-8")

    code, found = run("policy", "check-merchant", str(file))

    assert code == 1
    assert found["error"]["code"]


def test_no_file_is_trouble_outside(tmp_path: Path, run: Run) -> None:
    assert run("policy", "check-merchant", str(tmp_path / "none.json"))[0] == 3


def test_an_unknown_country_is_wrong_use(tmp_path: Path, run: Run) -> None:
    file = policies_file(tmp_path, [LONG])

    assert run("policy", "check-merchant", file, "--country", "Atlantis")[0] == 2


def test_policies_are_kept_with_their_merchant(tmp_path: Path, run: Run, shop: str) -> None:
    file = policies_file(tmp_path, [SHORT, LONG])

    code, found = run("import", "policies", file, "--merchant", shop)

    assert (code, found["changed"], found["rejected"]) == (0, 1, 0)
    assert [each["country"] for each in found["refused"]].count("DE") == 1
    assert [node["@id"] for node in kept_policy(tmp_path)["@graph"]] == ["short", "long"]


def test_bringing_them_in_again_changes_nothing(tmp_path: Path, run: Run, shop: str) -> None:
    file = policies_file(tmp_path, {"rs:merchant": shop, "@graph": [SHORT, LONG]})
    run("import", "policies", file)
    before = kept_policy(tmp_path)

    code, found = run("import", "policies", file)

    assert (code, found["changed"], found["same"]) == (0, 0, 1)
    assert kept_policy(tmp_path) == before


def test_a_bad_policy_is_rejected_and_the_rest_goes_in(tmp_path: Path, run: Run, shop: str) -> None:
    document = [
        SHORT,
        {**BAD, "rs:merchant": shop},
        {**LONG, "rs:merchant": "nobody"},
        SHORT,
    ]
    file = policies_file(tmp_path, document)

    code, found = run("import", "policies", file, "--merchant", shop)

    assert (code, found["accepted"], found["rejected"]) == (1, 1, 3)
    assert [each["code"] for each in found["problems"]] == [
        "bad-terms",
        "unknown-merchant",
        "duplicate-id",
    ]
    assert kept_policy(tmp_path)["@id"] == "short"
    rejected = Path(found["rejected_file"]).read_text(encoding="utf-8").splitlines()
    assert json.loads(rejected[0]) == {**BAD, "rs:merchant": shop, "_reason": "bad-terms"}


def test_a_mended_policy_joins_those_kept(tmp_path: Path, run: Run, shop: str) -> None:
    run("import", "policies", policies_file(tmp_path, [SHORT, LONG]), "--merchant", shop)
    lines = tmp_path / "mended.jsonl"
    lines.write_text(
        json.dumps({**SHORT, "merchantReturnDays": 14, "rs:merchant": shop, "_reason": "x"}),
        encoding="utf-8",
    )

    assert run("import", "policies", str(lines))[0] == 0

    nodes = {node["@id"]: node for node in kept_policy(tmp_path)["@graph"]}
    assert nodes["short"]["merchantReturnDays"] == 14
    assert "_reason" not in nodes["short"]
    assert set(nodes) == {"short", "long"}


def test_a_policy_of_nobody_is_rejected(tmp_path: Path, run: Run, shop: str) -> None:
    code, found = run("import", "policies", policies_file(tmp_path, [LONG]))

    assert code == 1
    assert found["problems"][0]["code"] == "no-merchant"


def test_a_trial_keeps_nothing(tmp_path: Path, run: Run, shop: str) -> None:
    file = policies_file(tmp_path, [LONG])

    code, found = run("import", "policies", file, "--merchant", shop, "--dry-run")

    assert (code, found["changed"]) == (0, 1)
    with closing(Station(tmp_path / "home")) as station:
        merchant = station.cache.merchant(shop)
        assert merchant is not None
        assert merchant.policy is None


def test_what_is_no_json_is_refused_whole(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "policies.json"
    file.write_text("{", encoding="utf-8")

    assert run("import", "policies", str(file))[0] == 1
