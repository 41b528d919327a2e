"""Commands of the headless desk about what does not go together at its site."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from returnstation.application.desk.desk import Desk
from returnstation.application.troubles import Refused
from returnstation.application.view import ConflictView, View

_T = TypeVar("_T")


def conflicts(desk: Desk, _: Mapping[str, Any]) -> View:
    """Return the view with every conflict that waits; none while nobody is signed in."""
    return replace(desk.state(), conflicts=tuple(_open(desk)))


def settle(desk: Desk, conflict: str, keeps: str, how: tuple[str, str]) -> View:
    """Settle a conflict, named by its id or by its place in the list from 1.

    Args:
        desk: Where a supervisor is signed in.
        conflict: Which.
        keeps: The side that counts, by its key or by its place from 1; empty for all or none.
        how: Decision and reason.
    """
    shown = _open(desk)
    found = _chosen(shown, conflict, [each.conflict_id for each in shown])
    sides = () if found is None else found.sides
    side = _chosen(sides, keeps, [each.key for each in sides])
    conflict_id = conflict if found is None else found.conflict_id
    kept = (keeps or None) if side is None else side.key
    view = desk.settle(conflict_id, how[0], kept, how[1])
    return replace(view, conflicts=tuple(_open(desk)))


def _open(desk: Desk) -> Sequence[ConflictView]:
    try:
        return desk.conflicts.open()
    except Refused:
        return ()


def _chosen(shown: Sequence[_T], named: str, keys: Sequence[str]) -> _T | None:
    if named in keys:
        return shown[keys.index(named)]
    place = int(named) if named.isascii() and named.isdigit() and len(named) < 6 else 0
    return shown[place - 1] if 0 < place <= len(shown) else None
