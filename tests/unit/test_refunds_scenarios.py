"""Every money scenario comes out as written, and every sum of it closes."""

from typing import Any

import pytest

from money_scenarios import Scenario, finished, money, parcels, scenarios
from returnstation.domain.cases import Case
from returnstation.domain.facts import RefundResolved, ResolvedLine, type_name
from returnstation.domain.money import total
from returnstation.domain.pay import (
    ACCEPTED,
    Limits,
    barred,
    instruction,
    money_waits,
    offered,
    proposed,
    told_to_pay,
)
from returnstation.domain.refunds import given_for


def test_there_are_at_least_forty_scenarios() -> None:
    assert len(scenarios()) >= 40


@pytest.mark.parametrize("scenario", scenarios(), ids=str)
def test_it_comes_out_as_written(scenario: Scenario) -> None:
    settled = list(parcels(scenario))
    case, refund = settled[-1]
    wanted = scenario.expected

    assert _said(case, refund, wanted) == {
        name: value for name, value in wanted.items() if name in _SAYERS
    }
    if "totals" in wanted:
        assert [each.total.decimal() for _, each in settled] == wanted["totals"]
    for sku, of_line in wanted.get("lines", {}).items():
        line = next(x for x in refund.lines if case.line(x.line_id).sku == sku)
        assert _of_line(case, line, of_line) == of_line


@pytest.mark.parametrize("scenario", scenarios(), ids=str)
def test_every_sum_closes(scenario: Scenario) -> None:
    for case, refund in parcels(scenario):
        currency = refund.total.currency
        accepted = [line for line in refund.lines if line.outcome == ACCEPTED]
        given = total([given_for(line) for line in accepted], currency) + refund.shipping

        for line in refund.lines:
            assert total([term.amount for term in line.terms], currency) == given_for(line)
        assert total([part.amount for part in refund.tenders], currency) == given
        assert total([share.gross for share in refund.taxes], currency) == refund.total
        assert case.opened.currency == currency


@pytest.mark.parametrize("scenario", [s for s in scenarios() if "told" in s.expected], ids=str)
def test_money_goes_by_the_limit_of_who_is_there(scenario: Scenario) -> None:
    case, refund = list(parcels(scenario))[-1]
    limits = Limits({"EUR": money(scenario.told["limit"], "EUR")})

    facts = told_to_pay(case, refund, limits, scenario.told.get("role", "operator"))

    assert [type_name(type(fact)) for fact in facts] == scenario.expected["told"]
    if scenario.expected.get("waits"):
        assert money_waits(finished(case, refund))


_SAYERS = {"total", "shipping", "tenders", "taxes", "settlement", "credit_note"}


def _said(case: Case, refund: RefundResolved, wanted: Any) -> dict[str, Any]:
    told = instruction(case, refund)
    said: dict[str, Any] = {
        "total": refund.total.decimal(),
        "shipping": refund.shipping.decimal(),
        "tenders": {part.kind: part.amount.decimal() for part in refund.tenders},
        "taxes": {share.rate: share.tax.decimal() for share in refund.taxes if share.rate},
        "settlement": None if refund.settlement is None else refund.settlement.decimal(),
        "credit_note": told is not None and told.credit_note is not None,
    }
    return {name: value for name, value in said.items() if name in wanted}


def _of_line(case: Case, line: ResolvedLine, wanted: Any) -> dict[str, Any]:
    share = line.share or line.amount
    why = barred(case, line.line_id)
    said: dict[str, Any] = {
        "outcome": line.outcome,
        "method": line.method,
        "amount": line.amount.decimal(),
        "given": given_for(line).decimal(),
        "owes": None if line.owes is None else line.owes.decimal(),
        "tax": None if line.tax is None else line.tax.decimal(),
        "variant": line.variant,
        "rejection": line.rejection,
        "terms": {term.code: term.amount.decimal() for term in line.terms},
        "proposed": proposed(case, line.line_id, share).decimal(),
        "barred": None if why is None else why.key,
        "locked": {
            each.method.value: None if each.locked is None else each.locked.key
            for each in offered(case, line.line_id)
            if each.method in wanted.get("locked", {})
        },
    }
    return {name: value for name, value in said.items() if name in wanted}
