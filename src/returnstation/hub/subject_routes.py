"""Keys of cases over the network."""

from starlette.routing import Route

from returnstation.hub.hub import Hub
from returnstation.hub.intake import Sender
from returnstation.hub.server import signed
from returnstation.hub.subject_intake import KeyIntake
from returnstation.wire.messages import PATHS
from returnstation.wire.signatures import Request
from returnstation.wire.subject_keys import TakenKeys


def subject_routes(hub: Hub) -> tuple[Route, ...]:
    """Return the route by which stations give the keys of their cases."""
    intake = KeyIntake(hub)

    def take(who: Sender, request: Request) -> TakenKeys:
        return intake.take(who, request.body)

    return (Route(PATHS["subject_keys"], signed(hub, take), methods=["POST"]),)
