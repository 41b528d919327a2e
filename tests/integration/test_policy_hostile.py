"""Packs with mistakes and cases from strangers: each is answered by name, none breaks anything."""

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_cases import cases
from processes import run_program
from returnstation import datafiles
from returnstation.cli.policy import answer, answers
from returnstation.policydata import BadPack, check_pack, load_pack, pack_files, pack_of

_FILES = pack_files(datafiles.resource("policy"))
_LINE_OF_KEY = re.compile(rb"^([a-z_]+) = (.*[^\[\n])$", re.MULTILINE)
_INNER_KEY = re.compile(rb"(?<=[{,] )([a-z_]+) = ")
_DATE = re.compile(rb"\d{4}-\d\d-\d\d$", re.MULTILINE)
_PACK = load_pack()

fuzz = settings(
    max_examples=250,
)


@cache
def parsed(name: str) -> dict[str, Any]:
    return tomllib.loads(_FILES[name].decode())


@cache
def needed_with(name: str) -> tuple[str, ...]:
    """Return the files without which a file cannot be read, and one that holds a rule."""
    needed: set[str] = set()
    waiting = [name, "counting.toml", "KR/_region.toml", "KR/guarantee.toml"]
    while waiting:
        one = waiting.pop()
        if one in needed:
            continue
        needed.add(one)
        region, _, topic = one.partition("/")
        if topic:
            waiting.append(f"{region}/_region.toml")
        table = parsed(one)
        if "like" in table:
            waiting.append(f"{table['like']}.toml")
        if "extends" in table:
            waiting.append(f"{table['extends']}/_region.toml")
    return tuple(needed)


def problem_with(name: str, text: bytes) -> str:
    files = {each: _FILES[each] for each in needed_with(name)}
    with pytest.raises(BadPack) as caught:
        pack_of({**files, name: text})
    return str(caught.value)


def replaced(name: str, match: re.Match[bytes], new: bytes, group: int) -> bytes:
    text = _FILES[name]
    return text[: match.start(group)] + new + text[match.end(group) :]


def one_of(matches: list[re.Match[bytes]], name: str) -> Iterator[re.Match[bytes]]:
    """Yield one of the places of a file, always the same; all files together vary."""
    if matches:
        yield matches[crc32(name.encode()) % len(matches)]


def named(found: str, name: str, key: bytes) -> bool:
    return found.startswith(name) and key.decode() in found


@pytest.mark.parametrize("name", sorted(_FILES))
def test_one_mistake_in_a_file_is_named_with_file_and_key(name: str) -> None:
    text = _FILES[name]

    for line in one_of(list(_LINE_OF_KEY.finditer(text)), name):
        found = problem_with(name, replaced(name, line, line[1] + b"_x", 1))
        assert named(found, name, line[1])
        found = problem_with(name, replaced(name, line, b"[[7.5]]", 2))
        assert named(found, name, line[1])
    for inner in one_of(list(_INNER_KEY.finditer(text)), name):
        found = problem_with(name, replaced(name, inner, inner[1] + b"_x", 1))
        assert named(found, name, inner[1])
    for day in one_of(list(_DATE.finditer(text)), name):
        found = problem_with(name, replaced(name, day, b"2026-02-30", 0))
        assert re.match(rf"{re.escape(name)}: .* line \d+", found)


