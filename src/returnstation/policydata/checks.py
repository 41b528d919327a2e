"""Look a pack over and say everything that is wrong with it."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.resources.abc import Traversable

from returnstation.domain.calendar import CountingRule
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
    return problems_of(pack)


def problems_of(pack: Pack) -> list[str]:
    """Return what is wrong with a pack that could be read, but not asked about everything."""
    return [
        *_twice(pack),
        *(problem for right in pack.rights() for problem in _of_right(right)),
        *(problem for rule in pack.counting.values() for problem in _of_counting(rule)),
    ]


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


def _of_counting(rule: CountingRule) -> Iterator[str]:
    """Yield what the library of holidays does not know."""
    # It takes a tenth of a second to import: longer than it takes to read a pack.
    library = import_module("holidays")
    parts: Mapping[str, list[str]] = library.list_supported_countries(include_aliases=False)
    where = f"counting.toml: {rule.name}"
    if rule.country and rule.country not in parts:
        yield f"{where}: country {rule.country} has no holidays we know"
        return
    if rule.subdivision and rule.subdivision not in parts.get(rule.country, []):
        yield f"{where}: subdivision {rule.subdivision} is not in {rule.country}"
    known = library.country_holidays(rule.country or "DE").supported_categories
    yield from (
        f"{where}: categories {name} is not kept for {rule.country}"
        for name in rule.categories
        if name not in known
    )
