"""One process of a served hub, put together with what checks terms."""

from typing import TYPE_CHECKING

from returnstation.cli.hub_terms import check_terms
from returnstation.hub import serving

if TYPE_CHECKING:
    from starlette.applications import Starlette


def application() -> "Starlette":
    """Return what the process serves."""
    return serving.application(check_terms)
