"""Every fact any released build ever wrote is read for ever, and hashes the same for ever.

A line is added for each new type, or version of one; no line is ever changed. Where words are
sealed the line says what is read with the key below.
"""

import json
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import pytest

from returnstation.domain.facts import ERASED, Fact, type_name
from returnstation.wire.batches import SentFact
from returnstation.wire.facts import FIRST, Lock, body_of, chain_hash, fact_from
from returnstation.wire.sealing import KEY_BYTES
from returnstation.wire.upcasting import newest_version

GOLDEN = Path(__file__).parents[1] / "data" / "golden-facts.jsonl"
LOCK = Lock(UUID(int=0), bytes(range(KEY_BYTES)))
LINES: list[dict[str, Any]] = [
    json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()
]


def sent(line: dict[str, Any]) -> SentFact:
    return SentFact(
        seq=1,
        station="ICN3",
        epoch=7,
        fact_id=bytes(16),
        hlc=1 << 16,
        type=line["type"],
        version=line["version"],
        subject="case-1",
        user=None,
        body=line["body"].encode(),
    )


@pytest.mark.parametrize("line", LINES, ids=[f"{each['type']}-{each['version']}" for each in LINES])
def test_a_fact_of_any_age_is_read_and_hashes_the_same(line: dict[str, Any]) -> None:
    fact: Fact = fact_from(line["type"], line["version"], line["body"].encode(), LOCK)

    assert type_name(type(fact)) == line["type"]
    assert chain_hash(sent(line).entry(), FIRST).hex() == line["hash"]
    # What was written then says the same now: fields added since have their defaults.
    again = json.loads(body_of(fact))
    assert again | json.loads(line.get("opened", line["body"])) == again


def test_every_version_of_every_type_of_fact_has_a_golden_line() -> None:
    wanted = {
        (type_, version)
        for type_ in map(type_name, get_args(Fact))
        for version in range(1, newest_version(type_) + 1)
    }

    assert {(line["type"], line["version"]) for line in LINES} >= wanted


@pytest.mark.parametrize("line", LINES, ids=[f"{each['type']}-{each['version']}" for each in LINES])
def test_a_sealed_line_tells_nothing_without_its_key(line: dict[str, Any]) -> None:
    fact: Fact = fact_from(line["type"], line["version"], line["body"].encode())

    is_sealed = "opened" in line
    assert (ERASED in body_of(fact).decode()) == is_sealed
    assert "Kim" not in line["body"]
