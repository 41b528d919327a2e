"""The lines of a liquidation manifest: what a buyer is told of each item in a container."""

from dataclasses import dataclass

from returnstation.domain.cases import Case, Item
from returnstation.domain.checklists import BEST_COSMETIC, BEST_FUNCTIONAL
from returnstation.domain.money import Money

NEW, LIKE_NEW, GOOD, FAIR, SALVAGE = "New", "Like New", "Used - Good", "Used - Fair", "Salvage"
_PHONES = "phones"
"""Their buyers know no "Like New" (B-Stock's manifest template)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestLine:
    """One item, or one lot of equal units.

    Attributes:
        condition: In the words of B-Stock's template.
        serial: Masked but for its last four characters.
        unit_retail: The product's price; None when nobody knows it.
    """

    pallet: str
    container: str
    lpn: str
    sku: str
    gtin: str
    description: str
    category: str
    condition: str
    functional: str
    cosmetic: str
    defects: tuple[str, ...]
    quantity: int
    unit_retail: Money | None
    serial: str
    case: str

    @property
    def ext_retail(self) -> Money | None:
        """What all units together were offered for."""
        unit = self.unit_retail
        return None if unit is None else Money(unit.minor * self.quantity, unit.currency)


def manifest_line(case: Case, item: Item, pallet: str = "") -> ManifestLine:
    """Return what a buyer is told of an item."""
    grade = item.grade
    return ManifestLine(
        pallet=pallet,
        container=item.container or "",
        lpn=item.lpn or "",
        sku=item.sku or "",
        gtin=item.gtin or "",
        description=item.title,
        category=item.category,
        condition=condition_of(item),
        functional="" if grade is None else f"F{grade.functional}",
        cosmetic="" if grade is None else f"C{grade.cosmetic}",
        defects=item.findings,
        quantity=item.quantity,
        unit_retail=item.value,
        serial=_masked(item.serial),
        case=case.number,
    )


def condition_of(item: Item) -> str:
    """Return the condition as B-Stock's template names it; what was not graded is salvage.

    The bounds are ours: its words have no grades. The lower of function and look decides.
    """
    grade = item.grade
    if grade is None or grade.functional is None or grade.cosmetic is None:
        return SALVAGE
    works, looks = grade.functional, grade.cosmetic
    if works == BEST_FUNCTIONAL and looks == BEST_COSMETIC:
        return NEW
    if works >= 5 and looks >= 7:
        return GOOD if item.category == _PHONES else LIKE_NEW
    if works >= 4 and looks >= 4:
        return GOOD
    return FAIR if works >= 2 and looks >= 2 else SALVAGE


def _masked(serial: str | None) -> str:
    if serial is None:
        return ""
    shown = serial[-4:] if len(serial) > 4 else ""
    return shown.rjust(len(serial), "*")