@pytest.mark.parametrize(
    "name", ["KR/withdrawal.toml", "EU/withdrawal.toml", "RU/guarantee.toml", "GB/_region.toml"]
)
def test_every_mistake_in_a_file_is_named_with_file_and_key(name: str) -> None:
    for line in _LINE_OF_KEY.finditer(_FILES[name]):
        for wrong in (b"[[7.5]]", b"{ x = 1 }", b"2026-01-01T10:00:00"):
            assert named(problem_with(name, replaced(name, line, wrong, 2)), name, line[1])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"length = 3,", b"length = -3,", "window.length -3 is out of reach"),
        (b"length = 3,", b"length = 1_000_000_000_000,", "is out of reach"),
        (b"[[version]]", b"[version]", "Expected `array`, got `object` - at `$.version`"),
        (b"title", b'like = "CN/mismatch"\ntitle', "like CN/mismatch, which is like this file"),
        (b"title", b"like = [7]\ntitle", "like [7], which is not there"),
        (b"methods", b'thresholds = [{ currency = "CNY" }]\nmethods', "without an amount"),
        (
            b"methods",
            b'thresholds = [{ up_to = "NaN", currency = "CNY" }]\nmethods',
            "thresholds NaN is no amount of CNY",
        ),
        (
            b"methods",
            b'fee = { percent = "500", at_most = "1", currency = "CNY" }\nmethods',
            "fee.percent 500 is out of reach",
        ),
    ],
)
def test_values_nobody_can_mean_are_named(old: bytes, new: bytes, said: str) -> None:
    name = "CN/mismatch.toml"
    text = _FILES[name].replace(b"length = 7,", b"length = 3,").replace(old, new, 1)

    found = problem_with(name, text)

    assert found.startswith(f"{name}: ")
    assert said in found


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (b"MOON = 7", "MOON is no [MOON]"),
        (b'[MOON]\ntext = ""', "MOON: Object missing required field `source`"),
        (b'[MOON]\ntext = ""\nsource = ""\nextra = [{ month = 2, day = 30 }]', "no day 2-30"),
        (b'[MOON]\ntext = ""\nsource = ""\nextra = [{ easter = 9000 }]', "easter 9000"),
        (b'[MOON]\ntext = ""\nsource = ""\nconfidence = "sure"', "confidence sure"),
    ],
)
def test_a_mistake_in_a_counting_rule_is_named(rule: bytes, said: str) -> None:
    found = problem_with("counting.toml", rule + b"\n" + _FILES["counting.toml"])

    assert found.startswith("counting.toml: MOON")
    assert said in found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('country = "XX"', "country XX has no holidays we know"),
        ('country = "DE"\nsubdivision = "CA"', "subdivision CA is not in DE"),
        ('country = "DE"\ncategories = ["luck"]', "categories luck is not kept for DE"),
    ],
)
def test_holidays_that_nobody_keeps_are_found_by_a_check(
    tmp_path: Path, line: str, said: str
) -> None:
    for name, text in _FILES.items():
        if name.startswith("KR/") or "/" not in name:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(text)
    with (tmp_path / "counting.toml").open("a") as file:
        file.write(f'\n[MOON]\ntext = ""\nsource = ""\n{line}\n')

    assert check_pack(tmp_path) == [f"counting.toml: MOON: {said}"]


def test_regions_that_extend_each_other_are_named() -> None:
    files = {"counting.toml": _FILES["counting.toml"]}
    files |= {"AA/_region.toml": b'name = "A"\nextends = "BB"'}
    files |= {"BB/_region.toml": b'name = "B"\nextends = "AA"'}

    with pytest.raises(BadPack, match=r"AA/_region\.toml: extends AA, which extends this"):
        pack_of(files)


@pytest.mark.parametrize("files", [{}, {"counting.toml": _FILES["counting.toml"]}])
def test_a_pack_without_rules_is_none(files: dict[str, bytes]) -> None:
    with pytest.raises(BadPack, match="no rule in any file"):
        pack_of(files)


_CASE: dict[str, Any] = {
    "id": "1",
    "jurisdiction": "KR",
    "buyer": "consumer",
    "channel": "online",
    "category": "general",
    "reason": "change_of_mind",
    "requested_on": "2027-03-05",
    "delivered_on": ["2027-03-02"],
}
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
_KEYS = st.sampled_from([*_CASE, "repair", "digital", "price", "currency", "merchant_policy"])


def is_one_answer(found: dict[str, Any]) -> bool:
    line = json.dumps(found)
    return "\n" not in line and ("eligible" in found) != ("error" in found)


@fuzz
@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=4))
def test_any_bytes_are_answered_line_by_line(lines: list[bytes]) -> None:
    found = list(answers(lines, _PACK))

    first = [line.removeprefix(b"\xef\xbb\xbf") for line in lines[:1]]
    assert len(found) == sum(bool(line.strip()) for line in (*first, *lines[1:]))
    assert all(is_one_answer(each) for each in found)


@fuzz
@given(_ANYTHING | st.dictionaries(_KEYS, _ANYTHING))
def test_any_json_is_answered(facts: object) -> None:
    assert is_one_answer(answer(json.dumps(facts).encode(), _PACK))


