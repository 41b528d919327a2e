"""How much reading the statute pack adds to a start."""

from returnstation import datafiles
from returnstation.cli.bench.figures import Figure, figure, timed
from returnstation.policydata import load_pack_from, pack_files

TARGET_MS = 150

_RUNS = 20


def measure_pack() -> Figure:
    """Read, shape and check every file of the pack, as each start does once."""
    folder = datafiles.resource("policy")
    times = timed(load_pack_from, [folder] * (_RUNS + 1))
    bare = timed(pack_files, [folder] * _RUNS)
    return figure(
        "pack",
        times[1:],
        target_ms=TARGET_MS,
        against=("reading the same files as bytes", bare),
        note=f"{len(pack_files(folder))} files",
    )
