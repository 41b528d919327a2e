"""The desk without a window: one JSON command per line, one answer per line."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from builders import SHOES_GTIN
from processes import run_program
from returnstation.app import Station
from returnstation.cli.desk import LONGEST_LINE, serve
from returnstation.storage.audit import verify
from stations import PIN, a_station

EAN = SHOES_GTIN[1:]
SIGN_IN = {"do": "sign_in", "badge": "OPERATOR", "pin": PIN}
# The binding list of commands (contract, "The headless desk").
CONTRACT: dict[str, dict[str, Any]] = {
    "sign_in": SIGN_IN,
    "scan": {"do": "scan", "text": "R-77421"},
    "choose": {"do": "choose", "key": "1"},
    "add_item": {"do": "add_item", "code": EAN},
    "answer": {"do": "answer", "key": "2"},
    "photo": {"do": "photo", "file": "photo.png"},
    "grade": {"do": "grade", "functional": 6, "cosmetic": 9},
    "dispose": {"do": "dispose"},
    "resolve": {"do": "resolve"},
    "print": {"do": "print", "reason": "lost"},
    "scan_back": {"do": "scan_back", "lpn": "ICN3-1"},
    "put": {"do": "put", "container": "T-1"},
    "hold": {"do": "hold"},
    "finish": {"do": "finish"},
    "cancel": {"do": "cancel"},
    "sign_out": {"do": "sign_out"},
    "state": {"do": "state"},
}


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """A station with an item in hand, for what changes nothing."""
    with a_station(tmp_path_factory.mktemp("home")) as station:
        told(station, SIGN_IN, {"do": "scan", "text": "R-77421"}, {"do": "add_item", "code": EAN})
        yield station


def told(station: Station, *commands: dict[str, Any] | str, language: str = "en") -> list[Any]:
    """Send commands, as objects or as raw lines, and return the answers."""
    lines = [each if isinstance(each, str) else json.dumps(each) for each in commands]
    answers = StringIO()
    serve(station, StringIO("".join(f"{line}\n" for line in lines)), answers, language)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def codes(answers: list[Any]) -> list[str]:
    return ["ok" if answer["ok"] else answer["error"]["code"] for answer in answers]


def test_a_whole_return_goes_through_it(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.new("RGB", (30, 20)).save(photo)
    with a_station(tmp_path) as station:
        opened = told(
            station,
            SIGN_IN,
            {"do": "scan", "text": "R-77421"},
            {"do": "add_item", "code": EAN},
            {"do": "photo", "file": str(photo)},
            {"do": "note", "text": "corner dented"},
            {"do": "answer", "key": "3"},
            {"do": "grade", "functional": "F6", "cosmetic": "C9"},
            {"do": "dispose"},
        )
        label = opened[-1]["view"]["label"]
        target = next(tote["code"] for tote in label["containers"] if tote["is_target"])
        closed = told(
            station,
            {"do": "print", "reason": "lost"},
            {"do": "scan_back", "lpn": label["lpn"]},
            {"do": "put", "container": target},
            {"do": "resolve"},
            {"do": "finish"},
            {"do": "sign_out"},
        )

    assert codes(opened) == ["ok"] * 8
    assert codes(closed) == ["ok"] * 6
    assert closed[3]["view"]["settle"]["total"] == {"amount": "133.90", "currency": "EUR"}
    assert [answer["view"]["step"] for answer in closed[-2:]] == ["ready", "locked"]
    seqs = [answer["seq"] for answer in [*opened, *closed]]
    assert seqs == sorted(seqs)
    assert verify(tmp_path / "station.db").facts == seqs[-1]


@pytest.mark.parametrize("name", sorted(CONTRACT))
def test_every_command_of_the_contract_is_known(name: str, tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        (answer,) = told(station, CONTRACT[name])

    assert "view" in answer
    if not answer["ok"]:
        assert answer["error"]["code"] not in {"unknown-command", "bad-field", "bad-command"}
        assert answer["error"]["message"]


def test_the_order_of_a_parcel_nobody_knows_is_found_by_what_is_told(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        _, _, unknown, asked, attached, known = told(
            station,
            SIGN_IN,
            {"do": "scan", "text": "NOBODY-KNOWS-1"},
            {"do": "find_order"},
            {"do": "find_order", "text": "Anna Lehmann"},
            {"do": "choose", "key": "1"},
            {"do": "find_order"},
        )

    assert codes([unknown, asked, attached, known]) == ["no-clues", "ok", "ok", "order-known"]
    assert asked["view"]["step"] == "choose"
    assert not attached["view"]["case"]["is_blind"]


def test_the_view_says_what_the_screen_says(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        _, answer = told(station, SIGN_IN, {"do": "scan", "text": "R-77421"}, language="ko")

    view = answer["view"]
    (line,) = view["case"]["lines"]
    assert view["step"] == "matched"
    assert view["instruction"]["text"]["text"]
    assert line["outcome"] == "accept"
    assert line["clause"]
    assert line["deadline"]["on"] >= "2026-11-24"
    assert view["case"]["refund_due"]["what"]["key"] == "due.refund"


def test_messages_come_in_the_language_asked_for(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        (english,) = told(station, {"do": "scan", "text": "x"}, language="en")
        (korean,) = told(station, {"do": "scan", "text": "x"}, language="ko")

    assert english["error"]["code"] == korean["error"]["code"] == "sign-in-first"
    assert english["error"]["message"].isascii()
    assert any("가" <= character <= "힣" for character in korean["error"]["message"])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "bad-json"),
        ("nonsense", "bad-json"),
        ('{"do": "scan", "text": "R-77421"', "bad-json"),
        ('{"do": "scan"} {"do": "scan"}', "bad-json"),
        ("[" * 100_000, "bad-json"),
        ('"\\ud800"', "bad-json"),
        ("[]", "bad-command"),
        ("null", "bad-command"),
        ('"scan"', "bad-command"),
        ("{}", "bad-command"),
        ('{"do": 7}', "bad-command"),
        ('{"do": "explode"}', "unknown-command"),
        ('{"do": "__init__"}', "unknown-command"),
        ('{"do": "scan"}', "bad-field"),
        ('{"do": "scan", "text": 5}', "bad-field"),
        ('{"do": "scan", "text": null}', "bad-field"),
        ('{"do": "scan", "text": ["R-77421"]}', "bad-field"),
        ('{"do": "grade", "functional": 6.5, "cosmetic": 9}', "bad-field"),
        ('{"do": "grade", "functional": true, "cosmetic": 9}', "bad-field"),
        ('{"do": "grade", "functional": "F", "cosmetic": "C9"}', "bad-field"),
        ('{"do": "grade", "functional": 6}', "bad-field"),
        ('{"do": "grade", "functional": 7, "cosmetic": 9}', "no-such-grade"),
        ('{"do": "grade", "functional": 99999999999999999999, "cosmetic": 9}', "no-such-grade"),
        ('{"do": "photo", "file": "/nowhere/photo.jpg"}', "file-unreadable"),
        ('{"do": "photo", "file": "\\u0000"}', "file-unreadable"),
        ('{"do": "scan", "image": "/nowhere/label.png"}', "file-unreadable"),
        ('{"do": "answer", "key": "9"}', "no-such-option"),
        ('{"do": "answer", "key": ""}', "no-such-option"),
        ('{"do": "choose", "key": "9"}', "no-such-option"),
        ('{"do": "choose", "key": "한"}', "no-such-option"),
        ('{"do": "dispose", "disposition": "the_bin"}', "disposition-unknown"),
        ('{"do": "act", "act": "explode"}', "act-unknown"),
        ('{"do": "hold", "why": "because"}', "hold-unknown"),
        ('{"do": "scan", "text": ""}', "scan-empty"),
        ('{"do": "scan", "text": "RS:9"}', "no-such-option"),
        ('{"do": "note", "text": "  "}', "note-length"),
    ],
)
def test_a_line_that_is_no_command_is_answered_and_changes_nothing(
    line: str, why: str, station: Station
) -> None:
    before, refused, after = told(station, {"do": "state"}, line, {"do": "state"})

    assert codes([before, refused, after]) == ["ok", why, "ok"]
    assert refused["error"]["message"]
    assert after["seq"] == before["seq"]
    assert after["view"]["question"] == before["view"]["question"]


def test_a_line_that_is_too_long_is_passed_over_whole(tmp_path: Path) -> None:
    long = json.dumps({"do": "scan", "text": "x" * (2 * LONGEST_LINE)})
    with a_station(tmp_path) as station:
        answers = told(station, long, {"do": "state"})

    assert codes(answers) == ["line-too-long", "ok"]


def test_empty_lines_are_not_answered_and_the_last_needs_no_line_end(tmp_path: Path) -> None:
    answers = StringIO()
    with a_station(tmp_path) as station:
        serve(station, StringIO('\n  \n{"do": "state"}'), answers, "en")

    assert len(answers.getvalue().splitlines()) == 1


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    commands=st.lists(
        st.fixed_dictionaries(
            {"do": st.sampled_from([*CONTRACT, "note", "missing", "undo", "act"])},
            optional={
                name: st.text(max_size=12)
                | st.integers()
                | st.none()
                | st.sampled_from([EAN, "R-77421", "1", "2", "9", "F6", "accept", "restock_new"])
                for name in (
                    "text",
                    "key",
                    "code",
                    "act",
                    "lpn",
                    "why",
                    "reason",
                    "container",
                    "disposition",
                    "functional",
                    "cosmetic",
                )
            },
        ),
        max_size=15,
    )
)
def test_no_sequence_of_commands_can_end_the_desk(
    commands: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    with a_station(home) as station:
        answers = told(station, SIGN_IN, *commands)

    assert len(answers) == len(commands) + 1
    assert verify(home / "station.db").bad is None


@settings(max_examples=30)
@given(lines=st.lists(st.text(max_size=40).filter(lambda text: "\n" not in text), max_size=6))
def test_any_text_is_answered_once_per_line(
    lines: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    wanted = [line for line in lines if line.strip()]
    with a_station(tmp_path_factory.mktemp("home")) as station:
        answers = StringIO()
        serve(station, StringIO("\n".join(wanted), newline="\n"), answers, "en")

    assert len(answers.getvalue().splitlines()) == len(wanted)


def test_a_real_process_answers_line_by_line_and_ends_cleanly(tmp_path: Path) -> None:
    with a_station(tmp_path):
        pass
    hostile = [b"\xff\xfe\x00", b'{"do": "scan", "text": "\xff"}', b"\x00", "{한".encode()]
    lines = [
        *hostile,
        json.dumps(SIGN_IN).encode(),
        json.dumps({"do": "scan", "text": "길이 7421", "typed": True}, ensure_ascii=False).encode(),
        b'{"do": "state"}',
    ]

    ended = run_program(
        "--home",
        str(tmp_path),
        "--lang",
        "ko",
        "desk",
        "--jsonl",
        stdin=b"\n".join(lines),
        env={"PYTHONIOENCODING": "utf-8:strict"},
    )
    answers = [json.loads(line) for line in ended.out.splitlines()]

    assert ended.code == 0, ended.err
    assert ended.err == ""
    assert codes(answers)[:5] == ["bad-json"] * 4 + ["ok"]
    assert answers[-1]["ok"]
    assert len(answers) == len(lines)


def test_the_end_of_input_keeps_an_open_case(tmp_path: Path) -> None:
    with a_station(tmp_path):
        pass
    scan = {"do": "scan", "text": "R-77421"}
    lines = "\n".join(json.dumps(line) for line in (SIGN_IN, scan)).encode()

    first = run_program("--home", str(tmp_path), "desk", "--jsonl", stdin=lines)
    again = run_program(
        "--home", str(tmp_path), "desk", "--jsonl", stdin=json.dumps(SIGN_IN).encode()
    )

    number = json.loads(first.out.splitlines()[-1])["view"]["case"]["number"]
    assert json.loads(again.out)["view"]["case"]["number"] == number
