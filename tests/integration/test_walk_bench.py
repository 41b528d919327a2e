"""Fifty mixed returns through the headless desk, and both sums to the cent."""

from pathlib import Path

from returnstation.cli.bench.walk import RETURNS, measure_walk


def test_fifty_returns_are_finished_and_both_sums_are_reconciled(tmp_path: Path) -> None:
    found = measure_walk(tmp_path / "walk")

    assert found.runs == RETURNS
    assert found.note.startswith(f"{RETURNS} returns, {RETURNS} finished")
