"""The returns of the demo's shift, before orders are found for them."""

from dataclasses import dataclass
from enum import StrEnum

from returnstation.domain.orders import Order, Rma
from returnstation.domain.policy import Buyer, Category, Channel, ReturnReason


class ScanKind(StrEnum):
    """What is read off the parcel."""

    RMA = "rma"
    TRACKING = "tracking"
    ORDER = "order"
    SSCC = "sscc"
    SERIAL = "serial"
    PICTURE = "picture"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"


class Answers(StrEnum):
    """Which answer every question of the checklist is given; answers stand worst first."""

    BEST = "best"
    MIDDLE = "middle"
    WORST = "worst"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which orders fit a plan; None and the defaults let everything through.

    Attributes:
        days: Between delivery and the announcement, both ends included.
        announced: Lines announced; 0 means an order of which nothing was announced.
        skus: One of these is announced.
    """

    country: str | None = None
    merchant: str | None = None
    legal: Category | None = None
    category: str | None = None
    reason: ReturnReason | None = None
    days: tuple[int, int] | None = None
    announced: int = 1
    buyer: Buyer = Buyer.CONSUMER
    has_serials: bool | None = None
    has_sscc: bool | None = None
    has_tracking: bool = True
    skus: frozenset[str] = frozenset()

    def fits(self, order: Order, rma: Rma | None) -> bool:
        """Tell whether an order and what was announced of it are as wanted."""
        if (rma is None) != (self.announced == 0) or not order.delivered_on:
            return False
        return self._is_sale(order) and self._is_line(order, rma) and self._is_rma(order, rma)

    def _is_sale(self, order: Order) -> bool:
        sscc = any(sent.sscc for sent in order.shipments)
        return (
            self.country in {None, order.customer.jurisdiction}
            and self.merchant in {None, order.merchant_id}
            and order.customer.buyer is self.buyer
            and order.channel is Channel.ONLINE
            and self.has_sscc in {None, sscc}
        )

    def _is_line(self, order: Order, rma: Rma | None) -> bool:
        announced = {line.sku for line in rma.lines} if rma else {order.lines[0].sku}
        lines = [line for line in order.lines if line.sku in announced]
        first = lines[0]
        return (
            all(line.quantity == 1 for line in lines)
            and self.legal in {None, first.legal}
            and self.category in {None, first.category}
            and self.has_serials in {None, bool(first.serials)}
            and (not self.skus or bool(self.skus & announced))
        )

    def _is_rma(self, order: Order, rma: Rma | None) -> bool:
        if rma is None:
            return True
        waited = (rma.requested_on - max(order.delivered_on)).days
        least, most = self.days or (waited, waited)
        return (
            len(rma.lines) == self.announced
            and all(self.reason in {None, line.reason} for line in rma.lines)
            and least <= waited <= most
            and (rma.tracking is not None or not self.has_tracking)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One return of the shift.

    Attributes:
        missing: Announced products that are not in the parcel.
        dispose: Another disposition than proposed, with ``reason``.
        hold: Put aside for this reason after the first product, and taken up again.
        cancel: Cancelled for this reason instead of inspected.
    """

    name: str
    kind: ScanKind
    where: Where | None = None
    answers: Answers = Answers.BEST
    has_photo: bool = False
    is_other_product: bool = False
    missing: int = 0
    dispose: str | None = None
    reason: str | None = None
    reprint: str | None = None
    hold: str | None = None
    cancel: str | None = None


_MIND = ReturnReason.CHANGE_OF_MIND
_SPORTS, _ELECTRONICS, _BEAUTY, _MEDIA, _HOME, _CUSTOM = (
    "hanbit-sports", "mirae-electronics", "dallae-beauty", "onbit-media", "saebyeok-home",
    "moa-custom",
)  # fmt: skip
_RECALLED = frozenset({"PB2"})

