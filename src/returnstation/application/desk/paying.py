"""What the buyer gets for a line: a person chooses among what law and terms allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from returnstation.application.desk.memory import Ask, Memory
from returnstation.application.recording import Recording
from returnstation.application.troubles import Refused
from returnstation.application.view import Option, Sound, Step
from returnstation.domain.cases import Case
from returnstation.domain.facts import Fact, ResolutionChosen, ResolvedLine, ValueAssessed
from returnstation.domain.messages import say
from returnstation.domain.money import BadAmount, Money, parse_amount
from returnstation.domain.pay import (
    MAY_APPROVE,
    REFUSED,
    Offered,
    Rejection,
    Resolution,
    barred,
    evidence,
    offered,
    proposed,
)
from returnstation.domain.refunds import resolve

ASSESS = "0"
"""Key of the option that keeps diminished value."""

_RARE = frozenset(
    {
        Resolution.CASH_REFUND,
        Resolution.CREDIT_REFUND,
        Resolution.PRICE_REDUCTION,
        Resolution.KEEP_IT,
        Resolution.REJECTION,
    }
)
"""Not shown among the keys unless allowed: nobody looks for them where they are not offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants done for a line; texts as they were given.

    Attributes:
        line: The line's id, or its place in the settlement from 1; empty where there is one.
        method: A ``Resolution``; empty where only value is assessed.
        variant: SKU of what is to be sent in exchange.
        amount: Of a price reduction, or of the value that was lost.
        reason: X12 1294 code of a rejection.
    """

    line: str = ""
    method: str = ""
    variant: str = ""
    amount: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Paying:
    """Records what is chosen and assessed for the lines of the open case."""

    recording: Recording
    memory: Memory

    def take(self, wish: Wish) -> None:
        """Record a choice; without a method, a loss of value.

        Raises:
            Refused: There is no such line or method, it is forbidden, or something is missing.
        """
        if not wish.method:
            self.assess(wish)
            return
        line = self._line(wish.line)
        if wish.method not in set(Resolution):
            raise Refused("method-unknown", method=wish.method)
        method = Resolution(wish.method)
        case = self.memory.opened().case
        locked = next(each.locked for each in offered(case, line.line_id) if each.method is method)
        if locked is not None:
            raise Refused("method-locked", why=locked)
        self._record(self._chosen(case, line, method, wish))

    def assess(self, wish: Wish) -> None:
        """Record how much value a line lost; without an amount, what its grades suggest.

        Raises:
            Refused: Nothing may be kept, it is not proven, or a supervisor must say so.
        """
        line = self._line(wish.line)
        case, user = self.memory.opened().case, self.memory.user
        why = barred(case, line.line_id)
        share = line.share or line.amount
        suggested = proposed(case, line.line_id, share)
        amount = _amount(wish.amount, share.currency) if wish.amount else suggested
        if why is not None and amount:
            raise Refused("loss-not-kept", why=why)
        if amount > share or amount < Money(0, share.currency):
            raise Refused("loss-above-share", amount=share)
        if amount > suggested and (user is None or user.role not in MAY_APPROVE):
            raise Refused("loss-needs-supervisor", amount=suggested)
        found = evidence(case, line.line_id)
        proof = (found.findings, found.photos) if amount else ((), ())
        self._record(
            ValueAssessed(line_id=line.line_id, amount=amount, findings=proof[0], photos=proof[1])
        )

    def ask(self, key: str) -> None:
        """Ask what the buyer gets for the line at a place of the settlement.

        Raises:
            Refused: There is no such line.
        """
        line = self._line(key)
        case = self.memory.opened().case
        title = case.line(line.line_id).title
        if line.outcome == REFUSED:
            self._ask_rejection(line, title)
            return
        shown = _by_key(offered(case, line.line_id))
        options = [_option(number, each) for number, each in shown.items()]
        share = line.share or line.amount
        suggested = proposed(case, line.line_id, share)
        if suggested:
            text = say("pay.assess", amount=suggested)
            options.append(Option(ASSESS, text, say("pay.assess.help")))

        def choose(chosen: str) -> None:
            if chosen == ASSESS:
                self.assess(Wish(line=line.line_id))
            else:
                self.take(Wish(line=line.line_id, method=shown[chosen].method))

        self.memory.ask = Ask(
            Step.REASON, say("ask.resolution", product=title), None, tuple(options), choose
        )

    def _ask_rejection(self, line: ResolvedLine, title: str) -> None:
        codes = dict(zip("123456789", _COMMON, strict=True))
        options = tuple(Option(key, say(f"rejection.{code}")) for key, code in codes.items())

        def choose(key: str) -> None:
            method = Resolution.REJECTION.value
            self.take(Wish(line=line.line_id, method=method, reason=codes[key].value))

        self.memory.ask = Ask(
            Step.REASON, say("ask.rejection", product=title), None, options, choose
        )

    def _line(self, wanted: str) -> ResolvedLine:
        case = self.memory.opened().case
        with self.recording.equipment.look() as work:
            lines = resolve(case, work.cases.settled_elsewhere(case)).lines
        if not wanted and len(lines) == 1:
            return lines[0]
        places = {str(place): line for place, line in enumerate(lines, start=1)}
        found = places.get(wanted) or next((x for x in lines if x.line_id == wanted), None)
        if found is None:
            raise Refused("line-unknown", line=wanted)
        return found

    def _chosen(
        self, case: Case, line: ResolvedLine, method: Resolution, wish: Wish
    ) -> ResolutionChosen:
        currency = line.amount.currency
        amount = _amount(wish.amount, currency) if wish.amount else None
        if method is Resolution.PRICE_REDUCTION and amount is None:
            raise Refused("amount-needed")
        if method is Resolution.REJECTION and wish.reason not in set(Rejection):
            raise Refused("rejection-unknown", reason=wish.reason)
        price = None
        if wish.variant:
            merchant = case.opened.merchant_id or ""
            product = self.recording.equipment.catalogue.product(merchant, wish.variant)
            if product is None:
                raise Refused("variant-unknown", variant=wish.variant)
            is_same = product.price is not None and product.price.currency == currency
            price = product.price if is_same else None
        return ResolutionChosen(
            line_id=line.line_id,
            method=method.value,
            variant=wish.variant or None,
            price=price,
            reason=wish.reason or None,
            amount=amount,
        )

    def _record(self, fact: Fact) -> None:
        memory = self.memory
        before = memory.opened()
        with self.recording.equipment.work() as work:
            memory.open = self.recording.act(work, before, memory.user_id, [fact])
            work.commit()
        memory.sound = Sound.TAP


_COMMON = (
    Rejection.TOO_LATE,
    Rejection.EXCESSIVE_WEAR,
    Rejection.NOT_DEFECTIVE,
    Rejection.AS_ORDERED,
    Rejection.NO_RECORD_OF_SALE,
    Rejection.UNIDENTIFIABLE,
    Rejection.FREIGHT_DAMAGE,
    Rejection.QUANTITY_DIFFERENCE,
    Rejection.MORE_INFORMATION,
)


def _by_key(all_of: Sequence[Offered]) -> Mapping[str, Offered]:
    shown = [each for each in all_of if each.locked is None or each.method not in _RARE]
    return dict(zip("123456789", shown, strict=False))


def _option(key: str, each: Offered) -> Option:
    detail = say("pay.by-wish") if each.is_wish and each.locked is None else None
    return Option(key, say(f"method.{each.method.value}"), detail, locked=each.locked)


def _amount(text: str, currency: str) -> Money:
    try:
        return parse_amount(text, currency)
    except BadAmount as bad:
        raise Refused("amount-unreadable", amount=text[:20]) from bad
