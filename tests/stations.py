"""A whole station in a temporary home, with a stopped clock: real files, real desk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import msgspec

from builders import AT, WATCH_GTIN, a_merchant, a_product, an_order, an_rma
from returnstation.app import Station
from returnstation.application.ports import User
from returnstation.application.view import View
from returnstation.domain.containers import Container
from returnstation.domain.dispositions import Disposition
from returnstation.domain.orders import Order, Rma
from returnstation.settings import PrinterSettings, Settings, write_settings
from returnstation.storage.engine import open_engine
from returnstation.storage.filling import Filling
from returnstation.storage.pins import Argon2Pins
from returnstation.storage.schema import bring_up_to_date

TOTES = ("restock_new", "restock_open_box", "rework", "liquidate", "quarantine", "ship_back")
PIN = "1234"


class Clock:
    """A clock that moves one second whenever it is read, so that acts can be told apart."""

    def __init__(self, at: datetime = AT) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


_NUMBERS = count(1)
_PIN_HASH = Argon2Pins().hash(PIN)


def counted_id() -> UUID:
    """Return the next id of this process, shaped like a UUIDv7."""
    return UUID(int=(0x18F << 116) | (0x7 << 76) | (0x8 << 60) | next(_NUMBERS))


def settings(**changes: Any) -> Settings:
    given = Settings(
        site="인천 반품센터",
        desk="3번 작업대",
        prefix="ICN3",
        goal=300,
        printers={
            "labels": PrinterSettings("zebra-zd421-203", "label-50x30", "folder:printed/labels"),
            "receipts": PrinterSettings("office-pdf", "receipt-80", "folder:printed/receipts"),
        },
    )
    return msgspec.structs.replace(given, **changes)


@contextmanager
def a_station(
    home: Path,
    orders: Sequence[Order] = (),
    rmas: Sequence[Rma] = (),
    clock: Clock | None = None,
    **changes: Any,
) -> Iterator[Station]:
    """Open a station with one merchant, two products, the given orders and two users."""
    write_settings(home, settings(**changes))
    if not (home / "station.db").exists():
        (home / "station.db").write_bytes(_empty())
    station = Station(home, clock or Clock(), counted_id)
    try:
        filling = Filling(station.cache)
        filling.merchants([a_merchant()])
        filling.products(
            [a_product(), a_product(sku="DP2-BK", title="달빛 페이스 2", gtin=WATCH_GTIN)]
        )
        filling.orders(list(orders) or [an_order()])
        filling.rmas(list(rmas) or ([] if orders else [an_rma()]))
        _people(station)
        yield station
    finally:
        station.close()


@cache
def _empty() -> bytes:
    """Return a file in which nothing is yet; making it takes as long as all else at a start."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "station.db"
        engine = open_engine(path, synchronous="NORMAL")
        bring_up_to_date(engine, path)
        engine.dispose()
        return path.read_bytes()


def _people(station: Station) -> None:
    with station.database.work() as work:
        for role in ("operator", "supervisor"):
            work.people.put(
                User(
                    user_id=role,
                    name=f"{role} kim",
                    role=role,
                    badge=role.upper(),
                    pin_hash=_PIN_HASH,
                )
            )
        for place, disposition in enumerate(TOTES, start=1):
            work.containers.put(
                Container(
                    code=f"T-{place}",
                    disposition=Disposition(disposition),
                    place=place,
                    capacity=2,
                )
            )
        work.commit()


class Worker:
    """Somebody at a desk, who answers questions the best way unless told otherwise."""

    def __init__(self, station: Station, badge: str = "OPERATOR") -> None:
        self.desk = station.desk
        self.desk.sign_in(badge, PIN)

    def inspect_as_new(self) -> View:
        """Give the last, best answer to every question left."""
        view = self.desk.state()
        while view.question is not None:
            view = self.desk.choose(view.options[-1].key)
        return view

    def clear_hints(self) -> View:
        """Say of every hint that it is wrong."""
        view = self.desk.state()
        while view.instruction.text.key.startswith("hint."):
            view = self.desk.choose("1")
        return view

    def label(self, view: View) -> View:
        """Stick the label, scan it back and put the item into its tote."""
        assert view.label is not None
        target = next(tote for tote in view.label.containers if tote.is_target)
        self.desk.scan(view.label.lpn)
        return self.desk.scan(f"RST:{target.code}")

    def through(self, product: str) -> View:
        """Take a product through inspection, proposal, label and tote."""
        self.desk.scan(product)
        self.inspect_as_new()
        self.clear_hints()
        return self.label(self.desk.do("accept"))


def code(view: View) -> str | None:
    """Return why the last act changed nothing."""
    return None if view.problem is None else view.problem.code
