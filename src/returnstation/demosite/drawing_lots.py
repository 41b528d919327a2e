"""Choices that are the same for the same seed."""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Lots(random.Random):
    """Draws lots; nothing here is secret."""

    def chance(self, percent: int) -> bool:
        """Return true so many times in a hundred."""
        return self.randrange(100) < percent

    def weighted(self, weights: Mapping[T, int]) -> T:
        """Return one of the keys, by weight."""
        return self.choices(list(weights), list(weights.values()))[0]

    def some(self, things: Sequence[T], count: int) -> list[T]:
        """Return different ones, in their order."""
        places = sorted(self.sample(range(len(things)), min(count, len(things))))
        return [things[place] for place in places]

    def digits(self, count: int) -> str:
        """Return so many digits."""
        return "".join(str(self.randrange(10)) for _ in range(count))

    def filled(self, pattern: str) -> str:
        """Return a pattern with a digit for every ``#``."""
        return "".join(str(self.randrange(10)) if char == "#" else char for char in pattern)
