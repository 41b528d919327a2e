"""Look a pack over and say everything that is wrong with it."""

from collections.abc import Iterator
from importlib.resources.abc import Traversable

from returnstation.domain.policy import Pack, Right
from returnstation.domain.policy.terms import Terms
from returnstation.policydata.packs import load_pack_from
from returnstation.policydata.shapes import BadPack


def check_pack(folder: Traversable) -> list[str]:
    """Return what is wrong with the pack in a folder; empty when nothing is."""
    try:
        pack = load_pack_from(folder)
    except BadPack as error:
        return [str(error)]
    return [*_twice(pack), *(problem for right in pack.rights() for problem in _of_right(right))]


def _twice(pack: Pack) -> Iterator[str]:
    """Yield rule ids that two regions claim; a region may restate a rule of its parent."""
    homes: dict[str, str] = {}
    for right in pack.rights():
        home = homes.setdefault(right.rule, right.region)
        parent = pack.regions[right.region].parent
        sibling = pack.regions[home].parent
        if right.region not in {home, sibling} and home != parent:
            yield f"{right.region}: rule {right.rule} is already {home}'s"


def _of_right(right: Right) -> Iterator[str]:
    days = [terms.since for terms in right.versions]
    if len(set(days)) != len(days):
        yield f"{right.rule}: two versions since the same day"
    for terms in right.versions:
        yield from (f"{right.rule} since {terms.since}: {text}" for text in _of_terms(terms))


def _of_terms(terms: Terms) -> Iterator[str]:
    if not terms.source.strip():
        yield "no source"
    if not terms.reasons and terms.window is not None:
        yield "a window for no reason"
