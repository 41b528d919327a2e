"""``policy explain CASE``: every verdict of a case, and the same question asked again."""

import argparse
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import msgspec

from returnstation.app import open_station
from returnstation.application.explaining import Explained, ExplainedCase, Explaining
from returnstation.domain.verdicts import Verdict
from returnstation.i18n import Catalog, load_catalog
from returnstation.policydata.texts import KeptTexts


def run_explain(args: argparse.Namespace) -> int:
    """Print the verdicts of a case with their reasons, and whether they still come out."""
    catalog = load_catalog(args.lang)
    with closing(open_station(args.home)) as station:
        found = Explaining(station.equipment, KeptTexts()).case(args.case)
    if args.json:
        print(msgspec.json.encode(_as_table(found, catalog)).decode())
    else:
        print("\n".join(_lines(found, catalog)))
    return 0


def _as_table(found: ExplainedCase, catalog: Catalog) -> dict[str, Any]:
    return {
        "case": found.number,
        "jurisdiction": found.jurisdiction,
        "verdicts": [_verdict_table(each, catalog) for each in found.verdicts],
    }


def _verdict_table(each: Explained, catalog: Catalog) -> dict[str, Any]:
    return {
        "seq": each.seq,
        "at": each.at.isoformat(),
        "line": each.line.line_id,
        "product": each.line.title,
        "asked": each.facts,
        "verdict": msgspec.to_builtins(each.kept),
        "reasons": [catalog.say(reason.say()) for reason in each.kept.reasons],
        "recomputed": None if each.again is None else msgspec.to_builtins(each.again),
        "same": None if each.again is None else each.is_the_same,
        "today": None if each.today is None else msgspec.to_builtins(each.today),
        "trouble": each.trouble or None,
    }


def _lines(found: ExplainedCase, catalog: Catalog) -> Iterator[str]:
    yield f"{found.number}  {found.merchant}  {found.jurisdiction}".rstrip()
    for each in found.verdicts:
        yield ""
        yield f"{each.line.title}  ({each.line.line_id})"
        yield f"  judged      {each.at:%Y-%m-%d %H:%M} UTC, fact {each.seq}"
        yield f"  asked       {_asked(each)}"
        yield from _verdict_lines(each.kept, catalog)
        yield f"  by          pack {each.kept.pack}, merchant policy {each.kept.policy or '-'}"
        yield f"  again       {_again(each)}"
        if each.today is not None:
            yield f"  today       {_short(each.today)}, pack {each.today.pack}"


def _verdict_lines(verdict: Verdict, catalog: Catalog) -> Iterator[str]:
    yield f"  answer      {_short(verdict)}"
    if verdict.refund_due_on is not None:
        yield f"  refund by   {verdict.refund_due_on}"
    if verdict.payer is not None:
        yield f"  return cost {verdict.payer.value}"
    for reason in verdict.reasons:
        yield f"  {reason.outcome:<11} {catalog.say(reason.say())}  [{reason.source}; {reason.rule}]"
    if verdict.needs:
        yield f"  needs       {', '.join(verdict.needs)}"


def _asked(each: Explained) -> str:
    return ", ".join(f"{name} {_fact(value)}" for name, value in each.facts.items()) or "not kept"


def _fact(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _short(verdict: Verdict) -> str:
    parts = [verdict.eligible.value, f"by {verdict.decided_by or 'no right'}"]
    if verdict.last_day is not None:
        parts.append(f"last day {verdict.last_day}")
    return ", ".join([*parts, f"{verdict.confidence} confidence"])


def _again(each: Explained) -> str:
    if each.again is None:
        return f"cannot be asked: {each.trouble}"
    return "the same answer" if each.is_the_same else f"differs: {_short(each.again)}"
