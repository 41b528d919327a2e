"""The OpenAPI 3.1 document of what merchants may ask, made of the routes and shapes themselves."""

import inspect
import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from returnstation import __version__
from returnstation.hub.merchant_api import PREFIX, Operation
from returnstation.hub.merchant_routes import STATUS
from returnstation.hub.merchant_views import KINDS, RefundOut
from returnstation.hub.webhook_events import TYPES
from returnstation.wire.messages import Refusal

_REF = "#/components/schemas/{name}"
_NAME = re.compile(r"\{(\w+)\}")
_ABOUT = """The hub of a return centre, for merchants' programs.

Every request bears `Authorization: Bearer KEY`; a key opens its merchant's data only. Amounts are
whole minor units of their currency. Refusals have a stable code; nothing changed then. Shapes may
get new fields: pass over those you do not know."""

_KIND_OF = {
    "case.finished": "cases",
    "conflict.opened": "conflicts",
    "conflict.settled": "conflicts",
    "item.disposed": "items",
    "refund.due": "refunds",
    "refund.void": "refunds",
    "refund.waiting": "refunds",
    "stock.moved": "movements",
}


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the document."""
    shapes = [shape for each in operations for shape in (each.takes, each.gives) if shape]
    wanted = [*shapes, *KINDS.values(), RefundOut, Refusal]
    schemas, components = msgspec.json.schema_components(wanted, ref_template=_REF)
    by_shape = {repr(shape): schema for shape, schema in zip(wanted, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        path = paths.setdefault(PREFIX + each.path, {})
        for method in each.methods:
            path[method.lower()] = _operation(each, method, by_shape)
    return {
        "openapi": "3.1.0",
        "info": {"title": "returnstation hub", "version": __version__, "description": _ABOUT},
        "security": [{"key": []}],
        "paths": paths,
        "webhooks": {kind: _webhook(kind, by_shape) for kind in TYPES},
        "components": {
            "schemas": {name: _cleaned(schema) for name, schema in components.items()},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "responses": {
                "Refused": {
                    "description": "Nothing changed. Codes: " + ", ".join(sorted(STATUS)),
                    "content": _json({"$ref": _REF.format(name="Refusal")}),
                }
            },
        },
    }


def encoded(operations: Sequence[Operation]) -> bytes:
    """Return the document as JSON."""
    return msgspec.json.encode(document(operations))


def _operation(each: Operation, method: str, by_shape: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": _id(method, each.path),
        "summary": each.summary,
        "parameters": [*_in_path(PREFIX + each.path), *_in_query(each.query)],
        "responses": {"default": {"$ref": "#/components/responses/Refused"}},
    }
    if each.media is not None:
        found["responses"]["200"] = {"description": "Done.", "content": {each.media: {}}}
    elif each.gives is None:
        found["responses"]["204"] = {"description": "Done."}
    else:
        content = _json(by_shape[repr(each.gives)])
        found["responses"]["200"] = {"description": "Done.", "content": content}
    if each.takes is not None:
        found["requestBody"] = {"required": True, "content": _json(by_shape[repr(each.takes)])}
    return found


def _webhook(kind: str, by_shape: dict[str, Any]) -> dict[str, Any]:
    value = by_shape[repr(KINDS[_KIND_OF[kind]])]
    told = {"is_gone": {"type": "boolean"}, "value": value}
    body = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": kind},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"type": "object", "required": ["is_gone", "value"], "properties": told},
        },
    }
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    return {
        "post": {
            "operationId": "webhook_" + kind.replace(".", "_"),
            "summary": "Signed as Standard Webhooks says; known by webhook-id when it comes again",
            "parameters": [
                {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
                for name in names
            ],
            "requestBody": {"required": True, "content": _json(body)},
            "responses": {"2XX": {"description": "It was taken."}},
        }
    }


def _in_path(path: str) -> Iterable[dict[str, Any]]:
    for name in _NAME.findall(path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(names: Iterable[str]) -> Iterable[dict[str, Any]]:
    for name in names:
        yield {"name": name, "in": "query", "schema": {"type": "string"}}


def _id(method: str, path: str) -> str:
    words = re.findall(r"\w+", path)
    return "_".join([method.lower(), *words])


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _cleaned(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema whose description is laid out for readers of the document."""
    if "description" not in schema:
        return schema
    return schema | {"description": inspect.cleandoc(schema["description"])}
