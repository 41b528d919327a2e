"""Endpoints of webhooks in hand: of several processes one at a time sends something to each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import update

from returnstation.hub.database import HubDatabase
from returnstation.hub.tables_merchants import ENDPOINT


class NotOurs(Exception):
    """It took so long that another process may have the endpoint in hand, or it is gone."""


@dataclass
class Hold:
    """An endpoint in hand.

    Attributes:
        endpoint: Its merchant's id, and its own.
        now_ms: The hub's clock.
        lasts_ms: After this time without ``renew`` another process may take it.
    """

    database: HubDatabase
    endpoint: tuple[str, str]
    now_ms: Callable[[], int]
    lasts_ms: int
    _until_ms: int = 0

    def take(self) -> Self | None:
        """Take it in hand; None when somebody has it, or it is off."""
        is_free = (ENDPOINT.c.busy_ms <= self.now_ms()) & ENDPOINT.c.off_ms.is_(None)
        return self if self._changed(is_free, self.now_ms() + self.lasts_ms) else None

    def renew(self) -> None:
        """Have it for as long again.

        Raises:
            NotOurs: It was free meanwhile.
        """
        if not self._changed(self._is_ours, self.now_ms() + self.lasts_ms):
            raise NotOurs

    def leave(self) -> None:
        """Let others have it, unless they do."""
        self._changed(self._is_ours, 0)

    @property
    def _is_ours(self) -> Any:
        return ENDPOINT.c.busy_ms == self._until_ms

    def _changed(self, where: Any, until_ms: int) -> bool:
        with self.database.work() as connection:
            changing = at_endpoint(self.endpoint).where(where).values(busy_ms=until_ms)
            is_changed = connection.execute(changing).rowcount == 1
        if is_changed:
            self._until_ms = until_ms
        return is_changed


def at_endpoint(endpoint: tuple[str, str]) -> Any:
    """Return what changes an endpoint."""
    merchant_id, endpoint_id = endpoint
    return update(ENDPOINT).where(
        ENDPOINT.c.merchant_id == merchant_id, ENDPOINT.c.endpoint_id == endpoint_id
    )
