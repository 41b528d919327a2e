"""How fast a law of the future is tried on past returns, and in how much memory."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from tqdm import tqdm

from returnstation.app import Station
from returnstation.cli.bench.decide import sale_of
from returnstation.cli.bench.figures import Figure, figure, timed
from returnstation.domain.facts import CaseLine, CaseOpened, Fact, LineJudged
from returnstation.domain.folding import fold
from returnstation.domain.money import parse_amount
from returnstation.domain.policy import Decision, Pack, Sale, decide
from returnstation.domain.policy.asked import facts_of
from returnstation.domain.verdicts import verdict_of
from returnstation.settings import Settings, write_settings

_AT_ONCE = 1000
_DECISIONS_EACH = 2
_MEGABYTE = 1024

_PROGRAM = """
import sys, time
from returnstation.cli import main

start = time.perf_counter()
main(["--home", sys.argv[1], "--json", "policy", "replay", "--law-on", sys.argv[2]])
took = time.perf_counter() - start
try:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
except ImportError:
    peak = 0
print(took, peak)
"""
"""Replays in a process of its own, whose memory nothing else has touched."""


class NotReplayed(Exception):
    """The replay ended without an answer; the message is what it said."""


def measure_replay(home: Path, returns: int) -> Figure:
    """Judge past returns by the rules of today and by the law of another day."""
    pack = _past_home(home, returns)
    today = datetime.now(UTC).date()
    arguments = (str(home), today.replace(year=today.year + 1).isoformat())
    report, seconds, peak = asyncio.run(_replay(arguments))
    sales = [sale_of(index, today) for index in range(min(returns, 2000))]
    bare = timed(lambda sale: _twice(sale, pack), sales)
    found = msgspec.json.decode(report)
    if found["returns"] < returns:
        raise NotReplayed(f"{found['returns']} of {returns} returns")
    memory = f", {peak / _MEGABYTE:,.0f} MB at most" if peak else ""
    return figure(
        "replay",
        [seconds * 1000 / found["returns"]],
        target_ms=None,
        against=("two bare decisions", bare),
        note=f"{found['returns']:,} returns in {seconds:.1f} s{memory}",
    )


def _twice(sale: Sale, pack: Pack) -> list[Decision]:
    return [decide(sale, pack) for _ in range(_DECISIONS_EACH)]


def _past_home(home: Path, returns: int) -> Pack:
    """Fill a home with past returns, one per case, from where it stands."""
    write_settings(home, Settings(site="Bench", desk="1", prefix="BN1"))
    with closing(Station(home)) as station:
        with station.database.look() as work:
            # Each case is two facts.
            known = work.facts.head() // 2
        today = datetime.now(UTC).date()
        with tqdm(total=returns, initial=known, unit="return", disable=None) as progress:
            for start in range(known, returns, _AT_ONCE):
                indexes = range(start, min(start + _AT_ONCE, returns))
                _write(station, [sale_of(index, today) for index in indexes])
                progress.update(len(indexes))
        return station.equipment.pack


def _write(station: Station, sales: list[Sale]) -> None:
    with station.database.work() as work:
        for sale in sales:
            at = station.clock()
            told = work.facts.append(str(station.ids()), None, _facts(sale, station), at)
            work.cases.save(fold(told))
        work.commit()


def _facts(sale: Sale, station: Station) -> list[Fact]:
    paid = parse_amount(str(sale.price), sale.currency or "")
    line = CaseLine(
        line_id=f"{sale.id}/1",
        order_number=sale.id,
        number=1,
        sku="S",
        title="S",
        quantity=1,
        sold=1,
        paid=paid,
        reason=sale.reason,
    )
    opened = CaseOpened(
        number=f"BN1-{sale.id}",
        scanned=sale.id,
        keys=(sale.id,),
        merchant_id="m00",
        orders=(sale.id,),
        jurisdiction=sale.jurisdiction,
        currency=sale.currency,
        lines=(line,),
    )
    verdict = verdict_of(decide(sale, station.equipment.pack), None)
    return [opened, LineJudged(line_id=line.line_id, verdict=verdict, sale=facts_of(sale))]


async def _replay(arguments: tuple[str, str]) -> tuple[str, float, int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PROGRAM, *arguments, stdout=PIPE, stderr=DEVNULL
    )
    said, _ = await process.communicate()
    report, _, figures = said.decode(errors="replace").strip().partition("\n")
    if process.returncode or not figures:
        raise NotReplayed(report[-2000:])
    took, peak = figures.split()
    return report, float(took), int(peak)