PLANS = (
    Plan(
        name="kr-shoes-in-time",
        kind=ScanKind.RMA,
        where=Where(country="KR", merchant=_SPORTS, category="shoes", reason=_MIND, days=(1, 5)),
    ),
    Plan(
        name="de-window-above-merchant-terms",
        kind=ScanKind.PICTURE,
        where=Where(country="DE", merchant=_ELECTRONICS, reason=_MIND, days=(8, 12)),
        answers=Answers.MIDDLE,
        has_photo=True,
    ),
    Plan(
        name="jp-merchant-terms",
        kind=ScanKind.TRACKING,
        where=Where(country="JP", reason=_MIND, days=(1, 6)),
    ),
    Plan(
        name="fr-one-of-two-missing",
        kind=ScanKind.RMA,
        where=Where(country="FR", announced=2),
        missing=1,
    ),
    Plan(
        name="gb-defective-by-serial",
        kind=ScanKind.SERIAL,
        where=Where(country="GB", reason=ReturnReason.DEFECTIVE, has_serials=True),
        answers=Answers.MIDDLE,
        has_photo=True,
    ),
    Plan(
        name="us-ca-undisclosed-policy",
        kind=ScanKind.PICTURE,
        where=Where(country="US-CA", merchant=_BEAUTY, reason=_MIND),
    ),
    Plan(
        name="us-ny-store-credit",
        kind=ScanKind.ORDER,
        where=Where(
            country="US-NY", merchant=_MEDIA, reason=_MIND, days=(1, 9), has_tracking=False
        ),
        answers=Answers.MIDDLE,
    ),
    Plan(
        name="au-not-as-described",
        kind=ScanKind.PICTURE,
        where=Where(country="AU", reason=ReturnReason.NOT_AS_DESCRIBED),
        answers=Answers.WORST,
        has_photo=True,
    ),
    Plan(
        name="kr-too-late",
        kind=ScanKind.TRACKING,
        where=Where(country="KR", merchant=_ELECTRONICS, reason=_MIND, days=(10, 24)),
    ),
    Plan(
        name="de-custom-made",
        kind=ScanKind.RMA,
        where=Where(country="DE", merchant=_CUSTOM, legal=Category.CUSTOM_MADE, reason=_MIND),
    ),
    Plan(name="blind-parcel", kind=ScanKind.UNKNOWN),
    Plan(
        name="number-of-two-merchants",
        kind=ScanKind.AMBIGUOUS,
        where=Where(merchant=_HOME),
    ),
    Plan(
        name="it-other-product-inside",
        kind=ScanKind.TRACKING,
        where=Where(country="IT"),
        is_other_product=True,
        has_photo=True,
    ),
    Plan(name="two-orders-in-one-parcel", kind=ScanKind.PICTURE),
    Plan(
        name="es-held-and-resumed",
        kind=ScanKind.RMA,
        where=Where(country="ES", announced=2),
        hold="later",
    ),
    Plan(
        name="pl-opened-by-mistake",
        kind=ScanKind.TRACKING,
        where=Where(country="PL"),
        cancel="opened_by_mistake",
    ),
    Plan(
        name="business-buyer-by-sscc",
        kind=ScanKind.SSCC,
        where=Where(country="KR", buyer=Buyer.BUSINESS, has_sscc=True),
    ),
    Plan(
        name="nl-label-reprinted",
        kind=ScanKind.PICTURE,
        where=Where(country="NL"),
        reprint="did_not_come_out",
    ),
    Plan(
        name="recalled-battery",
        kind=ScanKind.RMA,
        where=Where(merchant=_ELECTRONICS, skus=_RECALLED),
    ),
    Plan(
        name="kr-hygiene-seal-broken",
        kind=ScanKind.PICTURE,
        where=Where(country="KR", merchant=_BEAUTY, legal=Category.SEALED_HYGIENE, reason=_MIND),
        answers=Answers.WORST,
        has_photo=True,
    ),
    Plan(
        name="kr-worse-than-proposed",
        kind=ScanKind.PICTURE,
        where=Where(country="KR", merchant=_SPORTS, reason=_MIND, days=(1, 6)),
        dispose="liquidate",
        reason="merchant_instruction",
    ),
    Plan(
        name="tw-in-the-window",
        kind=ScanKind.PICTURE,
        where=Where(country="TW", reason=_MIND, days=(1, 6)),
    ),
)
"""In the order in which the shift goes through them."""
