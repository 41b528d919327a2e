"""Fixtures every test may use."""

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from returnstation.scanning.pictures import read_picture, read_pixels
from waiting import PATIENCE

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# What was green stays green until something changes, and a slow machine is no failure. `make
# torture` wanders further.
settings.register_profile("wandering", settings.get_profile("ci"), derandomize=False)
settings.load_profile("ci")

# A person at the desk waits a second and a half for a picture to be read, of which a busy machine
# takes a part for others: what would have been found is not looked for any more.
for read in (read_picture, read_pixels):
    *others, _budget_ms = read.__defaults__ or ()
    read.__defaults__ = (*others, PATIENCE * 1000)


@pytest.fixture(autouse=True)
def no_bug_survived(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail a test in which a bug was logged and lived with, unless it is marked ``bugs``."""
    yield
    logged = [*caplog.get_records("setup"), *caplog.get_records("call"), *caplog.records]
    bugs = [record.getMessage() for record in logged if record.levelno >= logging.ERROR]
    assert bugs == [] or request.node.get_closest_marker("bugs")
