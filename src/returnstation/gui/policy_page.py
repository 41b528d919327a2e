"""The supervisor's rule book: what applies in two countries on a day, in plain words."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from returnstation.application.policy_book import Book, Due, RightView, Sheet
from returnstation.application.view import Act, Instruction, Tone, View
from returnstation.domain.messages import Say, say
from returnstation.gui.page import Overlay
from returnstation.gui.policy_choosing import AskedChoice, LandChoice
from returnstation.gui.policy_lists import PolicyList
from returnstation.gui.policy_lookups import Lookups, Shown
from returnstation.gui.policy_sheet import PolicySheet
from returnstation.gui.policy_text import land_name
from returnstation.gui.tasks import Tasks
from returnstation.gui.widgets.layouts import column
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.page_stack import PageStack
from returnstation.gui.words import Words

_BACK = Act(1, "Esc", say("window.back"), "close")


class _Front(StrEnum):
    """What is in front."""

    SHEET = "sheet"
    LAND = "land"
    ASKED = "asked"
    RIGHTS = "rights"
    CHECK = "check"


_ICONS = {
    _Front.SHEET: "law",
    _Front.LAND: "search",
    _Front.ASKED: "date",
    _Front.RIGHTS: "law",
    _Front.CHECK: "law",
}


class PolicyPage(Overlay):
    """Two countries side by side; behind them articles, what to check, and what to choose.

    Args:
        open_book: Returns the book; called off the GUI thread.
        draft: Name of the page that tries a draft of the rules; None while there is none.
    """

    band = "slim"

    def __init__(
        self,
        open_book: Callable[[], Book],
        tasks: Tasks,
        now: Callable[[], datetime],
        draft: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._now, self._draft = now, draft
        self._lookups = Lookups(open_book, tasks, self)
        self._words: Words | None = None
        self._shown: Shown | None = None
        self._front = _Front.SHEET
        self._wanted = ""
        self._sheet, self._land, self._choice = PolicySheet(), LandChoice(), AskedChoice()
        self._rights, self._check = PolicyList(), PolicyList()
        self._notice = NoticeRow()
        self._stack = PageStack()
        self._panes: dict[_Front, QWidget] = {
            _Front.SHEET: self._sheet,
            _Front.LAND: self._land,
            _Front.ASKED: self._choice,
            _Front.RIGHTS: self._rights,
            _Front.CHECK: self._check,
        }
        for pane in self._panes.values():
            self._stack.add(pane)
        layout = column(self._notice, self._stack, spacing=8, margins=(16, 12, 16, 12))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self._lookups.opened.connect(self._opened)
        self._lookups.found_sheets.connect(self._looked_up)
        self._lookups.found_rights.connect(self._show_rights)
        self._lookups.found_due.connect(self._show_check)
        self._lookups.failed.connect(self._fail)
        self._sheet.turned.connect(self._turn)
        self._sheet.asked.connect(self._open_rights)
        self._land.chosen.connect(self._take_land)

    def put(self, view: View, words: Words) -> None:
        if words != self._words:
            self._words = words
            self._put_shown()

    def start(self) -> None:
        self._notice.hide()
        self._shown = None
        self._show(_Front.SHEET)
        self._lookups.open(self._now().date())

    def instruction(self) -> Instruction:
        if self._shown is None or self._words is None:
            return Instruction(Tone.NEXT, "law", say("policy.looking"))
        return Instruction(Tone.NEXT, _ICONS[self._front], *self._said(self._shown, self._words))

    def acts(self) -> tuple[Act, ...]:
        if self._front is _Front.LAND:
            return (_BACK, Act(7, "Enter", say("policy.act.take"), "take"))
        if self._front is _Front.ASKED:
            return (_BACK, Act(7, "Enter", say("policy.act.apply"), "apply"))
        if self._front is not _Front.SHEET or self._shown is None:
            return (_BACK,)
        acts = (
            _BACK,
            Act(2, "F1", say("policy.act.articles"), "articles"),
            Act(3, "F4", say("policy.act.country"), "country"),
            Act(4, "F5", say("policy.act.asked"), "asked"),
            Act(5, "F6", say("policy.act.check"), "check"),
        )
        draft = Act(6, "F7", say("policy.act.draft"), "draft")
        return acts if self._draft is None else (*acts, draft)

    def act(self, name: str) -> None:
        acts: dict[str, Callable[[], None]] = {
            "close": self._close,
            "articles": self._open_rights,
            "country": lambda: self._show(_Front.LAND),
            "asked": lambda: self._show(_Front.ASKED),
            "check": lambda: self._lookups.find_due(self._now().date()),
            "take": lambda: self._take_land(self._land.current()),
            "apply": self._apply,
            "draft": self._try_draft,
        }
        acts[name]()

    def _close(self) -> None:
        if self._front is _Front.SHEET:
            self.closed.emit()
        else:
            self._show(_Front.SHEET)

    def _try_draft(self) -> None:
        if self._draft is not None:
            self.act_wanted.emit(self._draft)

    def _said(self, shown: Shown, words: Words) -> tuple[Say, Say | None]:
        """Return the instruction and its line of help for what is in front."""
        here = land_name(shown.land, words)
        match self._front:
            case _Front.LAND:
                return say("policy.country.title", country=here), None
            case _Front.ASKED:
                return say("policy.asked.title"), None
            case _Front.RIGHTS:
                return say("policy.articles.title", country=here, n=len(shown.rights)), None
            case _Front.CHECK:
                return say("policy.check.title", n=len(shown.due)), say("policy.check.help")
        left, right = shown.sheets
        title = say(
            "policy.title",
            one=land_name(left.land, words),
            its=left.gist,
            other=land_name(right.land, words),
            theirs=right.gist,
        )
        channel = say(f"policy.channel.{shown.asked.channel}")
        day = words.catalog.shapes.long_day(shown.asked.day)
        return title, say("policy.help", channel=channel, day=day)

    def _opened(self, shown: Shown) -> None:
        self._shown = shown
        self._put_shown()
        self.changed.emit()

    def _looked_up(self, sheets: tuple[Sheet, Sheet]) -> None:
        if self._shown is not None:
            self._opened(replace(self._shown, sheets=sheets, asked=sheets[0].asked))
            self._show(_Front.SHEET)

    def _open_rights(self, rule: str = "") -> None:
        """Show the articles of the country in hand, from this rule on."""
        if self._shown is not None:
            self._wanted = rule
            self._lookups.find_rights(self._shown.land.code, self._shown.asked.day)

    def _show_rights(self, rights: Sequence[RightView]) -> None:
        if self._shown is not None and self._words is not None:
            self._shown = replace(self._shown, rights=rights)
            self._rights.put_rights(rights, self._words)
            self._show(_Front.RIGHTS)
            QTimer.singleShot(0, lambda: self._rights.go_to(self._wanted))

    def _show_check(self, due: Sequence[Due]) -> None:
        if self._shown is not None and self._words is not None:
            self._shown = replace(self._shown, due=due)
            self._check.put_due(due, self._words)
            self._show(_Front.CHECK)

    def _take_land(self, code: str | None) -> None:
        if self._shown is None or code is None:
            return
        left, right = self._shown.codes
        codes = (left, code) if self._shown.side else (code, right)
        self._lookups.find_sheets(codes, self._shown.asked)

    def _apply(self) -> None:
        asked = self._choice.asked()
        if self._shown is not None and asked is not None:
            self._lookups.find_sheets(self._shown.codes, asked)

    def _turn(self, side: int) -> None:
        if self._shown is not None:
            self._shown = replace(self._shown, side=side)
            self._sheet.put_side(side)

    def _show(self, front: _Front) -> None:
        self._front = front
        self._stack.show_page(self._panes[front])
        if self._shown is not None and front is _Front.LAND:
            self._land.start(self._shown.land.code)
        elif self._shown is not None and front is _Front.ASKED:
            self._choice.start(self._shown.asked)
        elif front is _Front.RIGHTS:
            self._rights.start()
        elif front is _Front.CHECK:
            self._check.start()
        else:
            self._sheet.start()
        self.changed.emit()

    def _put_shown(self) -> None:
        """Write everything that is known in the words of now."""
        shown, words = self._shown, self._words
        if shown is None or words is None:
            return
        self._sheet.put(shown.sheets, words)
        self._sheet.put_side(shown.side)
        self._land.put(shown.lands, words)
        self._choice.put(shown.home.shops, words)
        if self._front is _Front.RIGHTS:
            self._rights.put_rights(shown.rights, words)
        elif self._front is _Front.CHECK:
            self._check.put_due(shown.due, words)

    def _fail(self, error: Exception) -> None:
        if self._words is not None:
            why = str(error)
            self._notice.put("warning", self._words.catalog.text("policy.failed", why=why))
            self._notice.show()
        self.changed.emit()
