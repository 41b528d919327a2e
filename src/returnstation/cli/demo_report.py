"""What the headless demo leaves: papers, read back once more, and a summary."""

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from returnstation.app import Station
from returnstation.domain.papers import PaperKind
from returnstation.storage.audit import verify

if TYPE_CHECKING:
    from returnstation.app.shift import Done


def write_report(station: Station, done: Sequence["Done"], shots: int, out: Path) -> list[str]:
    """Copy papers to ``out``, write ``summary.json`` and ``summary.md``, and return the text."""
    papers = [
        name for kind in _FOLDERS for name in _copy(station.home / "printed" / kind, out / kind)
    ]
    labels = sum(PaperKind.ITEM_LABEL.value in name for name in papers)
    receipts = sum(PaperKind.RECEIPT.value in name for name in papers)
    proof = verify(station.home / "station.db")
    with station.database.look() as work:
        waiting = [job.trouble for job in work.jobs.waiting() if job.trouble]
    summary = {
        "returns": [asdict(each) for each in done],
        "finished": sum(each.end == "finished" for each in done),
        "screenshots": shots,
        "labels": labels,
        "receipts": receipts,
        "other_papers": len(papers) - labels - receipts,
        "print_troubles": waiting,
        "facts": proof.facts,
        "audit": "whole" if proof.bad is None else f"broken at {proof.bad}",
    }
    (out / "summary.json").write_bytes(msgspec.json.format(msgspec.json.encode(summary)))
    lines = [*_rows(done), "", _totals(summary, len(done)), f"Everything is in {out}."]
    (out / "summary.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return lines


_FOLDERS = ("labels", "receipts", "parcels", "office")


def _copy(source: Path, target: Path) -> list[str]:
    target.mkdir(parents=True, exist_ok=True)
    files = sorted(source.iterdir()) if source.is_dir() else []
    for file in files:
        shutil.copyfile(file, target / file.name)
    return [file.name for file in files]


def _rows(done: Sequence["Done"]) -> list[str]:
    head = ["return", "country", "case", "verdicts", "dispositions", "refund", "end", "seconds"]
    rows = [
        [
            each.name,
            each.country,
            each.number,
            " ".join(each.outcomes),
            " ".join(each.dispositions),
            each.refund,
            each.end,
            f"{each.seconds:.1f}",
        ]
        for each in done
    ]
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def _totals(summary: dict[str, object], count: int) -> str:
    return (
        f"{summary['finished']} of {count} returns finished, {summary['labels']} labels, "
        f"{summary['receipts']} receipts, "
        f"{summary['other_papers']} other papers, {summary['screenshots']} screenshots; "
        f"{summary['facts']} facts, audit {summary['audit']}."
    )
