"""One right of the pack, as lines for a reader or as JSON for a program."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from returnstation.domain.policy import Right
from returnstation.domain.policy.terms import CancellationFee, Exemption, RefundDue, Terms, Window


def right_as_json(right: Right, terms: Terms) -> dict[str, Any]:
    """Return a right as it stood on a day, as plain JSON values."""
    return {
        "rule": right.rule,
        "title": right.title,
        "kind": right.kind,
        "region": right.region,
        "checked_on": right.checked_on.isoformat(),
        "terms": msgspec.to_builtins(terms),
    }


def right_as_text(right: Right, terms: Terms | None, day: date) -> str:
    """Return a right as a paragraph: what it is, what it says, and where that stands."""
    head = f"{right.rule}  {right.title}  [{right.kind}]"
    if terms is None:
        return f"{head}\n  not in force on {day}; since {right.versions[0].since}"
    return "\n".join([head, *(f"  {line}" for line in _lines(right, terms))])


def _lines(right: Right, terms: Terms) -> Iterator[str]:
    yield f"source      {terms.source}"
    for matter, article in terms.articles.items():
        yield f"            {matter}: {article}"
    if terms.url:
        yield f"            {terms.url}"
    yield f"since       {terms.since}, {terms.confidence} confidence, checked {right.checked_on}"
    if terms.note:
        yield f"note        {terms.note}"
    yield f"buyers      {_listed(terms.buyers)}"
    yield f"channels    {_listed(terms.channels)}"
    yield f"reasons     {_listed(terms.reasons)}"
    yield from _windows(terms)
    yield from _money(terms)
    for exemption in terms.exemptions:
        yield f"not for     {_exemption(exemption)}"


def _windows(terms: Terms) -> Iterator[str]:
    if terms.window is not None:
        yield f"window      {_window(terms.window, terms)}"
    for special in terms.special_windows:
        covered = ", ".join(sorted((*special.categories, *special.channels)))
        yield f"            {_window(special.window, terms)} for {covered}"
    if terms.protected_window is not None:
        yield f"            {_window(terms.protected_window, terms)} for protected buyers"
    if terms.condition is not None:
        yield f"only if     {terms.condition.replace('_', ' ')}"


def _money(terms: Terms) -> Iterator[str]:
    if terms.refund is not None:
        yield f"refund      {_refund(terms.refund)}"
    if terms.methods:
        yield f"remedies    {', '.join(terms.methods)}"
    if terms.payer is not None:
        yield f"return cost {terms.payer}"
    if terms.fee is not None:
        yield f"fee         {_fee(terms.fee)}"


def _fee(fee: CancellationFee) -> str:
    return f"{fee.percent} %, at most {fee.at_most} {fee.currency}"


def _listed(names: frozenset[Any]) -> str:
    return ", ".join(sorted(names))


def _window(window: Window, terms: Terms) -> str:
    text = f"{window.length} {window.unit.replace('_', ' ')} from {window.runs_from}"
    if window.knowledge is not None:
        unit = window.knowledge.unit.replace("_", " ")
        text += f", and {window.knowledge.length} {unit} from knowledge"
    return f"{text}, counted by {window.counting or terms.counting}"


def _refund(refund: RefundDue) -> str:
    text = f"{refund.length} {refund.unit.replace('_', ' ')} from {refund.runs_from}"
    if refund.may_wait_for_goods:
        text += ", may wait for the goods"
    return text if refund.interest is None else f"{text}; {refund.interest} % a year when late"


def _exemption(exemption: Exemption) -> str:
    facts = ", ".join((*sorted(exemption.categories), *exemption.when, *exemption.any_of))
    conditions = [
        *(["unless the buyer was not told"] if exemption.told else []),
        *(["or did not agree"] if exemption.consented else []),
    ]
    return " ".join([f"{exemption.code} ({facts})", *conditions])
