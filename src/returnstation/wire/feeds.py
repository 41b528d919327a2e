"""State on its way down: the newest state of each record, in the order of its last change."""

from typing import NamedTuple

import msgspec

MOST_ROWS = 5000
LARGEST_PAGE = 64 << 20
"""Bytes a page may have unpacked."""


class Cursor(NamedTuple):
    """How far a feed was followed.

    Attributes:
        n: Number of the last change that was taken.
        mark: Random number of the transaction that made it: a hub restored to yesterday may
            give the number again, but not with this mark.
    """

    n: int
    mark: int


START = Cursor(0, 0)

MERCHANT_SHARD, SITE_SHARD = "merchant:", "site:"
"""Feeds are cut by merchant, and by site for what only its stations need."""

KINDS = ("merchant", "product", "order", "rma")
"""Of merchants' records, in the order in which a new cache takes them in."""

ERASURE_KIND = "erasure"
"""Of a site's record by which its stations forget whom an order's papers name."""

_BETWEEN = "\x1f"


def key_of(*parts: str) -> str:
    """Return the key of a record that is known by several words, e.g. merchant and number.

    >>> parts_of(key_of("ds", "KR-1"))
    ('ds', 'KR-1')
    """
    return _BETWEEN.join(parts)


def parts_of(key: str) -> tuple[str, ...]:
    """Return the words ``key_of`` was given."""
    return tuple(key.split(_BETWEEN))


class Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One record as it is now.

    Attributes:
        body: Empty for one that is gone.
        made: What a station's cache makes of it, packed; empty when nobody made it, or by a hub
            from before there was this.
    """

    kind: str
    key: str
    n: int
    is_deleted: bool
    body: bytes
    made: bytes = b""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some changes of one feed.

    Attributes:
        generation: Of all feeds of the hub; in another one numbers mean something else.
        n, mark: Where to go on.
        is_last: There was no more when it was read.
        made_format: Of what was made of the rows; a station of another one makes it itself.
    """

    generation: str
    shard: str
    rows: tuple[Row, ...]
    n: int
    mark: int
    is_last: bool
    made_format: int = 0

    @property
    def cursor(self) -> Cursor:
        """Where to go on."""
        return Cursor(self.n, self.mark)


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A whole cache as one file, ready to be looked into.

    Attributes:
        name: By which it is fetched.
        format: Of the cache; a station of another format follows the feeds from the start.
        cursors: Where each feed goes on after it.
        size: Bytes of the compressed file; ``raw_size`` of the file inside.
        sha256: Of the file inside, hex.
    """

    name: str
    format: int
    generation: str
    cursors: dict[str, Cursor]
    size: int
    raw_size: int
    sha256: str
