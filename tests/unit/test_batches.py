"""A batch is taken only when every store of a hub can keep it as it was hashed."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from returnstation.wire.batches import LONGEST_SUBJECT, Batch, SentFact, pack_batch, unpack_batch
from returnstation.wire.packing import BadMessage

FACT = SentFact(1, "ICN3-1", 5, bytes(16), 1 << 16, "note_added", 1, "case-1", None, b"{}")


def sent(*changed: Mapping[str, Any]) -> Batch:
    facts = tuple(msgspec.structs.replace(FACT, **each) for each in changed)
    return unpack_batch(pack_batch(Batch(branch=7, before=bytes(32), facts=facts)))


@pytest.mark.parametrize(
    ("field", "most"), [("version", 2**31 - 1), ("seq", 2**63 - 1), ("epoch", 2**63 - 1)]
)
def test_a_number_is_as_large_as_its_column_and_no_larger(field: str, most: int) -> None:
    assert getattr(sent({field: most}).facts[0], field) == most
    for odd in (most + 1, -1):
        with pytest.raises(BadMessage, match="batch-malformed"):
            sent({field: odd})


def test_numbers_that_end_beyond_the_column_are_refused() -> None:
    with pytest.raises(BadMessage, match="batch-malformed"):
        sent({"seq": 2**63 - 1}, {"seq": 2**63})


@pytest.mark.parametrize("sign", ["x", "한", "😀"])
def test_a_subject_is_as_long_as_a_code_that_can_be_scanned_and_no_longer(sign: str) -> None:
    longest = sign * LONGEST_SUBJECT

    assert sent({"subject": longest}).facts[0].subject == longest
    with pytest.raises(BadMessage, match="batch-malformed"):
        sent({"subject": f"{longest}x"})
