"""Facts of older versions told anew, so that only the newest need be understood.

A version is the shape of a fact's body. Whoever changes it adds a function here that turns the
version before into the new one, and a golden line; nothing that was written is ever written anew.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Body: TypeAlias = Mapping[str, Any]
Upcaster: TypeAlias = Callable[[Body], Body]


def _as_typed(body: Body) -> Body:
    """Version 2 may have ``{"sealed": ...}`` where version 1 always has the words themselves."""
    return body


UPCASTERS: Mapping[tuple[str, int], Upcaster] = {
    ("answer_given", 1): _as_typed,
    ("item_overridden", 1): _as_typed,
    ("note_added", 1): _as_typed,
    ("refund_reported", 1): _as_typed,
}
"""By type and version: what makes the next version of it."""

_NEWEST: Mapping[str, int] = {
    type_: 1 + max(version for name, version in UPCASTERS if name == type_)
    for type_, _ in UPCASTERS
}


def newest_version(type_: str) -> int:
    """Return the newest version of a type of fact that this build knows."""
    return _NEWEST.get(type_, 1)


def says_the_same(type_: str, version: int) -> bool:
    """Tell whether a body of this version means the same in the newest, unless it is sealed."""
    newer = range(version, newest_version(type_))
    return all(UPCASTERS[type_, older] is _as_typed for older in newer)


def upcast(type_: str, version: int, body: Body) -> Body:
    """Return a body as the newest version has it, one version after the other."""
    for older in range(version, newest_version(type_)):
        body = UPCASTERS[type_, older](body)
    return body
