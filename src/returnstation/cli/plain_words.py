"""Values of a result as people read them; JSON has them as they are."""

from collections.abc import Mapping


def in_line(row: Mapping[str, object]) -> str:
    """Return values with their names in one line.

    >>> in_line({"numbers": [1, 7], "revoked": False})
    'numbers: 1-7  revoked: no'
    """
    return "  ".join(f"{name}: {in_words(value)}" for name, value in row.items())


def in_words(value: object) -> str:
    """Return a value for a person.

    >>> in_words(None), in_words(True), in_words([1, 1000000])
    ('-', 'yes', '1-1000000')
    """
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case [first, last]:
            return f"{first}-{last}"
    return str(value)
