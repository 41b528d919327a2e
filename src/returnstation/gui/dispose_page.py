"""The proposed disposition with its sum, the gates, and what else could be chosen."""

from PySide6.QtWidgets import QFrame, QWidget

from returnstation.application.view import ProposalView, View
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Page
from returnstation.gui.widgets.alternatives import Alternatives
from returnstation.gui.widgets.gates import Gates
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.sum_table import SumTable
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.words import Words


class DisposePage(Page):
    """Waits for the disposition."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        widgets = (Alternatives, Gates, Icon, SumTable, Text, WrappingText)
        form = load_form("dispose_page", self, *widgets)
        self._sum = child(form, SumTable, "sum_table")
        self._gates = child(form, Gates, "gates")
        self._alternatives = child(form, Alternatives, "alternatives")
        self._alternatives.chosen.connect(self.chosen)

    def put(self, view: View, words: Words) -> None:
        proposal = view.proposal
        if proposal is None:
            return
        known = proposal.net is not None
        frame = child(self, QFrame, "proposal_frame")
        mark_tree(frame, state="known" if known else "unknown")
        tone = "accept" if known else "super"
        child(self, Icon, "proposal_icon").put("tote" if known else "super", tone)
        self._text("proposal_label").put(words.disposition(proposal.disposition), tone)
        self._text("place_label").put(_place(proposal, words))
        self._sum.put(proposal, words)
        self._text("do_label").put_or_hide("\n\n".join(map(words.say, proposal.do)))
        self._text("note_label").put(words.say(proposal.note))
        self._gates.put(proposal.gates, words)
        currency = proposal.net.currency if proposal.net is not None else ""
        note = words.text("alternative.note")
        unit = words.text("alternative.unit", currency=currency) if currency else ""
        self._text("alternatives_note_label").put(f"{note} {unit}".strip())
        self._alternatives.put(proposal.alternatives, words)


def _place(proposal: ProposalView, words: Words) -> str:
    """Say through which channel it is sold, and where the item goes now."""
    parts = [words.say(proposal.channel)]
    if proposal.container is not None:
        parts.append(words.text("tote.code", code=proposal.container))
    if proposal.place is not None:
        parts.append(words.text("tote.place", n=proposal.place))
    return " · ".join(filter(None, parts))
