"""``returnstation desk --jsonl``: the headless desk, one JSON command per line."""

import argparse
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, TextIO

import msgspec

from returnstation.app import Station, open_station
from returnstation.application.desk.desk import Desk
from returnstation.application.desk.paying import Wish
from returnstation.application.view import View
from returnstation.cli.desk_conflicts import conflicts, settle
from returnstation.cli.shown import as_json
from returnstation.i18n import load_catalog

LONGEST_LINE = 1_000_000
"""Characters; a longer line is refused, not read."""


class BadCommand(Exception):
    """A line is no command; ``code`` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def add_commands(commands: Any) -> None:
    """Add ``desk``."""
    parser = commands.add_parser("desk", help="the desk without a window: JSON Lines in and out")
    parser.add_argument("--jsonl", action="store_true", required=True, help="JSON Lines")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    with closing(open_station(args.home)) as station:
        station.start_printing()
        station.start_syncing()
        serve(station, sys.stdin, sys.stdout, args.lang)
        station.finish_printing()
    return 0


def serve(station: Station, lines: TextIO, answers: TextIO, language: str) -> None:
    """Answer every line until the input ends; each answer after its effects are durable."""
    desk = station.desk
    for line in iter(lambda: lines.readline(LONGEST_LINE + 1), ""):
        if not line.strip():
            continue
        answer = _answer(desk, line, lines, language)
        answers.write(msgspec.json.encode(answer).decode() + "\n")
        answers.flush()


def _answer(desk: Desk, line: str, lines: TextIO, language: str) -> dict[str, Any]:
    before = desk.memory.problem
    try:
        view = _act(desk, _command(line, lines))
    except BadCommand as bad:
        error = {"code": bad.code, "message": str(bad)}
        return {"ok": False, "error": error, "view": _shown(desk.state(), language)}
    shown = _shown(view, language)
    # `state` still shows why the act before it was refused; it is not refused itself.
    if view.problem is not None and view.problem is not before:
        catalog = load_catalog(language)
        error = {"code": view.problem.code, "message": catalog.say(view.problem.text)}
        return {"ok": False, "error": error, "view": shown}
    return {"ok": True, "seq": view.seq, "view": shown}


def _command(line: str, lines: TextIO) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        while line and not line.endswith("\n"):
            line = lines.readline(LONGEST_LINE)
        raise BadCommand("line-too-long", f"a line has at most {LONGEST_LINE} characters")
    try:
        command = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadCommand("bad-json", str(error)) from error
    if not isinstance(command, dict) or not isinstance(command.get("do"), str):
        raise BadCommand("bad-command", "a command is an object with a text `do`")
    return command


def _act(desk: Desk, command: dict[str, Any]) -> View:
    act = _ACTS.get(command["do"])
    if act is None:
        raise BadCommand("unknown-command", f"no such command: {command['do'][:40]}")
    return act(desk, command)


def _shown(view: View, language: str) -> Any:
    return as_json(view, load_catalog(language))


def _text(command: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = command.get(name, default)
    if not isinstance(value, str):
        raise BadCommand("bad-field", f"`{name}` must be a text")
    return value


def _number(command: Mapping[str, Any], name: str) -> int:
    value = command.get(name)
    if isinstance(value, str) and value[:1] in {"F", "C"} and value[1:].isascii():
        value = int(value[1:]) if value[1:].isdigit() else None
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadCommand("bad-field", f"`{name}` must be a whole number")
    return value


def _file(command: Mapping[str, Any], name: str) -> bytes:
    path = Path(_text(command, name))
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise BadCommand("file-unreadable", f"{name}: {path.name} cannot be read") from error


def _scan(desk: Desk, command: Mapping[str, Any]) -> View:
    if "image" in command:
        return desk.picture(_file(command, "image"))
    if command.get("typed") is True:
        return desk.typed(_text(command, "text"))
    return desk.scan(_text(command, "text"))


def _dispose(desk: Desk, command: Mapping[str, Any]) -> View:
    if "disposition" not in command:
        return desk.do("accept")
    reason = _text(command, "reason") if "reason" in command else None
    return desk.dispose(_text(command, "disposition"), reason)


def _resolve(desk: Desk, command: Mapping[str, Any]) -> View:
    """Show the refund; with a method choose it for a line, with ``lost`` keep diminished value."""
    line = _text(command, "line", "")
    if "lost" in command:
        return desk.resolve(Wish(line=line, amount=_text(command, "lost")))
    if "postage" in command:
        return desk.resolve(Wish(postage=_text(command, "postage")))
    if "method" not in command:
        return desk.do("settle")
    given = {name: _text(command, name, "") for name in ("variant", "amount", "reason")}
    return desk.resolve(Wish(line=line, method=_text(command, "method"), **given))


def _find_order(desk: Desk, command: Mapping[str, Any]) -> View:
    if "text" in command:
        return desk.clue(_text(command, "text"))
    return desk.do("find-order")


def _add(desk: Desk, command: Mapping[str, Any]) -> View:
    if "quantity" in command:
        return desk.add(_text(command, "code"), _number(command, "quantity"))
    return desk.scan(_text(command, "code"))


def _answer_question(desk: Desk, command: Mapping[str, Any]) -> View:
    value = command.get("value")
    if value is None:
        return desk.answer(_text(command, "key"))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadCommand("bad-field", "`value` must be a text or a number")
    return desk.measure(str(value))


def _do_act(desk: Desk, command: Mapping[str, Any]) -> View:
    return desk.do(_text(command, "act"))


_ACTS: Mapping[str, Callable[[Desk, Mapping[str, Any]], View]] = {
    "act": _do_act,
    "add_item": _add,
    "answer": _answer_question,
    "cancel": lambda desk, c: desk.cancel(_text(c, "why", "opened_by_mistake")),
    "choose": lambda desk, c: desk.choose(_text(c, "key")),
    "conflicts": conflicts,
    "dispose": _dispose,
    "find_order": _find_order,
    "finish": lambda desk, _: desk.do("finish"),
    "grade": lambda desk, c: desk.grade(_number(c, "functional"), _number(c, "cosmetic")),
    "hold": lambda desk, c: desk.hold(_text(c, "why", "later")),
    "lot": lambda desk, c: desk.lot(_number(c, "quantity")),
    "missing": lambda desk, _: desk.do("missing"),
    "note": lambda desk, c: desk.note(_text(c, "text")),
    "photo": lambda desk, c: desk.photo(_file(c, "file")),
    "print": lambda desk, c: desk.reprint(_text(c, "reason", "did_not_come_out")),
    "put": lambda desk, c: desk.put(_text(c, "container")),
    "resolve": _resolve,
    "scan": _scan,
    "scan_back": lambda desk, c: desk.scan_back(_text(c, "lpn")),
    "settle_conflict": lambda desk, c: settle(
        desk,
        _text(c, "conflict", "1"),
        _text(c, "keeps", ""),
        (_text(c, "decision"), _text(c, "reason")),
    ),
    "sign_in": lambda desk, c: desk.sign_in(_text(c, "badge"), _text(c, "pin")),
    "sign_out": lambda desk, _: desk.do("sign-out"),
    "split": lambda desk, c: desk.split(_number(c, "quantity")),
    "state": lambda desk, _: desk.state(),
    "tell": lambda desk, _: desk.do("tell"),
    "undo": lambda desk, _: desk.do("undo"),
}
