"""Orders a station is to forget: their papers are blanked, at the latest when a case ends."""

from collections.abc import Iterable

import msgspec

from returnstation.storage.erasing import blank_papers
from returnstation.storage.station import StationDatabase
from returnstation.wire.feeds import parts_of

_PENDING = "erasures"


def forget_orders(database: StationDatabase, keys: Iterable[str] = ()) -> None:
    """Blank the papers of orders; what has open cases is done when they have ended.

    Args:
        database: The station's own file.
        keys: Merchant and number of each order that is to be forgotten from now on.
    """
    before = database.setting(_PENDING) or "[]"
    pending = dict.fromkeys([*msgspec.json.decode(before, type=list[str]), *keys])
    if not pending:
        return
    with database.work() as work:
        left = [key for key in pending if not blank_papers(work.connection, *parts_of(key))]
        work.commit()
    after = msgspec.json.encode(left).decode()
    if after != before:
        database.keep_setting(_PENDING, after)
