"""What a draft changes in all: answers, kinds of change to filter by, money."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from returnstation.application.trials import Kind, kinds_in
from returnstation.domain.money import Money
from returnstation.domain.policy import Eligible
from returnstation.domain.replays import Aspect, Replay, Sums
from returnstation.gui.draft_words import ARROW, OUTCOMES, kind_name, signed
from returnstation.gui.widgets.layouts import column, fill_area, fit_cells, frame, line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.signs import Badge
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.widgets.touch import Touchable
from returnstation.gui.words import Words

_MOST_LANDS = 3
_ACROSS = 2
_ISO = 2  # letters of a country; a part of one has more


class TotalCell(QFrame):
    """How many returns get an answer, before and after."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badge = Badge(icon=24, role="head")
        self._figures, self._more = Text(role="figure-big"), Text(role="quiet")
        figures = line(self._figures, self._more, 1, spacing=10)
        self.setLayout(column(self._badge, figures, spacing=0, margins=(16, 8, 8, 6)))
        self.setProperty("role", "draft-total")

    def put(self, answer: Eligible, found: Replay, words: Words) -> None:
        """Show an answer."""
        before, after = (
            sum(n for pair, n in found.answers.items() if pair[side] is answer) for side in (0, 1)
        )
        show = words.catalog.shapes.show
        same = before == after
        self._badge.put(OUTCOMES[answer], words)
        self._figures.put(show(after) if same else f"{show(before)} {ARROW} {show(after)}")
        more = signed(show(after - before).replace("-", "−"), after - before)
        self._more.put(words.catalog.text("draft.same") if same else more)


class TotalStrip(QFrame):
    """The three answers side by side, and where returns change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells = {
            answer: TotalCell() for answer in (Eligible.YES, Eligible.NO, Eligible.REVIEW)
        }
        self._where, self._lands = Text(role="head"), ShortenedText(role="strong")
        inside = column(self._where, self._lands, 1, spacing=6, margins=(16, 8, 16, 6))
        where = frame("draft-where", inside)
        row = line(*self._cells.values(), where, spacing=0)
        for place in range(len(self._cells) + 1):
            row.setStretch(place, 1)
        self.setLayout(row)
        self.setProperty("role", "pane")

    def put(self, found: Replay, words: Words) -> None:
        """Show what a trial found."""
        for answer, cell in self._cells.items():
            cell.put(answer, found, words)
        self._where.put(words.catalog.text("draft.where"))
        lands = found.countries.most_common(_MOST_LANDS)
        shown = [f"{code} {words.catalog.shapes.show(n)}" for code, n in lands]
        if len(found.countries) > len(lands):
            more = len(found.countries) - len(lands)
            shown.append(words.catalog.text("draft.lands.more", n=more))
        self._lands.put("  ·  ".join(shown) or "–")


class KindRow(Touchable):
    """A way in which returns change, and how many do; ``state`` is ``chosen`` for the filter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badges = (Badge(icon=20, role="strong"), Badge(icon=20, role="strong"))
        self._arrow, self._name, self._count = (
            Text(tone="ink2"),
            WrappingText(),
            Text(role="strong"),
        )
        self._pair = (self._badges[0], self._arrow, self._badges[1])
        row = line(*self._pair, self._name, self._count, spacing=8, margins=(12, 0, 12, 0))
        row.setStretch(3, 1)
        self.hold(row)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def put(self, kind: Kind | None, count: int, words: Words) -> None:
        """Show a kind; None stands for all."""
        is_pair = isinstance(kind, tuple)
        for part in self._pair:
            part.setVisible(is_pair)
        name = kind_name(kind, words)
        if isinstance(kind, tuple):
            for badge, answer in zip(self._badges, kind, strict=True):
                badge.put(OUTCOMES[answer], words)
            self._arrow.put(ARROW)
        self._name.put("" if is_pair else name)
        self._count.put(words.catalog.shapes.show(count))
        self.setAccessibleName(f"{name}: {count}")


