"""Who may sign in, as the hub tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from returnstation.application.ports import User
from returnstation.wire.feeds import Row

if TYPE_CHECKING:
    from returnstation.app.station import Station


def take_users(station: "Station", rows: Sequence[Row]) -> None:
    """Keep people as the hub tells of them.

    Raises:
        DecodeError, UnicodeDecodeError: A row is no person.
    """
    if not rows:
        return
    with station.database.work() as work:
        known = {user.user_id: user for user in work.people.all()}

        def put(user: User) -> None:
            known[user.user_id] = user
            work.people.put(user)

        for row in rows:
            user = known.get(row.key)
            if row.is_deleted and user is not None:
                put(replace(user, is_active=False))
            elif not row.is_deleted:
                told = msgspec.json.decode(row.body, type=User)
                for other in _holders(known, told):
                    # The hub gave the badge to somebody else: who had it here is shut out by it.
                    shut = f"{other.badge} {other.user_id}"
                    put(replace(other, badge=shut, is_active=False))
                # PINs refused are counted where they were typed.
                put(told if user is None else replace(told, refused=user.refused))
        work.commit()


def _holders(known: Mapping[str, User], told: User) -> Sequence[User]:
    return [
        user for user in known.values() if user.badge == told.badge and user.user_id != told.user_id
    ]
