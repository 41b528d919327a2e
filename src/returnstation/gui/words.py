"""Everything the window writes, in the reader's language."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from babel import Locale
from babel.numbers import format_decimal

from returnstation.application.view import Deadline, Trouble
from returnstation.domain.messages import Say, Value
from returnstation.domain.money import Money, exponent
from returnstation.i18n import Catalog

SCREEN_LANGUAGES = ("ko", "en", "ja", "de")
"""The languages the window is complete in; papers know more."""

_WORD_JOINER = "\u2060"
_NO_BREAK = "\u00a0"
_MINUS = "\u2212"
_INSIDE_KOREAN = re.compile(r"(?<=[가-힣])(?=[^\s\u2060])|(?<=[^\s\u2060])(?=[가-힣])")


@dataclass(frozen=True, slots=True)
class Words:
    """A catalog, and the few shapes of text only the window needs."""

    catalog: Catalog

    def say(self, message: Say | str | None) -> str:
        """Return a message as a sentence; a plain name stays as it is, nothing is empty."""
        if message is None:
            return ""
        return self.catalog.say(message) if isinstance(message, Say) else message

    def text(self, key: str, **values: Value) -> str:
        """Return the window's own text ``window.<key>``."""
        return self.catalog.text(f"window.{key}", **values)

    def country(self, code: str) -> str:
        """Return a country's name; an unknown code stays a code."""
        return str(self.catalog.shapes.locale.territories.get(code, code))

    def own_name(self, code: str) -> str:
        """Return a language's name, as its speakers call it."""
        return str(Locale.parse(code, sep="-").get_language_name())

    def language(self, code: str) -> str:
        """Return a language's name, as this language calls it."""
        return str(self.catalog.shapes.locale.languages.get(code, code))

    def disposition(self, code: str) -> str:
        """Return where an item goes."""
        return self.catalog.text(f"disposition.{code}")

    def money(self, amount: Money | None) -> str:
        """Return an amount with its currency; a dash when it is not known."""
        if amount is None:
            return "–"
        return self.catalog.shapes.money(amount).replace("-", _MINUS)

    def figure(self, amount: Money | None) -> str:
        """Return an amount without its currency, for a column whose head names it."""
        if amount is None:
            return "–"
        pattern = "#,##0" + (
            "." + "0" * exponent(amount.currency) if exponent(amount.currency) else ""
        )
        locale = self.catalog.shapes.locale
        return format_decimal(Decimal(amount.decimal()), pattern, locale=locale).replace(
            "-", _MINUS
        )

    def days_left(self, deadline: Deadline) -> str:
        """Return how a legal day stands: today, tomorrow, days left or overdue."""
        days = deadline.days_left
        if deadline.state in {"kept", "waiting"} or days is None:
            return self.text(f"deadline.{'kept' if deadline.state == 'kept' else 'waiting'}")
        if days < 0:
            return self.text("deadline.overdue", n=-days)
        if days < 2:
            return self.text("deadline.tomorrow" if days else "deadline.today")
        return self.text("deadline.left", n=days)

    def due(self, deadline: Deadline) -> str:
        """Return what is due and the day, as a chip shows it."""
        what = self.say(deadline.what)
        if deadline.on is None:
            return f"{what} · {self.days_left(deadline)}" if what else self.days_left(deadline)
        return f"{what} {self.catalog.shapes.day(deadline.on)}".strip()

    def trouble(self, trouble: Trouble) -> tuple[str, str]:
        """Return what happened, and what to do.

        A printer's trouble has words of the window's own: the desk's one sentence, made for every
        skin, is too long for the status strip and hides what to do at its end.
        """
        key = f"window.{trouble.code.replace('-', '.', 1)}"
        if self.catalog.find((None, key)) is None:
            return self.say(trouble.text), self.say(trouble.help)
        values = trouble.text.values
        return self.catalog.text(key, **values), self.catalog.text(f"{key}.do", **values)

    def ago(self, since: datetime, now: datetime) -> str:
        """Return how long ago something was, in the largest whole unit."""
        minutes = max(int((now - since).total_seconds() // 60), 0)
        if minutes < 60:
            return self.text("ago.minutes", n=minutes)
        if minutes < 24 * 60:
            return self.text("ago.hours", n=minutes // 60)
        return self.text("ago.days", n=minutes // (24 * 60))


def with_clause(sentence: str, clause: str) -> str:
    """Return a sentence followed by its source, which stays in one piece."""
    return f"{sentence} {clause.replace(' ', _NO_BREAK)}".strip()


def keep_words(text: str) -> str:
    """Return a text that wraps between Korean words only.

    Qt breaks Korean between any two syllables; a word joiner inside the words prevents it.
    """
    return _INSIDE_KOREAN.sub(_WORD_JOINER, text)


def without_joiners(text: str) -> str:
    """Return the text as a person wrote it."""
    return text.replace(_WORD_JOINER, "")
