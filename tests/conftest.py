"""Fixtures every test may use."""

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# What was green stays green until something changes, and a slow machine is no failure. `make
# torture` wanders further.
settings.register_profile("wandering", settings.get_profile("ci"), derandomize=False)
settings.load_profile("ci")


@pytest.fixture(autouse=True)
def no_unexpected_warnings(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logs a warning it did not ask for with ``caplog.clear()``."""
    yield
    unexpected = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert not unexpected
