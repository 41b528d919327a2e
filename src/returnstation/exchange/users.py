"""Users from rows: who may sign in, with badge and PIN."""

import re
from collections.abc import Iterator, Sequence

from returnstation.application.ports import PinCheck, User
from returnstation.domain.barcodes.check_digits import is_number
from returnstation.exchange.cells import Cells
from returnstation.exchange.order_parts import word
from returnstation.exchange.products import each_row
from returnstation.exchange.profiles import Profile
from returnstation.exchange.rows import Accepted, BadField, Rejected, Row

ROLES = ("operator", "supervisor", "admin")
THEMES = ("light", "dark", "contrast")
_BADGE = re.compile(r"[A-Z0-9._-]{1,40}\Z")
_USER_ID = re.compile(r"[A-Za-z0-9._@-]{1,60}\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?\Z")


def read_users(
    rows: Iterator[Row], profile: Profile, known: Sequence[User], pins: PinCheck
) -> Iterator[Accepted[User] | Rejected]:
    """Yield users, and the rows that make none.

    A known user whose PIN is the same keeps its verifier, so that nothing changes; whether the
    user is shut out is never changed by a file.
    """
    users = {user.user_id: user for user in known}

    def one(cells: Cells) -> User:
        user = _user(cells, users, pins)
        users[user.user_id] = user
        return user

    return each_row(rows, Cells(profile), one)


def is_user_id(text: str) -> bool:
    """Tell whether somebody can be known by a text: 1 to 60 letters, digits and ``._@-``."""
    return bool(_USER_ID.match(text))


def checked_pin(pin: str) -> str:
    """Return a PIN that can be typed on the desk's pad.

    Raises:
        BadField: Not four to eight digits.
    """
    if not is_number(pin) or not 4 <= len(pin) <= 8:
        raise BadField("pin", "no-pin")
    return pin


def checked_badge(badge: str) -> str:
    """Return a badge code as it is printed, without our prefix.

    Raises:
        BadField: Other characters than capitals, digits, dot, hyphen and underscore.
    """
    plain = badge.upper().removeprefix("RSB:")
    if not _BADGE.match(plain):
        raise BadField("badge", "no-badge", badge)
    return plain


def _user(cells: Cells, known: dict[str, User], pins: PinCheck) -> User:
    user_id = cells.needed("user_id")
    if not is_user_id(user_id):
        raise BadField("user_id", "unknown-value", user_id)
    before = known.get(user_id)
    badge = checked_badge(cells.needed("badge"))
    if any(user.badge == badge for user in known.values() if user.user_id != user_id):
        raise BadField("badge", "badge-taken", badge)
    name = cells.text("name", 80)
    if name is None:
        raise BadField("name", "missing")
    role = _one_of(cells, "role", ROLES, "")
    language = cells.text("language") or "ko"
    if not _LANGUAGE.match(language):
        raise BadField("language", "no-language", language)
    pin = checked_pin(cells.needed("pin"))
    is_same = before is not None and pins.matches(before.pin_hash, pin)
    return User(
        user_id=user_id,
        name=name,
        role=role,
        badge=badge,
        pin_hash=before.pin_hash if before is not None and is_same else pins.hash(pin),
        language=language,
        theme=_one_of(cells, "theme", THEMES, "light"),
        is_active=before is None or before.is_active,
        refused=0 if before is None or not is_same else before.refused,
    )


def _one_of(cells: Cells, name: str, allowed: Sequence[str], default: str) -> str:
    text = word(cells, name, default)
    if not text:
        raise BadField(name, "missing")
    if text not in allowed:
        raise BadField(name, "unknown-value", text)
    return text
