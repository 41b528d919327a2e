"""Routes for merchants' programs: the key is checked first, then the body is read."""

import logging

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as WebRequest
from starlette.responses import Response
from starlette.routing import Route

from returnstation.application.troubles import Refused, Trouble
from returnstation.hub.database import named_troubles
from returnstation.hub.merchant_api import PREFIX, Asked, MerchantDesk, Operation
from returnstation.hub.merchant_views import Taken
from returnstation.hub.merchants import BadTerms
from returnstation.hub.refusing import NotDone
from returnstation.hub.server import LARGEST_BODY, Endpoint, as_json, body_of
from returnstation.wire.messages import Refusal

_logger = logging.getLogger(__name__)

STATUS = {
    "api-key-missing": 401,
    "api-key-wrong": 401,
    "api-key-revoked": 401,
    "merchant-foreign": 403,
    "merchant-unknown": 404,
    "policy-none": 404,
    "record-unknown": 404,
    "case-unknown": 404,
    "refund-unknown": 404,
    "photo-unknown": 404,
    "photo-not-here": 404,
    "webhook-unknown": 404,
    "body-too-slow": 408,
    "refund-not-due": 409,
    "refund-executed": 409,
    "webhook-too-many": 409,
    "cursor-gone": 410,
    "photo-erased": 410,
    "body-too-large": 413,
    "batch-too-large": 413,
    "encoding-unsupported": 415,
    "content-type-wrong": 415,
    "terms-wrong": 422,
}
"""Of refusals; all others are answered with 400."""

_JSON = "application/json"


def routes_of(desk: MerchantDesk) -> tuple[Route, ...]:
    """Return the routes of everything merchants may ask, and of what tells them how."""
    from returnstation.hub.openapi import encoded

    operations = desk.operations()
    told = encoded(operations)

    async def tell(_: WebRequest) -> Response:
        return Response(told, media_type=_JSON)

    return (
        Route("/v1/openapi.json", tell, methods=["GET"]),
        *(
            Route(_address(operation), _guarded(desk, operation), methods=list(operation.methods))
            for operation in operations
        ),
    )


def _address(operation: Operation) -> str:
    # Numbers of shops may hold slashes, and percent signs before them are gone by now.
    return PREFIX + operation.path.replace("{name}", "{name:path}").replace(
        "{number}", "{number:path}"
    )


def _guarded(desk: MerchantDesk, operation: Operation) -> Endpoint:
    async def endpoint(web: WebRequest) -> Response:
        try:
            merchant_id = await run_in_threadpool(_owner, desk, web)
            asked = Asked(
                merchant_id,
                {name: str(part) for name, part in web.path_params.items()},
                dict(web.query_params),
                await _body(web, operation),
            )
            return _answer(operation, await run_in_threadpool(_done, operation, asked))
        except BadTerms as bad:
            return _refusal(desk, web, NotDone("terms-wrong", f"{bad.code} {bad.field}: {bad}"))
        except (NotDone, Refused) as refused:
            return _refusal(desk, web, refused)
        except Trouble as trouble:
            _logger.warning("%s: %s", _named(web), trouble)
            return _said(desk, trouble.code, "", 503)

    return endpoint


def _done(operation: Operation, asked: Asked) -> object:
    with named_troubles():
        return operation.act(asked)


def _owner(desk: MerchantDesk, web: WebRequest) -> str:
    with named_troubles():
        owner = desk.keys.owner(web.headers.get("authorization", ""))
    if owner != web.path_params["merchant"]:
        raise NotDone("merchant-foreign")
    return owner


async def _body(web: WebRequest, operation: Operation) -> bytes:
    if web.headers.get("content-encoding", "identity").lower() != "identity":
        raise NotDone("encoding-unsupported")
    body = await body_of(web, LARGEST_BODY)
    if operation.takes is not None:
        kind = web.headers.get("content-type", _JSON).partition(";")[0].strip().lower()
        if kind != _JSON:
            raise NotDone("content-type-wrong", "application/json is")
    return body


def _answer(operation: Operation, answer: object) -> Response:
    if answer is None:
        return Response(status_code=204)
    if isinstance(answer, bytes):
        # What was erased here is not to lie in a cache on the way.
        return Response(answer, 200, {"cache-control": "no-store"}, operation.media)
    response = as_json(answer)
    if isinstance(answer, Taken) and not answer.taken:
        response.status_code = 422
    return response


def _refusal(desk: MerchantDesk, web: WebRequest, refused: NotDone | Refused) -> Response:
    _logger.warning("refused %s: %s", _named(web), refused.code)
    why = str(refused).partition(": ")[2]
    return _said(desk, refused.code, why, STATUS.get(refused.code, 400))


def _named(web: WebRequest) -> str:
    """Return who asked what, in one line whatever it holds; never the key."""
    client = web.client.host if web.client else "?"
    return f"{web.method} {ascii(web.scope['path'])[:200]} from {client}"


def _said(desk: MerchantDesk, code: str, why: str, status: int) -> Response:
    content = msgspec.json.encode(Refusal(code=code, why=why, time_ms=desk.hub.now_ms()))
    headers = {"x-refused": code}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(content, status, headers, _JSON)
