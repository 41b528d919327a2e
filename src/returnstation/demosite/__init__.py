"""The demo site: merchants, orders and returns made from a seed, and a shift that works on them."""

from returnstation.demosite.generate import DemoSite, DemoUser, generate
from returnstation.demosite.install import Fills, Shelves, fill, install
from returnstation.demosite.pictures import label_pictures
from returnstation.demosite.plans import Answers, ScanKind
from returnstation.demosite.shift import PlannedItem, PlannedReturn, shift

SEED = 7
"""The seed of the demo that ships: its site has a parcel for every plan of the shift."""

__all__ = [
    "SEED",
    "Answers",
    "DemoSite",
    "DemoUser",
    "Fills",
    "PlannedItem",
    "PlannedReturn",
    "ScanKind",
    "Shelves",
    "fill",
    "generate",
    "install",
    "label_pictures",
    "shift",
]
