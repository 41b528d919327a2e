"""The eight answers of a sheet, made of what the pack says and nothing else."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from returnstation.application.policy_book import phrases
from returnstation.application.policy_book.faults import fault_cell
from returnstation.application.policy_book.rules import Ruling, Rulings
from returnstation.application.policy_book.sheet import Asked, Cell, Stance, Topic
from returnstation.application.policy_book.shop import ShopTerms
from returnstation.domain.calendar import CountingRule, Unit
from returnstation.domain.messages import Say, say
from returnstation.domain.policy import Channel, Confidence, DeductionKind, Payer
from returnstation.domain.policy.terms import CancellationFee, Exemption, Kind, Matter, Window

_FEES = (DeductionKind.RESTOCKING_FEE, DeductionKind.CANCELLATION_FEE)
_IN_PERSON_ONLY = frozenset(Channel) - {Channel.ONLINE, Channel.TELEPHONE, Channel.IN_STORE}


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the answers are made of."""

    asked: Asked
    rulings: Rulings
    shop: ShopTerms | None
    rule_of: Callable[[str], CountingRule]


def gist(case: Case) -> Say:
    """Return how long a buyer may change their mind, in a word or two."""
    ruling = case.rulings.change_of_mind
    if ruling is None or ruling.window is None:
        return say("policy.gist.none")
    span = phrases.span(ruling.window.span)
    depends = ruling.condition is not None
    return say("policy.gist.perhaps", span=span) if depends else span


def cells(case: Case) -> tuple[Cell, ...]:
    """Return an answer to every question."""
    ruling = case.rulings.change_of_mind
    if ruling is None:
        free = tuple(_unruled(case, topic) for topic in Topic if topic is not Topic.FAULT)
    else:
        free = (
            _window(case, ruling),
            _rest_day(case, ruling),
            _refund(ruling),
            _return_cost(ruling, case.shop),
            _fee(ruling, case.shop),
            _deduction(ruling),
            _exclusion(ruling),
        )
    fault = fault_cell(case.rulings.faults)
    found = {cell.topic: cell for cell in (*free, fault)}
    return tuple(found[topic] for topic in Topic)


def _unruled(case: Case, topic: Topic) -> Cell:
    """Answer where no right exists: the merchant's terms are all there is."""
    none, shop = case.rulings.none, case.shop
    text = say(f"policy.none.{_unlisted(case) if topic is Topic.WINDOW else topic}")
    own = None if shop is None else _SHOP_SAYS[topic](shop) if topic in _SHOP_SAYS else None
    texts = (text,) if own is None else (own,) if topic is Topic.FEE else (text, own)
    if none is not None:
        return _cell(topic, none, *texts, stance=Stance.SILENT)
    sure = None if case.rulings.is_sure else Confidence.LOW
    return Cell(topic=topic, texts=texts, stance=Stance.SILENT, confidence=sure)


def _unlisted(case: Case) -> str:
    """Return how to say that no right was found."""
    if case.rulings.none is not None:
        return Topic.WINDOW
    return "unlisted" if case.rulings.is_sure else "unsure"


def _window(case: Case, ruling: Ruling) -> Cell:
    cell = _cell(Topic.WINDOW, ruling, *_window_texts(case, ruling))
    return cell if case.shop is None else replace(cell, also=_longer(case.shop, ruling.window))


def _window_texts(case: Case, ruling: Ruling) -> Iterator[Say]:
    terms = ruling.terms
    if ruling.condition is not None:
        yield say(f"policy.only_if.{ruling.condition}")
    if ruling.window is None:
        yield say("policy.window.open")
    else:
        yield phrases.window(ruling.window, ruling.counting)
    yield from _limits(case, ruling)
    if case.shop is not None:
        yield from _shorter(case.shop, ruling.window)
    yield from (say(f"law.{code}") for code in terms.tells)


def _limits(case: Case, ruling: Ruling) -> Iterator[Say]:
    """Yield what else the right depends on."""
    terms = ruling.terms
    if ruling.right.kind is Kind.DISCLOSURE_DUTY:
        yield say("policy.duty_only")
    if not ruling.is_sure:
        yield say("policy.channel_unclear")
    if terms.lifted_by_policy_days is not None:
        yield say("policy.lifted", n=terms.lifted_by_policy_days)
    for limit in terms.thresholds:
        price = phrases.threshold(limit)
        if case.asked.channel in (limit.channels or _IN_PERSON_ONLY) and price is not None:
            yield price
    if any(special.categories for special in terms.special_windows):
        yield say("policy.special")


def _shorter(shop: ShopTerms, window: Window | None) -> Iterator[Say]:
    """Yield a merchant's own period where the law does not let it be so short."""
    if shop.takes_nothing_back:
        yield say("policy.shop.nothing_back", shop=shop.name)
    elif shop.days is not None and shop.days < _days(window):
        yield say("policy.shop.shorter", shop=shop.name, n=shop.days)


def _longer(shop: ShopTerms, window: Window | None) -> Say | None:
    """Return a merchant's own period where it is the better one."""
    is_longer = window is not None and shop.days is not None and shop.days > _days(window)
    return say("policy.shop.longer", shop=shop.name, n=shop.days) if is_longer else None


def _days(window: Window | None) -> int:
    """Return a window's calendar days; 0 when it is counted in something else."""
    return window.length if window and window.unit is Unit.CALENDAR_DAYS else 0


def _rest_day(case: Case, ruling: Ruling) -> Cell:
    terms, rule = ruling.terms, ruling.counting
    unit = None if ruling.window is None else ruling.window.unit
    texts = [phrases.rest(rule, unit)]
    if terms.grace_counting:
        days = phrases.rest_days(case.rule_of(terms.grace_counting).rest)
        texts = [say("policy.rest.grace", days=days)]
    return Cell(
        topic=Topic.REST_DAY,
        texts=tuple(texts),
        source=rule.source,
        confidence=Confidence(rule.confidence),
        rule=ruling.right.rule,
    )


