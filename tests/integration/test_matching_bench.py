"""The right order is suggested as often as it was when the shares were saved."""

from pathlib import Path

from returnstation.cli.bench.matching import Shares, as_saved, evaluate, read_saved

SAVED = Path(__file__).parents[2] / "benchmarks" / "matching.json"
PARCELS = 25
NOISE = 12.0
"""Percent by which so few parcels may be worse than the many that were saved."""


def test_matching_is_not_worse_than_what_was_saved() -> None:
    saved = read_saved(SAVED)

    found = evaluate(PARCELS).shares

    assert found.keys() == saved.keys()
    worse = {
        name: (shares, saved[name])
        for name, shares in found.items()
        if shares.few < saved[name].few - NOISE or shares.first < saved[name].first - NOISE
    }
    assert worse == {}


def test_shares_are_read_as_they_were_saved(tmp_path: Path) -> None:
    found = evaluate(1)
    file = tmp_path / "saved.json"
    file.write_bytes(as_saved(found))

    assert read_saved(file) == found.shares
    assert read_saved(tmp_path / "missing.json") == {}
    assert set(found.shares["whole"].__struct_fields__) == set(Shares.__struct_fields__)
