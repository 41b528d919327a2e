"""What printers call themselves, and which of our models that is."""

import re
from collections.abc import Sequence

from returnstation.printing.profiles import model_ids

# A resolution alone is no name.
_LEAST = 4
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


def device_id(text: str) -> dict[str, str]:
    """Return the parts of an IEEE 1284 identity, short keys for long ones.

    >>> device_id("MANUFACTURER:Zebra;COMMAND SET:ZPL;MODEL:ZTC ZD421-203dpi;")
    {'MFG': 'Zebra', 'CMD': 'ZPL', 'MDL': 'ZTC ZD421-203dpi'}
    """
    short = {"MANUFACTURER": "MFG", "MODEL": "MDL", "COMMAND SET": "CMD"}
    pairs = (part.partition(":") for part in text.split(";"))
    written = ((key.strip().upper(), value.strip()) for key, _, value in pairs if value)
    return {short.get(key, key): value for key, value in written}


def guessed_model(said: str, models: Sequence[str] | None = None) -> str | None:
    """Return the model that best fits what a printer says of itself; None when none does.

    Every part of the model's id but its maker must be in it.

    >>> guessed_model("ZTC ZD421-300dpi ZPL")
    'zebra-zd421-300'
    >>> guessed_model("EPSON TM-T20III")
    'epson-tm-t20iii'
    >>> guessed_model("a toaster")
    """
    heard = _NOT_A_NAME.sub("", said.lower())
    fitting = []
    for model in model_ids() if models is None else models:
        _, *parts = model.split("-")
        length = sum(map(len, parts))
        if length >= _LEAST and all(part in heard for part in parts):
            fitting.append((length, model))
    return max(fitting, default=(0, None))[1]


def identity_of(text: str) -> tuple[str, str | None]:
    """Return name and model of a printer by its IEEE 1284 identity."""
    parts = device_id(text)
    name = " ".join(part for part in (parts.get("MFG"), parts.get("MDL")) if part)
    return name, guessed_model(name)
