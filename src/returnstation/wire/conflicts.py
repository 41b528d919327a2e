"""What goes down to the stations of a site of something that does not go together."""

import msgspec

KIND = "conflict"
"""Of the records; the key is the conflict's id."""

OPEN, SETTLED = "open", "settled"


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two, or more, that do not go together: a case, or what somebody said of an item.

    Attributes:
        key: Of the case, or of the fact, that may count.
        number: Of the case.
        station: Name of the desk.
        who: Id of the person.
        at_ms: When, by the station's clock.
        product: Title of the first item it is about.
        units: Of it.
        minor, currency: What is paid back for it; None where nothing was told.
    """

    key: str
    number: str
    station: str
    who: str | None = None
    at_ms: int = 0
    product: str = ""
    units: int = 0
    functional: int | None = None
    cosmetic: int | None = None
    disposition: str | None = None
    outcome: str | None = None
    minor: int | None = None
    currency: str | None = None


class ConflictRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A conflict as a site's stations need it.

    Attributes:
        state: ``open`` or ``settled``.
        since_ms: When the last fact it follows from was recorded, by its station.
        owner: ``site`` or ``it``.
        money: ``flows``, ``waits`` or ``once``.
        cases: Ids of all it is about, those of other sites too.
        effective: Key of the side that counts until it is settled.
        details: Codes and numbers.
        decision, keeps, reason, settled_by: How it was settled.
    """

    conflict_id: str
    kind: str
    state: str
    since_ms: int
    owner: str
    money: str
    cases: tuple[str, ...] = ()
    sides: tuple[Side, ...] = ()
    effective: str | None = None
    merchant_id: str | None = None
    details: dict[str, str] = {}
    decision: str | None = None
    keeps: str | None = None
    reason: str | None = None
    settled_by: str | None = None
