"""What a person typed into a fact: kept only as long as it may be known.

It may name somebody, whatever the field is for. Wherever facts are kept and travel it is sealed
with a key of the case, and whoever has to forget it destroys that key. A field that can hold such
words says so by its type, ``Words``.

Codes, amounts and numbers of goods, serials among them, are no such words: they name a thing that
was sold, and without the order, which is erased, nobody who bought it.
"""

from dataclasses import fields
from typing import Annotated, Any, TypeAlias, get_args, get_type_hints

ERASED = "(erased)"
"""What is read where the words were, once nobody can open them any more."""

_MARK = "words"

Words: TypeAlias = Annotated[str, _MARK]
"""Text that a person typed."""


def fields_of_words(kind: type) -> tuple[str, ...]:
    """Return the names of those fields of a type of fact that hold what a person typed."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(each.name for each in fields(kind) if _holds_words(hints[each.name]))


def _holds_words(hint: Any) -> bool:
    return any(_MARK in getattr(part, "__metadata__", ()) for part in (hint, *get_args(hint)))
