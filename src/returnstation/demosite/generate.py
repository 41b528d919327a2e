"""Make the demo site: the same one for the same seed and day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from returnstation.demosite.drawing_lots import Lots
from returnstation.demosite.goods import merchants_of, wares_of
from returnstation.demosite.people import a_street
from returnstation.demosite.returns import Announcing
from returnstation.demosite.sales import Sale, Selling
from returnstation.demosite.tables import load_tables
from returnstation.domain.containers import Container
from returnstation.domain.dispositions import Disposition
from returnstation.domain.orders import Merchant, Order, Product, Rma
from returnstation.settings import PrinterSettings, Settings

ORDERS = 5300
_PAIRS_PERCENT = 2


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody who may sign in, with a PIN that everybody may know."""

    user_id: str
    name: str
    role: str
    badge: str
    pin: str
    language: str
    theme: str = "light"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSite:
    """Everything a demo station is filled with.

    Attributes:
        streets: Address lines by merchant and order number, for labels.
    """

    seed: int
    today: date
    settings: Settings
    merchants: tuple[Merchant, ...]
    products: tuple[Product, ...]
    orders: tuple[Order, ...]
    rmas: tuple[Rma, ...]
    users: tuple[DemoUser, ...]
    containers: tuple[Container, ...]
    streets: Mapping[tuple[str, str], str]

    def order(self, merchant_id: str, number: str) -> Order:
        """Return one order."""
        return next(
            order
            for order in self.orders
            if order.number == number and order.merchant_id == merchant_id
        )


# About what the dearest goods of a trade cost; whatever is sold for has one.
_LIMITS = {
    "AUD": "900.00", "BRL": "3000.00", "CAD": "800.00", "CHF": "500.00", "CNY": "4000.00",
    "CZK": "13000.00", "DKK": "3800.00", "EUR": "500.00", "GBP": "450.00", "HKD": "4500.00",
    "JPY": "80000", "KRW": "800000", "MXN": "10000.00", "NOK": "6000.00", "NZD": "900.00",
    "PLN": "2200.00", "SEK": "5800.00", "SGD": "750.00", "THB": "19000.00", "TWD": "18000.00",
    "USD": "550.00", "VND": "14000000",
}  # fmt: skip
# Folders in the place of printers: labels and receipts as every home has them, wide labels for
# parcels and tags, and office paper.
_PRINTERS = {
    **Settings().printers,
    "parcels": PrinterSettings("zebra-zd421-203", "label-100x150", "folder:printed/parcels"),
    "office": PrinterSettings("office-pdf", "a4", "folder:printed/office"),
}
_PAPERS = {"quarantine_tag": "parcels", "work_ticket": "office", "badge": "office"}
SETTINGS = Settings(
    site="인천 반품센터",
    desk="3번 작업대",
    prefix="ICN3",
    goal=300,
    refund_limits=_LIMITS,
    printers=_PRINTERS,
    papers=_PAPERS,
)

USERS = (
    DemoUser("kim.jiyoon", "김지윤", "operator", "OP1", "1234", "ko"),
    DemoUser("park.minjae", "박민재", "operator", "OP2", "1234", "en"),
    DemoUser("sato.yuki", "佐藤由紀", "operator", "OP3", "1234", "ja"),
    DemoUser("weber.jonas", "Jonas Weber", "operator", "OP4", "1234", "de", "dark"),
    DemoUser("lee.soyoung", "이소영", "supervisor", "SV1", "4321", "ko"),
    DemoUser("admin", "관리자", "admin", "AD1", "9876", "ko"),
)

_TOTES = (
    (Disposition.RESTOCK_NEW, "A", 60),
    (Disposition.RESTOCK_OPEN_BOX, "B", 40),
    (Disposition.REWORK, "C", 30),
    (Disposition.REFURBISH, "D", 30),
    (Disposition.REPAIR, "E", 20),
    (Disposition.LIQUIDATE, "F", 80),
    (Disposition.QUARANTINE, "Q", 20),
    (Disposition.SHIP_BACK, "S", 25),
    (Disposition.HARVEST_PARTS, "P", 40),
    (Disposition.RECYCLE, "R", 60),
    (Disposition.DESTROY, "X", 40),
    (Disposition.DONATE, "H", 40),
)


def generate(seed: int, today: date) -> DemoSite:
    """Return the demo site of a seed, as it is on a day."""
    lots, tables = Lots(seed), load_tables()
    wares = wares_of(tables)
    selling = Selling(lots, tables, wares, today)
    announcing = Announcing(lots, selling.numbers, today)
    sales: list[Sale] = []
    rmas: list[Rma] = []
    while len(sales) < ORDERS:
        sale = selling.sale(len(sales) + 1)
        together = [sale]
        if lots.chance(_PAIRS_PERCENT):
            together.append(selling.another(sale))
            rmas += announcing.together(together)
        elif (rma := announcing.for_sale(sale)) is not None:
            rmas.append(rma)
        sales += together
    return DemoSite(
        seed=seed,
        today=today,
        settings=SETTINGS,
        merchants=merchants_of(tables),
        products=tuple(ware.product for ware in wares),
        orders=tuple(sale.order for sale in sales),
        rmas=tuple(rmas),
        users=USERS,
        containers=tuple(
            Container(code=f"T-{letter}-01", disposition=kind, place=place, capacity=capacity)
            for place, (kind, letter, capacity) in enumerate(_TOTES, start=1)
        ),
        streets={
            (sale.order.merchant_id, sale.order.number): a_street(lots, sale.place)
            for sale in sales
        },
    )
