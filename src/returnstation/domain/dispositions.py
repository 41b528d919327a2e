"""Where an item goes: the canonical codes and what each means for stock and money."""

from enum import StrEnum


class Disposition(StrEnum):
    """The canonical dispositions (crosswalk to CBV, X12 1292 and others is data)."""

    RESTOCK_NEW = "restock_new"
    RESTOCK_OPEN_BOX = "restock_open_box"
    REWORK = "rework"
    REFURBISH = "refurbish"
    REPAIR = "repair"
    HARVEST_PARTS = "harvest_parts"
    LIQUIDATE = "liquidate"
    RTV = "rtv"
    DONATE = "donate"
    RECYCLE = "recycle"
    DISPOSE = "dispose"
    DESTROY = "destroy"
    SHIP_BACK = "ship_back"
    QUARANTINE = "quarantine"
    TRANSFER = "transfer"
    MISSING = "missing"
    WRONG_ITEM = "wrong_item"
    KEEP_IT = "keep_it"


WITHOUT_GOODS = frozenset({Disposition.MISSING, Disposition.KEEP_IT})
"""Nothing lies on the desk: no label, no container."""

SELLABLE = frozenset(
    {
        Disposition.RESTOCK_NEW,
        Disposition.RESTOCK_OPEN_BOX,
        Disposition.REWORK,
        Disposition.REFURBISH,
        Disposition.TRANSFER,
    }
)
"""Goes back to a buyer; shut for anything a gate stops."""
