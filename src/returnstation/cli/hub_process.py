"""One process of a served hub, put together with what checks terms and makes rows."""

from typing import TYPE_CHECKING

from returnstation.cli.hub_terms import check_terms
from returnstation.hub import serving
from returnstation.hub.made_rows import Making
from returnstation.storage.made_rows import MADE_FORMAT, made_row

if TYPE_CHECKING:
    from starlette.applications import Starlette

MAKING = Making(MADE_FORMAT, made_row)
"""How rows are made for stations that run this program."""


def application() -> "Starlette":
    """Return what the process serves."""
    return serving.application(check_terms, MAKING)
