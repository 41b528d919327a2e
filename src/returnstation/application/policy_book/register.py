"""Every right with its history, and the list of those somebody should look at again."""

from collections.abc import Iterator
from datetime import date, timedelta

from returnstation.application.policy_book import phrases
from returnstation.application.policy_book.rules import counting_of
from returnstation.application.policy_book.sheet import (
    Due,
    RightView,
    VersionState,
    VersionView,
)
from returnstation.domain.calendar import add_months
from returnstation.domain.messages import say
from returnstation.domain.policy import Channel, Confidence, Pack, Region, Right
from returnstation.domain.policy.terms import Kind, Terms

_DAY = timedelta(days=1)
_MONTHS = 12
_KINDS = tuple(Kind)


def rights_of(pack: Pack, region: Region, day: date) -> tuple[RightView, ...]:
    """Return the rights of a region and its parents: by kind, those for sales online first."""
    return tuple(_right(pack, right, day) for right in sorted(region.rights, key=_rank))


def to_check(pack: Pack, day: date) -> tuple[Due, ...]:
    """Return what to look at again: what was checked longest ago first."""
    found = (_due(right, day) for right in pack.rights())
    wanted = (due for due in found if due.is_stale or due.is_unsure)
    return tuple(sorted(wanted, key=lambda due: (due.checked_on, due.region, due.rule)))


def is_stale(right: Right, day: date) -> bool:
    """Tell whether more than twelve months went by since somebody read the source."""
    return day > add_months(right.checked_on, _MONTHS)


def _rank(right: Right) -> tuple[int, bool]:
    return _KINDS.index(right.kind), Channel.ONLINE not in right.versions[-1].channels


def _due(right: Right, day: date) -> Due:
    terms = right.on(day) or right.versions[0]
    return Due(
        rule=right.rule,
        region=right.region,
        title=right.title,
        source=terms.source,
        checked_on=right.checked_on,
        is_stale=is_stale(right, day),
        is_unsure=any(_is_unsure(version) for version in _not_past(right, day)),
    )


def _not_past(right: Right, day: date) -> Iterator[Terms]:
    now = right.on(day)
    for version in right.versions:
        if version is now or version.since > day:
            yield version


def _is_unsure(terms: Terms) -> bool:
    limits = (limit.confidence for limit in terms.thresholds)
    return Confidence.LOW in {terms.confidence, *limits}


def _right(pack: Pack, right: Right, day: date) -> RightView:
    ends = [later.since - _DAY for later in right.versions[1:]]
    views = [
        _version(pack, terms, until, _state(right, terms, day))
        for terms, until in zip(right.versions, [*ends, None], strict=True)
    ]
    return RightView(
        rule=right.rule,
        kind=say(f"policy.kind.{right.kind}"),
        region=right.region,
        title=right.title,
        checked_on=right.checked_on,
        is_stale=is_stale(right, day),
        versions=tuple(sorted(views, key=_place)),
    )


def _state(right: Right, terms: Terms, day: date) -> VersionState:
    if terms.since > day:
        return VersionState.COMING
    return VersionState.NOW if terms is right.on(day) else VersionState.PAST


def _place(view: VersionView) -> tuple[int, int]:
    """Put what holds first, then what comes next, then the past backwards."""
    days = view.since.toordinal()
    place = {VersionState.NOW: 0, VersionState.COMING: 1, VersionState.PAST: 2}[view.state]
    return place, -days if view.state is VersionState.PAST else days


def _version(pack: Pack, terms: Terms, until: date | None, state: VersionState) -> VersionView:
    window = terms.window
    gist = None
    if window is not None:
        gist = phrases.window(window, counting_of(pack, terms, window))
    return VersionView(
        since=terms.since,
        until=until,
        state=state,
        source=terms.source,
        url=terms.url,
        note=terms.note,
        notes=terms.notes,
        confidence=terms.confidence,
        gist=gist,
    )
