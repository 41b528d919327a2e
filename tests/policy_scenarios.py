"""Read the scenario files of ``tests/scenarios/policy``: cases a lawyer can read and add."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "scenarios" / "policy"


@dataclass(frozen=True)
class Scenario:
    """One case: its facts as JSON has them, and what must come out."""

    name: str
    facts: Mapping[str, Any]
    expected: Mapping[str, Any]

    def __str__(self) -> str:
        return self.name


def scenarios() -> list[Scenario]:
    """Return every case of every file."""
    return [case for file in sorted(_FOLDER.glob("*.toml")) for case in _cases(file)]


def _cases(file: Path) -> Iterator[Scenario]:
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    for case in table["case"]:
        facts = {**table["sale"], **case}
        name, expected = facts.pop("name"), facts.pop("expect")
        facts["id"] = f"{file.stem}: {name}"
        yield Scenario(facts["id"], _as_json(facts), _as_json(expected))


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
