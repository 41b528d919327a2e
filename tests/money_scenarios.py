"""Read the scenario files of ``tests/scenarios/money``: refunds a shift lead can read and add."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from builders import told
from returnstation.application.opening import _lines
from returnstation.domain.cases import Case
from returnstation.domain.checklists import Grade
from returnstation.domain.facts import (
    CaseFinished,
    CaseOpened,
    Fact,
    ItemAdded,
    ItemGraded,
    LineJudged,
    OrderAttached,
    PhotoTaken,
    PostageStated,
    RefundResolved,
    ResolutionChosen,
    ValueAssessed,
)
from returnstation.domain.folding import fold
from returnstation.domain.money import Money, parse_amount
from returnstation.domain.orders import Customer, Order, OrderLine, Tender
from returnstation.domain.pay import evidence
from returnstation.domain.pay.sold import paid_by, stored_rate
from returnstation.domain.policy import (
    Buyer,
    Eligible,
    Ground,
    MerchantOffer,
    Payer,
    RefundMethod,
    ReturnReason,
)
from returnstation.domain.policy.merchant import ShippingSplit
from returnstation.domain.refunds import resolve
from returnstation.domain.verdicts import Verdict, VerdictDeduction, VerdictReason

FOLDER = Path(__file__).parent / "scenarios" / "money"


@dataclass(frozen=True)
class Scenario:
    """One order, what came back of it, and what must be given."""

    name: str
    order: Mapping[str, Any]
    verdict: Mapping[str, Any]
    told: Mapping[str, Any]
    expected: Mapping[str, Any]

    def __str__(self) -> str:
        return self.name


def scenarios() -> list[Scenario]:
    """Return every case of every file."""
    return [case for file in sorted(FOLDER.glob("*.toml")) for case in _cases(file)]


def _cases(file: Path) -> Iterator[Scenario]:
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    for case in table["case"]:
        yield Scenario(
            name=f"{file.stem}: {case['name']}",
            order={**table["order"], **case.get("order", {})},
            verdict={**table.get("verdict", {}), **case.get("verdict", {})},
            told=case,
            expected=case["expect"],
        )


def parcels(scenario: Scenario) -> Iterator[tuple[Case, RefundResolved]]:
    """Yield every parcel of a scenario, settled after those before it."""
    before: list[RefundResolved] = []
    back: dict[str, int] = {}
    came = scenario.told.get("parcels") or [scenario.told["came"]]
    order = an_order(scenario.order)
    for number, units in enumerate(came, start=1):
        case = _case(scenario, order, units, dict(back), f"case-{number}")
        refund = resolve(case, before)
        yield case, refund
        before.append(refund)
        for line in case.opened.lines:
            back[line.line_id] = back.get(line.line_id, 0) + case.units_of(line.line_id)


def money(text: str, currency: str) -> Money:
    """Return an amount of a scenario."""
    return parse_amount(text, currency)


def an_order(told: Mapping[str, Any]) -> Order:
    """Return the order a scenario tells of."""
    currency = told["currency"]

    def amount(name: str, of: Mapping[str, Any] = told) -> Money | None:
        return money(of[name], currency) if name in of else None

    nothing = Money(0, currency)
    lines = tuple(
        OrderLine(
            number=number,
            sku=line["sku"],
            title=line["sku"],
            quantity=line.get("quantity", 1),
            unit_price=money(line["price"], currency),
            discount=amount("discount", line) or nothing,
            tax=amount("tax", line) or nothing,
            tax_rate=line.get("tax_rate"),
        )
        for number, line in enumerate(told["lines"], start=1)
    )
    return Order(
        merchant_id="m",
        number="O-1",
        ordered_on=date(2026, 11, 1),
        currency=currency,
        customer=Customer(
            name="", jurisdiction="DE", buyer=Buyer(told.get("buyer", Buyer.CONSUMER))
        ),
        lines=lines,
        payment=told.get("payment", "card"),
        shipping=amount("shipping"),
        discount=amount("discount"),
        duties=amount("duties"),
        tenders=tuple(
            Tender(kind=tender["kind"], amount=money(tender["amount"], currency))
            for tender in told.get("tenders", ())
        ),
        settled_in=told.get("settled_in"),
        rate=told.get("rate"),
    )


def a_verdict_of(told: Mapping[str, Any], currency: str) -> Verdict:
    """Return the verdict a scenario tells of: a statutory one that grants, unless it says."""
    rule = "EU-DE-WD" if told.get("is_statutory", True) else "merchant:p"
    losses = [VerdictDeduction("diminished_value")] if told.get("may_keep_loss") else []
    fees = [
        VerdictDeduction(kind, money(amount, currency))
        for kind, amount in told.get("fees", {}).items()
    ]
    split = (
        ShippingSplit(merchant_share=Decimal(told["merchant_share"]))
        if "merchant_share" in told
        else None
    )
    bonus = Decimal(told["bonus"]) if "bonus" in told else None
    keep_it = told.get("keep_it", False)
    offer = MerchantOffer(policy="p", keep_it=keep_it, store_credit_bonus=bonus, split=split)
    code = told.get("because", "window_open")
    return Verdict(
        eligible=Eligible(told.get("eligible", "yes")),
        reasons=(VerdictReason(rule, told.get("says", "grants"), code, "§"),),
        pack="p",
        confidence="high",
        decided_by=rule,
        ground=Ground(told.get("ground", "withdrawal")),
        payer=Payer(told["payer"]) if told.get("payer") else None,
        methods=tuple(RefundMethod(method) for method in told.get("methods", ())),
        deductions=(*fees, *losses),
        merchant=offer,
    )


def _case(
    scenario: Scenario, order: Order, units: Mapping[str, int], back: Mapping[str, int], name: str
) -> Case:
    currency, told_of = order.currency, scenario.told
    lines = _lines(order, None, back)
    reason = told_of.get("reason")
    if reason is not None:
        lines = [replace(line, reason=ReturnReason(reason)) for line in lines]
    opened = CaseOpened(
        number=f"X-{name}",
        scanned="x",
        keys=("X",),
        merchant_id="m",
        merchant="m",
        orders=(order.number,),
        jurisdiction="DE",
        buyer=order.customer.buyer,
        currency=currency,
        payment=order.payment,
        shipping=order.shipping,
        lines=tuple(lines),
        paid_by=paid_by([order]),
        rate=stored_rate(order),
        label_cost=money(told_of["label_cost"], currency) if "label_cost" in told_of else None,
        postage=money(told_of["postage"], currency) if "postage" in told_of else None,
        rma=told_of.get("rma"),
        refunds_duties=told_of.get("refunds_duties", False),
        wants=told_of.get("wants"),
    )
    ids = {line.sku: line.line_id for line in lines}
    own = told_of.get("verdicts", {})
    facts: list[Fact] = [opened]
    if told_of.get("is_gift"):
        facts.append(OrderAttached(opened=opened, orders=opened.orders, because=("gift",)))
    facts += [
        LineJudged(
            line_id=line.line_id,
            verdict=a_verdict_of({**scenario.verdict, **own.get(line.sku, {})}, currency),
        )
        for line in lines
    ]
    for sku, count in units.items():
        facts += _items(told_of, ids[sku], sku, count)
    for sku, chosen in told_of.get("choose", {}).items():
        facts.append(_chosen(ids[sku], chosen, currency))
    if "stated_postage" in told_of:
        facts.append(PostageStated(amount=money(told_of["stated_postage"], currency)))
    case = fold(told(*facts))
    for sku, lost in told_of.get("lost", {}).items():
        found = evidence(case, ids[sku])
        facts.append(
            ValueAssessed(
                line_id=ids[sku],
                amount=money(lost, currency),
                findings=found.findings,
                photos=found.photos,
            )
        )
    return replace(fold(told(*facts)), case_id=name)


def _items(told_of: Mapping[str, Any], line_id: str, sku: str, count: int) -> Iterator[Fact]:
    state = told_of.get("found", {}).get(sku, {})
    for unit in range(count):
        item_id = f"{line_id}-{unit}"
        yield ItemAdded(
            item_id=item_id, line_id=line_id, finding=state.get("as", "expected"), title=sku
        )
        if state.get("photo"):
            yield PhotoTaken(digest="ab" * 32, item_id=item_id)
        yield ItemGraded(
            item_id=item_id,
            grade=Grade(state.get("functional", 6), state.get("cosmetic", 9)),
            findings=tuple(state.get("findings", ())),
            seconds=1,
        )


def _chosen(line_id: str, told_of: Mapping[str, Any], currency: str) -> ResolutionChosen:
    amounts = {
        name: money(told_of[name], currency) for name in ("price", "amount") if name in told_of
    }
    return ResolutionChosen(
        line_id=line_id,
        method=told_of["method"],
        variant=told_of.get("variant"),
        reason=told_of.get("reason"),
        **amounts,
    )


def finished(case: Case, refund: RefundResolved) -> Case:
    """Return the case as it is once it was finished with this refund."""
    return replace(
        case,
        refund=refund,
        state=fold(told(case.opened, CaseFinished(seconds=1))).state,
    )
