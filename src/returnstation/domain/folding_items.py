"""What facts that are about one item alone make of it."""

from dataclasses import replace

from returnstation.domain.cases import Custody, Item
from returnstation.domain.facts import (
    HintSettled,
    ItemLeft,
    ItemRedisposed,
    ItemWeighed,
    WorkStepDone,
)

ItemFact = ItemRedisposed | WorkStepDone | ItemLeft | ItemWeighed | HintSettled
"""Facts after which everything but one item stands as before."""


def changed(item: Item, fact: ItemFact) -> Item:
    """Return the item after a fact about it."""
    match fact:
        case ItemRedisposed():
            return replace(
                item,
                disposition=fact.disposition,
                reason=fact.reason,
                net=fact.net,
                container=fact.container,
                custody=Custody.RECEIVED,
                work={},
                derogation=None,
            )
        case WorkStepDone():
            return replace(item, work={**item.work, fact.step: fact.outcome})
        case ItemLeft():
            return replace(item, custody=Custody.LEFT, load=fact.load)
        case ItemWeighed():
            return replace(item, grams=fact.grams)
        case HintSettled():
            findings = (*item.findings, fact.kind) if fact.is_right else item.findings
            hints = {**item.hints, fact.kind: fact.is_right}
            return replace(item, hints=hints, findings=tuple(dict.fromkeys(findings)))
