"""The pages of the window, each made when it is first needed."""

from collections.abc import Callable, Iterator, Mapping

from PySide6.QtCore import QObject, Signal

from returnstation.application.view import Step
from returnstation.gui.page import Overlay, Page
from returnstation.gui.widgets.page_stack import PageStack
from returnstation.gui.window_parts import WindowParts
from returnstation.gui.words import Words

# Importing a page costs a few milliseconds each, so every page is imported when it is made.


def _locked(_: WindowParts) -> Page:
    from returnstation.gui.locked_page import LockedPage

    return LockedPage()


def _ready(parts: WindowParts) -> Page:
    from returnstation.gui.ready_page import ReadyPage

    return ReadyPage(parts.now)


def _choose(_: WindowParts) -> Page:
    from returnstation.gui.choose_page import ChoosePage

    return ChoosePage()


def _matched(_: WindowParts) -> Page:
    from returnstation.gui.matched_page import MatchedPage

    return MatchedPage()


def _question(_: WindowParts) -> Page:
    from returnstation.gui.question_page import QuestionPage

    return QuestionPage()


def _dispose(_: WindowParts) -> Page:
    from returnstation.gui.dispose_page import DisposePage

    return DisposePage()


def _label(_: WindowParts) -> Page:
    from returnstation.gui.label_page import LabelPage

    return LabelPage()


def _settle(_: WindowParts) -> Page:
    from returnstation.gui.settle_page import SettlePage

    return SettlePage()


def _why(_: WindowParts) -> Overlay:
    from returnstation.gui.why_page import WhyPage

    return WhyPage()


def _type(_: WindowParts) -> Overlay:
    from returnstation.gui.type_page import TypePage

    return TypePage()


def _help(parts: WindowParts) -> Overlay:
    from returnstation.gui.help_page import HelpPage

    return HelpPage(parts)


def _review(parts: WindowParts) -> Overlay:
    from returnstation.gui.review_page import ReviewPage

    return ReviewPage(parts.reviews, parts.tasks, parts.now)


def _policy(parts: WindowParts) -> Overlay:
    from returnstation.gui.policy_page import PolicyPage

    draft = _DRAFT if _DRAFT in _OVERLAYS else None
    return PolicyPage(parts.open_book, parts.tasks, parts.now, draft)


def _due(parts: WindowParts) -> Overlay:
    from returnstation.gui.due_page import DuePage

    return DuePage(parts.deadlines, parts.tasks)


def _draft(parts: WindowParts) -> Overlay:
    from returnstation.gui.draft_page import DraftPage

    return DraftPage(parts.open_trials, parts.long_tasks, parts.now)


def _search(parts: WindowParts) -> Overlay:
    from returnstation.gui.search_page import SearchPage

    return SearchPage(parts.search, parts.tasks)


def _blind(parts: WindowParts) -> Overlay:
    from returnstation.gui.blind_page import BlindPage

    return BlindPage(parts)


def _sources(parts: WindowParts) -> Overlay:
    from returnstation.gui.sources_page import SourcesPage

    return SourcesPage(parts)


def _printers(parts: WindowParts) -> Overlay:
    from returnstation.gui.printers_page import PrintersPage

    return PrintersPage(parts)


def _hub(parts: WindowParts) -> Overlay:
    from returnstation.gui.hub_page import HubPage

    return HubPage(parts)


def _stick(parts: WindowParts) -> Overlay:
    from returnstation.gui.stick_page import StickPage

    return StickPage(parts)


def _conflicts(parts: WindowParts) -> Overlay:
    from returnstation.gui.conflicts_page import ConflictsPage

    return ConflictsPage(parts)


def _grades(_: WindowParts) -> Overlay:
    from returnstation.gui.grades_page import GradesPage

    return GradesPage()


def _photo(parts: WindowParts) -> Overlay:
    from returnstation.gui.photo_page import PhotoPage

    return PhotoPage(parts)


_DRAFT = "show-draft"
_STEPS: Mapping[Step, Callable[[WindowParts], Page]] = {
    Step.LOCKED: _locked,
    Step.PIN: _locked,
    Step.READY: _ready,
    Step.CHOOSE: _choose,
    Step.MATCHED: _matched,
    Step.QUESTION: _question,
    Step.DISPOSE: _dispose,
    Step.REASON: _choose,
    Step.LABEL: _label,
    Step.SETTLE: _settle,
}
_OVERLAYS: Mapping[str, Callable[[WindowParts], Overlay]] = {
    "show-why": _why,
    "show-type": _type,
    "show-help": _help,
    "show-sources": _sources,
    "show-printers": _printers,
    "show-hub": _hub,
    "show-stick": _stick,
    "show-conflicts": _conflicts,
    "show-photo": _photo,
    "show-grades": _grades,
    "show-review": _review,
    "show-policy": _policy,
    "show-due": _due,
    "show-search": _search,
    "show-blind": _blind,
    _DRAFT: _draft,
}
# In the order in which a person at the desk may first need them.
_WARMED = (
    _ready,
    _matched,
    _question,
    _dispose,
    _label,
    _settle,
    _choose,
    _search,
    _why,
    _type,
    _help,
)


class Pages(QObject):
    """Finds pages by step and by name, and makes them.

    Signals:
        made: A page was made and is to be connected; carries it.
    """

    made = Signal(object)

    def __init__(self, stack: PageStack, parts: WindowParts) -> None:
        super().__init__(stack)
        self._stack = stack
        self._parts = parts
        self._made: dict[object, Page] = {}
        self._warming: Iterator[bool] | None = None

    def of_step(self, step: Step) -> Page:
        """Return the page of a step."""
        return self._get(_STEPS[step])

    def overlay(self, name: str) -> Overlay | None:
        """Return the window's own page of this name, if there is one."""
        make = _OVERLAYS.get(name)
        page = None if make is None else self._get(make)
        return page if isinstance(page, Overlay) else None

    def warm_next(self, words: Words) -> bool:
        """Use a quiet moment: make one more page, or rehearse it; tell whether any was left."""
        if self._warming is None:
            self._warming = self._warm(words)
        return next(self._warming, False)

    def cool(self) -> None:
        """Let every page be rehearsed anew: it will look different from now on."""
        self._warming = None

    def bring_to_front(self, page: Page) -> bool:
        """Show a page; tell whether another one was shown before."""
        if self._stack.front is page:
            return False
        self._stack.show_page(page)
        return True

    def _warm(self, words: Words) -> Iterator[bool]:
        """Make all pages, then rehearse them, in pieces a scan that comes now can wait for."""
        for make in _WARMED:
            if make not in self._made:
                self._get(make)
                yield True
        from returnstation.gui.rehearsal import REHEARSALS

        for make in _WARMED:
            page = self._made[make]
            if self._stack.front is not page:
                page.resize(self._stack.size())
                for view in REHEARSALS:
                    page.rehearse(view, words)
                    yield True
                page.grab()
                yield True

    def _get(self, make: Callable[[WindowParts], Page]) -> Page:
        if make not in self._made:
            page = make(self._parts)
            self._made[make] = page
            self._stack.add(page)
            self.made.emit(page)
        return self._made[make]