def _refund(ruling: Ruling) -> Cell:
    due = ruling.terms.refund
    if due is None:
        return _cell(Topic.REFUND, ruling, say("policy.refund.none"), stance=Stance.SILENT)
    texts = [phrases.refund(due)]
    if due.may_wait_for_goods:
        texts.append(say("policy.refund.may_wait"))
    if due.interest is not None:
        texts.append(say("policy.refund.interest", n=due.interest))
    return _cell(Topic.REFUND, ruling, *texts)


def _return_cost(ruling: Ruling, shop: ShopTerms | None) -> Cell:
    terms = ruling.terms
    if terms.payer is None:
        silent = say("policy.payer.silent")
        return _cell(Topic.RETURN_COST, ruling, silent, stance=Stance.SILENT)
    texts = [say(f"policy.payer.{terms.payer}")]
    if terms.merchant_pays_if_untold:
        texts.append(say("policy.payer.untold"))
    cell = _cell(Topic.RETURN_COST, ruling, *texts)
    if shop is None or terms.payer is Payer.MERCHANT:
        return cell
    return replace(cell, also=_shop_pays(shop))


def _fee(ruling: Ruling, shop: ShopTerms | None) -> Cell:
    terms = ruling.terms
    if terms.fee is not None:
        own = () if shop is None else (_shop_fee(shop),)
        return _cell(Topic.FEE, ruling, _fee_by_law(terms.fee), *own)
    if ruling.condition is not None or any(kind in terms.deductions for kind in _FEES):
        text = say("policy.none.fee") if shop is None else _shop_fee(shop)
        return _cell(Topic.FEE, ruling, text)
    if shop is None or shop.fee is None:
        texts = [say("policy.fee.barred")]
        if shop is not None:
            texts.append(_shop_fee(shop))
        return _cell(Topic.FEE, ruling, *texts)
    return Cell(
        topic=Topic.FEE,
        texts=(say("policy.fee.struck", shop=shop.name, fee=shop.fee),),
        stance=Stance.BARRED,
        source=terms.source_on(_MATTERS[Topic.FEE]),
        also=say("policy.law_first"),
        confidence=terms.confidence,
        rule=ruling.right.rule,
    )


def _fee_by_law(fee: CancellationFee) -> Say:
    most = phrases.money(fee.at_most, fee.currency)
    return say("policy.fee.law", share=phrases.percent(fee.percent), most=most)


def _shop_fee(shop: ShopTerms) -> Say:
    if shop.fee is None:
        return say("policy.shop.no_fee", shop=shop.name)
    return say("policy.shop.fee", shop=shop.name, fee=shop.fee)


def _shop_days(shop: ShopTerms) -> Say | None:
    if shop.takes_nothing_back:
        return say("policy.shop.takes_none", shop=shop.name)
    return None if shop.days is None else say("policy.shop.longer", shop=shop.name, n=shop.days)


def _shop_pays(shop: ShopTerms) -> Say | None:
    return say("policy.shop.pays", shop=shop.name) if shop.pays_return else None


def _deduction(ruling: Ruling) -> Cell:
    terms = ruling.terms
    if not terms.deductions:
        return _cell(Topic.DEDUCTION, ruling, say("policy.deduct.nothing"))
    texts = [say(f"policy.deduct.{kind}") for kind in terms.deductions]
    if terms.deductions_if_told:
        texts.append(say("policy.deduct.if_told"))
    return _cell(Topic.DEDUCTION, ruling, *texts)


def _exclusion(ruling: Ruling) -> Cell:
    terms = ruling.terms
    exempt = phrases.listed(say(f"policy.exempt.{e.code}") for e in terms.exemptions)
    texts = [say("policy.exempt.none" if exempt is None else "policy.sentence", text=exempt)]
    if exempt is not None and _all_told(terms.exemptions):
        texts.append(say("policy.exempt.if_told"))
    needs = phrases.listed(say(f"policy.requires.{name}") for name in terms.requires)
    if needs is not None:
        texts.append(say("policy.requires", facts=needs))
    return _cell(Topic.EXCLUSION, ruling, *texts)


def _all_told(exemptions: tuple[Exemption, ...]) -> bool:
    """Tell whether an exclusion fails unless the buyer was told; damage by the buyer never does."""
    return any(exemption.told for exemption in exemptions)


def _cell(topic: Topic, ruling: Ruling, *texts: Say, stance: Stance = Stance.HOLDS) -> Cell:
    return Cell(
        topic=topic,
        texts=texts,
        stance=stance,
        source=ruling.terms.source_on(_MATTERS.get(topic)),
        confidence=ruling.terms.confidence,
        rule=ruling.right.rule,
    )


_MATTERS: Mapping[Topic, Matter] = {
    Topic.WINDOW: Matter.WINDOW,
    Topic.REFUND: Matter.REFUND,
    Topic.RETURN_COST: Matter.PAYER,
    Topic.FEE: Matter.PAYER,
    Topic.DEDUCTION: Matter.DEDUCTIONS,
    Topic.EXCLUSION: Matter.EXEMPTIONS,
    Topic.FAULT: Matter.WINDOW,
}
"""Which article each row of a sheet stands in."""

_SHOP_SAYS: Mapping[Topic, Callable[[ShopTerms], Say | None]] = {
    Topic.WINDOW: _shop_days,
    Topic.RETURN_COST: _shop_pays,
    Topic.FEE: _shop_fee,
}
