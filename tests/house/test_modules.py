"""The house's rules on modules, names and texts in code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "returnstation"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 400
# Standard, section 5; `manager` and its like hide what a thing is.
BANNED = {"manager", "helper", "helpers", "util", "utils", "handler", "processor", "data", "info"}
LOWER_LAYERS = ("application", "domain", "wire")
PURE = {"datetime.now", "date.today", "time.time", "uuid4", "uuid7", "random", "randbits"}


def names(tree: ast.AST) -> Iterator[str]:
    """Yield what a module itself names: modules, classes, functions, arguments, variables."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name


def words(name: str) -> set[str]:
    return set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_"))


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def of_package(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("file", MODULES, ids=of_package)
def test_no_module_is_longer_than_a_person_reads(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").count("\n")

    assert lines <= MOST_LINES


@pytest.mark.parametrize("file", MODULES, ids=of_package)
def test_no_name_hides_what_it_is(file: Path) -> None:
    own = {*names(parsed(file)), *file.relative_to(PACKAGE).with_suffix("").parts}

    hiding = {name for name in own if words(name) & BANNED}

    assert sorted(hiding - GIVEN_NAMES) == []


# Qt's own names for what a model or an event carries, and those the standard itself gives.
GIVEN_NAMES = {"data", "headerData", "DataFileMissing", "printer_data"}


@pytest.mark.parametrize(
    "file",
    [file for file in MODULES if of_package(file).startswith(LOWER_LAYERS)],
    ids=of_package,
)
def test_nothing_below_knows_the_time_or_chance(file: Path) -> None:
    called = {ast.unparse(n.func) for n in ast.walk(parsed(file)) if isinstance(n, ast.Call)}

    assert not {name for name in called if any(name.endswith(odd) for odd in PURE)}


@pytest.mark.parametrize(
    "file",
    [file for file in MODULES if not of_package(file).startswith("cli/")],
    ids=of_package,
)
def test_only_commands_print(file: Path) -> None:
    called = {ast.unparse(n.func) for n in ast.walk(parsed(file)) if isinstance(n, ast.Call)}

    assert "print" not in called


@pytest.mark.parametrize("file", MODULES, ids=of_package)
def test_no_function_takes_a_plain_bool_by_place(file: Path) -> None:
    taking = [
        f"{function.name}({argument.arg})"
        for function in ast.walk(parsed(file))
        if isinstance(function, ast.FunctionDef)
        for argument in function.args.args
        if argument.annotation is not None and ast.unparse(argument.annotation) == "bool"
    ]

    assert taking == []
