"""The hub on the network: Starlette routes over ``Hub``."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.requests import Request as WebRequest
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from returnstation.application.troubles import Refused, Trouble
from returnstation.hub.database import named_troubles
from returnstation.hub.hub import Hub
from returnstation.hub.intake import Sender
from returnstation.hub.readiness import Readiness
from returnstation.hub.refusing import NotDone
from returnstation.hub.waiting import Waiting
from returnstation.wire.batches import LARGEST
from returnstation.wire.feeds import Cursor
from returnstation.wire.keys import KeyTaken, KeyWish
from returnstation.wire.messages import PATHS, EnrolWish, Refusal
from returnstation.wire.packing import UNREADABLE, BadMessage
from returnstation.wire.signatures import BadSignature, Request

_logger = logging.getLogger(__name__)

BODY_SECONDS = 30.0
"""A body that takes longer than this to come is not waited for."""

LARGEST_BODY = LARGEST

_STATUS = {
    "signature-missing": 401,
    "signature-wrong": 401,
    "signature-stale": 401,
    "sender-unknown": 401,
    "request-replayed": 409,
    "message-too-large": 413,
    "body-too-large": 413,
    "body-too-slow": 408,
    "body-cut-short": 400,
    "station-unknown": 401,
    "station-revoked": 403,
    "enrol-code-wrong": 403,
    "feed-foreign": 403,
    "feed-gone": 410,
    "snapshot-none": 404,
    "enrol-other-site": 403,
    "key-replaced": 401,
    "key-known": 409,
    "photo-too-large": 413,
    "photo-erased": 410,
    "photo-wrong": 422,
}

Endpoint = Callable[[WebRequest], Awaitable[Response]]
Act = Callable[[Sender, Request], Any]
Answer = Callable[[Request, WebRequest], Response]


def make_app(
    hub: Hub, more: tuple[Route, ...] = (), monotonic: Callable[[], float] = time.monotonic
) -> Starlette:
    """Return the hub as an ASGI application.

    Args:
        hub: What answers.
        more: Further routes.
        monotonic: Says how many seconds went by.
    """
    routes = [
        Route(PATHS["hello"], signed(hub, lambda who, _: hub.hello(who)), methods=["GET"]),
        Route(PATHS["facts"], guarded(hub, _facts(hub)), methods=["POST"]),
        Route(PATHS["enrol"], guarded(hub, _enrol(hub)), methods=["POST"]),
        Route(PATHS["keys"], signed(hub, _change_key(hub)), methods=["POST"]),
        Route(PATHS["hub_keys"], signed(hub, hub.key_chain), methods=["GET"]),
        Route(PATHS["feed"], _pages(hub), methods=["GET"]),
        Route(PATHS["snapshot"] + "newest", signed(hub, hub.newest_snapshot), methods=["GET"]),
        Route(PATHS["snapshot"] + "{name}", _snapshot(hub), methods=["GET"]),
        Route(PATHS["wait"], _wait(hub), methods=["GET"]),
        Route("/healthz", _healthy(hub), methods=["GET"]),
        Route("/readyz", _ready(hub, monotonic), methods=["GET"]),
    ]
    app = Starlette(routes=[*routes, *more], exception_handlers={Exception: _bug})
    # A slash too many is another name, and nothing; the address it would be sent on to is the
    # one the asker named, and never https behind a proxy.
    app.router.redirect_slashes = False
    return app


def signed(hub: Hub, act: Act) -> Endpoint:
    """Return an endpoint that only stations reach, by a signature that holds."""

    def answer(request: Request, _: WebRequest) -> Response:
        return as_json(act(hub.sender(request), request))

    return guarded(hub, answer)


def as_json(answer: Any) -> Response:
    """Return an answer as JSON."""
    return Response(msgspec.json.encode(answer), media_type="application/json")


async def body_of(request: WebRequest, largest: int) -> bytes:
    """Return a request's body.

    Raises:
        NotDone: ``body-too-large``, ``body-too-slow`` or ``body-cut-short``.
    """
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > largest:
                    raise NotDone("body-too-large")
                parts.append(part)
    except TimeoutError as late:
        raise NotDone("body-too-slow") from late
    except ClientDisconnect as gone:
        raise NotDone("body-cut-short") from gone
    return b"".join(parts)


def _pages(hub: Hub) -> Endpoint:
    def answer(request: Request, web: WebRequest) -> Response:
        try:
            shard = web.query_params["shard"]
            after = Cursor(int(web.query_params["n"]), int(web.query_params["mark"]))
        except (KeyError, ValueError) as odd:
            raise NotDone("cursor-wrong") from odd
        content = hub.page(hub.sender(request), shard, after)
        return Response(content, media_type="application/zstd")

    return guarded(hub, answer)


def _snapshot(hub: Hub) -> Endpoint:
    def answer(request: Request, web: WebRequest) -> Response:
        file = hub.snapshot_file(hub.sender(request), web.path_params["name"])
        return FileResponse(file, media_type="application/zstd")  # answers to Range, too

    return guarded(hub, answer)


def _wait(hub: Hub) -> Endpoint:
    waiting = Waiting(hub.feeds)

    async def answer(request: Request, web: WebRequest) -> Response:
        try:
            known = int(web.query_params["changes"])
        except (KeyError, ValueError) as odd:
            raise NotDone("cursor-wrong") from odd
        who = await run_in_threadpool(hub.sender, request)
        site = await run_in_threadpool(hub.site_of, who)
        return as_json(await waiting.news(who.station, site, known))

    return _refusing(hub, answer)


def _facts(hub: Hub) -> Answer:
    return lambda request, _: as_json(hub.take_signed(request))


def _enrol(hub: Hub) -> Answer:
    def answer(request: Request, _: WebRequest) -> Response:
        try:
            wish = msgspec.json.decode(request.body, type=EnrolWish)
        except UNREADABLE as odd:
            raise BadMessage("message-malformed", str(odd)) from odd
        return as_json(hub.enrol(wish, request))

    return answer


def _change_key(hub: Hub) -> Act:
    def change(who: Sender, request: Request) -> KeyTaken:
        try:
            wish = msgspec.json.decode(request.body, type=KeyWish)
        except UNREADABLE as odd:
            raise BadMessage("message-malformed", str(odd)) from odd
        return hub.station_keys.change(who, wish, hub.now_ms())

    return change


def _healthy(hub: Hub) -> Endpoint:
    async def endpoint(_: WebRequest) -> Response:
        try:
            with named_troubles():
                await run_in_threadpool(hub.database.about, "schema")
        except Trouble as trouble:
            return _said(hub, trouble.code, 503)
        return Response("ok")

    return endpoint


def _ready(hub: Hub, monotonic: Callable[[], float]) -> Endpoint:
    """Return an endpoint that says whether facts could be taken in now."""

    def write() -> None:
        with named_troubles():
            hub.database.keep_about("ready", "yes")

    readiness = Readiness(write, monotonic)

    async def endpoint(_: WebRequest) -> Response:
        trouble = await readiness.trouble()
        return Response("ready") if trouble is None else _said(hub, trouble.code, 503)

    return endpoint


def guarded(hub: Hub, answer: Answer, lane: asyncio.Semaphore | None = None) -> Endpoint:
    """Return an endpoint that answers in a thread of its own.

    Args:
        hub: What answers.
        answer: Says what.
        lane: Lets only so many at once, so that threads are left for others.
    """

    async def in_thread(request: Request, web: WebRequest) -> Response:
        async with lane or nullcontext():
            return await run_in_threadpool(answer, request, web)

    return _refusing(hub, in_thread)


def _refusing(hub: Hub, answer: Callable[[Request, WebRequest], Awaitable[Response]]) -> Endpoint:
    """Return an endpoint that answers every refusal with its code, and logs it."""

    async def endpoint(web: WebRequest) -> Response:
        try:
            body = await body_of(web, LARGEST_BODY)
            request = Request(web.method, str(web.url), body, dict(web.headers))
            with named_troubles():
                return await answer(request, web)
        except (BadSignature, BadMessage, NotDone, Refused) as refused:
            return _refusal(hub, refused.code, web)
        except Trouble as trouble:
            _logger.warning("%s %s: %s", web.method, web.url.path, trouble)
            return _said(hub, trouble.code, 503)

    return endpoint


def _bug(web: WebRequest, bug: Exception) -> Response:
    _logger.error("bug in %s %s", web.method, ascii(web.scope["path"])[:200], exc_info=bug)
    return PlainTextResponse("Internal Server Error", 500)


def _refusal(hub: Hub, code: str, web: WebRequest) -> Response:
    client = web.client.host if web.client else "?"
    path = ascii(web.scope["path"])[:200]  # a line of the log stays one, whatever was asked
    _logger.warning("refused %s %s from %s: %s", web.method, path, client, code)
    return _said(hub, code, _STATUS.get(code, 400))


def _said(hub: Hub, code: str, status: int) -> Response:
    content = msgspec.json.encode(Refusal(code=code, time_ms=hub.now_ms()))
    return Response(content, status, {"x-refused": code}, "application/json")
