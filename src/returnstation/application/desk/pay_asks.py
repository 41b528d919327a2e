"""Questions of the settlement: what the buyer gets, which article instead, and how much."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from returnstation.application.desk.memory import Ask
from returnstation.application.desk.paying import Paying, Wish
from returnstation.application.view import Option, Step, ValueView
from returnstation.domain.barcodes import Barcode, parse_barcode
from returnstation.domain.cases import Case
from returnstation.domain.facts import ResolvedLine
from returnstation.domain.messages import Say, say
from returnstation.domain.money import Money, exponent
from returnstation.domain.orders import Product
from returnstation.domain.pay import (
    REFUSED,
    Offered,
    Rejection,
    Resolution,
    barred,
    may_lose_value,
    offered,
    proposed,
)

ASSESS = "0"
"""Key of the option that keeps diminished value."""
POSTAGE = "0"
"""Key on the settlement itself that says what the buyer paid for the way back."""

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


_COMMA = re.compile(r"^(\d+),(\d{1,2})(?=%?$)")


@dataclass(frozen=True, slots=True)
class PayAsks:
    """Asks a person, and hands the answer on to be recorded."""

    paying: Paying

    def ask(self, key: str) -> None:
        """Ask what the buyer gets for the line at a place of the settlement.

        Raises:
            Refused: There is no such line.
        """
        if key == POSTAGE:
            self._ask_postage()
            return
        line = self.paying.line(key)
        if line.outcome == REFUSED:
            self._ask_rejection(line)
            return
        shown = _by_key(offered(self._case, line.line_id))
        options = [_option(number, each) for number, each in shown.items()]
        if may_lose_value(self._case, line.line_id):
            options.append(self._loss_option(line))

        def choose(chosen: str) -> None:
            if chosen == ASSESS:
                self._ask_loss(line)
            else:
                self._choose(line, shown[chosen].method)

        self._put(say("ask.resolution", product=self._title(line)), None, options, choose)

    @property
    def _case(self) -> Case:
        return self.paying.memory.opened().case

    def _title(self, line: ResolvedLine) -> str:
        return self._case.line(line.line_id).title

    def _choose(self, line: ResolvedLine, method: Resolution) -> None:
        if method is Resolution.EXCHANGE:
            self._ask_variant(line)
        elif method is Resolution.PRICE_REDUCTION:
            self._ask_reduction(line)
        else:
            self.paying.take(Wish(line=line.line_id, method=method))

    def _loss_option(self, line: ResolvedLine) -> Option:
        suggested = proposed(self._case, line.line_id, _share(line))
        title = say("pay.assess", amount=suggested) if suggested else say("pay.assess.other")
        locked = barred(self._case, line.line_id)
        return Option(ASSESS, title, say("pay.assess.help"), locked=locked)

    def _ask_rejection(self, line: ResolvedLine) -> None:
        codes = dict(zip("123456789", _COMMON, strict=True))
        options = [Option(key, say(f"rejection.{code}")) for key, code in codes.items()]

        def choose(key: str) -> None:
            self._reject(line, codes[key])

        self._put(say("ask.rejection", product=self._title(line)), None, options, choose)

    def _reject(self, line: ResolvedLine, code: Rejection) -> None:
        method = Resolution.REJECTION.value
        self.paying.take(Wish(line=line.line_id, method=method, reason=code.value))

    def _ask_variant(self, line: ResolvedLine) -> None:
        def take(barcode: Barcode) -> None:
            product = self.paying.product(barcode)
            if product.sku == self._case.line(line.line_id).sku:
                self._exchange(line)
            else:
                self._ask_difference(line, product)

        text = say("ask.exchange", product=self._title(line))
        same = Option("1", say("pay.same-article"), say("pay.same-article.help"))
        self._put(text, say("ask.exchange.help"), [same], lambda _: self._exchange(line))
        entry = ValueView(say("pay.enter-article"), None, is_number=False)
        self._take_text(entry, lambda typed: take(parse_barcode(typed)), take)

    def _exchange(self, line: ResolvedLine, variant: str = "") -> None:
        method = Resolution.EXCHANGE.value
        self.paying.take(Wish(line=line.line_id, method=method, variant=variant))

    def _ask_difference(self, line: ResolvedLine, product: Product) -> None:
        """Show what the other article costs more or less before anything is recorded."""
        wish = Wish(line=line.line_id, method=Resolution.EXCHANGE.value, variant=product.sku)
        then = self.paying.simulated(wish)
        options = [
            Option("1", say("pay.send", product=product.title), _priced(product)),
            Option("2", say("pay.other-article")),
        ]

        def choose(key: str) -> None:
            if key == "1":
                self.paying.take(wish)
            else:
                self._ask_variant(line)

        text = say("ask.variant", variant=product.sku, product=self._title(line))
        is_priced = product.price is not None and product.price.currency == then.amount.currency
        help_ = _difference(then) if is_priced else say("pay.difference.unknown")
        self._put(text, help_, options, choose)

    def _ask_reduction(self, line: ResolvedLine) -> None:
        def take(text: str) -> None:
            method = Resolution.PRICE_REDUCTION.value
            self.paying.take(Wish(line=line.line_id, method=method, amount=_pointed(text)))

        share = _share(line)
        self._put(
            say("ask.reduction", product=self._title(line)), say("ask.reduction.help", amount=share)
        )
        self._take_text(_amount_entry(share.currency), take)

    def _ask_loss(self, line: ResolvedLine) -> None:
        def take(text: str) -> None:
            self.paying.assess(Wish(line=line.line_id, amount=_pointed(text)))

        share = _share(line)
        suggested = proposed(self._case, line.line_id, share)
        help_ = say("ask.loss.help", suggested=suggested, most=share)
        self._put(say("ask.loss", product=self._title(line)), help_)
        start = suggested.decimal() if suggested else ""
        self._take_text(replace(_amount_entry(share.currency, "%"), start=start), take)

    def _ask_postage(self) -> None:
        self.paying.check_postage()
        currency = self._case.opened.currency or ""
        self._put(say("ask.postage"), say("ask.postage.help"))
        self._take_text(
            _amount_entry(currency), lambda text: self.paying.take(Wish(postage=_pointed(text)))
        )

    def _put(
        self,
        text: Say,
        help_: Say | None,
        options: Sequence[Option] = (),
        then: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.paying.memory.ask = Ask(Step.REASON, text, help_, tuple(options), then)

    def _take_text(
        self,
        entry: ValueView,
        typed: Callable[[str], None],
        scanned: Callable[[Barcode], None] | None = None,
    ) -> None:
        """Let the question be answered by a text, too."""
        ask = self.paying.memory.ask
        if ask is not None:
            self.paying.memory.ask = replace(ask, entry=entry, typed=typed, scanned=scanned)


def _share(line: ResolvedLine) -> Money:
    return line.share or line.amount


def _pointed(text: str) -> str:
    """Return an amount as keypads with a comma type it; what may mean thousands stays.

    >>> _pointed("12,50"), _pointed("12,5%"), _pointed("1,000")
    ('12.50', '12.5%', '1,000')
    """
    return _COMMA.sub(r"\1.\2", text.strip())


def _amount_entry(currency: str, signs: str = "") -> ValueView:
    point = "." if exponent(currency) else ""
    hint = say("pay.enter-share" if "%" in signs else "pay.enter-amount")
    return ValueView(hint, currency, is_number=True, signs=f"{point}{signs}")


def _priced(product: Product) -> Say | None:
    return None if product.price is None else say("pay.costs", amount=product.price)


def _difference(line: ResolvedLine) -> Say:
    if line.owes:
        return say("pay.difference.owes", amount=line.owes)
    if line.amount:
        return say("pay.difference.back", amount=line.amount)
    return say("pay.difference.none")


def _by_key(all_of: Sequence[Offered]) -> Mapping[str, Offered]:
    shown = [each for each in all_of if each.locked is None or each.method not in _RARE]
    return dict(zip("123456789", shown, strict=False))


def _option(key: str, each: Offered) -> Option:
    detail = say("pay.by-wish") if each.is_wish and each.locked is None else None
    return Option(key, say(f"method.{each.method.value}"), detail, locked=each.locked)
