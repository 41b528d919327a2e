"""``returnstation bench decoding``: what share of codes is read, beside each library alone."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    from returnstation.cli.bench.decoding.pictures import Sample

PICTURES, SEED = 600, 1


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what only this measurement takes."""
    parser.add_argument(
        "--pictures", type=int, default=PICTURES, metavar="N", help="drawn, decoded"
    )
    parser.add_argument("--seed", type=int, default=SEED, metavar="S", help="of the drawn pictures")


def run(args: argparse.Namespace, folder: Path | None) -> int:
    """Compare the readers on a folder's pictures, or on drawn ones.

    Returns:
        1 where ours is worse than a library alone, or reads what is not there.
    """
    from returnstation.cli.bench.decoding.pictures import drawn_samples, folder_samples
    from returnstation.cli.bench.decoding.report import as_json_lines, as_table, shortfalls
    from returnstation.cli.bench.decoding.scoring import readers, score

    drawn = drawn_samples(args.pictures, args.seed)
    samples = drawn if folder is None else folder_samples(folder)
    shown = tqdm(_kept(samples, args.keep), unit="picture", disable=None)
    scores = score(shown, readers())
    print(as_json_lines(scores) if args.json else as_table(scores))
    short = shortfalls(scores)
    for line in short:
        print(f"returnstation: bench: {line}", file=sys.stderr)
    return 1 if short else 0


def _kept(samples: "Iterable[Sample]", folder: Path | None) -> "Iterator[Sample]":
    from returnstation.cli.bench.decoding.pictures import keep_sample

    for sample in samples:
        if folder is not None:
            keep_sample(folder, sample)
        yield sample
