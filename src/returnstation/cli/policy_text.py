"""One right of the pack, as lines for a reader or as JSON for a program."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from returnstation.domain.policy import Right
from returnstation.domain.policy.terms import Exemption, RefundDue, Terms, Window


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
    if terms.url:
        yield f"            {terms.url}"
    yield f"since       {terms.since}, {terms.confidence} confidence, checked {right.checked_on}"
    if terms.note:
        yield f"note        {terms.note}"
    yield f"buyers      {_listed(terms.buyers)}"
    yield f"channels    {_listed(terms.channels)}"
    yield f"reasons     {_listed(terms.reasons)}"
    if terms.window is not None:
        yield f"window      {_window(terms.window, terms)}"
    if terms.refund is not None:
        yield f"refund      {_refund(terms.refund)}"
    if terms.methods:
        yield f"remedies    {', '.join(terms.methods)}"
    if terms.payer is not None:
        yield f"return cost {terms.payer}"
    for exemption in terms.exemptions:
        yield f"not for     {_exemption(exemption)}"


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
    return f"{text}, may wait for the goods" if refund.may_wait_for_goods else text


def _exemption(exemption: Exemption) -> str:
    facts = ", ".join((*sorted(exemption.categories), *exemption.when, *exemption.any_of))
    conditions = [
        *(["unless the buyer was not told"] if exemption.told else []),
        *(["or did not agree"] if exemption.consented else []),
    ]
    return " ".join([f"{exemption.code} ({facts})", *conditions])
