"""What station and hub say to each other besides facts; JSON, unknown fields are left out."""

import msgspec

from returnstation.wire.batches import Head

PROTOCOL = 1
"""Of these messages; a hub says which ones it speaks, a station too old or new says so."""

ENROL_TAG = "returnstation-enrol"
"""Tag of the one request that is signed before the station knows which hub it talks to."""

PATHS = {
    "hello": "/v1/hello",
    "enrol": "/v1/enrol",
    "keys": "/v1/keys",
    "hub_keys": "/v1/hub-keys",
    "facts": "/v1/facts",
    "missing_photos": "/v1/photos/missing",
    "photo": "/v1/photos/",
    "feed": "/v1/feed",
    "snapshot": "/v1/snapshots/",
    "wait": "/v1/wait",
    "subject_keys": "/v1/subject-keys",
}


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub says whenever a station connects.

    Attributes:
        time_ms: The hub's clock.
        heads: How far it has each branch of this station's log.
        feeds: Last number of each feed this station is to follow, by shard.
        generation: Of the feeds; another one than before means they begin anew.
        photos_wanted: Photos that facts name and the hub does not have.
        key_wanted: The station is to change its key.
        hub_key: Fingerprint of the key the hub signs with; how it came to that it tells when asked.
        oldest, newest: Protocols it speaks.
    """

    hub: str
    time_ms: int
    heads: tuple[Head, ...] = ()
    feeds: dict[str, int] = {}
    generation: str = ""
    photos_wanted: int = 0
    key_wanted: bool = False
    hub_key: str = ""
    oldest: int = PROTOCOL
    newest: int = PROTOCOL


class EnrolWish(msgspec.Struct, frozen=True, kw_only=True):
    """A station asks to be taken in.

    Attributes:
        code: One-time code from the hub.
        key: 32 bytes of the station's public key; the request is signed with it.
        site: Prefix of the site it is set up for.
        bundle_key: age recipient that sticks for the station are encrypted to.
    """

    code: str
    key: bytes
    site: str
    program: str = ""
    bundle_key: str = ""


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """A station was taken in.

    Attributes:
        station: Its id from now on.
        hub_key: 32 bytes that receipts are checked with.
        numbers: First and last number it may give to items, cases, loads and pallets.
        bundle_key: age recipient that sticks for the hub are encrypted to.
        time_ms: The hub's clock.
    """

    station: str
    site: str
    name: str
    hub: str
    hub_key: bytes
    numbers: tuple[int, int]
    bundle_key: str = ""
    time_ms: int = 0


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """The hub did not do what was asked; nothing changed.

    Attributes:
        code: Stable, in kebab case.
        time_ms: The hub's clock, by which a station may correct its own.
    """

    code: str
    why: str = ""
    time_ms: int = 0


class News(msgspec.Struct, frozen=True, kw_only=True):
    """How many changes all feeds of a site have by now; another number means: come and look."""

    changes: int
