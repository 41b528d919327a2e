"""Papers: what they say, how they are drawn, encoded and sent."""

from returnstation.printing.drawing import DoesNotFit
from returnstation.printing.fonts import MissingGlyph
from returnstation.printing.printers import Printer, open_printer
from returnstation.printing.profiles import (
    BadProfile,
    Calibration,
    Medium,
    Model,
    load_medium,
    load_model,
    medium_ids,
    model_ids,
)
from returnstation.printing.queue import Jobs, PrintWorker
from returnstation.printing.rendering import NotSetUp, Rendered, preview, render
from returnstation.printing.verify import NotReadable

__all__ = [
    "BadProfile",
    "Calibration",
    "DoesNotFit",
    "Jobs",
    "Medium",
    "MissingGlyph",
    "Model",
    "NotReadable",
    "NotSetUp",
    "PrintWorker",
    "Printer",
    "Rendered",
    "load_medium",
    "load_model",
    "medium_ids",
    "model_ids",
    "open_printer",
    "preview",
    "render",
]
