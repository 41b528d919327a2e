"""Say what a comparison of readers gave: a table for people, or a line of JSON per row."""

from collections.abc import Iterator

import msgspec

from returnstation.cli.bench.decoding.pictures import NONE
from returnstation.cli.bench.decoding.scoring import OURS, Score, Scores, total

ALL = "all"

_MOST_WRONG = 0.005
"""Share of codes read wrong that is too much."""


def rows(scores: Scores) -> Iterator[tuple[str, str, Score]]:
    """Yield symbology, reader and score, and the sums at the end."""
    names = sorted({name for by_symbology in scores.values() for name in by_symbology} - {NONE})
    for symbology in names:
        for reader, by_symbology in scores.items():
            yield symbology, reader, by_symbology.get(symbology, Score())
    for reader, by_symbology in scores.items():
        yield NONE, reader, by_symbology.get(NONE, Score())
        yield ALL, reader, total(by_symbology)


def shortfalls(scores: Scores) -> list[str]:
    """Return where ours is not as good as it must be; empty when it is."""
    ours = scores[OURS]
    found = [
        f"{symbology}: {reader} alone reads {score.right}, ours {own.right}"
        for symbology, reader, score in rows(scores)
        if score.right > (own := total(ours) if symbology == ALL else ours[symbology]).right
    ]
    every = total(ours)
    if len(every.wrong) > _MOST_WRONG * every.codes:
        found.append(f"{len(every.wrong)} wrong of {every.codes}: {every.wrong[:5]}")
    if NONE in ours and ours[NONE].wrong:
        found.append(f"read in pictures without codes: {ours[NONE].wrong[:5]}")
    return found


def as_table(scores: Scores) -> str:
    """Return a table with a line for each symbology and three columns for each reader."""
    readers = list(scores)
    by_row: dict[str, dict[str, Score]] = {}
    for symbology, reader, score in rows(scores):
        by_row.setdefault(symbology, {})[reader] = score
    head = ["symbology", "codes"]
    for reader in readers:
        head += [f"{reader}: right", "wrong", "unread", "ms"]
    lines = [head, ["---"] * len(head)]
    for symbology, found in by_row.items():
        line = [symbology, str(found[readers[0]].codes)]
        for reader in readers:
            score = found[reader]
            line += [_share(score), str(len(score.wrong)), str(score.unread)]
            line.append(f"{score.median_ms:.0f}")
        lines.append(line)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def as_json_lines(scores: Scores) -> str:
    """Return a JSON object per symbology and reader."""
    return "\n".join(
        msgspec.json.encode(
            {
                "symbology": symbology,
                "reader": reader,
                "codes": score.codes,
                "right": score.right,
                "wrong": score.wrong,
                "unread": score.unread,
                "median_ms": round(score.median_ms, 1),
            }
        ).decode()
        for symbology, reader, score in rows(scores)
    )


def _share(score: Score) -> str:
    if not score.codes:
        return "-"
    return f"{score.right} ({100 * score.right / score.codes:.0f} %)"
