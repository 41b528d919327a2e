"""Photos over the network; the lane beside the one facts come in on."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import msgspec
from starlette.requests import Request as WebRequest
from starlette.responses import Response
from starlette.routing import Route

from returnstation.hub.hub import Hub
from returnstation.hub.intake import Sender
from returnstation.hub.photos import Elsewhere, Piece
from returnstation.hub.refusing import NotDone
from returnstation.hub.server import Act, Answer, as_json, guarded, signed
from returnstation.wire.messages import PATHS
from returnstation.wire.packing import UNREADABLE, BadMessage
from returnstation.wire.photos import LARGEST_WHOLE, PhotosAsked, PhotosLacking
from returnstation.wire.signatures import Request

_CONFLICT = 409


_AT_ONCE = 12
"""Of forty threads of a process: a store of photos that stands still must not keep facts waiting."""


def photo_routes(hub: Hub) -> tuple[Route, ...]:
    """Return the routes by which stations send photos."""
    one, lane = PATHS["photo"] + "{digest}", asyncio.Semaphore(_AT_ONCE)
    return (
        Route(PATHS["missing_photos"], signed(hub, _missing(hub)), methods=["POST"]),
        Route(one, guarded(hub, _whole(hub), lane), methods=["PUT"]),
        Route(one, guarded(hub, _piece(hub), lane), methods=["PATCH"]),
        Route(one, guarded(hub, _state(hub), lane), methods=["HEAD"]),
        Route(one + "/thumbnail", guarded(hub, _thumbnail(hub), lane), methods=["PUT"]),
    )


def _sender(hub: Hub, request: Request) -> Sender:
    who = hub.sender(request)
    hub.site_of(who)  # whoever was locked out sends no photos
    return who


def _missing(hub: Hub) -> Act:
    def answer(who: Sender, request: Request) -> PhotosLacking:
        hub.site_of(who)
        try:
            asked = msgspec.json.decode(request.body, type=PhotosAsked)
        except UNREADABLE as odd:
            raise BadMessage("message-malformed", str(odd)) from odd
        return hub.photos.missing(who.station, asked.digests, hub.now_ms())

    return answer


def _whole(hub: Hub) -> Answer:
    def answer(request: Request, web: WebRequest) -> Response:
        who, digest = _sender(hub, request), web.path_params["digest"]
        return as_json(hub.photos.put(who.station, digest, request.body, hub.now_ms()))

    return answer


def _thumbnail(hub: Hub) -> Answer:
    def answer(request: Request, web: WebRequest) -> Response:
        who, digest = _sender(hub, request), web.path_params["digest"]
        return as_json(hub.photos.put_thumbnail(who.station, digest, request.body, hub.now_ms()))

    return answer


def _piece(hub: Hub) -> Answer:
    def answer(request: Request, web: WebRequest) -> Response:
        who, piece = _sender(hub, request), _piece_of(request)
        digest = web.path_params["digest"]
        try:
            return as_json(hub.photos.append(who.station, digest, piece, hub.now_ms()))
        except Elsewhere as elsewhere:
            content = msgspec.json.encode(elsewhere.state)
            return Response(content, _CONFLICT, media_type="application/json")

    return answer


def _state(hub: Hub) -> Answer:
    def answer(request: Request, web: WebRequest) -> Response:
        who = _sender(hub, request)
        state = hub.photos.state(who.station, web.path_params["digest"])
        return Response(
            headers={"upload-offset": str(state.offset), "x-stored": str(int(state.is_stored))}
        )

    return answer


def _piece_of(request: Request) -> Piece:
    """Return the piece a request brings; where it belongs stands in the signed address."""
    asked = parse_qs(urlsplit(request.url).query)
    try:
        offset, size = int(asked["offset"][0]), int(asked["size"][0])
    except (KeyError, ValueError) as odd:
        raise NotDone("photo-offset-wrong") from odd
    # Nothing is sent where only the end is missing: the hub was killed before it looked.
    is_empty = not request.body and offset != size
    if offset < 0 or len(request.body) > LARGEST_WHOLE or is_empty:
        raise NotDone("photo-offset-wrong")
    return Piece(offset, size, request.body)
