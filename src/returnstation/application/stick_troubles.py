"""What may be wrong with a stick, in words for whoever holds it."""

from collections.abc import Generator
from contextlib import contextmanager

from returnstation.application.troubles import Refused, Trouble
from returnstation.wire.manifests import BadBundle

REFUSALS = (
    "bundle-damaged",
    "bundle-forged",
    "bundle-foreign",
    "bundle-malformed",
    "bundle-member-changed",
    "bundle-too-large",
    "bundle-too-new",
    "recipient-wrong",
    "station-revoked",
    "stick-differs",
    "volume-too-small",
)
"""Every code of ``BadBundle``; each has a text."""

_FULL = frozenset({27, 28, 122})
"""Numbers of the system for: the file, the disk, or our share of it has no room left."""


@contextmanager
def stick_troubles(name: str) -> Generator[None]:
    """Say of a file or folder on a stick what went wrong with it.

    Raises:
        Refused: One of ``REFUSALS``.
        Trouble: ``stick-full`` or ``stick-trouble``.
    """
    try:
        yield
    except BadBundle as odd:
        raise Refused(odd.code, file=name) from odd
    except OSError as odd:
        if odd.errno in _FULL:
            raise Trouble("stick-full", file=name) from odd
        raise Trouble("stick-trouble", file=name) from odd
