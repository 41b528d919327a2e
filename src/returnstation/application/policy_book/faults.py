"""What holds for goods that are defective or the wrong ones."""

from collections.abc import Iterator

from returnstation.application.policy_book import phrases
from returnstation.application.policy_book.rules import Ruling
from returnstation.application.policy_book.sheet import Cell, Stance, Topic
from returnstation.domain.messages import Say, say
from returnstation.domain.policy import Payer, RefundMethod
from returnstation.domain.policy.terms import Guarantee, Matter, Terms

_CURES = frozenset({RefundMethod.REPAIR, RefundMethod.REPLACEMENT, RefundMethod.EXCHANGE})
_NO_GUARANTEE = Guarantee()


def fault_cell(faults: tuple[Ruling, ...]) -> Cell:
    """Return what a buyer of faulty goods may ask, and for how long."""
    if not faults:
        return Cell(topic=Topic.FAULT, texts=(say("policy.none.fault"),), stance=Stance.SILENT)
    merchant_pays = all(ruling.terms.payer is Payer.MERCHANT for ruling in faults)
    return Cell(
        topic=Topic.FAULT,
        texts=tuple(text for ruling in faults for text in _texts(ruling)),
        source="; ".join(dict.fromkeys(ruling.terms.source_on(Matter.WINDOW) for ruling in faults)),
        also=say("policy.fault.merchant_pays") if merchant_pays else None,
        confidence=phrases.least_sure(ruling.terms.confidence for ruling in faults),
        rule=faults[0].right.rule,
    )


def _texts(ruling: Ruling) -> Iterator[Say]:
    terms = ruling.terms
    guarantee = terms.guarantee or _NO_GUARANTEE
    yield _period(ruling, guarantee)
    yield _remedy(terms, guarantee)
    if any(special.categories for special in terms.special_windows):
        yield say("policy.special")
    if guarantee.burden is not None:
        yield say("policy.fault.burden", span=phrases.span(guarantee.burden))


def _period(ruling: Ruling, guarantee: Guarantee) -> Say:
    window = ruling.window
    if window is None:
        if guarantee.limit is None:
            return say("policy.fault.reasonable")
        return say("policy.fault.reasonable_until", span=phrases.span(guarantee.limit))
    values = {"span": phrases.span(window.span), "event": phrases.event(window.runs_from)}
    if window.knowledge is not None:
        return say("policy.fault.twice", **values, known=phrases.span(window.knowledge))
    return say("policy.fault.at_least" if guarantee.open_ended else "policy.fault.within", **values)


def _remedy(terms: Terms, guarantee: Guarantee) -> Say:
    if guarantee.needs_major:
        return say("policy.fault.major")
    if terms.methods and set(terms.methods) <= _CURES:
        return say("policy.fault.cure_first")
    if set(terms.methods) & _CURES:
        return say("policy.fault.choice")
    return say("policy.fault.money_back")
