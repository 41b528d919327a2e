"""What the buyer gets for a line: a person chooses among what law and terms allow."""

from dataclasses import dataclass, replace
from fractions import Fraction

from returnstation.application.desk.memory import Memory
from returnstation.application.recording import Recording
from returnstation.application.troubles import Refused
from returnstation.application.view import Sound
from returnstation.domain.barcodes import Barcode
from returnstation.domain.cases import Case
from returnstation.domain.facts import (
    Fact,
    PostageStated,
    ResolutionChosen,
    ResolvedLine,
    ValueAssessed,
)
from returnstation.domain.money import BadAmount, Money, parse_amount
from returnstation.domain.orders import Product
from returnstation.domain.pay import (
    MAY_APPROVE,
    Rejection,
    Resolution,
    barred,
    evidence,
    offered,
    proposed,
)
from returnstation.domain.refunds import resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants done for a line; texts as they were given.

    Attributes:
        line: The line's id, or its place in the settlement from 1; empty where there is one.
        method: A ``Resolution``; empty where only value is assessed.
        variant: SKU of what is to be sent in exchange.
        amount: Of a price reduction, or of the value that was lost: also as ``15%`` of the price.
        reason: X12 1294 code of a rejection.
        postage: What the buyer paid for the way back; stands alone.
    """

    line: str = ""
    method: str = ""
    variant: str = ""
    amount: str = ""
    reason: str = ""
    postage: str | None = None


@dataclass(frozen=True, slots=True)
class Paying:
    """Records what is chosen and assessed for the lines of the open case."""

    recording: Recording
    memory: Memory

    def take(self, wish: Wish) -> None:
        """Record a choice; without a method, a loss of value, or what the way back cost.

        Raises:
            Refused: There is no such line or method, it is forbidden, or something is missing.
        """
        if wish.postage is not None:
            self.state_postage(wish.postage)
            return
        if not wish.method:
            self.assess(wish)
            return
        line = self.line(wish.line)
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
        line = self.line(wish.line)
        case, user = self.memory.opened().case, self.memory.user
        why = barred(case, line.line_id)
        share = line.share or line.amount
        suggested = proposed(case, line.line_id, share)
        amount = _part(wish.amount, share) if wish.amount else suggested
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

    def state_postage(self, text: str) -> None:
        """Record what the buyer paid for the way back, as its receipt shows.

        Raises:
            Refused: Who is signed in is no supervisor, or it is no amount.
        """
        self.check_postage()
        amount = _amount(text, self.memory.opened().case.opened.currency or "")
        if amount.minor < 0:
            raise Refused("amount-unreadable", amount=text[:20])
        self._record(PostageStated(amount=amount))

    def check_postage(self) -> None:
        """Refuse what only a supervisor may say.

        Raises:
            Refused: Nobody may say it here, or not this person.
        """
        user, case = self.memory.user, self.memory.opened().case
        if case.is_blind or case.opened.currency is None:
            raise Refused("postage-unknown-order")
        if user is None or user.role not in MAY_APPROVE:
            raise Refused("postage-needs-supervisor")

    def simulated(self, wish: Wish) -> ResolvedLine:
        """Return what a line would come to; nothing is recorded."""
        line = self.line(wish.line)
        case = self.memory.opened().case
        fact = self._chosen(case, line, Resolution(wish.method), wish)
        then = replace(case, chosen={**case.chosen, line.line_id: fact})
        return next(each for each in self._settled(then) if each.line_id == line.line_id)

    def product(self, barcode: Barcode) -> Product:
        """Return the merchant's product that a code stands for.

        Raises:
            Refused: The merchant has none.
        """
        merchant = self.memory.opened().case.opened.merchant_id or ""
        codes = (barcode.text, *(found.value for found in barcode.candidates))
        for code in dict.fromkeys(codes):
            for product in self.recording.equipment.catalogue.products(code):
                if product.merchant_id == merchant:
                    return product
        raise Refused("variant-unknown", variant=barcode.text[:40])

    def _settled(self, case: Case) -> tuple[ResolvedLine, ...]:
        with self.recording.equipment.look() as work:
            return resolve(case, work.cases.settled_elsewhere(case)).lines

    def line(self, wanted: str) -> ResolvedLine:
        """Return a line of the settlement, by its id or its place.

        Raises:
            Refused: There is no such line.
        """
        lines = self._settled(self.memory.opened().case)
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
        if method is Resolution.PRICE_REDUCTION:
            _check_reduction(amount, line.share or line.amount)
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


def _check_reduction(amount: Money | None, share: Money) -> None:
    if amount is None or amount.minor <= 0:
        raise Refused("amount-needed")
    if amount > share:
        raise Refused("reduction-above-share", amount=share)


def _part(text: str, share: Money) -> Money:
    """Return an amount that may be written as per cent of a share."""
    digits = text.strip()
    if not digits.endswith("%"):
        return _amount(text, share.currency)
    # Two decimals of a per cent are read as an amount of a currency that has two.
    per_cent = _amount(digits.removesuffix("%").strip(), "EUR")
    return share.share(Fraction(per_cent.minor, 10000))


def _amount(text: str, currency: str) -> Money:
    try:
        return parse_amount(text, currency)
    except BadAmount as bad:
        raise Refused("amount-unreadable", amount=text[:20]) from bad
