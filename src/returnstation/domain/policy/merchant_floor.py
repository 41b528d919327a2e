"""Where a merchant's terms fall short of the law.

The engine itself is asked, with sales the policy would hold for: a term is refused in a country
when it is beaten on every day of delivery that was tried, so that a weekend which moves the end
of a period does not count as a longer period.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product

from returnstation.domain.messages import Say, Value, say
from returnstation.domain.policy.decision import Reason
from returnstation.domain.policy.engine import decide
from returnstation.domain.policy.merchant import MerchantPolicy, PolicySet
from returnstation.domain.policy.pack import Pack, Region
from returnstation.domain.policy.sale import Buyer, Category, Channel, ReturnReason, Sale

_DAYS_TRIED = 10
_BEATEN = "merchant_term_beaten"
_PERIODS = {"merchantReturnDays", "returnPolicyCategory"}
_REASONS = (ReturnReason.CHANGE_OF_MIND, ReturnReason.DEFECTIVE, ReturnReason.NOT_AS_DESCRIBED)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A term that a country's law refuses.

    Attributes:
        policy: Id of the policy.
        term: Property of the policy, e.g. ``merchantReturnDays``.
        value: What the merchant says.
        floor: What the law gives at least; days for a period.
        rule: The rule that beats it.
        reason: The reason for a return for which it is refused.
    """

    country: str
    policy: str
    term: str
    value: Value
    floor: Value
    rule: str
    source: str
    reason: ReturnReason


def floor_check(policy: MerchantPolicy, pack: Pack, day: date) -> tuple[Shortfall, ...]:
    """Return the terms of a policy that fall short of the law of a day, per country.

    Countries are those the policy names, or all of the pack; the parts of a country are checked
    as well and told where they refuse more than the country. A rule of low confidence refuses
    nothing.
    """
    found: dict[tuple[str, str, str], Shortfall] = {}
    for region in _regions(policy, pack):
        country = region.code[:2]
        for variant in policy.variants():
            for sale in _sales(variant, region.code, day):
                for each in _beaten(sale, variant, pack):
                    if (country, each.term, each.rule) not in found:
                        found.setdefault((region.code, each.term, each.rule), each)
    return tuple(found.values())


def floor_check_set(policies: PolicySet, pack: Pack, day: date) -> tuple[Shortfall, ...]:
    """Return the terms of all policies that fall short, in the order of the policies."""
    return tuple(each for policy in policies.policies for each in floor_check(policy, pack, day))


def _regions(policy: MerchantPolicy, pack: Pack) -> Iterator[Region]:
    """Yield the regions a policy is meant for, countries before their parts."""
    for code in sorted(pack.regions):
        region = pack.regions[code]
        wanted = policy.scope.countries
        if not region.union and (not wanted or {code, code[:2]} & wanted):
            yield region
    for code in sorted(policy.scope.countries - pack.regions.keys()):
        region_of_country = pack.region(code)
        if region_of_country is not None and region_of_country.code not in policy.scope.countries:
            yield replace(region_of_country, code=code)


def _beaten(sale: Sale, policy: MerchantPolicy, pack: Pack) -> Iterator[Shortfall]:
    """Yield the terms that lose on every day tried, with the shortest period the law gives."""
    told = [_terms_on(sale, pack, later) for later in range(_DAYS_TRIED)]
    for key, (reason, source, floor) in told[0].items():
        floors = [floor, *(day[key][2] for day in told[1:] if key in day)]
        if len(floors) < _DAYS_TRIED:
            continue
        term, rule = key
        least = min((each for each in floors if isinstance(each, int)), default=None)
        law = floor if least is None else say("law.value_days", n=least)
        yield Shortfall(
            sale.jurisdiction,
            policy.id,
            term,
            reason.values["value"],
            law,
            rule,
            source,
            sale.reason,
        )


def _terms_on(
    sale: Sale, pack: Pack, later: int
) -> dict[tuple[str, str], tuple[Reason, str, Value]]:
    """Return what is beaten when the goods come some days later, by term and rule.

    How long goods are taken back says nothing about faults unless the policy names them, so a
    guarantee beats no period.
    """
    delivered = sale.requested_on + timedelta(days=later)
    asked = replace(sale, delivered_on=(delivered,), requested_on=delivered, returned_on=delivered)
    decision = decide(asked, pack)
    sources = {reason.rule: reason.source for reason in decision.reasons}
    policies = () if sale.merchant_policy is None else sale.merchant_policy.policies
    names_reasons = any(policy.scope.reasons for policy in policies)
    found: dict[tuple[str, str], tuple[Reason, str, Value]] = {}
    for reason in decision.reasons:
        if reason.code != _BEATEN:
            continue
        term, rule = _term(reason.values["term"]), str(reason.values["beaten_by"])
        floor = reason.values["floor"]
        days = (floor - delivered).days if isinstance(floor, date) else floor
        if term not in _PERIODS or sale.reason is ReturnReason.CHANGE_OF_MIND or names_reasons:
            found[term, rule] = (reason, sources.get(rule, rule), days)
    return found


def _term(value: Value) -> str:
    return value.key.removeprefix("law.term_") if isinstance(value, Say) else str(value)


def _sales(policy: MerchantPolicy, jurisdiction: str, day: date) -> Iterator[Sale]:
    """Yield sales a policy holds for, with nothing known against the buyer."""
    scope, price = policy.scope, policy.scope.price
    bought = (
        day if scope.season is None else min(max(day, scope.season.first_on), scope.season.last_on)
    )
    amount = None if price is None else (price.at_most or price.at_least)
    categories: Iterable[Category] = sorted(scope.categories) or (Category.GENERAL,)
    channels: Iterable[Channel] = sorted(scope.channels) or (Channel.ONLINE,)
    reasons: Iterable[ReturnReason] = sorted(scope.reasons) or _REASONS
    for category, channel, reason in product(categories, channels, reasons):
        yield Sale(
            id="floor",
            jurisdiction=jurisdiction,
            buyer=Buyer.CONSUMER,
            channel=channel,
            category=category,
            reason=reason,
            requested_on=bought,
            contract_on=bought,
            purchased_on=bought,
            order_received_on=bought,
            documents_received_on=bought,
            complied_with_information_duties=True,
            policy_displayed=True,
            written_confirmation_sent=True,
            seal_opened=False,
            packaging_damaged=False,
            used=False,
            unused=True,
            intact=True,
            original_packaging=True,
            proof_of_purchase=True,
            notified_in_time=True,
            price=amount,
            currency=None if price is None else price.currency,
            product=min(scope.products, default=None),
            trade_category=min(scope.trade_categories, default=None),
            customer_tier=min(scope.tiers, default=None),
            merchant_policy=PolicySet((policy,)),
        )
