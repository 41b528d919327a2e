"""The refund of the whole case, simulated: every line, what was taken off, the total."""

from PySide6.QtWidgets import QScrollArea, QWidget

from returnstation.application.view import SettleView, SumLine, View
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Page
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fill_area, fit_rows
from returnstation.gui.widgets.settle_rows import ChangeButton, SettleRow
from returnstation.gui.widgets.signs import Chip
from returnstation.gui.widgets.texts import Text
from returnstation.gui.words import Words


class SettlePage(Page):
    """Waits for the case to be finished."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("settle_page", self, ChangeButton, Chip, Icon, Text)
        self._chip = child(form, Chip, "due_chip")
        self._column = fill_area(child(form, QScrollArea, "line_area"), column(1), "inside-pane")
        self._rows: list[SettleRow] = []
        self._postage = child(form, ChangeButton, "postage_button")
        policy = self._postage.sizePolicy()
        policy.setRetainSizeWhenHidden(False)
        self._postage.setSizePolicy(policy)
        self._postage.clicked.connect(lambda: self.chosen.emit(self._postage.key))

    def put(self, view: View, words: Words) -> None:
        settle = view.settle
        if settle is None:
            return
        number = "" if view.case is None else view.case.number
        self._text("settle_note_label").put(number)
        rows = fit_rows(self._column, self._rows, len(settle.lines), self._row)
        for row, line in zip(rows, settle.lines, strict=True):
            row.put(line, words)
        self._put_total(settle, words)

    def _row(self) -> SettleRow:
        row = SettleRow()
        row.chosen.connect(self.chosen)
        return row

    def _put_total(self, settle: SettleView, words: Words) -> None:
        self._chip.put(settle.due, "" if settle.due is None else words.due(settle.due))
        shipping = words.text("settle.shipping", amount=settle.shipping) if settle.shipping else ""
        self._text("shipping_label").put_or_hide(shipping)
        paid = words.text("settle.paid", amount=settle.paid) if settle.paid is not None else ""
        self._text("paid_label").put_or_hide(paid)
        self._text("total_label").put(words.money(settle.total))
        self._text("tenders_label").put_or_hide(_listed(settle.tenders, words))
        self._text("taxes_label").put_or_hide(_listed(settle.taxes, words))
        self._postage.put(settle.postage_key, words, "settle.postage")
        self._text("approval_label").put_or_hide(words.say(settle.approval))
        settled = settle.settlement
        told = "" if settled is None else words.text("settle.settlement", amount=settled)
        self._text("settlement_label").put_or_hide(told)


def _listed(parts: tuple[SumLine, ...], words: Words) -> str:
    return " · ".join(f"{words.say(part.label)} {words.money(part.amount)}" for part in parts)
