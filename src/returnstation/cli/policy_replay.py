"""``policy replay``: what a draft, or the law of another day, changes in past returns."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import date
from pathlib import Path
from typing import Any, TextIO

import msgspec
from tqdm import tqdm

from returnstation.app import open_station
from returnstation.application.csv_lines import csv_line
from returnstation.application.policy_ports import UnreadablePolicy
from returnstation.application.trying import COLUMNS, Period, Trial, TrialReport, Trying, cells
from returnstation.domain.money import Money
from returnstation.domain.replays import Answer, Change, Replay, Sums
from returnstation.exchange import whole_file
from returnstation.i18n import Catalog, load_catalog
from returnstation.policydata.drafts import DraftFolders
from returnstation.policydata.texts import KeptTexts
from returnstation.storage.past import PastLines

_DONE, _REFUSED, _WRONG_USE = 0, 1, 2
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)


def run_replay(args: argparse.Namespace) -> int:
    """Print what would change, in counts, money and single cases."""
    if args.draft is None and args.law_on is None:
        print("returnstation: policy replay: give --draft DIR or --law-on DATE", file=sys.stderr)
        return _WRONG_USE
    catalog = load_catalog(args.lang)
    with closing(open_station(args.home)) as station:
        folder = Path() if args.draft is None else args.draft.resolve()
        drafts = DraftFolders(folder.parent)
        trying = Trying(station.equipment, PastLines(station.database), KeptTexts(), drafts)
        period = Period(args.since or _FIRST_DAY, args.until or _LAST_DAY)
        trial = Trial(None if args.draft is None else folder.name, args.law_on)
        try:
            report = _run(trying, trial, period, args.out)
        except UnreadablePolicy as error:
            print(f"returnstation: policy-unreadable: {error}", file=sys.stderr)
            return _REFUSED
    if args.json:
        print(msgspec.json.encode(as_table(report)).decode())
    else:
        print("\n".join(as_lines(report, catalog)))
    return _DONE


def _run(trying: Trying, trial: Trial, period: Period, out: str | None) -> TrialReport:
    with (
        _file(out) as file,
        tqdm(total=trying.size(period), unit="case", leave=False, disable=None) as bar,
    ):
        if file is not None:
            file.write(csv_line(COLUMNS))

        def told(cases: int, change: Change | None) -> None:
            bar.update(cases - bar.n)
            if file is not None and change is not None:
                file.write(csv_line(cells(change)))

        return trying.run(trial, period, told)


def _file(out: str | None) -> AbstractContextManager[TextIO | None]:
    return nullcontext() if out is None else whole_file(Path(out), encoding="utf-8-sig")


def as_table(report: TrialReport) -> dict[str, Any]:
    """Return a report as plain JSON values."""
    found = report.replay
    return {
        "cases": report.cases,
        "returns": found.returns,
        "unreadable": report.unreadable,
        "changed": found.changed,
        "decided_otherwise_then": found.otherwise,
        "answers": {f"{one}>{other}": n for (one, other), n in sorted(found.answers.items())},
        "aspects": _ranked(found.aspects),
        "countries": _ranked(found.countries),
        "rules": _ranked(found.rules),
        "money": {currency: _sums(sums, currency) for currency, sums in found.sums.items()},
        "examples": [dict(zip(COLUMNS, cells(change), strict=True)) for change in found.examples],
    }


def as_lines(report: TrialReport, catalog: Catalog) -> Iterator[str]:
    """Yield a report as lines for a reader."""
    found = report.replay
    yield f"{found.returns:,} returns in {report.cases:,} cases; {found.changed:,} change"
    if report.unreadable:
        yield f"{report.unreadable:,} could not be asked again, the first: {report.why}"
    if found.otherwise:
        yield f"{found.otherwise:,} were answered otherwise then than the policy of today answers"
    yield from _counts(found)
    for currency, sums in sorted(found.sums.items()):
        yield from _money(currency, sums)
    for change in found.examples:
        yield from _example(change, catalog)


def _counts(found: Replay) -> Iterator[str]:
    for (one, other), count in sorted(found.answers.items()):
        if one is not other:
            yield f"  {one.value:>6} -> {other.value:<6} {count:>9,}"
    for title, counts in (("what", found.aspects), ("where", found.countries)):
        for name, count in counts.most_common():
            yield f"  {title:<6} {name:<18} {count:>9,}"


def _money(currency: str, sums: Sums) -> Iterator[str]:
    for title, (before, after) in (("refunds", sums.refunded), ("open", sums.undecided)):
        if before != after:
            was, will, more = (
                Money(n, currency).decimal() for n in (before, after, after - before)
            )
            yield f"  {title:<7} {currency} {was:>16} -> {will:>16}  ({more})"


def _example(change: Change, catalog: Catalog) -> Iterator[str]:
    past = change.past
    yield ""
    yield f"{past.number}  {past.sale.jurisdiction}  {past.paid.decimal()} {past.paid.currency}"
    for title, answer in (("now", change.before), ("draft", change.after)):
        yield f"  {title:<6}{_answer(answer)}"
        if answer.because is not None:
            because = answer.because
            yield f"        {catalog.say(because.say())} [{because.source}; {because.rule}]"


def _answer(answer: Answer) -> str:
    decision = answer.decision
    refund = "a person decides" if answer.refund is None else answer.refund.decimal()
    parts = [decision.eligible.value, refund, f"by {decision.decided_by or 'no right'}"]
    if decision.last_day is not None:
        parts.append(f"last day {decision.last_day}")
    if decision.return_shipping_payer is not None:
        parts.append(f"return cost {decision.return_shipping_payer.value}")
    return ", ".join(parts)


def _sums(sums: Sums, currency: str) -> dict[str, str]:
    amounts = {
        "refunded_before": sums.refunded[0],
        "refunded_after": sums.refunded[1],
        "undecided_before": sums.undecided[0],
        "undecided_after": sums.undecided[1],
    }
    return {name: Money(minor, currency).decimal() for name, minor in amounts.items()}


def _ranked(counts: Counter[Any]) -> dict[str, int]:
    return {str(name): count for name, count in counts.most_common()}
