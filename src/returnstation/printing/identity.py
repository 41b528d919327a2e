"""What printers call themselves, and which of our models that is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from returnstation.printing.profiles import model_ids

# Less is no name.
_LEAST = 4
_RESOLUTIONS = {"180", "203", "300", "600"}
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

    Every part of the model's id but its maker must be in it; the resolution may be missing where
    we know one only.

    >>> guessed_model("ZTC ZD421-300dpi ZPL")
    'zebra-zd421-300'
    >>> guessed_model("EPSON TM-T20III")
    'epson-tm-t20iii'
    >>> guessed_model("Zebra ZT411")
    'zebra-zt411-203'
    >>> guessed_model("Zebra ZD421")
    >>> guessed_model("a toaster")
    """
    heard = _NOT_A_NAME.sub("", said.lower())
    known = [_Named.of(model) for model in (model_ids() if models is None else models)]
    fitting = [each for each in known if all(part in heard for part in each.parts)]
    longest = max((each.length for each in fitting), default=0)
    best = [each for each in fitting if each.length == longest and longest >= _LEAST]
    exact = [each.model for each in best if each.dpi in heard]
    return exact[0] if len(exact) == 1 else best[0].model if len(best) == 1 else None


@dataclass(frozen=True, slots=True)
class _Named:
    """The id of a model, taken apart."""

    model: str
    parts: Sequence[str]
    dpi: str

    @classmethod
    def of(cls, model: str) -> "_Named":
        _, *parts = model.split("-")
        dpi = parts.pop() if parts and parts[-1] in _RESOLUTIONS else ""
        return cls(model, parts, dpi)

    @property
    def length(self) -> int:
        return sum(map(len, self.parts))


def identity_of(text: str) -> tuple[str, str | None]:
    """Return name and model of a printer by its IEEE 1284 identity."""
    parts = device_id(text)
    name = " ".join(part for part in (parts.get("MFG"), parts.get("MDL")) if part)
    return name, guessed_model(name)
