"""Timings, their median and 95th percentile, and the table that shows them."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from statistics import median
from typing import TypeVar

import msgspec

_T = TypeVar("_T")

_HEAD = ("name", "median", "p95", "target", "met", "baseline", "ratio", "runs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What one measurement found; times are milliseconds.

    Attributes:
        target_ms: What ``p95_ms`` should not exceed, or ``p99_ms`` where that was promised; None
            where nothing was.
        baseline: What the baseline is, in words.
        baseline_ms: Its median.
        note: More to know, e.g. the rate.
    """

    name: str
    runs: int
    median_ms: float
    p95_ms: float
    target_ms: float | None = None
    baseline: str = ""
    baseline_ms: float | None = None
    note: str = ""
    p99_ms: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the target is kept; None without one."""
        promised = self.p95_ms if self.p99_ms is None else self.p99_ms
        return None if self.target_ms is None else promised <= self.target_ms

    @property
    def ratio(self) -> float | None:
        """How many times the baseline the median is."""
        return None if not self.baseline_ms else self.median_ms / self.baseline_ms


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that ``share`` of all do not exceed.

    >>> percentile([3, 1, 2, 4], 0.5), percentile([1], 0.95)
    (2, 1)
    """
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def timed(work: Callable[[_T], object], inputs: Iterable[_T]) -> list[float]:
    """Return how many milliseconds ``work`` took for each input."""
    times = []
    for each in inputs:
        start = time.perf_counter()
        work(each)
        times.append((time.perf_counter() - start) * 1000)
    return times


def figure(
    name: str,
    times: Sequence[float],
    *,
    target_ms: float | None,
    against: tuple[str, Sequence[float]] = ("", ()),
    note: str = "",
) -> Figure:
    """Return the figure of a measurement and its baseline, if it has one."""
    baseline, bare = against
    return Figure(
        name=name,
        runs=len(times),
        median_ms=median(times),
        p95_ms=percentile(times, 0.95),
        target_ms=target_ms,
        baseline=baseline,
        baseline_ms=median(bare) if bare else None,
        note=note,
    )


def as_json(found: Figure) -> str:
    """Return a figure as one line of JSON."""
    record = asdict(found) | {"met": found.is_met, "ratio": found.ratio}
    return msgspec.json.encode(record).decode()


def as_table(figures: Sequence[Figure]) -> str:
    """Return figures as a table for people."""
    rows = [_HEAD, *(_row(found) for found in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows]
    notes = [f"{found.name}: against {found.baseline}" for found in figures if found.baseline]
    notes += [f"{found.name}: {found.note}" for found in figures if found.note]
    return "\n".join([*(line.rstrip() for line in lines), "", *notes])


def _row(found: Figure) -> tuple[str, ...]:
    met = {True: "yes", False: "no", None: "-"}[found.is_met]
    return (
        found.name,
        _ms(found.median_ms),
        _ms(found.p95_ms),
        "-" if found.target_ms is None else _ms(found.target_ms),
        met,
        "-" if found.baseline_ms is None else _ms(found.baseline_ms),
        "-" if found.ratio is None else f"{found.ratio:.1f}x",
        str(found.runs),
    )


def _ms(value: float) -> str:
    return f"{value:.3f} ms" if value < 1 else f"{value:.1f} ms"
