"""What was weighed, and whether a hint was right."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWeighed:
    """An item lay still on the scale; grams, and what the product should weigh when known."""

    item_id: str
    grams: int
    expected: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HintSettled:
    """A person looked at a hint and said whether it was right."""

    item_id: str
    kind: str
    is_right: bool
