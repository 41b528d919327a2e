"""What a site decides as data: carriers' numbers, checklists, economics and gates."""

from returnstation.sitedata.carriers import carrier_names, load_carriers, load_patterns
from returnstation.sitedata.checklists import load_checklists
from returnstation.sitedata.economics import load_economics, read_economics
from returnstation.sitedata.files import BadSiteFile
from returnstation.sitedata.gates import load_gates
from returnstation.sitedata.scanners import load_scanner_sheets
from returnstation.sitedata.work import load_work

__all__ = [
    "BadSiteFile",
    "carrier_names",
    "load_carriers",
    "load_checklists",
    "load_economics",
    "load_gates",
    "load_patterns",
    "load_scanner_sheets",
    "load_work",
    "read_economics",
]
