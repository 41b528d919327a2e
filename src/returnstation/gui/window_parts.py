"""What the window is given by whoever builds the station."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from returnstation.application.blind import BlindParcels
from returnstation.application.conflicts import ConflictDesk
from returnstation.application.deadlines import Deadlines
from returnstation.application.inspections import Reviews
from returnstation.application.printers import Printers
from returnstation.application.searching import Search
from returnstation.application.sticks import StickDesk
from returnstation.application.view import Step, View
from returnstation.domain.barcodes import BarcodeReader
from returnstation.domain.papers import ItemLabel
from returnstation.gui.desk_port import DeskPort
from returnstation.gui.sounds import Player, SilentPlayer
from returnstation.gui.sources_hub import SourceHub, no_sources
from returnstation.gui.tasks import Tasks
from returnstation.i18n import Catalog, load_catalog
from returnstation.scanning.wedge import TERMINATORS

if TYPE_CHECKING:
    from returnstation.application.policy_book import Book
    from returnstation.application.trials import Trials


@dataclass(frozen=True, slots=True)
class WindowParts:
    """The window's surroundings.

    Attributes:
        deadlines: Every legal day that runs.
        search: Finds parcels and orders by anything.
        blind: Parcels nobody knows the order of.
        open_book: Returns the rule book; called when it is first wanted, off the GUI thread.
        open_trials: Returns the test bench; called when it is first wanted, off the GUI thread.
        long_tasks: For work of minutes that only reads: the desk's own work does not wait for it.
        render_label: Draws a label as it will be printed; returns a PNG.
        now: The time as an aware value in the site's zone.
        language, theme: For as long as nobody is signed in.
        sources: Scanners at ports, and the camera; the window starts and stops them.
        printers: Looks after the station's printers.
        print_scanner_sheets: Prints the barcodes that set scanners up, in a language.
        product_picture: Returns a product's picture by its name; None when there is none.
        print_command_sheet: Prints the commands that can be scanned, in a language.
        conflicts: What does not go together at this site.
        meet_hub: Meets the hub now, and returns when that is over.
        sticks: Carries to the hub and back where there is no network.
        barcodes: Says what a scan means.
        heard: Says what a keyboard scanner may have read that sent a text; one is certain.
        ends: Keys that end a keyboard scanner's code; none means a pause does.
        max_gap: Seconds between two keys of a scanner, at most.
    """

    desk: DeskPort
    reviews: Reviews
    tasks: Tasks
    now: Callable[[], datetime]
    render_label: Callable[[ItemLabel], bytes]
    deadlines: Deadlines
    search: Search
    blind: BlindParcels
    open_book: "Callable[[], Book]"
    open_trials: "Callable[[], Trials]"
    long_tasks: Tasks
    printers: Printers
    conflicts: ConflictDesk
    sticks: StickDesk
    player: Player = field(default_factory=SilentPlayer)
    load_catalog: Callable[[str], Catalog] = load_catalog
    language: str = "en"
    theme: str = "light"
    sources: SourceHub = field(default_factory=no_sources)
    print_scanner_sheets: Callable[[str], int] = lambda _language: 0
    print_command_sheet: Callable[[str], None] = lambda _language: None
    product_picture: Callable[[str], bytes | None] = lambda _name: None
    meet_hub: Callable[[], None] = lambda: None
    barcodes: BarcodeReader = field(default_factory=BarcodeReader)
    heard: Callable[[str], Sequence[str]] = lambda text: (text,)
    ends: frozenset[str] = TERMINATORS
    max_gap: float = 0.05


def open_keys(view: View) -> frozenset[str]:
    """Return the keys that choose something on the desk's page."""
    keys = {option.key for option in view.options if not option.locked}
    if view.proposal is not None and view.step is Step.DISPOSE:
        keys |= {each.key for each in view.proposal.alternatives if not each.locked}
    if view.settle is not None and view.step is Step.SETTLE:
        keys |= {line.key for line in view.settle.lines if line.key} | {view.settle.postage_key}
    return frozenset(keys)


_ITEM_STEPS = frozenset({Step.QUESTION, Step.DISPOSE, Step.LABEL})


def takes_photo(view: View | None) -> bool:
    """Tell whether a picture that is given to the window is a photo, not a code to read."""
    if view is None:
        return False
    is_wanted = any(act.do == "show-photo" for act in view.acts)
    return view.step in _ITEM_STEPS or (view.step is Step.REASON and is_wanted)
