"""Fill a new station with the demo site."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from returnstation.application.ports import PinCheck, UnitOfWork, User
from returnstation.demosite.drafts import write_drafts
from returnstation.demosite.drawings import write_pictures
from returnstation.demosite.gates import write_gates
from returnstation.demosite.generate import DemoSite
from returnstation.domain.orders import Merchant, Order, Product, Rma
from returnstation.settings import write_settings

_AT_ONCE = 1000


class Fills(Protocol):
    """Keeps records; each call is one transaction."""

    def merchants(self, merchants: Sequence[Merchant]) -> object:
        """Keep merchants."""

    def products(self, products: Sequence[Product]) -> object:
        """Keep products."""

    def orders(self, orders: Sequence[Order]) -> object:
        """Keep orders."""

    def rmas(self, rmas: Sequence[Rma]) -> object:
        """Keep announced returns."""


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where the parts of a site go."""

    filling: Fills
    work: UnitOfWork
    pins: PinCheck


def install(
    site: DemoSite, home: Path, opening: Callable[[Path], AbstractContextManager[Shelves]]
) -> None:
    """Make a home for the site; running it again changes nothing but PINs' verifiers.

    Args:
        site: What to install.
        home: The station's folder.
        opening: Opens the station of a home that has settings.
    """
    write_settings(home, site.settings)
    write_drafts(home / "drafts")
    write_gates(home / "gates")
    write_pictures(home / "pictures", site.products)
    with opening(home) as shelves:
        fill(site, shelves)


def fill(site: DemoSite, shelves: Shelves) -> None:
    """Put everything into an open station."""
    filling = shelves.filling
    filling.merchants(site.merchants)
    filling.products(site.products)
    for start in range(0, len(site.orders), _AT_ONCE):
        filling.orders(site.orders[start : start + _AT_ONCE])
    for start in range(0, len(site.rmas), _AT_ONCE):
        filling.rmas(site.rmas[start : start + _AT_ONCE])
    users = _users(site, shelves.pins)
    with shelves.work() as work:
        for user in users:
            work.people.put(user)
        known = {container.code for container in work.containers.all()}
        for container in site.containers:
            if container.code not in known:
                work.containers.put(container)
        work.commit()


def _users(site: DemoSite, pins: PinCheck) -> list[User]:
    return [
        User(
            user_id=user.user_id,
            name=user.name,
            role=user.role,
            badge=user.badge,
            pin_hash=pins.hash(user.pin),
            language=user.language,
            theme=user.theme,
        )
        for user in site.users
    ]
