"""Merchants' return policies as rows: one row each, the whole policy in its cells."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from returnstation.exchange.rows import REASON, Accepted, Problem, Rejected, Row

_MERCHANT = "rs:merchant"


@dataclass(frozen=True, slots=True)
class GivenPolicy:
    """A policy as its merchant gave it."""

    merchant_id: str
    policy_id: str
    terms: Mapping[str, Any]


class PolicySource:
    """The policies of a JSON-LD file; a row's line is the place of its policy, from 1.

    Args:
        path: The file.
        policies: What it holds.
    """

    def __init__(self, path: Path, policies: Sequence[Mapping[str, Any]]) -> None:
        self._policies = policies
        self.columns: tuple[str, ...] = ()
        self.encoding = "utf-8"
        self.size = path.stat().st_size
        self.position = 0

    def rows(self) -> Iterator[Row]:
        """Yield the policies; what a rejected file said of them is left out."""
        for place, table in enumerate(self._policies, start=1):
            yield Row(place, {name: value for name, value in table.items() if name != REASON})


def read_policies(
    rows: Iterator[Row],
    merchant: str | None,
    known: Callable[[str], bool],
    check: Callable[[Mapping[str, Any]], str],
) -> Iterator[Accepted[GivenPolicy] | Rejected]:
    """Yield policies, and the rows that make none.

    Args:
        rows: The rows.
        merchant: Whose policies those are that name none.
        known: Tells whether a merchant is known.
        check: Returns a policy's id; raises ValueError when its terms are wrong.
    """
    seen: set[tuple[str, str]] = set()
    for row in rows:
        owner = row.cells.get(_MERCHANT, merchant)
        if not isinstance(owner, str):
            yield Rejected(row, Problem(row.line, _MERCHANT, "no-merchant"))
            continue
        if not known(owner):
            yield Rejected(row, Problem(row.line, _MERCHANT, "unknown-merchant", owner[:80]))
            continue
        try:
            policy_id = check(row.cells)
        except ValueError as error:
            yield Rejected(row, Problem(row.line, "", "bad-terms", str(error)[:200]))
            continue
        if (owner, policy_id) in seen:
            yield Rejected(row, Problem(row.line, "@id", "duplicate-id", policy_id[:80]))
            continue
        seen.add((owner, policy_id))
        yield Accepted(GivenPolicy(owner, policy_id, row.cells))
