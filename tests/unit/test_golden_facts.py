"""Every fact any released build ever wrote is read for ever, and hashes the same for ever.

A line is added for each new type, or version of one; no line is ever changed.
"""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from returnstation.domain.facts import Fact, type_name
from returnstation.wire.batches import SentFact
from returnstation.wire.facts import FIRST, body_of, chain_hash, fact_from

GOLDEN = Path(__file__).parents[1] / "data" / "golden-facts.jsonl"
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
    fact: Fact = fact_from(line["type"], line["version"], line["body"].encode())

    assert type_name(type(fact)) == line["type"]
    assert chain_hash(sent(line).entry(), FIRST).hex() == line["hash"]
    # What was written then says the same now: fields added since have their defaults.
    again = json.loads(body_of(fact))
    assert again | json.loads(line["body"]) == again


def test_every_type_of_fact_has_a_golden_line() -> None:
    assert {line["type"] for line in LINES} >= {type_name(kind) for kind in get_args(Fact)}
