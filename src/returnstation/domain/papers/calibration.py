"""What stands on the page that shows how a printer prints."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPage:
    """A test page of one printer.

    Attributes:
        name: In the station's settings.
        model, medium: As people call them.
        printed_at: In the site's zone, as it is to be read.
        offset_mm: To the right and down, as it is set now.
        darkness: As it is set now, None when it is left to the machine.
    """

    name: str
    model: str
    medium: str
    printed_at: datetime
    offset_mm: tuple[float, float] = (0.0, 0.0)
    darkness: int | None = None
