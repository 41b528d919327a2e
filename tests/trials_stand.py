"""A test bench over made-up past returns, judged by the real rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from returnstation.application.trials import Bench, Told
from returnstation.application.trying import Beginning, Offer, Period, Trial, TrialReport
from returnstation.domain.money import Money
from returnstation.domain.policy import (
    Buyer,
    Category,
    Channel,
    Eligible,
    MerchantPolicy,
    ReturnReason,
    ReturnWindow,
    Sale,
)
from returnstation.domain.policy.merchant import PolicySet, WindowTerm
from returnstation.domain.replays import PastReturn, Rules
from returnstation.policydata import load_pack

OPENED_ON = date(2026, 11, 24)
LANDS = (("KR", "KRW"), ("DE", "EUR"), ("JP", "JPY"), ("US-CA", "USD"))
OFFERS = (
    Offer(Trial("two-weeks"), ("KR/withdrawal.toml", "merchants/ds.json")),
    Offer(
        Trial(law_on=date(2027, 4, 1)),
        begins=(Beginning("GB", "GB-DMCC-SUB", "Consumer right to cancel a subscription"),),
    ),
)


def a_return(place: int) -> PastReturn:
    """Return the made-up return of a place; the later, the longer after its delivery."""
    land, currency = LANDS[place % len(LANDS)]
    delivered = OPENED_ON - timedelta(days=1 + place % 40)
    sale = Sale(
        id=f"s-{place}",
        jurisdiction=land,
        buyer=Buyer.CONSUMER,
        channel=Channel.ONLINE,
        category=Category.GENERAL,
        reason=ReturnReason.CHANGE_OF_MIND,
        requested_on=OPENED_ON,
        contract_on=delivered - timedelta(days=4),
        purchased_on=delivered - timedelta(days=4),
        order_received_on=delivered - timedelta(days=4),
        delivered_on=(delivered,),
        delivered=True,
        shipped=True,
        returned_on=OPENED_ON,
        proof_of_purchase=True,
    )
    paid = Money(12900 + 100 * place, currency)
    number = f"ICN3-R-{77000 + place}"
    return PastReturn(number=number, line_id=f"{place}/1", merchant_id="ds", judged_on=OPENED_ON,
                      sale=sale, paid=paid, answered=Eligible.YES)  # fmt: skip


@dataclass
class MemoryTrials:
    """So many past returns; the draft gives every buyer of the merchant so many days."""

    size_of_all: int = 40
    days: int = 20
    offers: Sequence[Offer] = OFFERS
    unreadable: int = 0
    folder: str = "/home/station/drafts"
    error: Exception | None = None

    def bench(self) -> Bench:
        return Bench(tuple(self.offers), self.folder)

    def size(self, period: Period) -> int:
        return min(self.size_of_all, (period.until - period.since).days + 1)

    def run(self, trial: Trial, period: Period, told: Told) -> TrialReport:
        if self.error is not None:
            raise self.error
        pack = load_pack()
        now, then = Rules(pack, _as_it_is), Rules(pack, self._with_days)
        report = TrialReport(unreadable=self.unreadable, why="R-1: Object missing field `id`")
        for place in range(self.size(period)):
            report.cases += 1
            told(report.cases, report.replay.put(a_return(place), now, then))
        return report

    def _with_days(self, merchant_id: str, sale: Sale) -> Sale:
        window = WindowTerm(ReturnWindow.FINITE, self.days)
        policy = MerchantPolicy(window=window)
        return replace(sale, merchant_policy=PolicySet((policy,)))


def _as_it_is(merchant_id: str, sale: Sale) -> Sale:
    return sale
