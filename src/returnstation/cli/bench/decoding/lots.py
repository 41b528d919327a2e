"""Chance that falls the same way for the same seed, on every machine."""

import random

import numpy as np


class Lots(random.Random):
    """A source of chance with a generator for whole pictures beside it."""

    def noise(self) -> np.random.Generator:
        """Return a generator of arrays."""
        return np.random.default_rng(self.getrandbits(64))