class KindList(QWidget):
    """All changes and each kind of them, to filter by.

    Signals:
        chosen: A kind was touched; carries it, or None for all.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds: list[Kind | None] = [None]
        self._rows: list[KindRow] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        for place in range(_ACROSS):
            self._grid.setColumnStretch(place, 1)

    def put(self, found: Replay, words: Words) -> None:
        """Show what a trial found; answers take a row each, other kinds share one."""
        counts: list[tuple[Kind | None, int]] = [(None, found.changed), *kinds_in(found).items()]
        self._kinds = [kind for kind, _ in counts]
        while len(self._rows) < len(counts):
            self._rows.append(self._row())
        others = 0
        for place, (row, (kind, count)) in enumerate(zip(self._rows, counts, strict=False)):
            if isinstance(kind, Aspect):
                first = place - others
                self._grid.addWidget(row, first + others // _ACROSS, others % _ACROSS)
                others += 1
            else:
                self._grid.addWidget(row, place, 0, 1, _ACROSS)
            row.put(kind, count, words)
            row.show()
        for row in self._rows[len(counts) :]:
            row.hide()

    def show_chosen(self, kind: Kind | None) -> None:
        """Mark the filter in use."""
        for row, each in zip(self._rows, self._kinds, strict=False):
            mark_tree(row, state="chosen" if each == kind else "normal")

    def after(self, kind: Kind | None) -> Kind | None:
        """Return the kind below this one; behind the last comes the first."""
        return self._kinds[(self._kinds.index(kind) + 1) % len(self._kinds)]

    def _row(self) -> KindRow:
        row, place = KindRow(), len(self._rows)
        row.clicked.connect(lambda: self.chosen.emit(self._kinds[place]))
        return row


class MoneyTable(QWidget):
    """Sums that change, by currency: paid back, and waiting for a person."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        for place in (1, 2, 3):
            self._grid.setColumnStretch(place, 1)
        self._rows: list[tuple[Text, Text, Text, Text]] = []

    def put(self, sums: Mapping[str, Sums], words: Words) -> None:
        """Show the sums."""
        rows: list[tuple[str, str, str, str]] = []
        parts: Sequence[tuple[str, Callable[[Sums], list[int]]]] = (
            ("draft.money.refunded", lambda each: each.refunded),
            ("draft.money.undecided", lambda each: each.undecided),
        )
        for key, part in parts:
            lines = [
                _sums_line(currency, part(each), words)
                for currency, each in sorted(sums.items())
                if part(each)[0] != part(each)[1]
            ]
            if lines:
                rows += [(words.catalog.text(key), *_heads(words, first=not rows)), *lines]
        if not rows:
            rows = [(words.catalog.text("draft.money.same"), "", "", "")]
        for place, texts in enumerate(rows):
            self._show(place, texts)
        for widgets in self._rows[len(rows) :]:
            for widget in widgets:
                widget.hide()

    def _show(self, place: int, texts: tuple[str, str, str, str]) -> None:
        rows = fit_cells(self._grid, self._rows, max(place + 1, len(self._rows)), _cells)
        is_head = not texts[1] or not texts[1][0].isdigit()
        for widget, text in zip(rows[place], texts, strict=True):
            widget.put(text, "ink2" if is_head else "")
            widget.show()


class CountsPane(QScrollArea):
    """Kinds of change over money.

    Signals:
        chosen: A kind was touched; carries it, or None for all.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._kinds_head, self._money_head = Text(role="head"), Text(role="head")
        self.kinds, self._money = KindList(), MoneyTable()
        self._lands_head, self._lands = Text(role="head"), WrappingText()
        fill_area(
            self,
            column(
                *(self._kinds_head, self.kinds, self._money_head, self._money),
                *(self._lands_head, self._lands, 1),
                spacing=8,
                margins=(16, 10, 16, 12),
            ),
            "inside-pane",
        )
        self.kinds.chosen.connect(self.chosen)

    def put(self, found: Replay, words: Words) -> None:
        """Show what a trial found."""
        self._kinds_head.put(words.catalog.text("draft.kinds"))
        self._money_head.put(words.catalog.text("draft.money"))
        self.kinds.put(found, words)
        self._money.put(found.sums, words)
        self._lands_head.put_or_hide(words.catalog.text("draft.where") if found.countries else "")
        shown = (
            f"{words.country(code) if len(code) == _ISO else code} {words.catalog.shapes.show(n)}"
            for code, n in found.countries.most_common()
        )
        self._lands.put_or_hide(", ".join(shown))


def _cells() -> tuple[Text, Text, Text, Text]:
    figures = (Text(), Text(), Text(role="strong"))
    for figure in figures:
        figure.setAlignment(Qt.AlignmentFlag.AlignRight)
    return Text(role="strong"), *figures


def _heads(words: Words, *, first: bool) -> tuple[str, str, str]:
    text = words.catalog.text
    if not first:
        return "", "", ""
    return text("draft.before"), text("draft.after"), text("draft.difference")


def _sums_line(currency: str, sums: list[int], words: Words) -> tuple[str, str, str, str]:
    before, after, more = (
        words.figure(Money(minor, currency)) for minor in (*sums, sums[1] - sums[0])
    )
    return currency, before, after, signed(more, sums[1] - sums[0])