@fuzz
@given(_KEYS, _ANYTHING)
def test_any_value_of_a_fact_is_answered(key: str, value: object) -> None:
    assert is_one_answer(answer(json.dumps({**_CASE, key: value}).encode(), _PACK))


@fuzz
@given(cases(), st.data())
def test_days_that_contradict_each_other_are_answered(
    facts: dict[str, Any], data: st.DataObject
) -> None:
    days = sorted(name for name in facts if name.endswith("_on"))
    for name in data.draw(st.lists(st.sampled_from(days), max_size=4)):
        moved = date(2027, 1, 1) + timedelta(days=data.draw(st.integers(-20_000, 60_000)))
        facts[name] = [moved.isoformat()] if name == "delivered_on" else moved.isoformat()
    facts |= {"notice_received_on": "2026-12-01"} if data.draw(st.booleans()) else {}

    assert is_one_answer(answer(json.dumps(facts).encode(), _PACK))


@pytest.mark.parametrize(
    "more",
    [
        {"contract_on": "2027-03-03"},
        {"contract_on": "2027-03-03", "delivered_on": ["1999-01-01"]},
        {"informed_on": "2020-01-01"},
        {"informed_on": "2190-01-01"},
        {"delivered_on": []},
        {"delivered_on": ["2199-12-31"]},
        {"requested_on": "2199-12-31"},
        {"requested_on": "1970-01-01", "delivered_on": []},
        {"discovered_on": "2020-01-01", "reason": "defective"},
        {"repair": {}, "reason": "defective"},
        {"repair": {"given_back_on": "2027-03-04"}, "reason": "defective"},
        {"price": "0", "currency": "KRW"},
        {"price": "999999999999999.999999", "currency": "KRW"},
        {"price": "1", "currency": "ZZZ"},
        {"jurisdiction": "EU"},
        {"jurisdiction": "ZZ-999"},
    ],
)
@pytest.mark.parametrize("jurisdiction", ["KR", "DE", "GB", "IL", "US-CA", "CN", "ZA"])
def test_odd_days_and_amounts_are_decided(jurisdiction: str, more: dict[str, Any]) -> None:
    facts = {**_CASE, "jurisdiction": jurisdiction, **more}

    assert "eligible" in answer(json.dumps(facts).encode(), _PACK)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"notice_received_on": "2027-03-04"}, "contradiction"),
        ({"requested_on": "2027-03-04", "contract_on": "2027-03-06"}, "contradiction"),
        ({"returned_on": "2027-03-01"}, "contradiction"),
        ({"delivered": False}, "contradiction"),
        ({"requested_on": "2027-02-29"}, "bad_date"),
        ({"requested_on": "9999-12-31"}, "bad_date"),
        ({"requested_on": 20270305}, "bad_type"),
        ({"delivered_on": "2027-03-02"}, "bad_type"),
        ({"delivered_on": [None]}, "bad_type"),
        ({"price": 7}, "bad_type"),
        ({"price": "1e9"}, "bad_price"),
        ({"price": "9" * 4000}, "bad_price"),
        ({"price": "１２"}, "bad_price"),
        ({"repair": {"failed": "no"}}, "bad_type"),
        ({"jurisdiction": "kr"}, "bad_jurisdiction"),
        ({"buyer": None}, "bad_type"),
    ],
)
def test_what_cannot_be_is_refused_by_name(more: dict[str, Any], code: str) -> None:
    found = answer(json.dumps({**_CASE, **more}).encode(), _PACK)

    assert found["id"] == "1"
    assert found["error"]["code"] == code
    assert next(iter(more)) in found["error"]["message"]


def test_the_command_answers_every_line_of_a_hostile_stream() -> None:
    good = json.dumps(_CASE).encode()
    lines = [
        good,
        b"{",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 50_000,
        b"\xff\xfe\x00",
        b'{"id": "\\ud800"}',
        b"null",
        b"\x00",
        json.dumps({**_CASE, "id": "x" * 100_000}).encode(),
        good,
    ]

    ended = run_program("policy", "decide", "-", stdin=b"\n".join(lines))

    found = [json.loads(line) for line in ended.out.splitlines()]
    assert (ended.code, ended.err) == (1, "")
    assert len(found) == len(lines)
    assert [each.get("eligible") for each in (found[0], found[-1])] == ["yes", "yes"]
    assert all(is_one_answer(each) for each in found)
