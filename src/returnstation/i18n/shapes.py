"""Dates, amounts, numbers and plurals as a language writes them (CLDR, through Babel)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal, get_decimal_symbol

from returnstation.domain.money import Money

# Day with weekday, short: what a worker reads at a glance. CLDR skeletons differ in order only.
_DAY = {"ko": "M/d(E)", "ja": "M/d(E)", "zh": "M/d(E)", "de": "E d.M.", "en": "E d MMM"}
_DATED = {"ko": "y/M/d(E)", "ja": "y/M/d(E)", "zh": "y/M/d(E)", "de": "E d.M.y"}
_PLURAL_FORMS = {"one": 0, "few": 1, "many": 2}


@dataclass(frozen=True, slots=True)
class Shapes:
    """How one language writes values."""

    language: str
    locale: Locale = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "locale", Locale.parse(self.language, sep="-"))

    def show(self, value: object) -> str:
        """Return a value in this language: days with weekday, amounts with currency."""
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, Money):
            return self.money(value)
        if isinstance(value, int | Decimal):
            return self.number(value)
        return "" if value is None else str(value)

    def number(self, value: int | Decimal) -> str:
        """Return a number with this language's signs, every digit of it kept."""
        return format_decimal(value, locale=self.locale, decimal_quantization=False)

    @property
    def decimal_sign(self) -> str:
        """What stands before tenths: a point, or a comma."""
        return get_decimal_symbol(self.locale)

    def day(self, value: date) -> str:
        """Return a day with its weekday, short: ``11/26(목)``."""
        return format_date(value, _DAY.get(self.locale.language, "E d MMM"), locale=self.locale)

    def dated(self, value: date) -> str:
        """Return a day with weekday and year: ``2026/11/26(목)``."""
        pattern = _DATED.get(self.locale.language, "E d MMM y")
        return format_date(value, pattern, locale=self.locale)

    def long_day(self, value: date) -> str:
        """Return a whole date, as papers show it."""
        return format_date(value, "long", locale=self.locale)

    def time(self, value: datetime) -> str:
        """Return hour and minute."""
        return format_time(value, "HH:mm", locale=self.locale)

    def moment(self, value: datetime) -> str:
        """Return day and time."""
        return format_datetime(value, "yyyy-MM-dd HH:mm", locale=self.locale)

    def money(self, value: Money) -> str:
        """Return an amount with its currency; won stand behind the figure in Korean."""
        if value.currency == "KRW" and self.locale.language == "ko":
            return f"{format_decimal(value.minor, locale=self.locale)}원"
        return format_currency(Decimal(value.decimal()), value.currency, locale=self.locale)

    def plural(self, number: int, forms: int) -> int:
        """Return which of a message's plural forms fits ``number``."""
        chosen = self.locale.plural_form(number)
        return min(_PLURAL_FORMS.get(chosen, forms - 1), forms - 1)
