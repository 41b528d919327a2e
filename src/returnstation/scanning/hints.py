"""What would help to read a picture; known without loading what reads pictures."""

from enum import StrEnum


class Hint(StrEnum):
    """What would help, as message key, when a picture could not be used."""

    NOTHING = "picture.nothing"
    MORE_LIGHT = "picture.dark"
    HOLD_STILL = "picture.blurred"
    GLARE = "picture.glaring"
    NEARER = "picture.nearer"
    DISAGREE = "picture.disagree"
